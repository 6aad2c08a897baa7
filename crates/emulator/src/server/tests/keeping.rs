//! What is kept, and what is left when keeping fails.
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use ::bytes::Bytes;

use super::*;
use crate::payload::BlobId;
use crate::store::{BlobWriter, Change, Disk, Row, Store};

#[test]
fn a_file_that_is_replaced_while_it_is_read_is_read_to_its_end() {
    let (running, memory) = running();
    let old = bytes(20 << 20);
    let mut reader = put(&running, &old);
    reader.send("GET", VALUE, "", b"");
    assert_eq!(reader.head().unwrap().status, 200);
    put(&running, b"new");
    assert_eq!(memory.blobs(), 2, "the old one is still being read");
    let mut read = Vec::new();
    while read.len() < old.len() {
        // A chunk: its size, its bytes, an empty line.
        let size = reader.chunk_size();
        reader.exactly(size, &mut read).unwrap();
        reader.chunk_end();
    }
    assert!(read == *old);
    assert_eq!(reader.chunk_size(), 0);
    reader.chunk_end();
    assert_eq!(reader.get(VALUE).text(), "new");
    assert_eq!(memory.blobs(), 1, "the old one is gone with its last reader");
}

#[test]
fn a_full_store_is_a_500_that_says_so_and_the_next_request_works() {
    let memory = Memory::with_room(1000);
    let running = start(Builder::default().store(memory.clone())).unwrap();
    let mut client = put(&running, &bytes(600));
    client.send("PATCH", COLUMN, "", &bytes(100_000));
    let answer = client.answer();
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("0x80040216") && answer.text().contains("full"), "{}", answer.text());
    assert_eq!(memory.blobs(), 1);
    assert!(client.get(VALUE).body == *bytes(600), "the old file is untouched");
    client.send("PATCH", COLUMN, "", &bytes(300));
    assert_eq!(client.answer().status, 204);
}

/// Rows cannot be written while it is broken.
#[derive(Clone, Debug)]
struct Breakable {
    inner: Memory,
    broken: Arc<AtomicBool>,
}

impl Store for Breakable {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        self.inner.create()
    }
    fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes> {
        self.inner.read(blob, range)
    }
    fn remove(&self, blob: BlobId) -> io::Result<()> {
        self.inner.remove(blob)
    }
    fn load(&self) -> io::Result<Vec<Row>> {
        self.inner.load()
    }
    fn apply(&self, changes: &[Change], durable: bool) -> io::Result<()> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "no space left"));
        }
        self.inner.apply(changes, durable)
    }
}

#[test]
fn what_could_not_be_kept_did_not_happen() {
    let store = Breakable { inner: Memory::new(), broken: Arc::default() };
    let running = start(Builder::default().store(store.clone())).unwrap();
    let mut client = put(&running, b"old");
    store.broken.store(true, Ordering::Relaxed);
    client.send("PATCH", COLUMN, "", b"newer");
    assert_eq!(client.answer().status, 500);
    assert_eq!(client.get(VALUE).text(), "old");
    assert_eq!(store.inner.blobs(), 1);
    store.broken.store(false, Ordering::Relaxed);
    client.send("PATCH", COLUMN, "", b"newest");
    assert_eq!(client.answer().status, 204);
    assert_eq!(client.get(VALUE).text(), "newest");
}

#[test]
fn a_request_that_breaks_the_organization_is_a_500_and_the_next_one_is_served() {
    let (running, _) = running();
    let mut client = put(&running, b"kept");
    assert_eq!(client.get("/api/data/v9.2/panic").status, 500);
    assert_eq!(client.get(VALUE).text(), "kept");
}

#[test]
fn a_folder_keeps_the_file_over_a_restart_and_is_locked_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let file = bytes(300_000);
    let running = start(Builder::default().data(dir.path())).unwrap();
    put(&running, &bytes(10));
    put(&running, &file);
    assert_eq!(Disk::open(dir.path()).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
    assert_eq!(start(Builder::default().data(dir.path())).unwrap_err().kind(), io::ErrorKind::ResourceBusy);
    running.stop();

    let running = start(Builder::default().data(dir.path())).unwrap();
    assert!(Client::connect(&running).get(VALUE).body == *file);
    running.stop();
    assert_eq!(std::fs::read_dir(dir.path().join("blobs")).unwrap().count(), 1);
}
