//! Bytes on their way out of a column: `$value` whole or by ranges, messages, SAS URLs, the page of images.
mod describe;
mod messages;
mod page;
mod range;
mod ranged;
mod sas;
mod served;
mod single;
mod storage;
mod text;

use http::{StatusCode, header};

use self::ranged::base64_object;
use self::served::{asks_for_full, no_file};
use super::Core;
use super::answer;
use super::fault::Answer;
use super::request::Request;
use super::route::Property;
use super::state::Place;

/// The query key of the older documents' next range (D8).
const CONTINUATION: &str = "FileContinuationToken";

impl Core {
    /// `GET` of a file or image column, with or without `/$value`.
    pub(in crate::core) fn download(&self, request: &Request<'_>, property: &Property) -> Answer {
        let record = self.find(&property.target)?;
        let place = Place {
            table: property.target.table.clone(),
            record: record.id,
            column: property.column.clone(),
        };
        let range = request.head.headers.get(header::RANGE);
        let as_property = !property.raw && range.is_none();
        if !property.raw
            && let Some(token) = request.query.get(CONTINUATION)
        {
            let served = self.continued(&place, token)?;
            return self.ranged(request, served, range.ok_or_else(range::fault)?);
        }
        let Some(served) = self.served(&place, asks_for_full(request) && !as_property) else {
            // An image that is not there is no error (D12), nor is an id (D18); a file is (D11).
            return match as_property || self.is_image(&place) {
                true => Ok(answer::empty(StatusCode::NO_CONTENT)),
                false => Err(no_file(&place)),
            };
        };
        match (property.raw, range) {
            (true, None) => self.whole(request, served),
            (true, Some(range)) => self.ranged(request, served, range),
            (false, Some(range)) => self.ranged_base64(request, served, range),
            (false, None) => self.as_property(request, served),
        }
    }
}
