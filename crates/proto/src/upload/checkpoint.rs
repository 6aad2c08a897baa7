//! What must be known to go on with an upload in another process.
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::UploadStrategy;

/// The checkpoint's own format.
pub(super) const VERSION: u32 = 1;

/// Enough to go on with an upload in another process. Valid whenever it can be had, after a failure too; it never forgets a
/// commit that is in the air. It holds the continuation token: keep it from other users, and compare the source before use.
///
/// ```
/// use dataverse_files_proto::Checkpoint;
/// let text = r#"{"version":1,"strategy":"blocks","target":"accounts(1)/doc","file_name":"a","mime":"a/b","size":9,"block_size":4,"nonce":7,"token":"t","done":[{"start":0,"end":2}],"before":{"file_id":null},"in_doubt":false}"#;
/// let checkpoint: Checkpoint = serde_json::from_str(text).unwrap();
/// assert_eq!(checkpoint.blocks_done(), 2);
/// assert!(!format!("{checkpoint:?}").contains("\"t\""), "the token is not for eyes");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub(super) version: u32,
    pub(super) strategy: UploadStrategy,
    pub(super) target: String,
    pub(super) file_name: String,
    pub(super) mime: String,
    pub(super) size: u64,
    pub(super) block_size: u64,
    pub(super) nonce: u64,
    pub(super) token: String,
    pub(super) done: Vec<Range<u32>>,
    /// `None`: nobody has looked yet, so no commit has been sent.
    pub(super) before: Option<Before>,
    pub(super) in_doubt: bool,
}

/// What a look before the commit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Before {
    Held {
        file_id: Option<String>,
    },
    /// It could not be read: a commit in doubt stays in doubt.
    Unreadable {
        unreadable: bool,
    },
}

impl Checkpoint {
    /// How many blocks need not be sent again.
    #[must_use]
    pub fn blocks_done(&self) -> u64 {
        self.done.iter().map(|r| u64::from(r.end.saturating_sub(r.start))).sum()
    }

    /// Whether a commit was sent whose answer is not known.
    #[must_use]
    pub fn commit_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Length of the source in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn ranges(done: &[bool]) -> Vec<Range<u32>> {
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for i in (0u32..).zip(done).filter(|(_, done)| **done).map(|(i, _)| i) {
            match ranges.last_mut() {
                Some(last) if last.end == i => last.end += 1,
                _ => ranges.push(i..i + 1),
            }
        }
        ranges
    }
}

impl std::fmt::Debug for Checkpoint {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checkpoint")
            .field("target", &self.target)
            .field("done", &self.done)
            .field("in_doubt", &self.in_doubt)
            .finish_non_exhaustive()
    }
}
