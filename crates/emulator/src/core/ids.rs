//! Everything that looks random: derived from the seed and a counter, so that one seed tells one story.
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::guid::Guid;

/// The letters of tokens: they need no escaping in a URL.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The source of ids, tokens, signatures and row versions. It is kept with the rows, so that a restored
/// organization never gives the same id twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Ids {
    seed: u64,
    next: u64,
    version: u64,
    #[serde(skip)]
    touched: bool,
}

impl Ids {
    pub(in crate::core) fn new(seed: u64) -> Ids {
        Ids { seed, next: 0, version: 75_119_000, touched: false }
    }

    /// A fresh id.
    pub(in crate::core) fn guid(&mut self) -> Guid {
        let serial = self.serial();
        self.named(&format!("guid {serial}"))
    }

    /// A fresh serial number; grows by one each time.
    pub(in crate::core) fn serial(&mut self) -> u64 {
        self.touched = true;
        self.next += 1;
        self.next
    }

    /// A fresh row version, the number inside ETags.
    pub(in crate::core) fn version(&mut self) -> u64 {
        self.touched = true;
        self.version += 1;
        self.version
    }

    /// A fresh opaque text of `length` characters.
    pub(in crate::core) fn token(&mut self, length: usize) -> String {
        let serial = self.serial();
        self.named_token(&format!("token {serial}"), length)
    }

    /// The opaque text of `length` characters that belongs to a name; nobody else can tell it from the name.
    pub(in crate::core) fn named_token(&self, name: &str, length: usize) -> String {
        let mut text = String::with_capacity(length);
        for part in 0.. {
            for byte in self.hash(&format!("{part} {name}")) {
                if text.len() == length {
                    return text;
                }
                text.push(char::from(ALPHABET[usize::from(byte & 63)]));
            }
        }
        text
    }

    /// The id that belongs to a name; the same each time.
    pub(in crate::core) fn named(&self, name: &str) -> Guid {
        let [bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.hash(name);
        Guid::from_random(bytes)
    }

    /// Proof that this organization wrote `message`, in hexadecimal.
    pub(in crate::core) fn signature(&self, message: &str) -> String {
        self.hash(&format!("signature {message}")).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the counters moved since this was last asked.
    pub(in crate::core) fn take_touched(&mut self) -> bool {
        std::mem::take(&mut self.touched)
    }

    /// Hashed twice, as in HMAC, so that one hash can not be continued into another.
    fn hash(&self, message: &str) -> [u8; 32] {
        let inner = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(message).finalize();
        Sha256::new().chain_update(self.seed.to_le_bytes()).chain_update(inner).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn one_seed_tells_one_story() {
        let story = |seed| {
            let mut ids = Ids::new(seed);
            (ids.guid(), ids.token(800), ids.guid(), ids.signature("file"))
        };
        assert_eq!(story(7), story(7));
        assert_ne!(story(7), story(8));
    }

    #[test]
    fn nothing_comes_twice() {
        let mut ids = Ids::new(1);
        assert_ne!(ids.guid(), ids.guid());
        assert_ne!(ids.token(40), ids.token(40));
        assert!(ids.version() < ids.version());
        assert_eq!(ids.token(801).len(), 801);
    }

    #[test]
    fn counters_survive_being_kept() {
        let mut ids = Ids::new(1);
        ids.guid();
        let kept = serde_json::to_value(&ids).unwrap();
        let mut restored: Ids = serde_json::from_value(kept).unwrap();
        assert_eq!(restored.guid(), ids.guid());
    }
}
