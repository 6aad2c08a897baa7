//! Where bytes that arrive go.
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Takes bytes at any position, in any order.
///
/// ```
/// use dataverse_files_io::{Memory, Sink};
/// let memory = Memory::new(100);
/// memory.write(6, b"world")?;
/// memory.write(0, b"hello ")?;
/// memory.finish(11)?;
/// assert_eq!(memory.take(), "hello world");
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Sink: Send + Sync {
    /// Put all of `bytes` at `offset`.
    ///
    /// # Errors
    /// Whatever writing gives.
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// The transfer begins anew: what was written is void.
    ///
    /// # Errors
    /// Whatever taking it back gives.
    fn restart(&self) -> io::Result<()>;

    /// A checkpoint is about to say that what was written is there: make that true even if the machine stops now, and keep it
    /// when the transfer does not end.
    ///
    /// # Errors
    /// Whatever making it durable gives.
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// All `len` bytes of the file have been written.
    ///
    /// # Errors
    /// Whatever putting it in its final place gives; [`io::ErrorKind::InvalidData`] when there are fewer bytes.
    fn finish(&self, len: u64) -> io::Result<()>;

    /// The transfer is given up: what was written is not wanted.
    fn abandon(&self) {}
}

/// Keeps what arrives in memory, up to a limit.
///
/// ```
/// use dataverse_files_io::{Memory, Sink};
/// assert!(Memory::new(4).write(2, b"abc").is_err());
/// ```
#[derive(Debug)]
pub struct Memory {
    limit: u64,
    bytes: Mutex<Vec<u8>>,
}

impl Memory {
    /// At most `limit` bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self { limit, bytes: Mutex::default() }
    }

    /// Everything written so far; nothing remains.
    #[must_use]
    pub fn take(&self) -> Bytes {
        std::mem::take(&mut *self.lock()).into()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Memory {
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let end = offset.checked_add(bytes.len() as u64).filter(|end| *end <= self.limit);
        let place = end.and_then(|end| Some((usize::try_from(offset).ok()?, usize::try_from(end).ok()?)));
        let Some((start, end)) = place else {
            let why = format!("more than the {} bytes allowed", self.limit);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        };
        let mut memory = self.lock();
        if memory.len() == start {
            memory.extend_from_slice(bytes);
            return Ok(());
        }
        if memory.len() < end {
            memory.resize(end, 0);
        }
        memory[start..end].copy_from_slice(bytes);
        Ok(())
    }

    fn restart(&self) -> io::Result<()> {
        self.lock().clear();
        Ok(())
    }

    fn finish(&self, len: u64) -> io::Result<()> {
        let have = self.lock().len() as u64;
        if have == len { Ok(()) } else { Err(incomplete(have, len)) }
    }

    fn abandon(&self) {
        self.lock().clear();
    }
}

pub(crate) fn incomplete(have: u64, len: u64) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{have} bytes were written, {len} are due"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_never_grows_beyond_its_limit() {
        let memory = Memory::new(10);
        memory.write(8, b"ab").unwrap();
        for (offset, bytes) in [(9, "ab"), (10, "a"), (u64::MAX, "a")] {
            let e = memory.write(offset, bytes.as_bytes()).unwrap_err();
            assert_eq!(e.kind(), io::ErrorKind::FileTooLarge, "{offset}");
        }
    }

    #[test]
    fn b23_fewer_bytes_than_announced_are_no_success() {
        let memory = Memory::new(10);
        memory.write(0, b"abc").unwrap();
        assert_eq!(memory.finish(4).unwrap_err().kind(), io::ErrorKind::InvalidData);
        memory.restart().unwrap();
        assert!(memory.finish(3).is_err());
    }
}
