//! One column of one record (metadata §12).
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::body::Body;
use super::edit::read_only;
use crate::core::fault::{Answer, Fault};
use crate::core::options::BYTE_ORDER_MARK;
use crate::core::request::Request;
use crate::core::route::Property;
use crate::core::schema::{Access, Column, Kind, Source, Table};
use crate::core::state::Place;
use crate::core::{Core, answer, conditions, errors};
use crate::images::Thumbnailer;
use crate::payload::Content;

impl Core {
    /// A request to a property, with or without `/$value`.
    pub(in crate::core) fn property(
        &mut self,
        request: &Request<'_>,
        property: &Property,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let table = self.table(&property.target.table)?;
        let column =
            table.column(&property.column).ok_or_else(|| errors::SEGMENT.with(&[&property.column]))?;
        let writable = !matches!(table.access, Access::Read | Access::List) && !property.raw;
        if table.access == Access::List {
            return Err(Fault::method_not_allowed("OPTIONS"));
        }
        if request.reads() {
            return self.read_property(request, property, table, column);
        }
        match request.head.method {
            Method::PATCH if writable => self.upload(request, property, &content, thumbnailer),
            Method::PUT if writable => self.put_property(request, property, content, thumbnailer),
            Method::DELETE if writable => self.clear_property(request, property, thumbnailer),
            _ if writable => Err(Fault::method_not_allowed("GET,HEAD,PATCH,PUT,DELETE,OPTIONS")),
            _ => Err(Fault::method_not_allowed(super::READ)),
        }
    }

    fn read_property(
        &self,
        request: &Request<'_>,
        property: &Property,
        table: &Table,
        column: &Column,
    ) -> Answer {
        if column.max_bytes().is_some() {
            return self.download(request, property);
        }
        if column.kind == Kind::Body {
            return self.download_text(request, property);
        }
        let record = self.find(&property.target)?;
        let value = self.state.value(table, &record, column);
        if value.is_null() {
            return Ok(answer::empty(StatusCode::NO_CONTENT));
        }
        if property.raw {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            return Ok(answer::text(self.raw_text(text)));
        }
        let context = format!("{}({})/{}", table.set_name, record.id, column.property_name());
        let body = Map::from_iter([("value".to_owned(), value)]);
        Ok(answer::json(StatusCode::OK, answer::with_context(request.context(&context), body)))
    }

    /// The text of a raw value, behind a byte order mark where servers send one.
    fn raw_text(&self, text: String) -> String {
        match self.options.value_byte_order_mark {
            true => format!("{BYTE_ORDER_MARK}{text}"),
            false => text,
        }
    }

    /// `{"value": …}`.
    fn put_property(
        &mut self,
        request: &Request<'_>,
        property: &Property,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let table = self.table(&property.target.table)?.clone();
        let record = self.find(&property.target)?;
        conditions::check_version(request, &record)?;
        check_writable(&table, property)?;
        let id = record.id;
        let body = self.property_body(&table, &property_name(&table, property), content)?;
        self.write_columns(request, &table, id, body, thumbnailer)?;
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }

    /// `DELETE` of a property: a file goes away (X2, X5), any other value becomes null.
    fn clear_property(
        &mut self,
        request: &Request<'_>,
        property: &Property,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let table = self.table(&property.target.table)?.clone();
        let record = self.find(&property.target)?;
        conditions::check_version(request, &record)?;
        check_writable(&table, property)?;
        let id = record.id;
        let stores_files = column_of(&table, property).is_some_and(|column| column.source == Source::File);
        if stores_files {
            let place = Place { table: table.logical_name, record: id, column: property.column.clone() };
            self.state.remove_file(request.now, &place);
        } else {
            let body = Body::single(&property_name(&table, property), Value::Null);
            self.write_columns(request, &table, id, body, thumbnailer)?;
        }
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }
}

/// A value of the service that comes back with a record does no harm; one that is written by itself would be lost without
/// notice.
fn check_writable(table: &Table, property: &Property) -> Answer<()> {
    match column_of(table, property) {
        Some(column) if column.is_of_service() => Err(read_only(&column.logical_name)),
        _ => Ok(()),
    }
}

fn column_of<'a>(table: &'a Table, property: &Property) -> Option<&'a Column> {
    table.column(&property.column)
}

/// The name under which a body would write this column.
fn property_name(table: &Table, property: &Property) -> String {
    column_of(table, property).map_or_else(|| property.column.clone(), Column::property_name)
}
