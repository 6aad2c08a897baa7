//! Columns that hold files.
use std::fmt;
use std::str::FromStr;

use super::{Guid, Record, Table, name};
use crate::Error;

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
    record: Record,
    name: String,
    image: bool,
}

impl Column {
    /// From the table's entity set name (`accounts`), the record's id and the column's logical name.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when one is no name.
    pub fn new(set: &str, id: Guid, column: &str) -> Result<Self, Error> {
        Column::of(Record::new(set, id)?, column)
    }

    /// Of a record, by the column's logical name.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is no name.
    pub fn of(record: Record, column: &str) -> Result<Self, Error> {
        Ok(Self { record, name: name("column", &column.to_ascii_lowercase())?, image: false })
    }

    /// With the table's names; transfers by messages need them, and clients look them up when they are not given.
    #[must_use]
    pub fn with_table(mut self, table: Table) -> Self {
        self.record = self.record.with_table(table);
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
        self.record.set()
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> &Guid {
        self.record.id()
    }

    /// The column's logical name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table's names, where they are known.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        self.record.table()
    }

    /// The record it is a column of.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.record, self.name)
    }
}

impl FromStr for Column {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match super::split(text) {
            Some((set, id, Some(column))) => Column::new(set, id.parse()?, column),
            _ => Err(Error::input(format!(
                "{text:?} is not a column; write it like accounts(<guid>)/sample_filecolumn"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_none_is_refused() {
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
