//! The whole file in one GET (file-columns §7.1), and its id.
use http::{StatusCode, header};
use serde_json::{Map, json};

use super::base64_object;
use super::describe::Extent;
use super::range::Part;
use super::served::Served;
use crate::core::fault::Answer;
use crate::core::options::MEGABYTE;
use crate::core::request::Request;
use crate::core::{Core, answer, errors};
use crate::payload::Payload;

impl Core {
    pub(super) fn whole(&self, request: &Request<'_>, served: Served<'_>) -> Answer {
        let file = served.file();
        if let Some(limit) = self.options.single_download_limit.filter(|limit| file.size > *limit) {
            let megabytes = |bytes: u64| (bytes / MEGABYTE).to_string();
            return Err(errors::SINGLE_REQUEST_SIZE.with(&[
                "download",
                &megabytes(limit),
                &megabytes(file.size),
            ]));
        }
        let mut response = answer::payload(StatusCode::OK, Payload::Slices(file.slices.clone()));
        answer::set(&mut response, header::CONTENT_TYPE, "application/octet-stream");
        if self.options.content_length {
            answer::set_number(&mut response, header::CONTENT_LENGTH, file.size);
        }
        self.describe(request, &mut response, served, Extent::Whole);
        Ok(response)
    }

    /// The column's value as any property's: the id of the file, the base64 of the thumbnail (D18).
    pub(super) fn as_property(&self, request: &Request<'_>, served: Served<'_>) -> Answer {
        let file = served.file();
        let set = &self.table(&file.place.table)?.set_name;
        let context = request.context(&format!("{set}({})/{}", file.place.record, file.place.column));
        if !matches!(served, Served::File(_)) {
            let part = Part { start: 0, end: file.size };
            return Ok(answer::json_payload(StatusCode::OK, base64_object(&context, "value", file, part)));
        }
        let body = Map::from_iter([("value".to_owned(), json!(file.id))]);
        Ok(answer::json(StatusCode::OK, answer::with_context(context, body)))
    }
}
