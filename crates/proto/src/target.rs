//! What a transfer is about.
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

/// The names of a table that messages need beside its set name.
///
/// ```
/// use dataverse_files_proto::Table;
/// let account = Table::new("account", "accountid").unwrap();
/// assert_eq!(account.primary_id(), "accountid");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    logical_name: String,
    primary_id: String,
}

impl Table {
    /// From its logical name (`account`) and the name of its primary id column (`accountid`; `activityid` for e-mails).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when one is no name.
    pub fn new(logical_name: &str, primary_id: &str) -> Result<Self, Error> {
        Ok(Self { logical_name: name("table", logical_name)?, primary_id: name("column", primary_id)? })
    }

    /// Such as `account`.
    #[must_use]
    pub fn logical_name(&self) -> &str {
        &self.logical_name
    }

    /// Such as `accountid`.
    #[must_use]
    pub fn primary_id(&self) -> &str {
        &self.primary_id
    }
}

/// A file or image column of one record, written `accounts(<guid>)/sample_filecolumn` or `accounts/<guid>/sample_filecolumn`.
///
/// ```
/// use dataverse_files_proto::Column;
/// let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// assert_eq!((column.set(), column.name()), ("accounts", "sample_filecolumn"));
/// assert_eq!(column, "accounts/00000000-0000-0000-0000-000000000001/sample_filecolumn".parse().unwrap());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    set: String,
    id: Guid,
    name: String,
    table: Option<Table>,
    image: bool,
}

impl Column {
    /// From the table's entity set name (`accounts`), the record's id and the column's logical name.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when one is no name.
    pub fn new(set: &str, id: Guid, column: &str) -> Result<Self, Error> {
        Ok(Self {
            set: name("set", set)?,
            id,
            name: name("column", &column.to_ascii_lowercase())?,
            table: None,
            image: false,
        })
    }

    /// With the table's names; transfers by messages need them, and clients look them up when they are not given.
    #[must_use]
    pub fn with_table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
    }

    /// As an image column: its record has no `…_name` but an `…id`, and `$value` is the thumbnail (image-columns §7, §10).
    #[must_use]
    pub fn as_image(mut self) -> Self {
        self.image = true;
        self
    }

    /// Whether it is known to be an image column.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.image
    }

    /// The table's entity set name, such as `accounts`.
    #[must_use]
    pub fn set(&self) -> &str {
        &self.set
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> &Guid {
        &self.id
    }

    /// The column's logical name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table's names, where they are known.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        self.table.as_ref()
    }

    /// `accounts(<guid>)`
    #[must_use]
    pub fn record(&self) -> String {
        format!("{}({})", self.set, self.id)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})/{}", self.set, self.id, self.name)
    }
}

impl FromStr for Column {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = text.trim().trim_matches('/').split('/').collect();
        let (set, id, column) = match parts[..] {
            [record, column] => match record.strip_suffix(')').and_then(|r| r.split_once('(')) {
                Some((set, id)) => (set, id, column),
                None => return Err(no_target(text)),
            },
            [set, id, column] => (set, id, column),
            _ => return Err(no_target(text)),
        };
        Column::new(set, id.parse()?, column)
    }
}

fn no_target(text: &str) -> Error {
    Error::input(format!("{text:?} is not a target; write it like accounts(<guid>)/sample_filecolumn"))
}

/// Names go into URLs and messages as they are: letters, digits and underscores only.
fn name(what: &str, text: &str) -> Result<String, Error> {
    let good = text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if good {
        return Ok(text.to_owned());
    }
    Err(Error::input(format!("{text:?} is not the name of a {what} (letters, digits, underscores)")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_is_none_is_refused() {
        for no in [
            "",
            "accounts",
            "accounts(1)/x",
            "accounts()/x",
            "accounts(00000000-0000-0000-0000-000000000001)",
            "acc ounts(00000000-0000-0000-0000-000000000001)/x",
            "accounts(00000000-0000-0000-0000-000000000001)/x/y/z",
            "accounts(00000000-0000-0000-0000-000000000001)/../x",
            "accounts(00000000-0000-0000-0000-00000000000g)/x",
            "accounts(00000000-0000-0000-0000-000000000001)/x?y=z",
        ] {
            assert!(no.parse::<Column>().is_err(), "{no}");
        }
    }
}
