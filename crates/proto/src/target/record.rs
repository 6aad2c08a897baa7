//! Records, which hold columns and have notes and attachments.
use std::fmt;
use std::str::FromStr;

use super::{Guid, Table, name};
use crate::Error;

/// One record of any table, written `accounts(<guid>)` or `accounts/<guid>`.
///
/// ```
/// use dataverse_files_proto::Record;
/// let record: Record = "accounts(00000000-0000-0000-0000-000000000001)".parse().unwrap();
/// assert_eq!(record.set(), "accounts");
/// assert_eq!(record, "accounts/00000000-0000-0000-0000-000000000001".parse().unwrap());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    set: String,
    id: Guid,
    table: Option<Table>,
}

impl Record {
    /// From the table's entity set name (`accounts`) and the record's id.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when `set` is no name.
    pub fn new(set: &str, id: Guid) -> Result<Self, Error> {
        Ok(Self { set: name("set", set)?, id, table: None })
    }

    /// With the table's names; messages need them, and clients look them up when they are not given.
    #[must_use]
    pub fn with_table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
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

    /// The table's names, where they are known.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        self.table.as_ref()
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.set, self.id)
    }
}

impl FromStr for Record {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match super::split(text) {
            Some((set, id, None)) => Record::new(set, id.parse()?),
            _ => Err(Error::input(format!("{text:?} is not a record; write it like accounts(<guid>)"))),
        }
    }
}
