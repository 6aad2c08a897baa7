//! One part of a file on its way down: what is missing of it, and where the bytes of the present attempt belong.
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use bytes::Bytes;

use crate::wire::data::DataDecoder;
use crate::wire::text::TextDecoder;

/// What an answer wraps the file's bytes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    None,
    /// Base64 text, and nothing else.
    Text,
    /// Base64 in the JSON property of this name.
    Json(&'static str),
}

/// Why bytes cannot be taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// They are not what was asked for.
    Odd(String),
    /// They are not the bytes that came before in the same place.
    Another,
}

/// Tells whether bytes that come again are those that have been given out. SipHash reads bytes as one stream, whatever the
/// pieces they come in.
#[derive(Debug, Default)]
struct Comparison {
    given_out: DefaultHasher,
    again: DefaultHasher,
}

#[derive(Debug)]
enum Decoder {
    None,
    Text(TextDecoder),
    Json(DataDecoder),
}

#[derive(Debug)]
pub(super) struct Part {
    /// Where it began; with `next`, the bytes that have been given out.
    start: u64,
    /// The first byte not given out yet.
    pub next: u64,
    /// One behind its last byte; unknown until the first answer says how large the file is.
    pub end: Option<u64>,
    /// Position of the next byte of the present attempt. Behind `next` where an answer begins with what is known already.
    at: u64,
    /// This attempt has brought something new.
    pub moved: bool,
    decoder: Decoder,
    comparison: Option<Comparison>,
}

impl Part {
    pub fn new(range: Range<u64>) -> Self {
        Self { end: Some(range.end), ..Self::open(range.start) }
    }

    pub fn open(start: u64) -> Self {
        Self {
            start,
            next: start,
            end: None,
            at: start,
            moved: false,
            decoder: Decoder::None,
            comparison: None,
        }
    }

    /// What comes again will be compared with what was given out: nothing else tells that it is the same file.
    pub fn comparing(mut self) -> Self {
        self.comparison = Some(Comparison::default());
        self
    }

    /// Where the next attempt begins: behind what has been given out, unless that has to be compared.
    pub fn next_attempt(&self) -> u64 {
        if self.comparison.is_some() { self.start } else { self.next }
    }

    /// A new attempt, whose answer begins at `at`.
    pub fn begin(&mut self, at: u64, wrapping: Wrapping) {
        (self.at, self.moved) = (at, false);
        if let Some(comparison) = &mut self.comparison {
            comparison.again = DefaultHasher::default();
        }
        self.decoder = match wrapping {
            Wrapping::None => Decoder::None,
            Wrapping::Text => Decoder::Text(TextDecoder::default()),
            Wrapping::Json(property) => Decoder::Json(DataDecoder::of(property)),
        };
    }

    /// Whether bytes of an earlier attempt have been given out.
    pub fn is_begun(&self) -> bool {
        self.next > self.start
    }

    /// Position of the next byte that comes.
    pub fn at(&self) -> u64 {
        self.at
    }

    pub fn given_out(&self) -> Range<u64> {
        self.start..self.next
    }

    pub fn is_complete(&self) -> bool {
        self.end == Some(self.next)
    }

    /// Whether the text around the bytes, where there is one, has ended as it should.
    pub fn is_well_ended(&self) -> bool {
        match &self.decoder {
            Decoder::None => true,
            Decoder::Text(decoder) => decoder.is_done(),
            Decoder::Json(decoder) => decoder.is_done(),
        }
    }

    /// Whether the answer says that there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(&self.decoder, Decoder::Json(decoder) if decoder.is_null())
    }

    /// The new bytes of a chunk and where they belong.
    pub fn take(&mut self, chunk: Bytes) -> Result<Option<(u64, Bytes)>, Unfit> {
        let bytes = match &mut self.decoder {
            Decoder::None => Ok(chunk),
            Decoder::Text(decoder) => decoder.feed(&chunk).map(Bytes::from),
            Decoder::Json(decoder) => decoder.feed(&chunk).map(Bytes::from),
        };
        let mut bytes = bytes.map_err(Unfit::Odd)?;
        let after = self.at + bytes.len() as u64;
        if let Some(end) = self.end.filter(|end| after > *end) {
            return Err(Unfit::Odd(format!("more bytes than were asked for, beyond {end}")));
        }
        let known = self.next.saturating_sub(self.at).min(bytes.len() as u64);
        self.at = after;
        let fresh = bytes.split_off(known as usize);
        if let Some(comparison) = &mut self.comparison {
            comparison.again.write(&bytes);
            if !bytes.is_empty() && after >= self.next && !comparison.is_same() {
                return Err(Unfit::Another);
            }
            comparison.given_out.write(&fresh);
        }
        if fresh.is_empty() {
            return Ok(None);
        }
        let offset = self.next;
        self.next += fresh.len() as u64;
        self.moved = true;
        Ok(Some((offset, fresh)))
    }
}

impl Comparison {
    fn is_same(&self) -> bool {
        self.given_out.finish() == self.again.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_begins_anew_gives_only_what_is_new() {
        let mut part = Part::new(0..6);
        part.begin(0, Wrapping::None);
        assert_eq!(part.take("abc".into()), Ok(Some((0, "abc".into()))));
        part.begin(0, Wrapping::None);
        assert_eq!(part.take("ab".into()), Ok(None));
        assert_eq!(part.take("cdef".into()), Ok(Some((3, "def".into()))));
        assert!(part.is_complete());
        assert!(part.take("g".into()).is_err());
    }

    #[test]
    fn what_comes_again_must_be_what_came_before() {
        let mut part = Part::new(0..6).comparing();
        part.begin(0, Wrapping::None);
        assert_eq!(part.take("abcd".into()), Ok(Some((0, "abcd".into()))));
        assert_eq!(part.next_attempt(), 0);
        for (again, taken) in [("abcd", Ok(None)), ("abcx", Err(Unfit::Another))] {
            part.begin(0, Wrapping::None);
            assert_eq!(part.take(again[..2].to_owned().into()), Ok(None));
            assert_eq!(part.take(again[2..].to_owned().into()), taken);
        }
        part.begin(0, Wrapping::None);
        assert_eq!(part.take("abcdef".into()), Ok(Some((4, "ef".into()))));
    }

    #[test]
    fn b07_the_next_attempt_goes_on_where_the_bytes_stopped() {
        let mut part = Part::new(100..110);
        part.begin(100, Wrapping::Json("Data"));
        assert_eq!(part.take(r#"{"Data":"QUJD"}"#.into()), Ok(Some((100, "ABC".into()))));
        assert!(part.is_well_ended() && part.moved && !part.is_complete());
        assert_eq!((part.next, part.given_out()), (103, 100..103));
    }
}
