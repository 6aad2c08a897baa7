//! A stored image as something to read and to seek in: a window of it at a time is in memory.
use std::cell::RefCell;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

use bytes::Bytes;

use crate::payload::Slice;
use crate::store::Store;

/// Bytes read at once.
const WINDOW: u64 = 64 * 1024;

/// Where a [`Reader`] leaves what went wrong with its store, which decoders would take for a broken image.
pub(super) type Failure = RefCell<Option<io::Error>>;

/// The bytes of slices as one run.
pub(super) struct Reader<'a> {
    store: &'a dyn Store,
    slices: &'a [Slice],
    len: u64,
    at: u64,
    window: Bytes,
    window_start: u64,
    failure: &'a Failure,
}

impl<'a> Reader<'a> {
    pub(super) fn new(store: &'a dyn Store, slices: &'a [Slice], failure: &'a Failure) -> Reader<'a> {
        let len = slices.iter().map(|slice| slice.range.end - slice.range.start).sum();
        Reader { store, slices, len, at: 0, window: Bytes::new(), window_start: 0, failure }
    }

    /// What the window holds from the current place on.
    fn held(&self) -> &[u8] {
        let offset = self.at.checked_sub(self.window_start).and_then(|offset| usize::try_from(offset).ok());
        offset.and_then(|offset| self.window.get(offset..)).unwrap_or_default()
    }

    /// The slice and the place in its blob where the current place is.
    fn here(&self) -> Option<Slice> {
        let mut start = 0;
        for Slice { blob, range } in self.slices {
            let len = range.end - range.start;
            if self.at < start + len {
                let from = range.start + (self.at - start);
                return Some(Slice { blob: *blob, range: from..range.end.min(from + WINDOW) });
            }
            start += len;
        }
        None
    }
}

impl BufRead for Reader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.held().is_empty()
            && let Some(slice) = self.here()
        {
            self.window = match self.store.read(slice.blob, slice.range) {
                Ok(window) => window,
                Err(error) => {
                    let kind = error.kind();
                    self.failure.replace(Some(error));
                    return Err(kind.into());
                }
            };
            self.window_start = self.at;
        }
        Ok(self.held())
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.at.saturating_add(amount as u64);
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let held = self.fill_buf()?;
        let taken = held.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&held[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(offset) => (self.len, offset),
            SeekFrom::Current(offset) => (self.at, offset),
        };
        self.at = base.checked_add_signed(offset).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::BlobId;
    use crate::store::Memory;

    fn put(store: &Memory, bytes: &[u8]) -> BlobId {
        let mut writer = store.create().unwrap();
        writer.write(bytes).unwrap();
        writer.finish().unwrap().id
    }

    #[test]
    fn slices_of_several_blobs_read_as_one_file_from_any_place() {
        let store = Memory::new();
        let long: Vec<u8> = (0..200_000_u32).map(|at| (at % 251) as u8).collect();
        let slices = [
            Slice { blob: put(&store, b"abcdef"), range: 1..4 },
            Slice { blob: put(&store, b""), range: 0..0 },
            Slice { blob: put(&store, &long), range: 10..200_000 },
        ];
        let expected = [b"bcd", &long[10..]].concat();
        let failure = Failure::default();
        let mut reader = Reader::new(&store, &slices, &failure);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert_eq!(all, expected);
        for at in [0, 2, 3, 70_000, 199_992, 199_993, 300_000] {
            reader.seek(SeekFrom::Start(at)).unwrap();
            let mut two = [0; 2];
            let read = reader.read(&mut two).unwrap();
            let rest = expected.get(usize::try_from(at).unwrap()..).unwrap_or_default();
            assert_eq!(two[..read], rest[..read], "{at}");
            assert_eq!(read == 0, rest.is_empty(), "{at}");
        }
        assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), 199_992);
        assert!(reader.seek(SeekFrom::End(-200_000)).is_err());
    }

    #[test]
    fn a_store_that_fails_is_not_taken_for_a_broken_image() {
        let (store, failure) = (Memory::new(), Failure::default());
        let slices = [Slice { blob: BlobId(9), range: 0..4 }];
        assert!(Reader::new(&store, &slices, &failure).fill_buf().is_err());
        assert!(failure.take().unwrap().to_string().contains("blob 9"));
    }
}
