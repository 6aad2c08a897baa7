//! A payload read out of the store in pieces that fit in memory.
use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::payload::{Payload, Slice};
use crate::store::Store;

/// File bytes read at once; divisible by 3, so that the base64 of pieces is the base64 of the whole.
const PIECE: u64 = 96 * 1024;

/// What is still to be sent.
#[derive(Debug)]
pub(crate) struct Pieces {
    head: Bytes,
    slices: VecDeque<Slice>,
    tail: Bytes,
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug)]
enum Encoding {
    Raw,
    Base64,
}

impl Pieces {
    pub(crate) fn of(payload: Payload) -> Pieces {
        let (head, slices, tail, encoding) = match payload {
            Payload::Bytes(bytes) => (bytes, Vec::new(), Bytes::new(), Encoding::Raw),
            Payload::Slices(slices) => (Bytes::new(), slices, Bytes::new(), Encoding::Raw),
            Payload::Base64 { head, slices, tail } => (head, slices, tail, Encoding::Base64),
        };
        Pieces { head, slices: slices.into(), tail, encoding }
    }

    /// Bytes still to come, as they go over the wire.
    pub(crate) fn len(&self) -> u64 {
        let raw: u64 = self.slices.iter().map(|slice| len(&slice.range)).sum();
        let text = match self.encoding {
            Encoding::Raw => raw,
            Encoding::Base64 => raw.div_ceil(3) * 4,
        };
        (self.head.len() + self.tail.len()) as u64 + text
    }

    /// The length of a payload, as it goes over the wire.
    pub(crate) fn len_of(payload: &Payload) -> u64 {
        Pieces::of(payload.clone()).len()
    }

    /// What stands before file bytes, or instead of them: needs no store.
    pub(crate) fn literal(&mut self) -> Option<Bytes> {
        let piece = std::mem::take(&mut self.head);
        (!piece.is_empty()).then_some(piece)
    }

    /// The next bytes, never none of them; `None` at the end.
    pub(crate) fn next(&mut self, store: &dyn Store) -> io::Result<Option<Bytes>> {
        if let Some(literal) = self.literal() {
            return Ok(Some(literal));
        }
        let piece = match self.encoding {
            Encoding::Raw => {
                self.slice(PIECE).map(|slice| store.read(slice.blob, slice.range)).transpose()?
            }
            Encoding::Base64 => self.encoded(store)?,
        };
        if piece.is_some() {
            return Ok(piece);
        }
        self.head = std::mem::take(&mut self.tail);
        Ok(self.literal())
    }

    /// Takes a part of one slice, at most this long and not empty, off the front.
    fn slice(&mut self, at_most: u64) -> Option<Slice> {
        loop {
            let front = self.slices.front_mut()?;
            let cut = front.range.end.min(front.range.start.saturating_add(at_most));
            let taken = Slice { blob: front.blob, range: front.range.start..cut };
            front.range.start = cut;
            if front.range.is_empty() {
                self.slices.pop_front();
            }
            if !taken.range.is_empty() {
                return Some(taken);
            }
        }
    }

    /// The slices are one run of bytes: only the last piece may end off a group of three.
    fn encoded(&mut self, store: &dyn Store) -> io::Result<Option<Bytes>> {
        let mut run = BytesMut::new();
        while (run.len() as u64) < PIECE
            && let Some(slice) = self.slice(PIECE - run.len() as u64)
        {
            let bytes = store.read(slice.blob, slice.range)?;
            if run.is_empty() && bytes.len() as u64 == PIECE {
                return Ok(Some(encode(&bytes)));
            }
            run.extend_from_slice(&bytes);
        }
        Ok((!run.is_empty()).then(|| encode(&run)))
    }
}

fn encode(bytes: &[u8]) -> Bytes {
    base64_simd::STANDARD.encode_to_string(bytes).into()
}

fn len(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

#[cfg(test)]
mod tests {
    use ::base64::Engine;
    use ::base64::prelude::BASE64_STANDARD;

    use super::*;
    use crate::random::SplitMix;
    use crate::store::Memory;

    fn all(store: &Memory, payload: Payload) -> Vec<u8> {
        let mut pieces = Pieces::of(payload);
        let announced = pieces.len();
        let mut whole = Vec::new();
        while let Some(piece) = pieces.next(store).unwrap() {
            assert!(!piece.is_empty() && piece.len() as u64 <= PIECE / 3 * 4);
            whole.extend_from_slice(&piece);
            assert_eq!(announced - whole.len() as u64, pieces.len());
        }
        assert_eq!(whole.len() as u64, announced);
        whole
    }

    #[test]
    fn slices_of_any_lengths_are_one_run_raw_and_as_base64() {
        for seed in 0..60 {
            let random = &mut SplitMix::new(seed);
            let store = Memory::new();
            let (mut slices, mut expected) = (Vec::new(), Vec::new());
            for _ in 0..random.below(6) {
                let longest = [3, 100, 3 * PIECE][random.below(3) as usize];
                let bytes: Vec<u8> = (0..random.below(longest)).map(|at| (at * 7 + seed) as u8).collect();
                let mut writer = store.create().unwrap();
                writer.write(&bytes).unwrap();
                let stored = writer.finish().unwrap();
                let start = random.below(stored.len + 1);
                let end = start + random.below(stored.len - start + 1);
                expected.extend_from_slice(&bytes[start as usize..end as usize]);
                slices.push(Slice { blob: stored.id, range: start..end });
            }
            assert_eq!(all(&store, Payload::Slices(slices.clone())), expected, "seed {seed}");
            let (head, tail) = (Bytes::from_static(b"{\"Data\":\""), Bytes::from_static(b"\"}"));
            let text = format!("{{\"Data\":\"{}\"}}", BASE64_STANDARD.encode(&expected));
            assert_eq!(all(&store, Payload::Base64 { head, slices, tail }), text.as_bytes(), "seed {seed}");
        }
    }

    #[test]
    fn a_literal_alone_is_one_piece_and_nothing_is_none() {
        let store = Memory::new();
        assert_eq!(all(&store, Payload::Bytes(Bytes::from_static(b"{}"))), b"{}");
        assert_eq!(all(&store, Payload::Bytes(Bytes::new())), b"");
    }
}
