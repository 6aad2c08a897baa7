//! Which images a request brings, told before it is handled, so that they can be read meanwhile.
use http::Method;
use http::request::Parts;

use super::message::Message;
use super::request::Request;
use super::route::Route;
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
            (Route::Message(Message::CommitFileBlocksUpload, _), Content::Json { value, .. }) => {
                self.committed_image(value).into_iter().collect()
            }
            // Only images are taken out of the JSON of records and properties.
            (Route::Set(_) | Route::Record(_) | Route::Property(_), Content::Json { blobs, .. }) => {
                blobs.values().map(|stored| vec![whole(stored)]).collect()
            }
            _ => Vec::new(),
        };
        Examination::of(images)
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
