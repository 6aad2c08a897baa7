//! The whole file in one PATCH (file-columns §4).
use http::StatusCode;

use super::content_type;
use crate::core::examine::whole;
use crate::core::fault::{Answer, Fault};
use crate::core::options::MEGABYTE;
use crate::core::request::Request;
use crate::core::schema::Column;
use crate::core::state::Place;
use crate::core::state::files::NewFile;
use crate::core::{Core, answer, errors, mime};
use crate::images::Thumbnailer;
use crate::payload::Content;

/// A single upload whose head is right.
pub(super) struct Single {
    place: Place,
    name: String,
    mime: String,
    /// Bytes that its body may have.
    pub(super) limit: u64,
}

impl Single {
    pub(super) fn place(&self) -> &Place {
        &self.place
    }
}

impl Core {
    pub(super) fn plan_single(&self, request: &Request<'_>, place: Place, column: &Column) -> Answer<Single> {
        let name = self.required_name(request)?;
        if let Some(length) = request.content_length() {
            self.check_single(column, length)?;
        }
        let limit =
            column.max_bytes().unwrap_or_default().min(self.options.single_upload_limit.saturating_sub(1));
        let mime = mime::of_upload(&name, content_type(request).as_deref());
        self.state.check_mime(&mime)?;
        Ok(Single { place, name, mime, limit })
    }

    /// A size that this way can carry (U13, U19, U20).
    fn check_single(&self, column: &Column, size: u64) -> Answer<()> {
        if size == 0 {
            return Err(errors::FILE_CONTENT_NULL.fault());
        }
        self.check_size(column, size)?;
        let limit = self.options.single_upload_limit;
        if size >= limit {
            let megabytes = |bytes: u64| (bytes / MEGABYTE).to_string();
            return Err(errors::SINGLE_REQUEST_SIZE.with(&["upload", &megabytes(limit), &megabytes(size)]));
        }
        Ok(())
    }

    pub(super) fn single(
        &mut self,
        request: &Request<'_>,
        single: Single,
        content: &Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let Single { place, name, mime, .. } = single;
        let column = self.table(&place.table)?.file_column(&place.column);
        let column = column.ok_or_else(|| errors::FILE_ATTRIBUTE_NAME.with(&[&place.column]))?;
        let stored = match content {
            Content::Blob(stored) => *stored,
            Content::TooLong(length) => {
                self.check_single(column, *length)?;
                return Err(errors::REQUEST_TOO_LARGE.fault());
            }
            _ => return Err(unread()),
        };
        self.check_single(column, stored.len)?;
        let file = NewFile { place, name, mime, size: stored.len, slices: vec![whole(&stored)] };
        self.publish(request.now, thumbnailer, file)?;
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }
}

/// The body did not come as the intake asked.
pub(super) fn unread() -> Fault {
    errors::BAD_REQUEST.with(&["The body could not be read."])
}
