//! What must be known to go on with an upload in another process.
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{UploadPlan, UploadStrategy};
use crate::{Guid, Held, Target};

/// The checkpoint's own format.
pub(super) const VERSION: u32 = 2;

/// Enough to go on with an upload in another process. Valid whenever it can be had, after a failure too; it never forgets a
/// commit that is in the air. It holds the continuation token: keep it from other users, and compare the source before use.
///
/// ```
/// use dataverse_files_proto::Checkpoint;
/// let text = r#"{"version":2,"strategy":"blocks","target":"accounts(1)/doc","file_name":"a","mime":"a/b","size":9,"block_size":4,"nonce":7,"token":"t","done":[{"start":0,"end":2}],"before":{"marks":[]},"in_doubt":false}"#;
/// let checkpoint: Checkpoint = serde_json::from_str(text).unwrap();
/// assert_eq!(checkpoint.blocks_done(), 2);
/// assert!(!format!("{checkpoint:?}").contains("\"t\""), "the token is not for eyes");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub(super) version: u32,
    pub(super) strategy: UploadStrategy,
    pub(super) target: String,
    /// The note or attachment as it was described at the opening: the commit must say the same. `null` for columns.
    #[serde(default)]
    pub(super) record: serde_json::Value,
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
    /// What told the files that were there from others: ids, or the ETag of a note.
    Held {
        marks: Vec<String>,
        /// A note held a file of our name and size: that it has changed later does not show whose file it holds.
        #[serde(default)]
        alike: bool,
    },
    /// It could not be read: a commit in doubt stays in doubt.
    Unreadable { unreadable: bool },
}

impl Before {
    /// A file that nothing tells from another settles nothing later.
    pub(super) fn of(held: &[Held], plan: &UploadPlan) -> Self {
        let there = held.iter().filter(|held| held.file_id.is_some() || held.mark().is_some());
        let marks: Option<Vec<String>> = there.map(|held| held.mark().map(str::to_owned)).collect();
        let is_note = matches!(plan.target, Target::Note(_));
        let alike = is_note && held.iter().any(|held| is_like(held, plan));
        marks.map_or(Before::Unreadable { unreadable: true }, |marks| Before::Held { marks, alike })
    }

    /// Nothing was there.
    pub(super) fn nothing() -> Self {
        Before::Held { marks: Vec::new(), alike: false }
    }
}

/// Whether a file could be the one of this upload, as far as its record tells.
pub(super) fn is_like(held: &Held, plan: &UploadPlan) -> bool {
    held.file_id.is_some()
        && held.name.as_ref().is_none_or(|name| *name == plan.file_name)
        && held.size.is_none_or(|size| size == plan.size)
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

    /// The id that a new note was begun with.
    pub(super) fn note(&self) -> Option<Guid> {
        self.record["annotationid"].as_str()?.parse().ok()
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
