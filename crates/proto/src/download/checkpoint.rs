//! What must be known to go on with a download in another process.
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The checkpoint's own format.
pub(super) const VERSION: u32 = 2;

/// Enough to go on with a download: which file it is, and which bytes have been given out. Whoever keeps it must have kept
/// those bytes before.
///
/// ```
/// use dataverse_files_proto::DownloadCheckpoint;
/// let text = r#"{"version":2,"target":"accounts(1)/doc","mark":"3878e950","size":9,"name":"a.pdf","done":[{"start":0,"end":4}]}"#;
/// let checkpoint: DownloadCheckpoint = serde_json::from_str(text).unwrap();
/// assert_eq!(checkpoint.bytes_done(), 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadCheckpoint {
    pub(super) version: u32,
    pub(super) target: String,
    /// What told the file from others: a file id, or the ETag of a note or an attachment.
    pub(super) mark: String,
    pub(super) size: u64,
    pub(super) name: Option<String>,
    pub(super) done: Vec<Range<u64>>,
}

impl DownloadCheckpoint {
    /// How many bytes need not be fetched again.
    #[must_use]
    pub fn bytes_done(&self) -> u64 {
        self.done.iter().map(|r| r.end.saturating_sub(r.start)).sum()
    }

    /// Length of the whole file in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// One behind the last byte that is said to be there: whoever kept the bytes must have at least so many, or the
    /// checkpoint is of no use.
    #[must_use]
    pub fn reach(&self) -> u64 {
        self.done.iter().map(|r| r.end).max().unwrap_or_default()
    }

    /// The same download with nothing done. Keep this before the kept bytes are thrown away
    /// ([`Event::Restart`](crate::Event::Restart)): a checkpoint must never speak of bytes that are gone.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { done: Vec::new(), ..self.clone() }
    }

    /// Ranges in order, none empty, none overlapping, none past the end.
    pub(super) fn is_sound(&self) -> bool {
        let ordered = self.done.windows(2).all(|pair| pair[0].end < pair[1].start);
        self.version == VERSION && ordered && self.done.iter().all(|r| r.start < r.end && r.end <= self.size)
    }

    /// What is missing, cut into parts.
    pub(super) fn missing(&self, part_size: u64) -> Vec<Range<u64>> {
        let ends = self.done.iter().map(|r| r.end);
        let starts = self.done.iter().map(|r| r.start).chain([self.size]);
        let gaps = [0].into_iter().chain(ends).zip(starts).filter(|(from, to)| from < to);
        gaps.flat_map(|(from, to)| cut(from..to, part_size)).collect()
    }
}

/// A range in parts of at most `part_size` bytes.
pub(super) fn cut(range: Range<u64>, part_size: u64) -> impl Iterator<Item = Range<u64>> {
    let end = range.end;
    range.step_by(usize::try_from(part_size).unwrap_or(usize::MAX)).map(move |at| at..end.min(at + part_size))
}

/// Joins ranges that touch.
pub(super) fn join(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|r| !r.is_empty());
    ranges.sort_by_key(|r| r.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_and_what_is_missing_make_the_whole() {
        let done = join(vec![4..8, 0..4, 12..12, 10..11]);
        assert_eq!(done, [0..8, 10..11]);
        let target = String::new();
        let checkpoint =
            DownloadCheckpoint { version: VERSION, target, mark: String::new(), size: 20, name: None, done };
        assert!(checkpoint.is_sound());
        assert_eq!(checkpoint.missing(4), [8..10, 11..15, 15..19, 19..20]);
        assert_eq!(checkpoint.bytes_done() + 11, 20);
        assert_eq!((checkpoint.reach(), checkpoint.emptied().reach()), (11, 0));
        assert_eq!(checkpoint.emptied().missing(10), [0..10, 10..20]);
        for unsound in [[5..5, 7..8], [0..4, 5..21], [4..8, 6..9], [9..10, 0..1]] {
            assert!(!DownloadCheckpoint { done: unsound.to_vec(), ..checkpoint.clone() }.is_sound());
        }
    }
}
