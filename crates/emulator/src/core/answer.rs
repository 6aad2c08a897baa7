//! Answers in the making.
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value};

use crate::payload::Payload;

/// The content type of every JSON answer (errors-and-limits §2).
const JSON: HeaderValue = HeaderValue::from_static("application/json; odata.metadata=minimal");

/// A JSON answer.
pub(in crate::core) fn json(status: StatusCode, body: Map<String, Value>) -> Response<Payload> {
    let text = Value::Object(body).to_string();
    let mut response = payload(status, Payload::Bytes(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

/// A JSON answer whose text is made elsewhere.
pub(in crate::core) fn json_payload(status: StatusCode, body: Payload) -> Response<Payload> {
    let mut response = payload(status, body);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

/// An answer without a body.
pub(in crate::core) fn empty(status: StatusCode) -> Response<Payload> {
    payload(status, Payload::Bytes(Bytes::new()))
}

/// Text, as raw property values are given.
pub(in crate::core) fn text(body: String) -> Response<Payload> {
    let mut response = payload(StatusCode::OK, Payload::Bytes(Bytes::from(body)));
    set(&mut response, header::CONTENT_TYPE, "text/plain");
    response
}

/// Any body.
pub(in crate::core) fn payload(status: StatusCode, body: Payload) -> Response<Payload> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// Sets a header. A value that can not be one is left out: it says nothing a client could read.
pub(in crate::core) fn set(response: &mut Response<Payload>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Sets a header to a number.
pub(in crate::core) fn set_number(response: &mut Response<Payload>, name: HeaderName, value: u64) {
    response.headers_mut().insert(name, HeaderValue::from(value));
}

/// The object with `@odata.context` in front.
pub(in crate::core) fn with_context(context: String, mut body: Map<String, Value>) -> Map<String, Value> {
    body.insert("@odata.context".to_owned(), context.into());
    body
}
