//! Opening a chunked upload (file-columns §5.1).
use http::{HeaderName, Response, StatusCode, header};

use super::content_type;
use super::single::unread;
use crate::core::fault::Answer;
use crate::core::request::{Request, Version};
use crate::core::state::Place;
use crate::core::state::uploads::{Opening, Way};
use crate::core::{Core, answer, errors, mime};
use crate::payload::{Content, Payload};

pub(in crate::core) const CHUNK_SIZE: HeaderName = HeaderName::from_static("x-ms-chunk-size");

/// A chunked upload that may begin.
pub(super) struct Open {
    place: Place,
    name: String,
}

impl Core {
    pub(super) fn plan_open(&self, request: &Request<'_>, place: Place) -> Answer<Open> {
        if !self.options.chunking_supported {
            return Err(errors::DATABASE_CHUNKS.with(&["Uploading"]));
        }
        let name = self.required_name(request)?;
        self.state.check_mime(&mime::of_upload(&name, content_type(request).as_deref()))?;
        Ok(Open { place, name })
    }

    pub(super) fn open(&mut self, request: &Request<'_>, open: Open, content: &Content) -> Answer {
        match content {
            Content::Bytes(body) if body.is_empty() => {}
            // Whoever sends bytes here would lose them without noticing.
            Content::Bytes(_) | Content::TooLong(_) => {
                return Err(errors::INVALID_ARGUMENT.with(&["The opening of a chunked upload has no body."]));
            }
            _ => return Err(unread()),
        }
        let Open { place, name } = open;
        let set = self.table(&place.table)?.set_name.clone();
        let address = format!("{set}({})/{}", place.record, place.column);
        let affinity = self.affinity();
        let cookie = affinity.clone();
        let content_type = content_type(request);
        let opening = Opening { place, name, content_type, affinity, kind: Way::Chunks, unnamed: false };
        let token = self.state.open_upload(request.now, self.options.token_length, opening);

        let (location, chunk_size) = match request.version {
            Version::V91 => {
                // Relative and without a leading slash, as the older documents print it (U2).
                let path = format!("api/data/v9.1/{address}?FileContinuationToken={token}");
                (path, self.options.chunk_size_v91)
            }
            Version::V90 | Version::V92 => {
                (request.address(&format!("{address}?sessiontoken={token}")), self.options.chunk_size)
            }
        };
        let mut response = answer::empty(StatusCode::OK);
        answer::set(&mut response, header::ACCEPT_RANGES, "bytes");
        answer::set(&mut response, header::LOCATION, &location);
        answer::set_number(&mut response, CHUNK_SIZE, chunk_size);
        answer::set(&mut response, header::ACCESS_CONTROL_EXPOSE_HEADERS, "x-ms-chunk-size");
        set_affinity(&mut response, cookie.as_deref());
        Ok(response)
    }

    /// A name for the web server that keeps an upload, when that matters (U28).
    pub(super) fn affinity(&mut self) -> Option<String> {
        self.options.sticky.then(|| {
            let serial = self.state.ids.serial();
            self.state.ids.signature(&format!("affinity {serial}"))
        })
    }
}

/// The cookie that names the web server of an upload.
pub(super) fn set_affinity(response: &mut Response<Payload>, affinity: Option<&str>) {
    if let Some(affinity) = affinity {
        let cookie = format!("ARRAffinity={affinity}; path=/; secure; HttpOnly");
        answer::set(response, header::SET_COOKIE, &cookie);
    }
}
