//! Where access tokens come from.
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::BoxError;

/// Gives access tokens of the organization: OAuth 2.0 bearer tokens from Microsoft Entra ID.
///
/// It is asked for every attempt of every request, so it should answer from memory most of the time; [`CachedToken`] makes it so.
/// A text is a source that always gives the same token; a function of `fresh` is one too.
///
/// ```
/// use dataverse_files_reqwest::{BoxError, TokenSource, async_trait};
///
/// struct Vault;
///
/// #[async_trait]
/// impl TokenSource for Vault {
///     async fn token(&self, fresh: bool) -> Result<String, BoxError> {
///         Ok(if fresh { "a new one" } else { "the usual one" }.into())
///     }
/// }
/// ```
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token, without `Bearer`. `fresh`: the last one given was refused, so ask whoever issues them for another.
    ///
    /// # Errors
    /// Whatever keeps it from giving one. The message is shown to people: it must not contain a token.
    async fn token(&self, fresh: bool) -> Result<String, BoxError>;
}

#[async_trait]
impl TokenSource for String {
    async fn token(&self, _: bool) -> Result<String, BoxError> {
        Ok(self.clone())
    }
}

#[async_trait]
impl TokenSource for &'static str {
    async fn token(&self, _: bool) -> Result<String, BoxError> {
        Ok((*self).to_owned())
    }
}

#[async_trait]
impl TokenSource for Arc<dyn TokenSource> {
    async fn token(&self, fresh: bool) -> Result<String, BoxError> {
        self.as_ref().token(fresh).await
    }
}

#[async_trait]
impl<F, T> TokenSource for F
where
    F: Fn(bool) -> T + Send + Sync,
    T: Future<Output = Result<String, BoxError>> + Send,
{
    async fn token(&self, fresh: bool) -> Result<String, BoxError> {
        self(fresh).await
    }
}

/// Remembers the token of another source until a fresh one is asked for. Requests for a fresh one that come together, such as
/// those of eight blocks refused at once, ask the other source once.
///
/// ```
/// use dataverse_files_reqwest::CachedToken;
/// let source = CachedToken::new(|fresh| async move { Ok(format!("from afar, fresh: {fresh}")) });
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

#[async_trait]
impl<S: TokenSource> TokenSource for CachedToken<S> {
    async fn token(&self, fresh: bool) -> Result<String, BoxError> {
        let mut last = self.last.lock().await;
        if let Some(given) = &*last
            && (!fresh || given.renewed.is_some_and(|at| at.elapsed() < TOGETHER))
        {
            return Ok(given.token.clone());
        }
        let token = self.source.token(fresh).await?;
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

    use super::*;

    #[tokio::test]
    async fn eight_refusals_at_once_ask_once() {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = asked.clone();
        let source = CachedToken::new(move |_| {
            let n = counter.fetch_add(1, Ordering::Relaxed);
            async move {
                tokio::task::yield_now().await;
                Ok(format!("token {n}"))
            }
        });
        assert_eq!(source.token(false).await.unwrap(), "token 0");
        assert_eq!(source.token(false).await.unwrap(), "token 0");
        let tokens = futures::future::join_all((0..8).map(|_| source.token(true))).await;
        assert!(tokens.into_iter().all(|t| t.unwrap() == "token 1"));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_source_that_fails_is_asked_again() {
        let asked = AtomicU32::new(0);
        let source = CachedToken::new(|_| {
            let n = asked.fetch_add(1, Ordering::Relaxed);
            async move { if n == 0 { Err("no network".into()) } else { Ok("token".to_owned()) } }
        });
        assert!(source.token(false).await.is_err());
        assert_eq!(source.token(false).await.unwrap(), "token");
    }
}
