//! Records from JSON: create and upsert.
use std::collections::BTreeMap;

use http::{Response, StatusCode, header};
use serde_json::{Value, json};

use super::body::Body;
use super::images::{GivenImage, check_created};
use super::read::Shape;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::odata::options::ReadOptions;
use crate::core::request::Request;
use crate::core::route::{Key, Target};
use crate::core::schema::{Access, Column, Kind, Source, Table};
use crate::core::state::{Place, Record};
use crate::core::{Core, answer, conditions, errors};
use crate::images::Thumbnailer;
use crate::payload::{Content, Payload};

pub(in crate::core) const ENTITY_ID: header::HeaderName = header::HeaderName::from_static("odata-entityid");
const PREFERENCE_APPLIED: header::HeaderName = header::HeaderName::from_static("preference-applied");

/// What a body changes.
#[derive(Debug, Default)]
struct Edit {
    id: Option<Guid>,
    values: BTreeMap<String, Value>,
    /// File columns that are set to null.
    emptied: Vec<String>,
    images: Vec<GivenImage>,
}

impl Core {
    /// `POST` to a set.
    pub(super) fn create(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let edit = self.edit(table, Body::of(table, content)?)?;
        let shape = self.written_shape(request, table)?;
        let id = match edit.id {
            Some(id) if self.state.record(&table.logical_name, id).is_some() => {
                return Err(errors::DUPLICATE_RECORD.fault());
            }
            Some(id) => id,
            None => self.state.ids.guid(),
        };
        self.insert(request, table, id, edit, thumbnailer)?;
        self.written(request, table, id, &shape, StatusCode::CREATED)
    }

    /// `PATCH` of a record, which creates a missing one unless `If-Match` forbids it (X6).
    pub(super) fn upsert(
        &mut self,
        request: &Request<'_>,
        target: &Target,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let table = self.table(&target.table)?.clone();
        let found = self.find_id(target)?;
        if let Some(record) = found.and_then(|id| self.state.record(&table.logical_name, id)) {
            conditions::check_write(request, record)?;
        }
        let creates = found.is_none();
        if creates && (table.access != Access::Full || conditions::updates_only(request)) {
            return Err(super::missing(target));
        }
        let mut edit = self.edit(&table, Body::of(&table, content)?)?;
        let shape = self.written_shape(request, &table)?;
        let id = match (found, &target.key) {
            (Some(id), _) => id,
            (None, Key::Id(id)) => *id,
            (None, Key::Alternate(values)) => {
                edit.values.extend(values.iter().map(|(name, literal)| (name.clone(), literal.to_value())));
                edit.id.unwrap_or_else(|| self.state.ids.guid())
            }
        };
        if edit.id.is_some_and(|named| named != id) {
            return Err(errors::INVALID_ARGUMENT.with(&["The key in the body is not the one in the URL."]));
        }
        if creates {
            self.insert(request, &table, id, edit, thumbnailer)?;
            return self.written(request, &table, id, &shape, StatusCode::CREATED);
        }
        self.update(request, &table, id, edit, thumbnailer)?;
        self.written(request, &table, id, &shape, StatusCode::OK)
    }

    fn insert(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        id: Guid,
        edit: Edit,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<()> {
        check_created(table, &edit.images)?;
        let images = self.develop_all(table, id, edit.images, thumbnailer)?;
        let (created, modified) = (request.now, request.now);
        let record =
            Record { id, version: 0, created, modified, values: edit.values, files: BTreeMap::new() };
        self.state.put_record(&table.logical_name, record);
        self.put_images(request.now, images);
        Ok(())
    }

    fn update(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        id: Guid,
        edit: Edit,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<()> {
        let images = self.develop_all(table, id, edit.images, thumbnailer)?;
        for column in edit.emptied {
            let place = Place { table: table.logical_name.clone(), record: id, column };
            self.state.remove_file(request.now, &place);
        }
        if let Some(mut record) = self.state.record(&table.logical_name, id).cloned() {
            record.modified = request.now;
            record.values.extend(edit.values);
            self.state.put_record(&table.logical_name, record);
        }
        self.put_images(request.now, images);
        Ok(())
    }

    /// Writes columns of a record that exists; `null` empties them.
    pub(super) fn write_columns(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        id: Guid,
        body: Body,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<()> {
        let edit = self.edit(table, body)?;
        if edit.id.is_some() {
            return Err(errors::INVALID_ARGUMENT.with(&["The primary key of a record does not change."]));
        }
        self.update(request, table, id, edit, thumbnailer)
    }

    /// The columns that a returned record shows.
    fn written_shape(&self, request: &Request<'_>, table: &Table) -> Answer<Shape> {
        self.shape(table, ReadOptions::parse(&request.query)?)
    }

    /// The answer to a write: 204, or the record when it is wished for.
    fn written(
        &self,
        request: &Request<'_>,
        table: &Table,
        id: Guid,
        shape: &Shape,
        status: StatusCode,
    ) -> Answer {
        let address = request.address(&format!("{}({id})", table.set_name));
        let record = self.state.record(&table.logical_name, id);
        let mut response: Response<Payload> = match record.filter(|_| request.prefer.representation) {
            Some(record) => {
                let mut response = self.entity(request, table, record, shape, status)?;
                answer::set(&mut response, PREFERENCE_APPLIED, "return=representation");
                response
            }
            None => answer::empty(StatusCode::NO_CONTENT),
        };
        answer::set(&mut response, ENTITY_ID, &address);
        answer::set(&mut response, header::LOCATION, &address);
        Ok(response)
    }

    /// A body's properties, checked one by one.
    fn edit(&self, table: &Table, body: Body) -> Answer<Edit> {
        let Body { values, images } = body;
        let images = images.into_iter().map(|(column, stored)| GivenImage { column, stored }).collect();
        let mut edit = Edit { images, ..Edit::default() };
        for (name, value) in values {
            if let Some(navigation) = name.strip_suffix("@odata.bind") {
                let (column, reference) = self.bind(table, navigation, &value)?;
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
        match &column.source {
            Source::RecordId => {
                let id = value.as_str().and_then(Guid::parse);
                edit.id = Some(id.ok_or_else(|| wrong_type(table, column))?);
            }
            // Values of the service that come back with a record are not written and do no harm.
            Source::Service | Source::Created | Source::Modified | Source::RowVersion => {}
            Source::Companion { .. } => return Err(read_only(name)),
            Source::File => match (&column.kind, value) {
                (Kind::Image { .. }, Value::Null) => edit.emptied.push(name.clone()),
                (Kind::File { .. }, Value::Null) if self.options.null_deletes_file => {
                    edit.emptied.push(name.clone());
                }
                (Kind::Image { .. }, _) => return Err(wrong_type(table, column)),
                (Kind::Body, _) => return Err(errors::NOT_IMPLEMENTED.fault()),
                _ => return Err(read_only(name)),
            },
            Source::Client => {
                edit.values.insert(name.clone(), checked(table, column, value)?);
            }
        }
        Ok(())
    }

    /// `objectid_account@odata.bind`: the lookup it sets, and to what.
    fn bind(&self, table: &Table, navigation: &str, value: &Value) -> Answer<(String, Value)> {
        let property = format!("{navigation}@odata.bind");
        let fault = || errors::BIND_PROPERTY.with(&[value.as_str().unwrap_or_default(), &property]);
        let fits = |column: &&Column| match &column.kind {
            Kind::Lookup { targets } => {
                let rest = navigation.strip_prefix(column.logical_name.as_str());
                let named = rest.and_then(|rest| rest.strip_prefix('_'));
                rest == Some("") || named.is_some_and(|named| targets.iter().any(|target| target == named))
            }
            _ => false,
        };
        let column = table.columns.iter().find(fits).ok_or_else(|| {
            errors::BODY_PROPERTY
                .with(&[&property, &format!("Microsoft.Dynamics.CRM.{}", table.logical_name)])
        })?;
        if value.is_null() {
            return Ok((column.logical_name.clone(), Value::Null));
        }
        let path =
            value.as_str().map(|path| path.rsplit('/').next().unwrap_or_default()).ok_or_else(fault)?;
        let (set, key) = path.split_once('(').ok_or_else(fault)?;
        let id = key.strip_suffix(')').and_then(Guid::parse).ok_or_else(fault)?;
        let to = self.state.table_of_set(set).ok_or_else(fault)?;
        let named = navigation.strip_prefix(&format!("{}_", column.logical_name));
        let allowed = match &column.kind {
            Kind::Lookup { targets } => targets.contains(&to.logical_name),
            _ => false,
        };
        if !allowed || named.is_some_and(|named| named != to.logical_name) {
            return Err(fault());
        }
        if self.state.record(&to.logical_name, id).is_none() {
            return Err(super::missing(&Target { table: to.logical_name.clone(), key: Key::Id(id) }));
        }
        Ok((column.logical_name.clone(), json!({"table": to.logical_name, "id": id})))
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
fn read_only(name: &str) -> Fault {
    errors::INVALID_ARGUMENT.with(&[&format!("{name} can not be set in a record.")])
}
