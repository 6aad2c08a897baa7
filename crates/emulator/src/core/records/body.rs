//! The JSON of a record or a property on its way in.
use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value};

use crate::core::fault::{Answer, Fault};
use crate::core::options::MEGABYTE;
use crate::core::request::Request;
use crate::core::schema::{Column, Kind, Table};
use crate::core::{Core, IGNORED, errors};
use crate::payload::{Content, Intake, Stored};

/// Bytes that all of a body may have but what is base64 in it (the contract of `Intake::Json`).
const PLAIN: u64 = 1 << 20;

/// A JSON object, with what was base64 in it.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) values: Map<String, Value>,
    /// By the name of the property.
    pub(super) blobs: BTreeMap<String, Stored>,
}

impl Core {
    /// How the body of a request to a set or a record is taken in: images and the files of notes and attachments go
    /// past the core.
    pub(in crate::core) fn record_intake(&self, request: &Request<'_>, table: &str) -> Answer<Intake> {
        let table = self.table(table)?;
        Ok(match request.head.method {
            Method::POST | Method::PATCH => {
                let binary = table.columns.iter().filter(|column| column.is_base64());
                let binary = binary.map(|column| column.logical_name.clone()).collect();
                Intake::Json { binary, limit: self.binary_limit(table) }
            }
            _ => Intake::Bytes { limit: IGNORED },
        })
    }

    /// The same for `{"value": …}` of one property.
    pub(super) fn value_intake(&self, table: &str, column: &str) -> Answer<Intake> {
        let column = self.table(table)?.column(column).filter(|column| column.is_base64());
        let limit = column.map(|column| self.max_bytes(column)).unwrap_or_default();
        let binary = column.map(|_| "value".to_owned()).into_iter().collect();
        Ok(Intake::Json { binary, limit })
    }

    /// A body that writes columns of a record.
    pub(super) fn body(&self, table: &Table, content: Content) -> Answer<Body> {
        Body::within(table, self.binary_limit(table), content)
    }

    /// `{"value": …}` as the body that writes this property alone.
    pub(super) fn property_body(&self, table: &Table, name: &str, content: Content) -> Answer<Body> {
        let column = table.property(name).filter(|column| column.is_base64());
        let limit = column.map(|column| self.max_bytes(column)).unwrap_or_default();
        let Body { mut values, mut blobs } = Body::within(table, limit, content)?;
        let (value, blob) = (values.remove("value"), blobs.remove("value"));
        if value.is_none() && blob.is_none() {
            return Err(Fault::payload(&table.logical_name, "'value' is missing"));
        }
        let values = value.map(|value| (name.to_owned(), value)).into_iter().collect();
        let blobs = blob.map(|blob| (name.to_owned(), blob)).into_iter().collect();
        Ok(Body { values, blobs })
    }

    /// Bytes in the base64 of any column of the table.
    fn binary_limit(&self, table: &Table) -> u64 {
        let binary = table.columns.iter().filter(|column| column.is_base64());
        binary.map(|column| self.max_bytes(column)).max().unwrap_or_default()
    }

    /// Bytes of a file in a column. Of notes and attachments the organization's own row tells (N2).
    pub(in crate::core) fn max_bytes(&self, column: &Column) -> u64 {
        match column.kind {
            Kind::Body => self.state.largest_body(),
            _ => column.max_bytes().unwrap_or_default(),
        }
    }
}

impl Body {
    /// With base64 of at most this many bytes, as the intake was told.
    fn within(table: &Table, limit: u64, content: Content) -> Answer<Body> {
        match content {
            Content::Json { value: Value::Object(values), blobs } => Ok(Body { values, blobs }),
            Content::Malformed(reason) => Err(Fault::payload(&table.logical_name, &reason)),
            Content::TooLong(seen) => Err(too_long(table, limit, seen)),
            _ => Err(Fault::payload(&table.logical_name, "the body is no JSON object")),
        }
    }

    /// The body that writes nothing but this.
    pub(super) fn single(name: &str, value: Value) -> Body {
        Body::plain(Map::from_iter([(name.to_owned(), value)]))
    }

    /// Without any base64.
    pub(super) fn plain(values: Map<String, Value>) -> Body {
        Body { values, blobs: BTreeMap::new() }
    }
}

/// A file of more bytes than any may have, or else something that should be no longer than 1 MB: a body that is too
/// short for the one has broken the other rule.
fn too_long(table: &Table, limit: u64, seen: u64) -> Fault {
    let decoded = seen / 4 * 3;
    let binary = |kind: fn(&Kind) -> bool| table.columns.iter().any(|column| kind(&column.kind));
    let plain = seen > PLAIN && decoded <= limit;
    if !plain && binary(|kind| matches!(kind, Kind::Body)) {
        return errors::ATTACHMENT_SIZE.fault();
    }
    if plain || !binary(|kind| matches!(kind, Kind::Image { .. })) {
        return errors::REQUEST_TOO_LARGE.fault();
    }
    let megabytes = |bytes: u64| (bytes / MEGABYTE).to_string();
    errors::IMAGE_SIZE.with(&[&megabytes(limit), &megabytes(decoded)])
}
