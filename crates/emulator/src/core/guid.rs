//! Record, file and definition ids.
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A GUID, printed in lower case with hyphens and without braces, as the Web API does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::core) struct Guid(u128);

/// Where the hyphens of `8-4-4-4-12` stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
/// Length of the text form.
const LENGTH: usize = 36;

impl Guid {
    pub(in crate::core) const fn from_u128(value: u128) -> Guid {
        Guid(value)
    }

    /// The version and variant bits are set as in any random GUID.
    pub(in crate::core) fn from_random(bytes: [u8; 16]) -> Guid {
        const VERSION: u128 = 0xf << 76;
        const VARIANT: u128 = 0b11 << 62;
        Guid(u128::from_be_bytes(bytes) & !VERSION & !VARIANT | 4 << 76 | 0b10 << 62)
    }

    /// The bare form in any case; no braces, no quotes, no missing hyphens (README, Conventions).
    pub(in crate::core) fn parse(text: &str) -> Option<Guid> {
        if text.len() != LENGTH {
            return None;
        }
        let mut value = 0_u128;
        for (at, byte) in text.bytes().enumerate() {
            if HYPHENS.contains(&at) {
                if byte != b'-' {
                    return None;
                }
                continue;
            }
            value = value << 4 | u128::from(char::from(byte).to_digit(16)?);
        }
        Some(Guid(value))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = self.0;
        let part = |shift: u32, bits: u32| v >> shift & ((1 << bits) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 32),
            part(80, 16),
            part(64, 16),
            part(48, 16),
            part(0, 48)
        )
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Guid, D::Error> {
        let text = String::deserialize(deserializer)?;
        Guid::parse(&text).ok_or_else(|| de::Error::custom("not a GUID"))
    }
}

#[cfg(test)]
mod tests {
    use super::Guid;

    #[test]
    fn only_the_bare_form_is_a_guid_in_any_case() {
        let id = "3878e950-8e51-ed11-bba1-000d3a9933c9";
        assert_eq!(Guid::parse(id).unwrap().to_string(), id);
        assert_eq!(Guid::parse(&id.to_uppercase()).unwrap().to_string(), id);
        for wrong in [
            "",
            "{3878e950-8e51-ed11-bba1-000d3a9933c9}",
            "3878e9508e51ed11bba1000d3a9933c9",
            "3878e950-8e51-ed11-bba1-000d3a9933c",
            "3878e950-8e51-ed11-bba1-000d3a9933cg",
            "3878e950-8e51-ed11-bba10-00d3a9933c9",
            "3878e950-8e51-ed11-bba1-000d3a9933ü",
        ] {
            assert_eq!(Guid::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn random_guids_carry_their_version_and_variant() {
        let text = Guid::from_random([0xff; 16]).to_string();
        assert_eq!(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
