//! Base64 letters that come in any split, decoded as they arrive.
use base64_simd::STANDARD;

/// Letters that so many bytes make, padding included.
pub(crate) const fn length(bytes: u64) -> u64 {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Reads one run of base64; at most three letters are held back.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    /// Letters that do not make a group of four yet.
    rest: Vec<u8>,
    /// A group with `=` was read: nothing may follow.
    padded: bool,
}

impl Letters {
    /// The bytes that these letters complete go to `out`; the error says what is wrong with them.
    pub fn feed(&mut self, mut letters: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        if !self.rest.is_empty() {
            let need = (4 - self.rest.len()).min(letters.len());
            let (head, tail) = letters.split_at(need);
            self.rest.extend_from_slice(head);
            letters = tail;
            if self.rest.len() < 4 {
                return Ok(());
            }
            let group = std::mem::take(&mut self.rest);
            self.decode(&group, out)?;
        }
        let (groups, rest) = letters.split_at(letters.len() / 4 * 4);
        self.decode(groups, out)?;
        if self.padded && !rest.is_empty() {
            return Err(BEYOND.into());
        }
        self.rest.extend_from_slice(rest);
        Ok(())
    }

    /// Whether the letters so far are whole.
    pub fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }

    fn decode(&mut self, groups: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        if groups.is_empty() {
            return Ok(());
        }
        if self.padded {
            return Err(BEYOND.into());
        }
        self.padded = groups.last() == Some(&b'=');
        STANDARD.decode_append(groups, out).map_err(|_| "what came is not base64".to_owned())
    }
}

const BEYOND: &str = "the base64 goes on after its end";
