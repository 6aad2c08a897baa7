//! What one request changed.
use serde::Serialize;

use crate::payload::BlobId;
use crate::store::Change;

/// The names of the collections that a store keeps.
pub(in crate::core) struct Spaces {
    pub(in crate::core) ids: &'static str,
    pub(in crate::core) definitions: &'static str,
    pub(in crate::core) records: &'static str,
    pub(in crate::core) files: &'static str,
    pub(in crate::core) images: &'static str,
    pub(in crate::core) tokens: &'static str,
    pub(in crate::core) blocks: &'static str,
}

pub(in crate::core) const SPACES: Spaces = Spaces {
    ids: "ids",
    definitions: "definitions",
    records: "records",
    files: "files",
    images: "images",
    tokens: "tokens",
    blocks: "blocks",
};

/// Changes in their order, and what becomes of blobs.
#[derive(Debug, Default)]
pub(in crate::core) struct Journal {
    pub(in crate::core) changes: Vec<Change>,
    /// Whether the changes must survive a power cut.
    pub(in crate::core) durable: bool,
    /// Blobs that nobody needs any more.
    pub(in crate::core) freed: Vec<BlobId>,
    /// Blobs of the request that are needed from now on.
    pub(in crate::core) kept: Vec<BlobId>,
}

impl Journal {
    /// A row as it is now.
    pub(in crate::core) fn put(&mut self, space: &'static str, key: String, row: &impl Serialize) {
        // Rows are plain structs with text keys: there is nothing in them that JSON can not hold.
        if let Ok(value) = serde_json::to_value(row) {
            self.changes.push(Change { space, key, value: Some(value) });
        }
    }

    pub(in crate::core) fn remove(&mut self, space: &'static str, key: String) {
        self.changes.push(Change { space, key, value: None });
    }

    /// As [`Journal::put`], and the answer waits until it can not be lost.
    pub(in crate::core) fn put_durably(&mut self, space: &'static str, key: String, row: &impl Serialize) {
        self.durable = true;
        self.put(space, key, row);
    }

    /// As [`Journal::remove`], and the answer waits until it can not be lost.
    pub(in crate::core) fn remove_durably(&mut self, space: &'static str, key: String) {
        self.durable = true;
        self.remove(space, key);
    }
}
