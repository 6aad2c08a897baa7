//! How the core speaks of bytes it never holds.
use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A run of bytes in a store: one request body, or one base64 property of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobId(pub u64);

/// A blob that has arrived whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Where its bytes are.
    pub id: BlobId,
    /// Its length in bytes (of the decoded data when it came as base64).
    pub len: u64,
    /// A hash of its bytes, to tell a repeated block from a different one; not cryptographic.
    pub digest: u64,
}

/// A part of a blob. A stored file is a list of these; committing a file copies nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Where its bytes are.
    pub blob: BlobId,
    /// Which of them, in bytes.
    pub range: Range<u64>,
}

/// A response body as a description; the shell streams it out of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Small and already made.
    Bytes(Bytes),
    /// File bytes, as they are.
    Slices(Vec<Slice>),
    /// JSON with file bytes in it, e.g. the `Data` of a `DownloadBlock` or the images of many records.
    Text(Vec<Passage>),
}

/// A part of a [`Payload::Text`].
///
/// ```
/// use dataverse_files_emulator::payload::{BlobId, Passage, Payload, Slice};
///
/// let data = Slice { blob: BlobId(7), range: 0..4_194_304 };
/// let block = Payload::Text(vec![
///     Passage::Literal("{\"Data\":\"".into()),
///     Passage::Base64(vec![data]),
///     Passage::Literal("\"}".into()),
/// ]);
/// assert!(matches!(block, Payload::Text(passages) if passages.len() == 3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// As it is.
    Literal(Bytes),
    /// These bytes as one run of base64.
    Base64(Vec<Slice>),
}

/// What the core wants done with a request's body, said when only the head is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// Read it into memory; more than `limit` bytes is [`Content::TooLong`].
    Bytes {
        /// In bytes.
        limit: u64,
    },
    /// Stream it into a blob; more than `limit` bytes is [`Content::TooLong`].
    Blob {
        /// In bytes.
        limit: u64,
    },
    /// A JSON object. Its top-level string properties named in `binary` are base64: each is decoded while it
    /// arrives and becomes a blob of at most `limit` bytes; everything else together stays below 1 MiB.
    Json {
        /// Names of the properties that hold file bytes, e.g. `BlockData`.
        binary: Vec<String>,
        /// In decoded bytes.
        limit: u64,
    },
}

/// A request's body after intake.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// As [`Intake::Bytes`] asked.
    Bytes(Bytes),
    /// As [`Intake::Blob`] asked; also for a body of no bytes.
    Blob(Stored),
    /// As [`Intake::Json`] asked.
    Json {
        /// The object without its binary properties (a `null` one stays here).
        value: Value,
        /// The binary properties.
        blobs: BTreeMap<String, Stored>,
    },
    /// Not JSON, not base64, or not an object: the reason.
    Malformed(String),
    /// Longer than the intake allowed; this many bytes had been seen, or were announced.
    TooLong(u64),
}
