//! The ids of records.
use std::fmt;
use std::str::FromStr;

use crate::Error;

/// A record's id: a GUID with hyphens, in lower case, without braces.
///
/// ```
/// use dataverse_files_proto::Guid;
/// let id: Guid = "3878E950-8E51-ED11-BBA1-000D3A9933C9".parse().unwrap();
/// assert_eq!(id.as_str(), "3878e950-8e51-ed11-bba1-000d3a9933c9");
/// assert!("3878e950".parse::<Guid>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(String);

impl Guid {
    /// A new id out of 16 random bytes: a GUID of version 4.
    ///
    /// ```
    /// use dataverse_files_proto::Guid;
    /// assert_eq!(Guid::from_random([0xff; 16]).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    /// ```
    #[must_use]
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        Guid(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Guid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bare = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
        let groups: Vec<&str> = bare.split('-').collect();
        let shaped = groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12]);
        if !shaped || !groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit())) {
            let like = "00000000-0000-0000-0000-000000000001";
            return Err(Error::input(format!("{text:?} is not a record id (a GUID such as {like})")));
        }
        Ok(Guid(bare.to_ascii_lowercase()))
    }
}
