//! Answers that the shell gives by itself, in the documented envelope (errors-and-limits §2).
use std::io;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::payload::Payload;

/// `UnExpected`: the store failed, e.g. the disk is full.
pub(crate) fn store(error: &io::Error) -> Response<Payload> {
    envelope(
        StatusCode::INTERNAL_SERVER_ERROR,
        "0x80040216",
        &format!("An unexpected error occurred. {error}"),
    )
}

/// `UnExpected`: a request that made the emulator itself fail.
pub(crate) fn broken() -> Response<Payload> {
    let message =
        "An unexpected error occurred. The emulator failed on this request; nothing of it was kept.";
    envelope(StatusCode::INTERNAL_SERVER_ERROR, "0x80040216", message)
}

/// The body did not come in time.
pub(crate) fn too_slow() -> Response<Payload> {
    last(StatusCode::REQUEST_TIMEOUT, "The request's body did not arrive in time.")
}

/// The body is no HTTP.
pub(crate) fn garbled() -> Response<Payload> {
    last(StatusCode::BAD_REQUEST, "The request's body could not be understood.")
}

/// `BadRequest` on a connection that is of no use any more.
fn last(status: StatusCode, message: &str) -> Response<Payload> {
    let mut response = envelope(status, "0x8005F100", message);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Any error in the documented envelope.
pub(crate) fn envelope(status: StatusCode, code: &str, message: &str) -> Response<Payload> {
    let text = json!({"error": {"code": code, "message": message}}).to_string();
    let mut response = Response::new(Payload::Bytes(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; odata.metadata=minimal"));
    headers.insert("OData-Version", HeaderValue::from_static("4.0"));
    response
}
