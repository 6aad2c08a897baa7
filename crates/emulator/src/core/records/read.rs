//! One record as JSON.
use http::{Response, StatusCode, header};
use serde_json::{Map, Value};

use super::text::Entity;
use crate::core::fault::Answer;
use crate::core::odata::options::{Expand, ReadOptions};
use crate::core::request::Request;
use crate::core::route::Target;
use crate::core::schema::{Column, Kind, Table};
use crate::core::state::Record;
use crate::core::{Core, answer, conditions, errors};
use crate::payload::{Payload, Slice};

/// The columns that a read gives, checked.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// As `$select` lists them; `None` for all.
    select: Option<Vec<String>>,
    expand: Vec<Expand>,
    /// Whether lookups say to which table they lead: that of a note's parent is not told otherwise.
    lookups: bool,
}

/// The annotation of a lookup that names its table.
const LOOKUP_TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";

impl Shape {
    /// The shape of what is expanded inside a record of this one.
    pub(super) fn inner(&self, expand: &Expand) -> Shape {
        Shape { select: expand.select.clone(), expand: Vec::new(), lookups: self.lookups }
    }

    /// What `@odata.context` says in parentheses.
    fn context(&self) -> String {
        let expands = self.expand.iter().map(|expand| {
            format!("{}({})", expand.name, expand.select.clone().unwrap_or_default().join(","))
        });
        let parts: Vec<String> = self.select.clone().unwrap_or_default().into_iter().chain(expands).collect();
        if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
    }

    /// The context of one record of the table.
    pub(super) fn entity_context(&self, request: &Request<'_>, table: &Table) -> String {
        request.context(&format!("{}{}/$entity", table.set_name, self.context()))
    }

    /// The context of many of them.
    pub(super) fn set_context(&self, request: &Request<'_>, table: &Table) -> String {
        request.context(&format!("{}{}", table.set_name, self.context()))
    }
}

impl Core {
    /// `GET` of a record. A `$filter` is accepted and says nothing here (file-columns §1.2).
    pub(super) fn read(&self, request: &Request<'_>, target: &Target) -> Answer {
        let table = self.table(&target.table)?;
        let record = self.find(target)?;
        let shape = self.shape(request, table, ReadOptions::parse(&request.query)?)?;
        let full = !shape.expand.is_empty() || request.prefer.wants_annotations();
        if !full && conditions::is_unchanged(request, &record) {
            return Ok(with_etag(answer::empty(StatusCode::NOT_MODIFIED), &record));
        }
        self.entity(request, table, &record, &shape, StatusCode::OK)
    }

    /// A record as the whole answer.
    pub(super) fn entity(
        &self,
        request: &Request<'_>,
        table: &Table,
        record: &Record,
        shape: &Shape,
        status: StatusCode,
    ) -> Answer {
        let mut body = self.object(table, record, shape)?;
        body.values = answer::with_context(shape.entity_context(request, table), body.values);
        Ok(with_etag(answer::json_payload(status, body.into_payload()), record))
    }

    /// The names of a read are known (M4).
    pub(super) fn shape(&self, request: &Request<'_>, table: &Table, options: ReadOptions) -> Answer<Shape> {
        check_names(table, options.select.as_deref())?;
        for expand in &options.expand {
            self.check_expand(table, expand)?;
        }
        let lookups = request.prefer.wants_annotation(LOOKUP_TABLE);
        Ok(Shape { select: options.select, expand: options.expand, lookups })
    }

    /// A record's JSON: ETag and primary key come always (file-columns §1.1), of an image its thumbnail
    /// (image-columns §8.1), of a note or an attachment its file (notes-attachments §3).
    pub(super) fn object(&self, table: &Table, record: &Record, shape: &Shape) -> Answer<Entity> {
        let mut values = self.flat_object(table, record, shape.select.as_deref());
        let mut blobs = Vec::new();
        let columns: Vec<&Column> = match &shape.select {
            Some(names) => names.iter().filter_map(|name| table.column(name)).collect(),
            None => table.columns.iter().filter(|column| column.is_plain()).collect(),
        };
        for column in columns {
            let name = &column.logical_name;
            let Some(slices) = self.base64_of(record, column) else { continue };
            // A name that is selected twice has left the values already.
            if values.remove(name).is_some() {
                blobs.push((name.clone(), slices));
            }
        }
        if shape.lookups {
            self.annotate_lookups(table, record, &mut values);
        }
        let nested = shape.expand.iter().map(|expand| self.expanded(table, record, expand, shape));
        Ok(Entity { values, blobs, nested: nested.collect::<Answer<_>>()? })
    }

    fn annotate_lookups(&self, table: &Table, record: &Record, values: &mut Map<String, Value>) {
        for column in &table.columns {
            let name = column.property_name();
            let Kind::Lookup { targets } = &column.kind else { continue };
            if values.get(&name).is_none_or(Value::is_null) {
                continue;
            }
            let stored = record.values.get(&column.logical_name).and_then(|lookup| lookup.get("table"));
            let to = stored.cloned().or_else(|| targets.first().cloned().map(Value::from));
            values.insert(format!("{name}@{LOOKUP_TABLE}"), to.unwrap_or_default());
        }
    }

    /// What a read of a column gives as base64.
    fn base64_of(&self, record: &Record, column: &Column) -> Option<Vec<Slice>> {
        let id = record.files.get(&column.logical_name)?;
        match column.kind {
            Kind::Image { .. } => self.state.images.get(id).map(|image| image.thumbnail.slices.clone()),
            Kind::Body => self.state.files.get(id).map(|file| file.slices.clone()),
            _ => None,
        }
    }

    fn flat_object(&self, table: &Table, record: &Record, select: Option<&[String]>) -> Map<String, Value> {
        let all;
        let names = match select {
            Some(names) => names,
            None => {
                all = table.plain_properties().collect::<Vec<_>>();
                &all
            }
        };
        let mut object = Map::new();
        object.insert("@odata.etag".to_owned(), record.etag().into());
        object.insert(table.primary_id.clone(), record.id.to_string().into());
        for column in names.iter().filter_map(|name| table.property(name)) {
            object.insert(column.property_name(), self.state.value(table, record, column));
        }
        object
    }
}

/// Every name is a property of the table.
pub(super) fn check_names(table: &Table, names: Option<&[String]>) -> Answer<()> {
    match names.into_iter().flatten().find(|name| table.property(name).is_none()) {
        Some(name) => Err(errors::SEGMENT.with(&[name]).with_status(StatusCode::BAD_REQUEST)),
        None => Ok(()),
    }
}

fn with_etag(mut response: Response<Payload>, record: &Record) -> Response<Payload> {
    answer::set(&mut response, header::ETAG, &record.etag());
    response
}
