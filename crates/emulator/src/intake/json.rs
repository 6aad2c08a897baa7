//! A JSON object read while it arrives: named top-level base64 properties go to the store, the rest is kept and
//! parsed at the end.
//!
//! The reader only has to find its way in *valid* JSON. Whatever it does not take out it keeps byte for byte, with
//! `""` in place of what it took, so that `serde_json` has the last word on whether the whole is valid.
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use serde_json::Value;

use super::Stop;
use super::base64::Decoder;
use crate::payload::{Content, Stored};
use crate::store::Store;

/// Bytes kept of everything that is not file bytes (the contract of [`Intake::Json`](crate::payload::Intake::Json)).
const KEPT: usize = 1 << 20;

pub(super) struct JsonReader {
    names: Vec<Name>,
    limit: u64,
    store: Arc<dyn Store>,
    kept: Vec<u8>,
    depth: usize,
    /// What the next string of the outermost object is.
    next: Next,
    state: State,
    blobs: BTreeMap<String, Stored>,
}

/// A property that holds file bytes.
struct Name {
    text: String,
    seen: bool,
}

#[derive(Clone, Copy)]
enum Next {
    /// Not inside the outermost object itself.
    Other,
    Key,
    Value,
    /// A value of the property with this index.
    Data(usize),
}

enum State {
    Outside,
    /// Inside a string that is kept; `key` is where it starts when it names a property of the outermost object.
    Text {
        key: Option<usize>,
        escaped: bool,
    },
    /// Inside the base64 of the property with this index.
    Data {
        name: usize,
        decoder: Decoder,
        escape: Escape,
    },
}

/// JSON writers may write any character of a string as an escape, `+` and `/` in base64 among them.
enum Escape {
    None,
    Begun,
    Unicode { digits: u32, code: u32 },
}

impl JsonReader {
    pub(super) fn new(binary: Vec<String>, limit: u64, store: Arc<dyn Store>) -> JsonReader {
        JsonReader {
            names: binary.into_iter().map(|text| Name { text, seen: false }).collect(),
            limit,
            store,
            kept: Vec::new(),
            depth: 0,
            next: Next::Other,
            state: State::Outside,
            blobs: BTreeMap::new(),
        }
    }

    pub(super) fn push(&mut self, mut piece: &[u8]) -> Result<(), Stop> {
        while !piece.is_empty() {
            let taken = match &mut self.state {
                State::Outside => self.outside(piece)?,
                State::Text { .. } => self.text(piece)?,
                State::Data { .. } => self.data(piece)?,
            };
            piece = &piece[taken..];
            if self.kept.len() > KEPT {
                return Err(Stop::TooLong);
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Content, Stop> {
        if !matches!(self.state, State::Outside) {
            return Err(Stop::Malformed("the JSON ends inside a string".into()));
        }
        let mut value: Value = serde_json::from_slice(&self.kept).map_err(|e| not_json(&e))?;
        let Some(object) = value.as_object_mut() else {
            return Err(Stop::Malformed("the JSON is not an object".into()));
        };
        object.retain(|key, _| !self.blobs.contains_key(key));
        Ok(Content::Json { value, blobs: mem::take(&mut self.blobs) })
    }

    /// Takes what stands between two strings.
    fn outside(&mut self, piece: &[u8]) -> Result<usize, Stop> {
        for (at, &byte) in piece.iter().enumerate() {
            match byte {
                b'"' => {
                    self.kept.extend_from_slice(&piece[..at]);
                    self.open()?;
                    return Ok(at + 1);
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    self.next = if self.depth == 1 && byte == b'{' { Next::Key } else { Next::Other };
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.next = Next::Other;
                }
                b',' if self.depth == 1 => self.next = Next::Key,
                _ => {}
            }
        }
        self.kept.extend_from_slice(piece);
        Ok(piece.len())
    }

    /// At the first quote of a string.
    fn open(&mut self) -> Result<(), Stop> {
        let key = matches!(self.next, Next::Key).then_some(self.kept.len());
        self.kept.push(b'"');
        self.state = match mem::replace(&mut self.next, Next::Other) {
            Next::Data(name) => {
                self.kept.push(b'"');
                let decoder = Decoder::new(self.store.create()?, self.limit);
                State::Data { name, decoder, escape: Escape::None }
            }
            _ => State::Text { key, escaped: false },
        };
        Ok(())
    }

    /// Takes a string that is kept, up to its end or the end of the piece.
    fn text(&mut self, piece: &[u8]) -> Result<usize, Stop> {
        let State::Text { key, escaped } = &mut self.state else { return Ok(0) };
        let end = piece.iter().position(|&byte| match byte {
            _ if *escaped => {
                *escaped = false;
                false
            }
            b'\\' => {
                *escaped = true;
                false
            }
            _ => byte == b'"',
        });
        let Some(end) = end else {
            self.kept.extend_from_slice(piece);
            return Ok(piece.len());
        };
        self.kept.extend_from_slice(&piece[..=end]);
        if let Some(start) = *key {
            self.named(start)?;
        }
        self.state = State::Outside;
        Ok(end + 1)
    }

    /// A name of a property of the outermost object has been read; it starts at `start` of what is kept.
    fn named(&mut self, start: usize) -> Result<(), Stop> {
        let key: String = serde_json::from_slice(&self.kept[start..]).map_err(|e| not_json(&e))?;
        self.next = Next::Value;
        if let Some(index) = self.names.iter().position(|name| name.text == key) {
            if mem::replace(&mut self.names[index].seen, true) {
                return Err(Stop::Malformed(format!("{key} is given twice")));
            }
            self.next = Next::Data(index);
        }
        Ok(())
    }

    /// Takes base64, up to an escape, the end of the string or the end of the piece.
    fn data(&mut self, piece: &[u8]) -> Result<usize, Stop> {
        let State::Data { name, decoder, escape } = &mut self.state else { return Ok(0) };
        let name = self.names[*name].text.clone();
        let named = |stop| match stop {
            Stop::Malformed(reason) => Stop::Malformed(format!("{name}: {reason}")),
            other => other,
        };
        if !matches!(escape, Escape::None) {
            if let Some(character) = escape.push(piece[0]).map_err(named)? {
                decoder.push(&[character]).map_err(named)?;
            }
            return Ok(1);
        }
        let end = run_length(piece);
        decoder.push(&piece[..end]).map_err(named)?;
        match piece.get(end) {
            None => Ok(end),
            Some(b'\\') => {
                *escape = Escape::Begun;
                Ok(end + 1)
            }
            Some(_) => {
                if let State::Data { decoder, .. } = mem::replace(&mut self.state, State::Outside) {
                    let stored = decoder.finish().map_err(named)?;
                    self.blobs.insert(name, stored);
                }
                Ok(end + 1)
            }
        }
    }
}

impl Drop for JsonReader {
    fn drop(&mut self) {
        for stored in self.blobs.values() {
            // A blob that stays behind is swept when the store is opened again.
            let _ = self.store.remove(stored.id);
        }
    }
}

impl Escape {
    /// The next byte of an escape; the character when it is complete and base64 can hold it.
    fn push(&mut self, byte: u8) -> Result<Option<u8>, Stop> {
        let foreign = || Stop::Malformed("an escape in it is no character of base64".into());
        match self {
            Escape::None => Ok(None),
            Escape::Begun => {
                *self = if byte == b'u' { Escape::Unicode { digits: 0, code: 0 } } else { Escape::None };
                match byte {
                    b'u' => Ok(None),
                    b'/' => Ok(Some(b'/')),
                    _ => Err(foreign()),
                }
            }
            Escape::Unicode { digits, code } => {
                let digit = char::from(byte).to_digit(16).ok_or_else(foreign)?;
                (*digits, *code) = (*digits + 1, *code * 16 + digit);
                if *digits < 4 {
                    return Ok(None);
                }
                let character = u8::try_from(*code).map_err(|_| foreign())?;
                *self = Escape::None;
                // A quote or a backslash written as an escape is data here, and no base64.
                Ok(Some(character))
            }
        }
    }
}

/// Bytes before the next quote or backslash: nearly all of a body. Whole groups are looked at without an early end,
/// which the compiler turns into wide comparisons.
fn run_length(piece: &[u8]) -> usize {
    let ends = |byte: &u8| *byte == b'"' || *byte == b'\\';
    let groups =
        piece.chunks_exact(64).take_while(|group| !group.iter().fold(false, |any, byte| any | ends(byte)));
    let start = groups.count() * 64;
    piece[start..].iter().position(ends).map_or(piece.len(), |at| start + at)
}

/// The reason without its position, which counts without the file bytes and would mislead.
fn not_json(error: &serde_json::Error) -> Stop {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    Stop::Malformed(format!("not JSON: {reason}"))
}
