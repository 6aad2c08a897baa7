//! Where access tokens come from.
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::BoxError;

/// Gives access tokens of the organization: OAuth 2.0 bearer tokens from Microsoft Entra ID.
///
/// It is asked for every attempt of every request, so it should answer from memory most of the time; [`CachedToken`] makes it so.
/// A text is a source that always gives the same token; a function of `fresh` is one too. It is asked on a thread of the
/// client's own, so a source that is slow does not hold up a caller whose deadline has passed.
///
/// ```
/// use dataverse_files_ureq::{BoxError, TokenSource};
///
/// struct Vault;
///
/// impl TokenSource for Vault {
///     fn token(&self, fresh: bool) -> Result<String, BoxError> {
///         Ok(if fresh { "a new one" } else { "the usual one" }.into())
///     }
/// }
/// ```
pub trait TokenSource: Send + Sync {
    /// A token, without `Bearer`. `fresh`: the last one given was refused, so ask whoever issues them for another.
    ///
    /// # Errors
    /// Whatever keeps it from giving one. The message is shown to people: it must not contain a token.
    fn token(&self, fresh: bool) -> Result<String, BoxError>;
}

impl TokenSource for String {
    fn token(&self, _: bool) -> Result<String, BoxError> {
        Ok(self.clone())
    }
}

impl TokenSource for &'static str {
    fn token(&self, _: bool) -> Result<String, BoxError> {
        Ok((*self).to_owned())
    }
}

impl TokenSource for Arc<dyn TokenSource> {
    fn token(&self, fresh: bool) -> Result<String, BoxError> {
        self.as_ref().token(fresh)
    }
}

impl<F> TokenSource for F
where
    F: Fn(bool) -> Result<String, BoxError> + Send + Sync,
{
    fn token(&self, fresh: bool) -> Result<String, BoxError> {
        self(fresh)
    }
}

/// Remembers the token of another source until a fresh one is asked for. Requests for a fresh one that come together, such as
/// those of eight blocks refused at once, ask the other source once.
///
/// ```
/// use dataverse_files_ureq::CachedToken;
/// let source = CachedToken::new(|fresh: bool| Ok(format!("from afar, fresh: {fresh}")));
/// # let _ = source;
/// ```
pub struct CachedToken<S> {
    source: S,
    last: Mutex<Option<Given>>,
}

struct Given {
    token: String,
    /// When it was fetched, if it was fetched because another one had been refused.
    renewed: Option<Instant>,
}

/// A token renewed less than this ago is the answer to a refusal of the one before it: requests that were in the air together
/// are refused one after another.
const TOGETHER: Duration = Duration::from_secs(10);

impl<S: TokenSource> CachedToken<S> {
    /// Nothing is asked before the first request.
    #[must_use]
    pub fn new(source: S) -> Self {
        Self { source, last: Mutex::new(None) }
    }
}

impl<S: TokenSource> TokenSource for CachedToken<S> {
    fn token(&self, fresh: bool) -> Result<String, BoxError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(given) = &*last
            && (!fresh || given.renewed.is_some_and(|at| at.elapsed() < TOGETHER))
        {
            return Ok(given.token.clone());
        }
        let token = self.source.token(fresh)?;
        *last = Some(Given { token: token.clone(), renewed: fresh.then(Instant::now) });
        Ok(token)
    }
}

impl<S> fmt::Debug for CachedToken<S> {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedToken").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn eight_refusals_at_once_ask_once() {
        let asked = AtomicU32::new(0);
        let source = CachedToken::new(|_| Ok(format!("token {}", asked.fetch_add(1, Ordering::Relaxed))));
        assert_eq!(source.token(false).unwrap(), "token 0");
        assert_eq!(source.token(false).unwrap(), "token 0");
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(source.token(true).unwrap(), "token 1"));
            }
        });
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_source_that_fails_is_asked_again() {
        let asked = AtomicU32::new(0);
        let source = CachedToken::new(|_| match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Err("no network".into()),
            _ => Ok("token".to_owned()),
        });
        assert!(source.token(false).is_err());
        assert_eq!(source.token(false).unwrap(), "token");
    }
}
