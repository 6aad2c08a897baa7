//! `/Image/download.aspx` at the organization's root: where `<col>_url` leads (image-columns §7).
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode, header};

use super::answer;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::odata::query::Query;
use crate::core::{Core, errors};
use crate::payload::Payload;

impl Core {
    /// The thumbnail, or with `Full=true` the original. Without such an image: 204. The time stamp is there for caches
    /// and decides nothing.
    pub(in crate::core) fn image_page(&self, head: &Parts) -> Answer {
        if head.method != Method::GET && head.method != Method::HEAD {
            return Err(Fault::method_not_allowed("GET,HEAD,OPTIONS"));
        }
        let query = Query::parse(head.uri.query().unwrap_or_default())?;
        let parameter = |name: &str| {
            query.get_ignoring_case(name).ok_or_else(|| {
                errors::INVALID_ARGUMENT.with(&[&format!("The parameter '{name}' is missing.")])
            })
        };
        let (table, column) = (parameter("Entity")?, parameter("Attribute")?);
        let id = Guid::parse(parameter("Id")?)
            .ok_or_else(|| errors::INVALID_ARGUMENT.with(&["Id is no GUID."]))?;
        parameter("Timestamp")?;
        let full = query.get_ignoring_case("Full").is_some_and(|full| full.eq_ignore_ascii_case("true"));

        let image = self.state.images.get(&id).filter(|image| {
            let place = &image.thumbnail.place;
            place.table == table && place.column == column
        });
        let file = image.and_then(|image| match full {
            true => self.state.full_image(image),
            false => Some(&image.thumbnail),
        });
        let Some(file) = file else { return Ok(answer::empty(StatusCode::NO_CONTENT)) };
        let body = match head.method {
            Method::HEAD => Payload::Bytes(Bytes::new()),
            _ => Payload::Slices(file.slices.clone()),
        };
        let mut response = answer::payload(StatusCode::OK, body);
        answer::set(&mut response, header::CONTENT_TYPE, &file.mime);
        answer::set_number(&mut response, header::CONTENT_LENGTH, file.size);
        Ok(response)
    }
}
