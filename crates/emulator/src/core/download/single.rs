//! The whole file in one GET (file-columns §7.1), and its id.
use http::{StatusCode, header};
use serde_json::{Map, json};

use super::describe::Extent;
use crate::core::fault::Answer;
use crate::core::options::MEGABYTE;
use crate::core::request::Request;
use crate::core::state::files::File;
use crate::core::{Core, answer, errors};
use crate::payload::Payload;

impl Core {
    pub(super) fn whole(&self, request: &Request<'_>, file: &File) -> Answer {
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
        self.describe(request, &mut response, file, Extent::Whole);
        Ok(response)
    }

    /// The column's value as any property's: the id of the file (D18).
    pub(super) fn file_id(&self, request: &Request<'_>, file: &File) -> Answer {
        let set = &self.table(&file.place.table)?.set_name;
        let context = request.context(&format!("{set}({})/{}", file.place.record, file.place.column));
        let body = Map::from_iter([("value".to_owned(), json!(file.id))]);
        Ok(answer::json(StatusCode::OK, answer::with_context(context, body)))
    }
}
