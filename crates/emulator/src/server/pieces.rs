//! A payload read out of the store in pieces that fit in memory.
use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::payload::{Passage, Payload, Slice};
use crate::store::Store;

/// File bytes read at once; divisible by 3, so that the base64 of pieces is the base64 of the whole.
const PIECE: u64 = 96 * 1024;

/// What is still to be sent.
#[derive(Debug)]
pub(crate) struct Pieces {
    runs: VecDeque<Run>,
}

/// Bytes that are sent in one way.
#[derive(Debug)]
enum Run {
    Literal(Bytes),
    Raw(VecDeque<Slice>),
    Base64(VecDeque<Slice>),
}

impl Pieces {
    pub(crate) fn of(payload: Payload) -> Pieces {
        let runs = match payload {
            Payload::Bytes(bytes) => VecDeque::from([Run::Literal(bytes)]),
            Payload::Slices(slices) => VecDeque::from([Run::Raw(slices.into())]),
            Payload::Text(passages) => passages.into_iter().map(Run::of).collect(),
        };
        Pieces { runs }
    }

    /// Bytes still to come, as they go over the wire.
    pub(crate) fn len(&self) -> u64 {
        self.runs.iter().map(Run::len).sum()
    }

    /// The length of a payload, as it goes over the wire.
    pub(crate) fn len_of(payload: &Payload) -> u64 {
        Pieces::of(payload.clone()).len()
    }

    /// What stands before file bytes, or instead of them: needs no store.
    pub(crate) fn literal(&mut self) -> Option<Bytes> {
        while let Some(Run::Literal(text)) = self.runs.front_mut() {
            let text = std::mem::take(text);
            self.runs.pop_front();
            if !text.is_empty() {
                return Some(text);
            }
        }
        None
    }

    /// The next bytes, never none of them; `None` at the end.
    pub(crate) fn next(&mut self, store: &dyn Store) -> io::Result<Option<Bytes>> {
        while let Some(run) = self.runs.front_mut() {
            let piece = match run {
                Run::Literal(text) => Some(std::mem::take(text)).filter(|text| !text.is_empty()),
                Run::Raw(slices) => {
                    cut(slices, PIECE).map(|slice| store.read(slice.blob, slice.range)).transpose()?
                }
                Run::Base64(slices) => encoded(slices, store)?,
            };
            if piece.is_some() {
                return Ok(piece);
            }
            self.runs.pop_front();
        }
        Ok(None)
    }
}

impl Run {
    fn of(passage: Passage) -> Run {
        match passage {
            Passage::Literal(text) => Run::Literal(text),
            Passage::Base64(slices) => Run::Base64(slices.into()),
        }
    }

    fn len(&self) -> u64 {
        let total = |slices: &VecDeque<Slice>| slices.iter().map(|slice| len(&slice.range)).sum::<u64>();
        match self {
            Run::Literal(text) => text.len() as u64,
            Run::Raw(slices) => total(slices),
            Run::Base64(slices) => total(slices).div_ceil(3) * 4,
        }
    }
}

/// Takes a part of one slice, at most this long and not empty, off the front.
fn cut(slices: &mut VecDeque<Slice>, at_most: u64) -> Option<Slice> {
    loop {
        let front = slices.front_mut()?;
        let cut = front.range.end.min(front.range.start.saturating_add(at_most));
        let taken = Slice { blob: front.blob, range: front.range.start..cut };
        front.range.start = cut;
        if front.range.is_empty() {
            slices.pop_front();
        }
        if !taken.range.is_empty() {
            return Some(taken);
        }
    }
}

/// The slices are one run of bytes: only the last piece may end off a group of three.
fn encoded(slices: &mut VecDeque<Slice>, store: &dyn Store) -> io::Result<Option<Bytes>> {
    let mut run = BytesMut::new();
    while (run.len() as u64) < PIECE
        && let Some(slice) = cut(slices, PIECE - run.len() as u64)
    {
        let bytes = store.read(slice.blob, slice.range)?;
        if run.is_empty() && bytes.len() as u64 == PIECE {
            return Ok(Some(encode(&bytes)));
        }
        run.extend_from_slice(&bytes);
    }
    Ok((!run.is_empty()).then(|| encode(&run)))
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
            let literal = |text: &'static str| Passage::Literal(Bytes::from_static(text.as_bytes()));
            let passages = vec![
                literal("{\"a\":\""),
                Passage::Base64(slices.clone()),
                literal(""),
                literal("\",\"b\":\""),
                Passage::Base64(slices),
                literal("\"}"),
            ];
            let base64 = BASE64_STANDARD.encode(&expected);
            let text = format!("{{\"a\":\"{base64}\",\"b\":\"{base64}\"}}");
            assert_eq!(all(&store, Payload::Text(passages)), text.as_bytes(), "seed {seed}");
        }
    }

    #[test]
    fn a_literal_alone_is_one_piece_and_nothing_is_none() {
        let store = Memory::new();
        assert_eq!(all(&store, Payload::Bytes(Bytes::from_static(b"{}"))), b"{}");
        assert_eq!(all(&store, Payload::Bytes(Bytes::new())), b"");
    }
}
