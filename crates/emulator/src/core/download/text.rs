//! Files that are read as base64 text: those of notes and attachments (notes-attachments §5.1).
use bytes::Bytes;
use http::{StatusCode, header};

use super::base64_object;
use super::range::Part;
use crate::core::fault::Answer;
use crate::core::options::BYTE_ORDER_MARK;
use crate::core::request::Request;
use crate::core::route::Property;
use crate::core::state::Place;
use crate::core::{Core, answer};
use crate::payload::{Passage, Payload};

impl Core {
    /// `GET` of `documentbody` or `body`, with or without `/$value`. Always the whole: ranges are not documented here, and
    /// HTTP lets a server pass over them. Without a file: 204 (N5).
    pub(in crate::core) fn download_text(&self, request: &Request<'_>, property: &Property) -> Answer {
        let record = self.find(&property.target)?;
        let (table, column) = (property.target.table.clone(), property.column.clone());
        let place = Place { table, record: record.id, column };
        let Some(file) = self.state.file_at(&place) else {
            return Ok(answer::empty(StatusCode::NO_CONTENT));
        };
        if !property.raw {
            let set = &self.table(&place.table)?.set_name;
            let context = request.context(&format!("{set}({})/{}", place.record, place.column));
            let whole = Part { start: 0, end: file.size };
            return Ok(answer::json_payload(StatusCode::OK, base64_object(&context, "value", file, whole)));
        }
        let mut passages = vec![Passage::Base64(file.slices.clone())];
        if self.options.value_byte_order_mark {
            passages.insert(0, Passage::Literal(Bytes::from(BYTE_ORDER_MARK.to_string())));
        }
        let mut response = answer::payload(StatusCode::OK, Payload::Text(passages));
        answer::set(&mut response, header::CONTENT_TYPE, "text/plain");
        Ok(response)
    }
}
