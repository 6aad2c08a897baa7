//! A request body as a description: ranges of a source that the driver reads while it sends.
use std::iter;
use std::ops::Range;

use bytes::Bytes;

use crate::wire::base64;

/// Largest source range one [`Piece`] names, in bytes. Divisible by 3, so the base64 of pieces joins without carry.
pub const PIECE: u64 = 192 * 1024;

/// What a request carries. Sessions never hold file bytes: they name a range, and the driver reads it while it sends.
///
/// ```
/// use bytes::Bytes;
/// use dataverse_files_proto::{Body, Piece};
///
/// let file = Bytes::from_static(b"hello world");
/// let body = Body::Base64 { head: "{\"D\":\"".into(), range: 0..5, tail: "\"}".into() };
/// let mut wire = Vec::new();
/// for piece in body.pieces() {
///     let bytes = piece.encode(|r| Ok::<_, ()>(file.slice(r.start as usize..r.end as usize))).unwrap();
///     wire.extend_from_slice(&bytes);
/// }
/// assert_eq!(wire, b"{\"D\":\"aGVsbG8=\"}");
/// assert_eq!(wire.len() as u64, body.len());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Sent as it is; empty for a request without a body.
    Bytes(Bytes),
    /// A range of the source, sent as it is.
    Source(Range<u64>),
    /// A range of the source as base64 text between two literals.
    Base64 {
        /// What stands before the text.
        head: Bytes,
        /// Which bytes of the source are encoded.
        range: Range<u64>,
        /// What stands after the text.
        tail: Bytes,
    },
}

/// A part of a body small enough to be held in memory.
///
/// ```
/// use dataverse_files_proto::{Body, PIECE, Piece};
///
/// let pieces: Vec<_> = Body::Source(0..PIECE + 1).pieces().collect();
/// assert_eq!(pieces, [Piece::Raw(0..PIECE), Piece::Raw(PIECE..PIECE + 1)]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the message itself.
    Literal(Bytes),
    /// Source bytes to send as they are.
    Raw(Range<u64>),
    /// Source bytes to send as base64.
    Base64(Range<u64>),
}

impl Body {
    /// A body of no bytes.
    #[must_use]
    pub fn empty() -> Self {
        Body::Bytes(Bytes::new())
    }

    /// Length on the wire in bytes: the `Content-Length`.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Body::Bytes(b) => b.len() as u64,
            Body::Source(r) => r.end - r.start,
            Body::Base64 { head, range, tail } => {
                (head.len() + tail.len()) as u64 + base64::length(range.end - range.start)
            }
        }
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The body in order, in pieces of at most [`PIECE`] source bytes.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> + Send + 'static {
        let (head, range, tail, base64) = match self.clone() {
            Body::Bytes(b) => (b, 0..0, Bytes::new(), false),
            Body::Source(r) => (Bytes::new(), r, Bytes::new(), false),
            Body::Base64 { head, range, tail } => (head, range, tail, true),
        };
        let end = range.end;
        let middle = range.step_by(PIECE as usize).map(move |at| {
            let part = at..end.min(at + PIECE);
            if base64 { Piece::Base64(part) } else { Piece::Raw(part) }
        });
        iter::once(Piece::Literal(head))
            .chain(middle)
            .chain(iter::once(Piece::Literal(tail)))
            .filter(|p| !matches!(p, Piece::Literal(b) if b.is_empty()))
    }
}

impl Piece {
    /// The wire bytes of this piece. `read` is asked for exactly the source range it names.
    ///
    /// # Errors
    /// Whatever `read` gives.
    pub fn encode<E>(self, read: impl FnOnce(Range<u64>) -> Result<Bytes, E>) -> Result<Bytes, E> {
        Ok(match self {
            Piece::Literal(b) => b,
            Piece::Raw(r) => read(r)?,
            Piece::Base64(r) => base64_simd::STANDARD.encode_to_string(read(r)?).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pieces_join_to_the_base64_of_the_whole() {
        let file: Bytes = (0..PIECE * 2 + 7).map(|i| (i * 31 % 251) as u8).collect::<Vec<_>>().into();
        let body = Body::Base64 { head: Bytes::new(), range: 1..file.len() as u64, tail: Bytes::new() };
        let read = |r: Range<u64>| Ok::<_, ()>(file.slice(r.start as usize..r.end as usize));
        let wire: Vec<u8> = body.pieces().flat_map(|p| p.encode(read).unwrap()).collect();
        assert_eq!(wire, base64_simd::STANDARD.encode_to_string(&file[1..]).into_bytes());
        assert_eq!(wire.len() as u64, body.len());
    }

    #[test]
    fn no_piece_is_larger_than_promised_and_none_is_empty() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 4_194_304] {
            let pieces: Vec<_> = Body::Source(0..len).pieces().collect();
            assert_eq!(pieces.len() as u64, len.div_ceil(PIECE));
            assert!(
                pieces
                    .iter()
                    .all(|p| matches!(p, Piece::Raw(r) if !r.is_empty() && r.end - r.start <= PIECE))
            );
        }
    }
}
