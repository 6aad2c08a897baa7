//! What the JSON of a record changes, checked property by property.
use std::collections::BTreeMap;

use serde_json::Value;

use super::bind::is_shared_content;
use super::body::Body;
use super::content::GivenContent;
use super::images::GivenImage;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::schema::{Column, Kind, Source, Table};
use crate::core::{Core, errors};

/// What a body changes.
#[derive(Debug, Default)]
pub(super) struct Edit {
    pub(super) id: Option<Guid>,
    pub(super) values: BTreeMap<String, Value>,
    /// Columns of files that are set to null.
    pub(super) emptied: Vec<String>,
    pub(super) images: Vec<GivenImage>,
    /// The file of a note or an attachment.
    pub(super) content: Option<GivenContent>,
    /// The file of another attachment, to be held by this one as well.
    pub(super) reused: Option<Guid>,
}

impl Core {
    /// A body's properties, checked one by one.
    pub(super) fn edit(&self, table: &Table, body: Body) -> Answer<Edit> {
        let Body { values, blobs } = body;
        let mut edit = Edit::default();
        for (column, stored) in blobs {
            match table.column(&column).map(|column| &column.kind) {
                Some(Kind::Body) => edit.content = Some(GivenContent::whole(&stored)),
                _ => edit.images.push(GivenImage { column, stored }),
            }
        }
        for (name, value) in values {
            if let Some(navigation) = name.strip_suffix("@odata.bind") {
                if is_shared_content(table, navigation) {
                    edit.reused = Some(self.content_to_share(&value)?);
                    continue;
                }
                let (column, reference) = self.bind(table, navigation, &value)?;
                if edit.values.get(&column).is_some_and(|known| *known != reference) {
                    let text = format!("{column} leads to two records.");
                    return Err(errors::INVALID_ARGUMENT.with(&[&text]));
                }
                edit.values.insert(column, reference);
                continue;
            }
            if name.contains('@') {
                continue;
            }
            let column = table.property(&name).ok_or_else(|| {
                errors::BODY_PROPERTY
                    .with(&[&name, &format!("Microsoft.Dynamics.CRM.{}", table.logical_name)])
            })?;
            self.edit_column(table, column, value, &mut edit)?;
        }
        Ok(edit)
    }

    fn edit_column(&self, table: &Table, column: &Column, value: Value, edit: &mut Edit) -> Answer<()> {
        let name = &column.logical_name;
        // Values of the service that come back with a record are not written and do no harm.
        if column.is_of_service() {
            return Ok(());
        }
        match &column.source {
            Source::RecordId => {
                let id = value.as_str().and_then(Guid::parse);
                edit.id = Some(id.ok_or_else(|| wrong_type(table, column))?);
            }
            Source::Companion { .. } => return Err(read_only(name)),
            Source::File => match (&column.kind, value) {
                (Kind::Image { .. } | Kind::Body, Value::Null) => edit.emptied.push(name.clone()),
                (Kind::File { .. }, Value::Null) if self.options.null_deletes_file => {
                    edit.emptied.push(name.clone());
                }
                (Kind::Image { .. } | Kind::Body, _) => return Err(wrong_type(table, column)),
                _ => return Err(read_only(name)),
            },
            _ => {
                edit.values.insert(name.clone(), checked(table, column, value)?);
            }
        }
        Ok(())
    }
}

/// A value of the column's type and within its limits.
fn checked(table: &Table, column: &Column, value: Value) -> Answer<Value> {
    if value.is_null() {
        return Ok(value);
    }
    let fit = match (&column.kind, &value) {
        (Kind::Text { max } | Kind::Memo { max }, Value::String(text)) => {
            if text.encode_utf16().count() > *max {
                return Err(errors::STRING_TOO_LONG.fault());
            }
            true
        }
        (Kind::EntityName | Kind::DateTime, Value::String(_)) => true,
        (Kind::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(number) if (*min..=*max).contains(&number) => true,
            Some(_) => {
                let text = format!("{} takes {min} to {max}.", column.logical_name);
                return Err(errors::INVALID_ARGUMENT.with(&[&text]));
            }
            None => false,
        },
        (Kind::BigInt, Value::Number(number)) => number.is_i64(),
        (Kind::Boolean, Value::Bool(_)) => true,
        (Kind::Guid, Value::String(text)) => Guid::parse(text).is_some(),
        _ => false,
    };
    if fit { Ok(value) } else { Err(wrong_type(table, column)) }
}

fn wrong_type(table: &Table, column: &Column) -> Fault {
    let reason = format!("Cannot convert a value to the type of '{}'", column.logical_name);
    Fault::payload(&table.logical_name, &reason)
}

/// U27, X1: file bytes and what follows from them are not written with the record.
pub(super) fn read_only(name: &str) -> Fault {
    errors::INVALID_ARGUMENT.with(&[&format!("{name} can not be set in a record.")])
}
