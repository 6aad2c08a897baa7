//! Takes a request's body in, piece by piece, as the core asked: file bytes go into the store, never into memory.
//!
//! Not here: sockets. A [`Receiver`] is pushed to, so a server, a simulation and a test use the same one.
use std::io;
use std::mem;
use std::sync::Arc;

use bytes::BytesMut;

use crate::payload::{Content, Intake};
use crate::store::{BlobWriter, Store};

mod base64;
mod json;

use json::JsonReader;

/// Whether a [`Receiver`] wants more of the body.
///
/// ```
/// use std::sync::Arc;
///
/// use dataverse_files_emulator::intake::{Flow, Receiver};
/// use dataverse_files_emulator::payload::Intake;
/// use dataverse_files_emulator::store::Memory;
///
/// let mut receiver = Receiver::new(Intake::Bytes { limit: 4 }, Arc::new(Memory::new()))?;
/// assert_eq!(receiver.push(b"1234")?, Flow::More);
/// assert_eq!(receiver.push(b"5")?, Flow::Enough);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Push what comes next.
    More,
    /// The content is settled: what still comes can be thrown away.
    Enough,
}

/// Turns a body that arrives in pieces into a [`Content`]. Dropped before its end, it leaves nothing in the store.
///
/// ```
/// use std::sync::Arc;
///
/// use dataverse_files_emulator::intake::Receiver;
/// use dataverse_files_emulator::payload::{Content, Intake};
/// use dataverse_files_emulator::store::{Memory, Store};
///
/// let store = Arc::new(Memory::new());
/// let block = Intake::Json { binary: vec!["BlockData".into()], limit: 4_194_304 };
/// let mut receiver = Receiver::new(block, store.clone())?;
/// receiver.push(br#"{"BlockId":"MDE=","BlockData":"Q29u"#)?;
/// receiver.push(br#"dG9zbw=="}"#)?;
/// let Content::Json { value, blobs } = receiver.finish()? else { panic!("it is JSON") };
/// assert_eq!(value["BlockId"], "MDE=");
/// assert_eq!(store.read(blobs["BlockData"].id, 0..7)?, "Contoso");
/// # std::io::Result::Ok(())
/// ```
pub struct Receiver {
    mode: Mode,
    /// Bytes of the body so far.
    seen: u64,
}

enum Mode {
    Bytes { held: BytesMut, limit: u64 },
    Blob { writer: Box<dyn BlobWriter>, limit: u64 },
    Json(JsonReader),
    Settled(Content),
}

/// Why a body is not taken in to its end.
#[derive(Debug)]
enum Stop {
    Malformed(String),
    TooLong,
    Store(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Store(error)
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl Receiver {
    /// For a body to be read as `intake` says, with its file bytes kept in `store`.
    ///
    /// # Errors
    /// When the store cannot start a blob.
    pub fn new(intake: Intake, store: Arc<dyn Store>) -> io::Result<Receiver> {
        let mode = match intake {
            Intake::Bytes { limit } => Mode::Bytes { held: BytesMut::new(), limit },
            Intake::Blob { limit } => Mode::Blob { writer: store.create()?, limit },
            Intake::Json { binary, limit } => Mode::Json(JsonReader::new(binary, limit, store)),
        };
        Ok(Receiver { mode, seen: 0 })
    }

    /// The `Content-Length` of the body, before any of it: one that is too long need not be read.
    pub fn announce(&mut self, length: u64) -> Flow {
        match self.mode {
            Mode::Bytes { limit, .. } | Mode::Blob { limit, .. } if length > limit => {
                self.mode = Mode::Settled(Content::TooLong(length));
                Flow::Enough
            }
            Mode::Settled(_) => Flow::Enough,
            // The length of JSON says little about the bytes in it: base64 and escapes make it longer.
            _ => Flow::More,
        }
    }

    /// The next piece of the body.
    ///
    /// # Errors
    /// When the store cannot keep it, e.g. because the disk is full.
    pub fn push(&mut self, piece: &[u8]) -> io::Result<Flow> {
        self.seen += piece.len() as u64;
        let taken = match &mut self.mode {
            Mode::Settled(_) => return Ok(Flow::Enough),
            Mode::Bytes { limit, .. } | Mode::Blob { limit, .. } if self.seen > *limit => Err(Stop::TooLong),
            Mode::Bytes { held, .. } => {
                held.extend_from_slice(piece);
                Ok(())
            }
            Mode::Blob { writer, .. } => writer.write(piece).map_err(Stop::Store),
            Mode::Json(reader) => reader.push(piece),
        };
        match taken {
            Ok(()) => Ok(Flow::More),
            Err(stop) => {
                self.mode = Mode::Settled(stop.settle(self.seen)?);
                Ok(Flow::Enough)
            }
        }
    }

    /// The body is at its end.
    ///
    /// # Errors
    /// When the store cannot keep it.
    pub fn finish(mut self) -> io::Result<Content> {
        // What is settled is taken out, so that dropping the rest cannot take blobs away again.
        let done = match mem::replace(&mut self.mode, Mode::Settled(Content::TooLong(0))) {
            Mode::Bytes { held, .. } => Ok(Content::Bytes(held.freeze())),
            Mode::Blob { writer, .. } => writer.finish().map(Content::Blob).map_err(Stop::Store),
            Mode::Json(reader) => reader.finish(),
            Mode::Settled(content) => Ok(content),
        };
        done.or_else(|stop| stop.settle(self.seen))
    }
}

impl Stop {
    fn settle(self, seen: u64) -> io::Result<Content> {
        match self {
            Stop::Malformed(reason) => Ok(Content::Malformed(reason)),
            Stop::TooLong => Ok(Content::TooLong(seen)),
            Stop::Store(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
