//! A part of the file per GET (file-columns §7.2).
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use super::CONTINUATION;
use super::describe::{Extent, disposition, set_text};
use super::range::{self, Part};
use super::served::{Served, gone};
use crate::core::fault::Answer;
use crate::core::guid::Guid;
use crate::core::request::{Request, Version};
use crate::core::state::files::File;
use crate::core::time::Now;
use crate::core::{Core, answer, errors};
use crate::payload::{Passage, Payload};

/// Characters of a token's own part at least, whatever the options say.
const SEAL: usize = 32;
/// Characters of the file's id in a token, and of the moment behind it.
const ID: usize = 36;
const MOMENT: usize = 16;

impl Core {
    pub(super) fn ranged(&self, request: &Request<'_>, served: Served<'_>, range: &HeaderValue) -> Answer {
        let file = served.file();
        let part = self.part(request, file, range)?;
        let mut response =
            answer::payload(StatusCode::PARTIAL_CONTENT, Payload::Slices(file.part(part.start, part.end)));
        answer::set(&mut response, header::CONTENT_TYPE, "application/octet-stream");
        if self.options.content_length {
            answer::set_number(&mut response, header::CONTENT_LENGTH, part.end - part.start);
        }
        self.describe_part(request, &mut response, served, part);
        if request.version == Version::V91 {
            let set = &self.table(&file.place.table)?.set_name;
            let address = format!("{set}({})/{}", file.place.record, file.place.column);
            let location = format!(
                "api/data/v9.1/{address}?{CONTINUATION}={}",
                self.download_token(request.now, file.id)
            );
            answer::set(&mut response, header::LOCATION, &location);
        }
        Ok(response)
    }

    /// The same as base64 in JSON, which one widely used library reads (D18).
    pub(super) fn ranged_base64(
        &self,
        request: &Request<'_>,
        served: Served<'_>,
        range: &HeaderValue,
    ) -> Answer {
        let file = served.file();
        let part = self.part(request, file, range)?;
        let set = &self.table(&file.place.table)?.set_name;
        let context = request.context(&format!("{set}({})/{}", file.place.record, file.place.column));
        let body = base64_object(&context, "value", file, part);
        let mut response = answer::json_payload(StatusCode::PARTIAL_CONTENT, body);
        self.describe_part(request, &mut response, served, part);
        let name = self.header_name(&file.name);
        set_text(&mut response, header::CONTENT_DISPOSITION, &disposition("attachment", &name));
        Ok(response)
    }

    fn part(&self, request: &Request<'_>, file: &File, range: &HeaderValue) -> Answer<Part> {
        if !self.options.chunking_supported {
            return Err(errors::DATABASE_CHUNKS.with(&["Downloading"]));
        }
        range::part(range, request.version, file.size, &self.options)
    }

    fn describe_part(
        &self,
        request: &Request<'_>,
        response: &mut Response<Payload>,
        served: Served<'_>,
        part: Part,
    ) {
        self.describe(request, response, served, Extent::Part);
        if self.options.content_range {
            let text = format!("bytes {}-{}/{}", part.start, part.end - 1, served.file().size);
            answer::set(response, header::CONTENT_RANGE, &text);
        }
    }

    /// A token of downloads of a file. It holds the file's id and the moment it was given out, so nothing has to be kept
    /// for it, and nobody can make one (D17).
    pub(super) fn download_token(&self, given_out: Now, file: Guid) -> String {
        let told = format!("{file}{:0MOMENT$x}", given_out.0.as_micros());
        let length = self.options.token_length.saturating_sub(told.len()).max(SEAL);
        format!("{told}{}", self.state.ids.named_token(&format!("download {told}"), length))
    }

    /// The file of a token: 404 once it is gone or replaced (D17).
    pub(super) fn file_of_token(&self, now: Now, token: &str) -> Answer<&File> {
        let id = self.id_of_token(now, token)?;
        self.state.files.get(&id).ok_or_else(|| gone(id))
    }

    /// The id in a token that this organization gave out, if its time is not over (U7).
    pub(super) fn id_of_token(&self, now: Now, token: &str) -> Answer<Guid> {
        let told = token.get(..ID).and_then(Guid::parse).zip(token.get(ID..ID + MOMENT));
        let known = told.and_then(|(id, moment)| {
            let given_out = Now(Duration::from_micros(u64::from_str_radix(moment, 16).ok()?));
            let over = now >= given_out.after(self.options.session_lifetime);
            (!over && self.download_token(given_out, id) == token).then_some(id)
        });
        known.ok_or_else(|| errors::FILE_PARAMETER.with(&[CONTINUATION]))
    }
}

/// `{"@odata.context":"…","<name>":"<base64>"}`.
pub(super) fn base64_object(context: &str, name: &str, file: &File, part: Part) -> Payload {
    let context = Value::from(context);
    Payload::Text(vec![
        Passage::Literal(format!("{{\"@odata.context\":{context},\"{name}\":\"").into()),
        Passage::Base64(file.part(part.start, part.end)),
        Passage::Literal(Bytes::from_static(b"\"}")),
    ])
}
