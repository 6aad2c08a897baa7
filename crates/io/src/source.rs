//! Where bytes to send come from.
use std::io;
use std::ops::Range;

use bytes::Bytes;

/// Bytes that can be read at any position, as often as a retry needs them.
///
/// Reads block; callers on an async runtime move them off its threads.
///
/// ```
/// use bytes::Bytes;
/// use dataverse_files_io::Source;
///
/// let source = Bytes::from_static(b"hello world");
/// assert_eq!(source.read(6..11)?, "world");
/// assert!(source.read(6..12).is_err(), "exactly what was asked for, or an error");
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Source: Send + Sync {
    /// Length in bytes, as found when the source was opened.
    fn len(&self) -> u64;

    /// Exactly the bytes of `range`.
    ///
    /// # Errors
    /// Whatever reading gives; [`io::ErrorKind::InvalidData`] when the source has become shorter, so that the transfer is told
    /// to have met a changed file.
    fn read(&self, range: Range<u64>) -> io::Result<Bytes>;

    /// Whether the source is still what it was when it was opened. Asked before an upload becomes visible.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when it is not.
    fn verify(&self) -> io::Result<()> {
        Ok(())
    }

    /// Whether there are no bytes at all; the service keeps no empty files (U19).
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Source for Bytes {
    fn len(&self) -> u64 {
        Bytes::len(self) as u64
    }

    /// Without copying.
    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        Ok(self.slice(inside(&range, Bytes::len(self))?))
    }
}

impl Source for Vec<u8> {
    fn len(&self) -> u64 {
        Vec::len(self) as u64
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        Ok(Bytes::copy_from_slice(&self[inside(&range, Vec::len(self))?]))
    }
}

/// The range as positions in memory, when it lies within.
fn inside(range: &Range<u64>, len: usize) -> io::Result<Range<usize>> {
    match (usize::try_from(range.start), usize::try_from(range.end)) {
        (Ok(start), Ok(end)) if start <= end && end <= len => Ok(start..end),
        _ => Err(beyond(range, len as u64)),
    }
}

pub(crate) fn beyond(range: &Range<u64>, len: u64) -> io::Error {
    let why = format!("bytes {}..{} of a source of {len}", range.start, range.end);
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_gives_exactly_what_was_asked_for_or_an_error() {
        let both: [&dyn Source; 2] = [&Bytes::from_static(b"0123456789"), &b"0123456789".to_vec()];
        for source in both {
            assert_eq!(source.read(0..10).unwrap(), "0123456789");
            assert_eq!(source.read(3..5).unwrap(), "34");
            assert_eq!(source.read(10..10).unwrap(), "");
            for (start, end) in [(0, 11), (11, 11), (5, 4), (0, u64::MAX)] {
                assert!(source.read(start..end).is_err(), "{start}..{end}");
            }
        }
    }
}
