//! Faults that change a right answer into a wrong one.
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Response};
use serde_json::{Value, json};

use super::Fault;
use crate::payload::{Passage, Payload, Slice};

impl Fault {
    /// Damages the organization's own answer, when this is a fault that does so.
    ///
    /// ```
    /// use dataverse_files_emulator::faults::Fault;
    /// use dataverse_files_emulator::payload::{BlobId, Payload, Slice};
    ///
    /// let whole = vec![Slice { blob: BlobId(1), range: 0..4_194_304 }];
    /// let mut response = http::Response::new(Payload::Slices(whole));
    /// Fault::Short { bytes: 4 }.damage(&mut response);
    /// assert_eq!(response.body(), &Payload::Slices(vec![Slice { blob: BlobId(1), range: 0..4_194_300 }]));
    /// ```
    pub fn damage(&self, response: &mut Response<Payload>) {
        match self {
            Fault::Short { bytes } => shorten(response, *bytes),
            Fault::WrongSize => misstate(response),
            _ => {}
        }
    }
}

fn shorten(response: &mut Response<Payload>, by: u64) {
    let Some(slices) = file_bytes(response.body_mut()) else { return };
    let len = total(slices);
    let mut over = by.min(len.saturating_sub(1));
    let left = len - over;
    while over > 0
        && let Some(last) = slices.last_mut()
    {
        let cut = over.min(last.range.end - last.range.start);
        last.range.end -= cut;
        over -= cut;
        if last.range.is_empty() {
            slices.pop();
        }
    }
    let raw = matches!(response.body(), Payload::Slices(_));
    if raw && response.headers().contains_key(CONTENT_LENGTH) {
        response.headers_mut().insert(CONTENT_LENGTH, left.into());
    }
}

/// The file bytes of an answer; the last ones when there are several runs.
fn file_bytes(payload: &mut Payload) -> Option<&mut Vec<Slice>> {
    match payload {
        Payload::Bytes(_) => None,
        Payload::Slices(slices) => Some(slices),
        Payload::Text(passages) => passages.iter_mut().rev().find_map(|passage| match passage {
            Passage::Literal(_) => None,
            Passage::Base64(slices) => Some(slices),
        }),
    }
}

/// One byte more than there is, where a header states a size or an answer that brings no file bytes does.
fn misstate(response: &mut Response<Payload>) {
    let stated =
        response.headers().get("x-ms-file-size").and_then(|size| size.to_str().ok()?.parse::<u64>().ok());
    if let Some(size) = stated {
        response.headers_mut().insert("x-ms-file-size", HeaderValue::from(size + 1));
    }
    let Payload::Bytes(text) = response.body() else { return };
    let Ok(mut value) = serde_json::from_slice::<Value>(text) else { return };
    // Messages say it one way, the records of notes and attachments the other.
    let mut stated = false;
    for name in ["FileSizeInBytes", "filesize"] {
        if let Some(size) = value.get(name).and_then(Value::as_u64) {
            value[name] = json!(size + 1);
            stated = true;
        }
    }
    if !stated {
        return;
    }
    *response.body_mut() = Payload::Bytes(value.to_string().into());
    response.headers_mut().remove(CONTENT_LENGTH);
}

fn total(slices: &[Slice]) -> u64 {
    slices.iter().map(|slice| slice.range.end - slice.range.start).sum()
}
