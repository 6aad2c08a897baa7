//! Bytes on their way out of a column: `$value` whole or by ranges, messages, SAS URLs.
mod describe;
mod messages;
mod range;
mod ranged;
mod sas;
mod single;
mod storage;

use http::header;

use super::Core;
use super::answer;
use super::errors;
use super::fault::{Answer, Fault};
use super::request::Request;
use super::route::Property;
use super::schema::Kind;
use super::state::Place;
use super::state::files::File;
use http::StatusCode;

/// The query key of the older documents' next range (D8).
const CONTINUATION: &str = "FileContinuationToken";

impl Core {
    /// `GET` of a file or image column, with or without `/$value`.
    pub(in crate::core) fn download(&self, request: &Request<'_>, property: &Property) -> Answer {
        let record = self.find(&property.target)?;
        let table = self.table(&property.target.table)?;
        let image = table.column(&property.column).is_some_and(|c| matches!(c.kind, Kind::Image { .. }));
        let place = Place {
            table: property.target.table.clone(),
            record: record.id,
            column: property.column.clone(),
        };
        let Some(file) = self.state.file_at(&place) else {
            let asks_for_id = !property.raw && !request.head.headers.contains_key(header::RANGE);
            // An image that is not there is no error (D12), nor is an id (D18); a file is (D11).
            return match image || asks_for_id {
                true => Ok(answer::empty(StatusCode::NO_CONTENT)),
                false => Err(no_file(&place)),
            };
        };
        let range = request.head.headers.get(header::RANGE);
        match (property.raw, request.query.get(CONTINUATION), range) {
            (true, _, None) => self.whole(request, file),
            (true, _, Some(range)) => self.ranged(request, file, range),
            (false, Some(token), Some(range)) => {
                self.check_continuation(file, token)?;
                self.ranged(request, file, range)
            }
            (false, Some(_), None) => Err(range::fault()),
            (false, None, Some(range)) => self.ranged_base64(request, file, range),
            (false, None, None) if image => Err(errors::NOT_IMPLEMENTED.fault()),
            (false, None, None) => self.file_id(request, file),
        }
    }
}

/// 404 for an empty column (D11).
fn no_file(place: &Place) -> Fault {
    let Place { record, column, .. } = place;
    errors::NOT_FOUND.saying(format!("No file attachment found for attribute: {column} EntityId: {record}."))
}

/// Whether the answer may say how long the stored image is: not for thumbnails (I4).
fn asks_for_full(request: &Request<'_>) -> bool {
    request.query.get("size").is_some_and(|size| size.eq_ignore_ascii_case("full"))
}

impl Core {
    /// Whether a file is an image, whose size is announced for the full one only.
    fn is_image(&self, file: &File) -> bool {
        let column = self.state.tables.get(&file.place.table).and_then(|t| t.column(&file.place.column));
        column.is_some_and(|column| matches!(column.kind, Kind::Image { .. }))
    }
}
