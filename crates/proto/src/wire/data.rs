//! The bytes inside `{"…":…,"Data":"<base64>"}` as they arrive: any split, any escape, nothing kept.
use super::base64::Letters;

/// Reads the one base64 property of a JSON object piece by piece: the `Data` of a `DownloadBlock` (file-columns §7.3), the
/// content of a note or an attachment inside its record (notes-attachments §3).
#[derive(Debug)]
pub(crate) struct DataDecoder {
    /// The property's name.
    wanted: &'static str,
    place: Place,
    depth: u32,
    /// The string being read, while it may still be the wanted key; longer ones cannot be.
    key: Vec<u8>,
    letters: Letters,
    escape: Escape,
    /// The wanted property is `null`.
    null: bool,
    bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    Outside,
    String,
    AfterString,
    /// After the wanted key of the outer object.
    Value,
    Data,
    /// It has been read; what follows is skipped.
    Rest,
}

#[derive(Clone, Copy, Debug, Default)]
enum Escape {
    #[default]
    None,
    Started,
    Unicode(u8, u32),
}

enum Letter {
    Byte(u8),
    Quote,
    Unfinished,
}

impl DataDecoder {
    /// For the property of this name.
    pub fn of(wanted: &'static str) -> Self {
        let (place, escape) = (Place::default(), Escape::default());
        Self {
            wanted,
            place,
            depth: 0,
            key: Vec::new(),
            letters: Letters::default(),
            escape,
            null: false,
            bytes: 0,
        }
    }

    /// The file bytes that this chunk completes; the error says why the text is not what it should be.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(chunk.len() / 4 * 3 + 3);
        let mut left = chunk;
        while let Some((&byte, after)) = left.split_first() {
            if self.place == Place::Data && matches!(self.escape, Escape::None) {
                let plain = left.iter().position(|b| matches!(b, b'"' | b'\\')).unwrap_or(left.len());
                if plain > 0 {
                    self.letters.feed(&left[..plain], &mut out)?;
                    left = &left[plain..];
                    continue;
                }
            }
            self.step(byte, &mut out)?;
            left = after;
        }
        self.bytes += out.len() as u64;
        Ok(out)
    }

    /// Whether the whole object was there, with the wanted property.
    pub fn is_done(&self) -> bool {
        self.place == Place::Rest && self.depth == 0
    }

    /// Whether the wanted property was there and said that there is nothing.
    pub fn is_null(&self) -> bool {
        self.null && self.depth == 0
    }

    /// File bytes given out so far.
    #[cfg(test)]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<(), String> {
        match self.place {
            Place::Outside | Place::AfterString | Place::Value => self.outside(byte),
            Place::Rest => self.skip(byte),
            Place::String => match self.unescape(byte)? {
                Letter::Byte(b) if self.key.len() <= self.wanted.len() => self.key.push(b),
                Letter::Quote => self.place = Place::AfterString,
                Letter::Byte(_) | Letter::Unfinished => {}
            },
            Place::Data => match self.unescape(byte)? {
                Letter::Byte(b) => self.letters.feed(&[b], out)?,
                Letter::Quote if self.letters.is_whole() => self.place = Place::Rest,
                Letter::Quote => return Err(format!("the base64 of {} ends in the middle", self.wanted)),
                Letter::Unfinished => {}
            },
        }
        Ok(())
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {}
            b':' if self.place == Place::AfterString
                && self.depth == 1
                && self.key == self.wanted.as_bytes() =>
            {
                self.place = Place::Value;
            }
            b'"' if self.place == Place::Value => self.place = Place::Data,
            b'"' => {
                self.key.clear();
                self.place = Place::String;
            }
            _ => {
                self.null |= self.place == Place::Value && byte == b'n';
                self.bracket(byte);
                self.place = Place::Outside;
            }
        }
    }

    /// After it only the depth matters, and quotes, which may hide brackets.
    fn skip(&mut self, byte: u8) {
        match (self.escape, byte) {
            (Escape::None, b'"') => self.escape = Escape::Unicode(0, 0),
            (Escape::None, _) => self.bracket(byte),
            (Escape::Unicode(..), b'"') => self.escape = Escape::None,
            (Escape::Unicode(..), b'\\') => self.escape = Escape::Started,
            (Escape::Unicode(..), _) => {}
            (Escape::Started, _) => self.escape = Escape::Unicode(0, 0),
        }
    }

    fn bracket(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn unescape(&mut self, byte: u8) -> Result<Letter, String> {
        match (std::mem::take(&mut self.escape), byte) {
            (Escape::None, b'"') => Ok(Letter::Quote),
            (Escape::None, b'\\') => {
                self.escape = Escape::Started;
                Ok(Letter::Unfinished)
            }
            (Escape::None, b) => Ok(Letter::Byte(b)),
            (Escape::Started, b'u') => {
                self.escape = Escape::Unicode(0, 0);
                Ok(Letter::Unfinished)
            }
            (Escape::Started, b'n' | b'r' | b't' | b'b' | b'f') => Ok(Letter::Byte(b'\n')),
            (Escape::Started, b) => Ok(Letter::Byte(b)),
            (Escape::Unicode(digits, value), b) => {
                let digit = char::from(b).to_digit(16).ok_or("the answer has a broken \\u escape")?;
                let value = value * 16 + digit;
                if digits < 3 {
                    self.escape = Escape::Unicode(digits + 1, value);
                    return Ok(Letter::Unfinished);
                }
                Ok(Letter::Byte(u8::try_from(value).unwrap_or(b'?')))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use base64_simd::STANDARD;

    use super::*;
    use crate::retry::Jitter;

    fn read(json: &str, seed: u64) -> Result<(Vec<u8>, bool), String> {
        let (mut seed, mut decoder, mut out, mut left) =
            (Jitter(seed), DataDecoder::of("Data"), Vec::new(), json.as_bytes());
        while !left.is_empty() {
            let (now, later) = left.split_at(1 + (seed.next() % left.len().min(9) as u64) as usize);
            out.extend(decoder.feed(now)?);
            left = later;
        }
        assert_eq!(decoder.bytes(), out.len() as u64);
        Ok((out, decoder.is_done()))
    }

    #[test]
    fn any_split_and_any_escape_give_the_same_bytes() {
        let mut seed = Jitter(5);
        for round in 0..20_000u64 {
            let raw: Vec<u8> = (0..seed.next() % 90).map(|_| seed.next() as u8).collect();
            let mut text = STANDARD.encode_to_string(&raw);
            if round % 3 == 0 {
                text = text.replace('+', "\\u002B").replace('/', "\\/").replace('=', "\\u003d");
            }
            let json = match round % 5 {
                0 => format!(r#"{{"Data":"{text}"}}"#),
                1 => format!(r#"{{ "@odata.context" : "x\"Data\":\"" , "Data" : "{text}" }}"#),
                2 => format!(r#"{{"a":{{"Data":"QQ=="}},"b":["Data","q"],"Data":"{text}","z":"Data"}}"#),
                3 => format!(r#"{{"x":"Data","Data":"{text}","n":null,"y":"}}\"{{"}}"#),
                _ => format!(
                    r#"{{"Dat":"QQ==","Data\u0000":"QQ==","D\u0061ta":"{text}","k":[{{"Data":"x"}}]}}"#
                ),
            };
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
            assert_eq!(read(&json, round), Ok((raw, true)), "{json}");
        }
    }

    #[test]
    fn nothing_is_told_from_what_is_missing() {
        let null = |json: &str| {
            let mut decoder = DataDecoder::of("Data");
            decoder.feed(json.as_bytes()).unwrap();
            decoder.is_null() && !decoder.is_done()
        };
        assert!(null(r#"{"a":"Data","Data":null}"#) && null(r#"{"Data" : null , "b":7}"#));
        for json in [r#"{"Data":nul"#, r#"{"Data":7}"#, r#"{"Date":null}"#, r#"{"a":{"Data":null}}"#, ""] {
            assert!(!null(json), "{json}");
        }
    }

    #[test]
    fn what_is_not_whole_is_not_done() {
        for json in [
            r#"{"Data":"QUJD"#,
            r#"{"Data":"QUJD""#,
            r#"{"Data":null}"#,
            r#"{"error":{"code":"0x1"}}"#,
            "",
            "[]",
        ] {
            assert!(!read(json, 1).unwrap().1, "{json}");
        }
        for json in [
            r#"{"Data":"QUJ"}"#,
            r#"{"Data":"QU=="#,
            r#"{"Data":"Q!JD"}"#,
            r#"{"Data":"QQ==QUJD"}"#,
            r#"{"Data":"Q\u00zz"}"#,
        ] {
            let said = read(json, 1);
            assert!(said.is_err() || json == r#"{"Data":"QU=="#, "{json}: {said:?}");
        }
    }
}
