//! Records: rows of tables, one by one and as sets.
mod bind;
mod body;
mod content;
mod edit;
mod expand;
mod images;
mod list;
mod property;
mod read;
mod text;
mod whole;
mod write;

pub(in crate::core) use self::content::GivenContent;
pub(in crate::core) use self::whole::WholeRecord;
pub(in crate::core) use self::write::ENTITY_ID;

use std::borrow::Cow;
use std::cmp::Ordering;

use http::Method;

use super::fault::{Answer, Fault};
use super::guid::Guid;
use super::odata::filter::compare;
use super::odata::literal::Literal;
use super::request::Request;
use super::route::{Key, Property, Target};
use super::schema::{Access, Table};
use super::state::Record;
use super::{Core, IGNORED, errors};
use crate::images::Thumbnailer;
use crate::payload::{Content, Intake};

/// What a record may be asked.
const READ: &str = "GET,HEAD,OPTIONS";

impl Core {
    /// How the body of a request to a property is taken in.
    pub(in crate::core) fn property_intake(
        &self,
        request: &Request<'_>,
        property: &Property,
    ) -> Answer<Intake> {
        match request.head.method {
            Method::PATCH => self.upload_intake(request, property),
            Method::PUT => self.value_intake(&property.target.table, &property.column),
            _ => Ok(Intake::Bytes { limit: IGNORED }),
        }
    }

    /// A request to all records of a table.
    pub(in crate::core) fn set(
        &mut self,
        request: &Request<'_>,
        table: &str,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let table = self.table(table)?;
        if request.reads() {
            return self.list(request, table);
        }
        match (&request.head.method, table.access) {
            (&Method::POST, Access::Full) => {
                let table = table.clone();
                self.create(request, &table, content, thumbnailer)
            }
            (_, Access::Full) => Err(Fault::method_not_allowed("GET,HEAD,POST,OPTIONS")),
            (_, Access::Update | Access::Read | Access::List) => Err(Fault::method_not_allowed(READ)),
        }
    }

    /// A request to one record.
    pub(in crate::core) fn record(
        &mut self,
        request: &Request<'_>,
        target: &Target,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let table = self.table(&target.table)?;
        if table.access == Access::List {
            return Err(Fault::method_not_allowed("OPTIONS"));
        }
        if request.reads() {
            return self.read(request, target);
        }
        match (&request.head.method, table.access) {
            (&Method::PATCH, Access::Full | Access::Update) => {
                self.upsert(request, target, content, thumbnailer)
            }
            (&Method::DELETE, Access::Full) => self.delete_record(request, target),
            (_, Access::Full) => Err(Fault::method_not_allowed("GET,HEAD,PATCH,DELETE,OPTIONS")),
            (_, Access::Update) => Err(Fault::method_not_allowed("GET,HEAD,PATCH,OPTIONS")),
            (_, Access::Read | Access::List) => Err(Fault::method_not_allowed(READ)),
        }
    }

    /// A table by its logical name.
    pub(in crate::core) fn table(&self, logical_name: &str) -> Answer<&Table> {
        self.state.tables.get(logical_name).ok_or_else(|| errors::ENTITY_NOT_FOUND.with(&[logical_name]))
    }

    /// The id of the record that a URL names, when there is one.
    pub(in crate::core) fn find_id(&self, target: &Target) -> Answer<Option<Guid>> {
        let table = self.table(&target.table)?;
        match &target.key {
            Key::Id(id) => Ok(self.state.row(table, *id).map(|row| row.id)),
            Key::Alternate(values) => Ok(self.find_by_key(table, values)),
        }
    }

    fn find_by_key(&self, table: &Table, values: &[(String, Literal)]) -> Option<Guid> {
        let matches = |row: &Record| {
            values.iter().all(|(name, literal)| {
                let value = table.column(name).map(|column| self.state.value(table, row, column));
                value.is_some_and(|value| compare(&value, &literal.to_value()).is_some_and(Ordering::is_eq))
            })
        };
        self.state.rows(table).into_iter().find(|row| matches(row)).map(|row| row.id)
    }

    /// The record that a URL names; 404 without one (X7).
    pub(in crate::core) fn find(&self, target: &Target) -> Answer<Cow<'_, Record>> {
        let table = self.table(&target.table)?;
        let row = self.find_id(target)?.and_then(|id| self.state.row(table, id));
        row.ok_or_else(|| missing(target))
    }
}

/// 404 for an id that no record of the table has.
pub(in crate::core) fn missing_id(table: &str, id: Guid) -> Fault {
    errors::NOT_FOUND.saying(format!("{table} With Id = {id} Does Not Exist"))
}

/// 404 for a record that is not there.
pub(in crate::core) fn missing(target: &Target) -> Fault {
    match &target.key {
        Key::Id(id) => missing_id(&target.table, *id),
        Key::Alternate(_) => errors::NO_SUCH_KEY_VALUE.with(&[&target.table]),
    }
}
