//! The hash behind [`Stored::digest`](crate::payload::Stored::digest).

/// Odd, with its bits spread evenly: the fraction of the golden ratio in 64 bits.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A 64-bit hash of bytes that arrive in pieces: how they were cut makes no difference. It tells a repeated block
/// from a different one; it is not cryptographic, and it is the same on every machine, since it is kept on disk.
///
/// ```
/// use dataverse_files_emulator::store::Digest;
///
/// let mut digest = Digest::new();
/// digest.update(b"Con");
/// digest.update(b"toso");
/// assert_eq!(digest.finish(), Digest::of(b"Contoso"));
/// assert_ne!(digest.finish(), Digest::of(b"contoso"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Digest {
    state: u64,
    len: u64,
    /// Bytes of a word that is not full yet.
    rest: [u8; 8],
    held: usize,
}

impl Digest {
    /// Of no bytes yet.
    pub fn new() -> Digest {
        Digest::default()
    }

    /// Of bytes that are all at hand.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut digest = Digest::new();
        digest.update(bytes);
        digest.finish()
    }

    /// The next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len() as u64;
        if self.held > 0 {
            let taken = bytes.len().min(8 - self.held);
            self.rest[self.held..self.held + taken].copy_from_slice(&bytes[..taken]);
            self.held += taken;
            bytes = &bytes[taken..];
            if self.held < 8 {
                return;
            }
            self.state = mix(self.state, u64::from_le_bytes(self.rest));
            self.held = 0;
        }
        let (words, rest) = bytes.as_chunks::<8>();
        self.state = words.iter().fold(self.state, |state, word| mix(state, u64::from_le_bytes(*word)));
        self.rest[..rest.len()].copy_from_slice(rest);
        self.held = rest.len();
    }

    /// The hash of what came so far. The length takes part, so that trailing zeros count.
    pub fn finish(&self) -> u64 {
        let mut last = [0; 8];
        last[..self.held].copy_from_slice(&self.rest[..self.held]);
        mix(mix(self.state, u64::from_le_bytes(last)), self.len)
    }
}

/// Both halves of the 128-bit product, so that high bits reach low ones.
fn mix(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word ^ FACTOR.rotate_left(17)) * u128::from(FACTOR);
    (product as u64) ^ ((product >> 64) as u64).rotate_left(32) ^ state.rotate_left(23)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_cut_makes_no_difference() {
        let bytes: Vec<u8> = (0..100u8).collect();
        for first in 0..bytes.len() {
            for second in first..bytes.len() {
                let mut digest = Digest::new();
                digest.update(&bytes[..first]);
                digest.update(&bytes[first..second]);
                digest.update(&bytes[second..]);
                assert_eq!(digest.finish(), Digest::of(&bytes), "cut at {first} and {second}");
            }
        }
    }

    #[test]
    fn one_changed_bit_one_lost_byte_and_swapped_words_change_it() {
        let bytes: Vec<u8> = (0..64u8).map(|n| n.wrapping_mul(37)).collect();
        let mut seen = HashSet::from([Digest::of(&bytes)]);
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(seen.insert(Digest::of(&other)), "bit {bit}");
        }
        for len in 0..bytes.len() {
            assert!(seen.insert(Digest::of(&bytes[..len])), "length {len}");
        }
        let mut swapped = bytes.clone();
        swapped.rotate_left(8);
        assert!(seen.insert(Digest::of(&swapped)));
    }

    #[test]
    fn runs_of_zeros_differ_by_their_length() {
        let lengths: HashSet<u64> = (0..256).map(|len| Digest::of(&vec![0; len])).collect();
        assert_eq!(lengths.len(), 256);
    }
}
