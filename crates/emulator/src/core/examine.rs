//! Which images a request brings, told before it is handled, so that they can be read meanwhile.
use std::collections::BTreeMap;

use http::Method;
use http::request::Parts;

use super::family::Family;
use super::message::Message;
use super::request::Request;
use super::route::{Property, Route, Target};
use super::schema::Kind;
use super::state::Place;
use super::time::Now;
use super::{Core, cors};
use crate::images::Examination;
use crate::payload::{Content, Slice, Stored};

impl Core {
    /// The images that a request with this head and content would store; `None` when it brings none, or when it will
    /// be refused anyhow. Changes nothing, and need not be asked.
    pub fn examination(&self, now: Now, head: &Parts, content: &Content) -> Option<Examination> {
        if cors::is_options(head) || self.authorize(head).is_err() {
            return None;
        }
        let request = Request::new(now, head, &self.options).ok()?;
        let images = match (self.resolve(&request).ok()?, content) {
            (Route::Property(property), Content::Blob(stored)) if head.method == Method::PATCH => {
                self.patched_image(&request, &property, *stored).into_iter().collect()
            }
            (Route::Message(Message::CommitUpload(Family::Column), _), Content::Json { value, .. }) => {
                self.committed_image(value).into_iter().collect()
            }
            (Route::Set(table), Content::Json { blobs, .. }) => self.images_of(&table, blobs),
            (Route::Record(target), Content::Json { blobs, .. }) => self.images_of(&target.table, blobs),
            // There the bytes are called `value`, whatever the column is.
            (Route::Property(property), Content::Json { blobs, .. }) => {
                let Property { target: Target { table, .. }, column, .. } = &property;
                let blobs = blobs.values().map(|stored| (column.clone(), *stored)).collect();
                self.images_of(table, &blobs)
            }
            _ => Vec::new(),
        };
        Examination::of(images)
    }

    /// The images among the bytes that came within the JSON of a record; notes and attachments come this way, too.
    fn images_of(&self, table: &str, blobs: &BTreeMap<String, Stored>) -> Vec<Vec<Slice>> {
        let is_image = |name: &str| {
            let column = self.state.tables.get(table).and_then(|table| table.column(name));
            column.is_some_and(|column| matches!(column.kind, Kind::Image { .. }))
        };
        blobs.iter().filter(|(name, _)| is_image(name)).map(|(_, stored)| vec![whole(stored)]).collect()
    }

    fn committed_image(&self, call: &serde_json::Value) -> Option<Vec<Slice>> {
        let upload = self.state.upload(call.get("FileContinuationToken")?.as_str()?)?;
        if !self.is_image(&upload.place) {
            return None;
        }
        let blocks = call.get("BlockList")?.as_array()?;
        blocks.iter().map(|id| Some(upload.piece(id.as_str()?)?.slice())).collect()
    }

    pub(in crate::core) fn is_image(&self, place: &Place) -> bool {
        let column = self.state.tables.get(&place.table).and_then(|table| table.column(&place.column));
        column.is_some_and(|column| matches!(column.kind, Kind::Image { .. }))
    }
}

/// A blob as one run of bytes.
pub(in crate::core) fn whole(stored: &Stored) -> Slice {
    Slice { blob: stored.id, range: 0..stored.len }
}
