//! A store that lives as long as the process: for tests, for simulation and for an emulator without a folder.
use std::collections::{BTreeMap, HashMap};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use super::{BlobWriter, Change, Digest, Row, Store};
use crate::payload::{BlobId, Stored};

/// Blobs and rows in memory. Clones share their content, so a second core can be started over what a first one left.
///
/// ```
/// use dataverse_files_emulator::store::{Memory, Store};
///
/// let store = Memory::new();
/// let mut writer = store.create()?;
/// writer.write(b"Contoso Ltd.")?;
/// let stored = writer.finish()?;
/// assert_eq!(store.read(stored.id, 0..7)?, "Contoso");
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    blobs: HashMap<BlobId, Bytes>,
    rows: BTreeMap<(String, String), Value>,
    last: u64,
    /// Bytes that still fit.
    room: u64,
}

impl Default for State {
    fn default() -> State {
        State { blobs: HashMap::new(), rows: BTreeMap::new(), last: 0, room: u64::MAX }
    }
}

impl Memory {
    /// An empty store as large as the machine's memory.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// An empty store that holds at most this many bytes of blobs, as a disk that can fill up: what does not fit is
    /// refused with [`ErrorKind::StorageFull`].
    pub fn with_room(bytes: u64) -> Memory {
        let memory = Memory::new();
        memory.state().room = bytes;
        memory
    }

    /// How many blobs there are, in order to find forgotten ones.
    pub fn blobs(&self) -> usize {
        self.state().blobs.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No operation leaves the state half changed, so what a panicking thread left is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        let mut state = self.state();
        state.last += 1;
        let id = BlobId(state.last);
        drop(state);
        Ok(Box::new(Writer { memory: self.clone(), id, bytes: Vec::new(), digest: Digest::new() }))
    }

    fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes> {
        let state = self.state();
        let bytes = state.blobs.get(&blob).ok_or_else(|| {
            io::Error::new(ErrorKind::NotFound, format!("blob {} is not in the store", blob.0))
        })?;
        if range.start > range.end || range.end > bytes.len() as u64 {
            return Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                format!("blob {} has {} bytes, not {}..{}", blob.0, bytes.len(), range.start, range.end),
            ));
        }
        Ok(bytes.slice(range.start as usize..range.end as usize))
    }

    fn remove(&self, blob: BlobId) -> io::Result<()> {
        let mut state = self.state();
        if let Some(bytes) = state.blobs.remove(&blob) {
            state.room = state.room.saturating_add(bytes.len() as u64);
        }
        Ok(())
    }

    fn load(&self) -> io::Result<Vec<Row>> {
        let rows = &self.state().rows;
        Ok(rows
            .iter()
            .map(|((space, key), value)| Row { space: space.clone(), key: key.clone(), value: value.clone() })
            .collect())
    }

    fn apply(&self, changes: &[Change], _durable: bool) -> io::Result<()> {
        let mut state = self.state();
        for change in changes {
            let place = (change.space.to_owned(), change.key.clone());
            match &change.value {
                Some(value) => state.rows.insert(place, value.clone()),
                None => state.rows.remove(&place),
            };
        }
        Ok(())
    }
}

struct Writer {
    memory: Memory,
    id: BlobId,
    bytes: Vec<u8>,
    digest: Digest,
}

impl BlobWriter for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.memory.state();
        let Some(room) = state.room.checked_sub(bytes.len() as u64) else {
            return Err(io::Error::new(ErrorKind::StorageFull, "the store is full"));
        };
        // Without a limit the room stays as it is, so that it cannot run out.
        state.room = if state.room == u64::MAX { u64::MAX } else { room };
        drop(state);
        self.digest.update(bytes);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<Stored> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let stored = Stored { id: self.id, len: bytes.len() as u64, digest: self.digest.finish() };
        self.memory.state().blobs.insert(self.id, bytes);
        Ok(stored)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let mut state = self.memory.state();
        state.room = state.room.saturating_add(self.bytes.len() as u64);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn put(store: &Memory, bytes: &[u8]) -> io::Result<Stored> {
        let mut writer = store.create()?;
        writer.write(bytes)?;
        writer.finish()
    }

    #[test]
    fn a_blob_comes_back_as_it_was_written() {
        let store = Memory::new();
        let stored = put(&store, b"0123456789").unwrap();
        assert_eq!((stored.len, stored.digest), (10, Digest::of(b"0123456789")));
        assert_eq!(store.read(stored.id, 0..10).unwrap(), "0123456789");
        assert_eq!(store.read(stored.id, 4..6).unwrap(), "45");
        assert_eq!(store.read(stored.id, 10..10).unwrap(), "");
    }

    #[test]
    fn a_range_past_the_end_is_an_error_and_never_short() {
        let store = Memory::new();
        let stored = put(&store, b"0123456789").unwrap();
        assert_eq!(store.read(stored.id, 4..11).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(store.read(stored.id, 11..11).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_writer_that_is_dropped_leaves_nothing() {
        let store = Memory::with_room(10);
        let mut writer = store.create().unwrap();
        writer.write(b"01234567").unwrap();
        drop(writer);
        assert_eq!(store.blobs(), 0);
        put(&store, b"0123456789").unwrap();
    }

    #[test]
    fn removal_makes_room_and_forgets() {
        let store = Memory::with_room(10);
        let stored = put(&store, b"01234567").unwrap();
        assert_eq!(put(&store, b"0123").unwrap_err().kind(), ErrorKind::StorageFull);
        store.remove(stored.id).unwrap();
        store.remove(stored.id).unwrap();
        assert_eq!(store.read(stored.id, 0..1).unwrap_err().kind(), ErrorKind::NotFound);
        put(&store, b"0123456789").unwrap();
    }

    #[test]
    fn rows_are_written_replaced_and_forgotten() {
        let store = Memory::new();
        let row = |key: &str, value: Option<Value>| Change { space: "records", key: key.into(), value };
        store.apply(&[row("a", Some(json!(1))), row("b", Some(json!(2)))], false).unwrap();
        store.apply(&[row("a", Some(json!(3))), row("b", None)], true).unwrap();
        let rows = store.clone().load().unwrap();
        assert_eq!(rows, [Row { space: "records".into(), key: "a".into(), value: json!(3) }]);
    }
}
