//! Sessions that are forgotten before their time.
use std::collections::{HashSet, VecDeque};

use http::request::Parts;

use crate::kind::session;
use crate::payload::Content;
use crate::store::Digest;

/// Tokens remembered at most; the oldest go first.
const MOST: usize = 4096;

/// The tokens that [`Fault::Expire`](super::Fault::Expire) has met. Holds hashes of them, not the tokens.
///
/// ```
/// use dataverse_files_emulator::faults::Expired;
/// use dataverse_files_emulator::payload::Content;
///
/// let uri = "/api/data/v9.2/accounts(1)/sample_filecolumn?sessiontoken=t";
/// let (head, ()) = http::Request::patch(uri).body(())?.into_parts();
/// let content = Content::Bytes("chunk".into());
/// let mut expired = Expired::default();
/// assert!(!expired.covers(&head, &content));
/// expired.add(&head, &content);
/// assert!(expired.covers(&head, &content));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Expired {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Expired {
    /// Forgets the session that this request belongs to, if it belongs to one.
    pub fn add(&mut self, head: &Parts, content: &Content) {
        let Some(token) = token(head, content) else { return };
        if self.known.insert(token) {
            self.order.push_back(token);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    /// Whether this request belongs to a forgotten session.
    pub fn covers(&self, head: &Parts, content: &Content) -> bool {
        !self.known.is_empty() && token(head, content).is_some_and(|token| self.known.contains(&token))
    }
}

/// A hash of the token that ties a request to its session: in the query of a chunk, in the JSON of a message.
pub(crate) fn token(head: &Parts, content: &Content) -> Option<u64> {
    if let Content::Json { value, .. } = content
        && let Some(token) = value.get("FileContinuationToken").and_then(|token| token.as_str())
    {
        return Some(Digest::of(token.as_bytes()));
    }
    session(head).map(|token| Digest::of(token.as_bytes()))
}
