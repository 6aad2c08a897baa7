//! The names of tables.
use super::name;
use crate::Error;

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
