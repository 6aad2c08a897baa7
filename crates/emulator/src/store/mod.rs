//! Where bytes and rows live: a [`Store`] keeps blobs and the core's rows.
use std::io;
use std::ops::Range;

use bytes::Bytes;
use serde_json::Value;

use crate::payload::{BlobId, Stored};

mod digest;
#[cfg(feature = "server")]
pub(crate) mod disk;
mod memory;

pub use digest::Digest;
#[cfg(feature = "server")]
pub use disk::Disk;
pub use memory::Memory;

/// Keeps blobs and rows. Shared by all connections.
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Start a blob. Dropping the writer unfinished removes what it wrote.
    fn create(&self) -> io::Result<Box<dyn BlobWriter>>;
    /// Bytes of a blob; a range past its end is an error, never short.
    fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes>;
    /// Forget a blob. Unknown ids are fine.
    fn remove(&self, blob: BlobId) -> io::Result<()>;
    /// Every row, for a core that starts.
    fn load(&self) -> io::Result<Vec<Row>>;
    /// Brings the blobs that are whole to the disk, so that a durable [`Store::apply`] soon after has little to wait
    /// for. A store without a disk has nothing to do.
    fn settle(&self) -> io::Result<()> {
        Ok(())
    }
    /// All changes in one transaction. With `durable`, they and the blobs they name survive a power cut
    /// before this returns.
    fn apply(&self, changes: &[Change], durable: bool) -> io::Result<()>;
}

/// Takes the bytes of one blob.
pub trait BlobWriter: Send {
    /// Append.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// The blob is whole.
    fn finish(self: Box<Self>) -> io::Result<Stored>;
}

/// One row of the core's state as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which of the core's collections, e.g. `records`, `definitions`, `tokens`, `blocks`, `files`.
    pub space: String,
    /// Unique within its space.
    pub key: String,
    /// The core's own JSON.
    pub value: Value,
}

/// A row to write, or to forget.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// See [`Row::space`].
    pub space: &'static str,
    /// See [`Row::key`].
    pub key: String,
    /// `None` removes the row.
    pub value: Option<Value>,
}
