//! The bytes inside the base64 text of a property's `$value` as they arrive (notes-attachments §5.1).
use super::base64::Letters;

/// A property's text may begin with one (documented for `$count`).
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads the whole answer: one run of base64 between blanks, after an optional byte order mark.
#[derive(Debug, Default)]
pub(crate) struct TextDecoder {
    letters: Letters,
    /// Bytes of the answer seen, as far as a byte order mark reaches.
    seen: usize,
    /// Blanks have come after letters: only blanks may follow.
    ended: bool,
    begun: bool,
}

impl TextDecoder {
    /// The file bytes that this chunk completes; the error says why the text is not what it should be.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<Vec<u8>, String> {
        let mut text = chunk;
        while let Some((_, rest)) = text.split_first().filter(|(first, _)| BOM.get(self.seen) == Some(first))
        {
            (self.seen, text) = (self.seen + 1, rest);
        }
        if text.is_empty() {
            return Ok(Vec::new());
        }
        if (1..BOM.len()).contains(&self.seen) {
            return Err("what came is not base64".into());
        }
        self.seen = BOM.len();
        let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
        if !self.begun {
            text = text.trim_ascii_start();
        }
        let letters = text.trim_ascii_end();
        if letters.is_empty() {
            self.ended |= self.begun && !text.is_empty();
            return Ok(out);
        }
        if self.ended {
            return Err("the base64 goes on after its end".into());
        }
        self.begun = true;
        self.letters.feed(letters, &mut out)?;
        self.ended = letters.len() < text.len();
        Ok(out)
    }

    /// Whether the text is whole.
    pub fn is_done(&self) -> bool {
        self.letters.is_whole()
    }
}

#[cfg(test)]
mod tests {
    use base64_simd::STANDARD;

    use super::*;
    use crate::retry::Jitter;

    fn read(text: &[u8], seed: u64) -> Result<(Vec<u8>, bool), String> {
        let (mut seed, mut decoder, mut out, mut left) =
            (Jitter(seed), TextDecoder::default(), Vec::new(), text);
        while !left.is_empty() {
            let (now, later) = left.split_at(1 + (seed.next() % left.len().min(9) as u64) as usize);
            out.extend(decoder.feed(now)?);
            left = later;
        }
        Ok((out, decoder.is_done()))
    }

    #[test]
    fn any_split_gives_the_same_bytes_with_or_without_a_byte_order_mark() {
        let mut seed = Jitter(5);
        for round in 0..20_000u64 {
            let raw: Vec<u8> = (0..seed.next() % 90).map(|_| seed.next() as u8).collect();
            let base64 = STANDARD.encode_to_string(&raw);
            let (before, after) =
                [("", ""), ("\u{feff}", ""), ("\u{feff} ", "\r\n"), ("", " "), ("\n", "\n\n")]
                    [(round % 5) as usize];
            let text = format!("{before}{base64}{after}");
            assert_eq!(read(text.as_bytes(), round), Ok((raw, true)), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_base64_is_refused_and_what_is_cut_is_not_whole() {
        for odd in [
            &b"<html>"[..],
            b"QUJ!",
            b"QQ==QUJD",
            b"QUJD QUJD",
            b"\xef\xbbQUJD",
            b"\xef\xbb\xbf\xef\xbb\xbfQUJD",
            b"{\"value\":",
        ] {
            assert!(read(odd, 1).is_err() || !read(odd, 1).unwrap().1, "{odd:?}");
        }
        assert_eq!(read(b"QUJDQ", 1), Ok((b"ABC".to_vec(), false)));
    }
}
