//! Request bodies: read piece by piece while they are sent.
use std::io::{self, Cursor, Read};
use std::iter::Peekable;
use std::sync::Arc;

use bytes::Bytes;
use dataverse_files_io::{Source, SourceError};
use ureq::SendBody;

use crate::{Body, Failure, Piece};

/// A body on its way, one piece at a time.
struct Outgoing<P: Iterator<Item = Piece>> {
    pieces: Peekable<P>,
    source: Arc<dyn Source>,
    finishes: bool,
    ready: Bytes,
}

/// What ureq is given for a body; its length is stated in the request's head. When the request `finishes` an upload, the
/// source is found unchanged before the last byte leaves, or the body breaks off.
pub(crate) fn outgoing(
    body: Body,
    source: &Arc<dyn Source>,
    finishes: bool,
) -> Result<SendBody<'static>, Failure> {
    match body {
        Body::Bytes(bytes) => {
            if finishes {
                source.verify().map_err(Failure::Source)?;
            }
            Ok(if bytes.is_empty() {
                SendBody::none()
            } else {
                SendBody::from_owned_reader(Cursor::new(bytes))
            })
        }
        body => {
            let pieces = body.pieces().peekable();
            let source = source.clone();
            Ok(SendBody::from_owned_reader(Outgoing { pieces, source, finishes, ready: Bytes::new() }))
        }
    }
}

impl<P: Iterator<Item = Piece>> Outgoing<P> {
    fn next_piece(&mut self, piece: Piece) -> io::Result<Bytes> {
        let bytes = piece.encode(|range| self.source.read(range))?;
        if self.finishes && self.pieces.peek().is_none() {
            self.source.verify()?;
        }
        Ok(bytes)
    }
}

impl<P: Iterator<Item = Piece>> Read for Outgoing<P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() {
            let Some(piece) = self.pieces.next() else { return Ok(0) };
            self.ready = self.next_piece(piece).map_err(SourceError::mark)?;
        }
        let part = self.ready.split_to(buffer.len().min(self.ready.len()));
        buffer[..part.len()].copy_from_slice(&part);
        Ok(part.len())
    }
}
