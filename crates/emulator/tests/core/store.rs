//! A store in memory that remembers what a shell would have kept.
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dataverse_files_emulator::payload::{BlobId, Stored};
use dataverse_files_emulator::store::{BlobWriter, Change, Row, Store};
use serde_json::Value;

#[derive(Debug, Default)]
struct Shelves {
    next: u64,
    blobs: BTreeMap<BlobId, Bytes>,
    rows: BTreeMap<(String, String), Value>,
}

#[derive(Debug, Default, Clone)]
pub(crate) struct Shelf(Arc<Mutex<Shelves>>);

impl Shelf {
    pub(crate) fn put(&self, bytes: &[u8]) -> Stored {
        let mut shelves = self.0.lock().unwrap();
        shelves.next += 1;
        let id = BlobId(shelves.next);
        shelves.blobs.insert(id, Bytes::copy_from_slice(bytes));
        let digest =
            bytes.iter().fold(17_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        Stored { id, len: bytes.len() as u64, digest }
    }

    pub(crate) fn blobs(&self) -> Vec<BlobId> {
        self.0.lock().unwrap().blobs.keys().copied().collect()
    }

    pub(crate) fn rows(&self) -> BTreeMap<(String, String), Value> {
        self.0.lock().unwrap().rows.clone()
    }
}

struct Writer {
    shelf: Shelf,
    bytes: Vec<u8>,
}

impl BlobWriter for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Stored> {
        Ok(self.shelf.put(&self.bytes))
    }
}

impl Store for Shelf {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        Ok(Box::new(Writer { shelf: self.clone(), bytes: Vec::new() }))
    }

    fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes> {
        let shelves = self.0.lock().unwrap();
        let bytes = shelves.blobs.get(&blob).ok_or(io::ErrorKind::NotFound)?;
        Ok(bytes.slice(usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()))
    }

    fn remove(&self, blob: BlobId) -> io::Result<()> {
        let known = self.0.lock().unwrap().blobs.remove(&blob);
        assert!(known.is_some(), "{blob:?} was freed twice or never given");
        Ok(())
    }

    fn load(&self) -> io::Result<Vec<Row>> {
        let rows = self.rows().into_iter();
        Ok(rows.map(|((space, key), value)| Row { space, key, value }).collect())
    }

    fn apply(&self, changes: &[Change], _: bool) -> io::Result<()> {
        let mut shelves = self.0.lock().unwrap();
        for Change { space, key, value } in changes {
            let key = ((*space).to_owned(), key.clone());
            match value {
                Some(value) => shelves.rows.insert(key, value.clone()),
                None => shelves.rows.remove(&key),
            };
        }
        Ok(())
    }
}
