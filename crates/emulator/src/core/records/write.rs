//! Records from JSON: create and upsert.
use std::collections::BTreeMap;

use http::{Response, StatusCode, header};

use super::body::Body;
use super::edit::Edit;
use super::images::check_created;
use super::read::Shape;
use crate::core::fault::Answer;
use crate::core::guid::Guid;
use crate::core::odata::options::ReadOptions;
use crate::core::request::Request;
use crate::core::route::{Key, Target};
use crate::core::schema::{Access, Table};
use crate::core::state::{Place, Record};
use crate::core::{Core, answer, conditions, errors};
use crate::images::Thumbnailer;
use crate::payload::{Content, Payload};

pub(in crate::core) const ENTITY_ID: header::HeaderName = header::HeaderName::from_static("odata-entityid");
const PREFERENCE_APPLIED: header::HeaderName = header::HeaderName::from_static("preference-applied");

impl Core {
    /// `POST` to a set.
    pub(super) fn create(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let edit = self.edit(table, self.body(table, content)?)?;
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
        let mut edit = self.edit(&table, self.body(&table, content)?)?;
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

    /// Makes a record that is not there yet.
    pub(super) fn insert(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        id: Guid,
        mut edit: Edit,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<()> {
        check_created(table, &edit.images)?;
        let content = self.settle(table, None, &mut edit)?;
        let images = self.develop_all(table, id, edit.images, thumbnailer)?;
        let (created, modified) = (request.now, request.now);
        let record =
            Record { id, version: 0, created, modified, values: edit.values, files: BTreeMap::new() };
        self.state.put_record(&table.logical_name, record);
        self.put_images(request.now, images);
        self.put_content(request.now, table, id, content);
        Ok(())
    }

    /// Changes a record that is there.
    pub(super) fn update(
        &mut self,
        request: &Request<'_>,
        table: &Table,
        id: Guid,
        mut edit: Edit,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<()> {
        let content = self.settle(table, self.state.record(&table.logical_name, id), &mut edit)?;
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
        self.put_content(request.now, table, id, content);
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
        self.shape(request, table, ReadOptions::parse(&request.query)?)
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
}
