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

/// A JSON object, with what was base64 in it.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) values: Map<String, Value>,
    /// By the name of the property.
    pub(super) images: BTreeMap<String, Stored>,
}

impl Core {
    /// How the body of a request to a set or a record is taken in: images go past the core.
    pub(in crate::core) fn record_intake(&self, request: &Request<'_>, table: &str) -> Answer<Intake> {
        let table = self.table(table)?;
        Ok(match request.head.method {
            Method::POST | Method::PATCH => {
                let binary = images(table).map(|column| column.logical_name.clone()).collect();
                Intake::Json { binary, limit: image_limit(table) }
            }
            _ => Intake::Bytes { limit: IGNORED },
        })
    }

    /// The same for `{"value": …}` of one property.
    pub(super) fn value_intake(&self, table: &str, column: &str) -> Answer<Intake> {
        let column = self.table(table)?.column(column).filter(|column| is_image(column));
        let limit = column.and_then(Column::max_bytes).unwrap_or_default();
        let binary = column.map(|_| "value".to_owned()).into_iter().collect();
        Ok(Intake::Json { binary, limit })
    }
}

impl Body {
    pub(super) fn of(table: &Table, content: Content) -> Answer<Body> {
        Body::within(table, image_limit(table), content)
    }

    /// With images of at most this many bytes, as the intake was told.
    fn within(table: &Table, limit: u64, content: Content) -> Answer<Body> {
        match content {
            Content::Json { value: Value::Object(values), blobs } => Ok(Body { values, images: blobs }),
            Content::Malformed(reason) => Err(Fault::payload(&table.logical_name, &reason)),
            Content::TooLong(seen) => Err(too_long(limit, seen)),
            _ => Err(Fault::payload(&table.logical_name, "the body is no JSON object")),
        }
    }

    /// `{"value": …}` as the body that writes this property alone.
    pub(super) fn of_property(table: &Table, name: &str, content: Content) -> Answer<Body> {
        let limit = table.property(name).and_then(Column::max_bytes).unwrap_or_default();
        let Body { mut values, mut images } = Body::within(table, limit, content)?;
        let (value, image) = (values.remove("value"), images.remove("value"));
        if value.is_none() && image.is_none() {
            return Err(Fault::payload(&table.logical_name, "'value' is missing"));
        }
        let values = value.map(|value| (name.to_owned(), value)).into_iter().collect();
        let images = image.map(|image| (name.to_owned(), image)).into_iter().collect();
        Ok(Body { values, images })
    }

    /// The body that writes nothing but this.
    pub(super) fn single(name: &str, value: Value) -> Body {
        Body { values: Map::from_iter([(name.to_owned(), value)]), images: BTreeMap::new() }
    }
}

/// An image of more bytes than any may have, or else something that should be no longer than 1 MB.
fn too_long(limit: u64, seen: u64) -> Fault {
    let decoded = seen / 4 * 3;
    if limit == 0 || decoded <= limit {
        return errors::REQUEST_TOO_LARGE.fault();
    }
    let megabytes = |bytes: u64| (bytes / MEGABYTE).to_string();
    errors::IMAGE_SIZE.with(&[&megabytes(limit), &megabytes(decoded)])
}

fn images(table: &Table) -> impl Iterator<Item = &Column> {
    table.columns.iter().filter(|column| is_image(column))
}

fn is_image(column: &Column) -> bool {
    matches!(column.kind, Kind::Image { .. })
}

/// Bytes of an image in any column of the table.
fn image_limit(table: &Table) -> u64 {
    images(table).filter_map(Column::max_bytes).max().unwrap_or_default()
}
