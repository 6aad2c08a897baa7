//! The storage service behind SAS URLs: another origin with other manners (D20, D24).
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, Method, Response, StatusCode, header};

use crate::core::guid::Guid;
use crate::core::odata::query::Query;
use crate::core::state::files::File;
use crate::core::time::Now;
use crate::core::upload::number;
use crate::core::{Core, access, answer, cors};
use crate::payload::Payload;

const ERROR_CODE: HeaderName = HeaderName::from_static("x-ms-error-code");

/// What a request gets to hear instead of bytes.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
}

impl Core {
    pub(in crate::core) fn storage_answer(&self, now: Now, head: &Parts) -> Response<Payload> {
        if cors::is_options(head) {
            return cors::preflight(head);
        }
        let mut response = match self.admitted(now, head) {
            Ok(file) => served(head, file),
            Err(refusal) => refused(&refusal),
        };
        cors::allow_origin(head, &mut response);
        response
    }

    /// The file of a URL that this organization signed and that is still good.
    fn admitted(&self, now: Now, head: &Parts) -> Result<&File, Refusal> {
        if head.headers.contains_key(header::AUTHORIZATION) {
            return Err(FOREIGN_CREDENTIAL);
        }
        if head.method != Method::GET && head.method != Method::HEAD {
            return Err(WRONG_METHOD);
        }
        let id = head.uri.path().strip_prefix("/files/").and_then(Guid::parse).ok_or(BAD_SIGNATURE)?;
        let query = Query::parse(head.uri.query().unwrap_or_default()).map_err(|_| BAD_SIGNATURE)?;
        let (expiry, signature) = query.get("se").zip(query.get("sig")).ok_or(BAD_SIGNATURE)?;
        if !access::same(&self.sas_signature(id, expiry), signature) {
            return Err(BAD_SIGNATURE);
        }
        // Both are dates of one form: their order is that of their text.
        if now.to_string().as_str() >= expiry {
            return Err(EXPIRED);
        }
        self.state.files.get(&id).ok_or(GONE)
    }
}

const FOREIGN_CREDENTIAL: Refusal = Refusal {
    status: StatusCode::UNAUTHORIZED,
    code: "InvalidAuthenticationInfo",
    message: "A SAS URL is its own credential; an Authorization header does not belong here.",
};
const WRONG_METHOD: Refusal = Refusal {
    status: StatusCode::METHOD_NOT_ALLOWED,
    code: "UnsupportedHttpVerb",
    message: "The resource doesn't support specified Http Verb.",
};
const BAD_SIGNATURE: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    code: "AuthenticationFailed",
    message: "Signature did not match.",
};
const EXPIRED: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    code: "AuthenticationFailed",
    message: "Signature not valid in the specified time frame.",
};
const GONE: Refusal = Refusal {
    status: StatusCode::NOT_FOUND,
    code: "BlobNotFound",
    message: "The specified blob does not exist.",
};
const PAST_END: Refusal = Refusal {
    status: StatusCode::RANGE_NOT_SATISFIABLE,
    code: "InvalidRange",
    message: "The range specified is invalid for the current size of the resource.",
};

/// The bytes, or the part of them that `Range` asks for.
fn served(head: &Parts, file: &File) -> Response<Payload> {
    let range = head.headers.get(header::RANGE).and_then(|range| range.to_str().ok()).and_then(range);
    let (start, end) = match range {
        None => (0, file.size),
        Some((start, _)) if start >= file.size => {
            let mut response = refused(&PAST_END);
            answer::set(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", file.size));
            return response;
        }
        Some((start, last)) => (start, last.map_or(file.size, |last| file.size.min(last.saturating_add(1)))),
    };
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let body = match head.method {
        Method::HEAD => Payload::Bytes(Bytes::new()),
        _ => Payload::Slices(file.part(start, end)),
    };
    let mut response = answer::payload(status, body);
    answer::set(&mut response, header::CONTENT_TYPE, &file.mime);
    answer::set_number(&mut response, header::CONTENT_LENGTH, end - start);
    answer::set(&mut response, header::ACCEPT_RANGES, "bytes");
    answer::set(&mut response, header::ETAG, &format!("\"{:x}\"", file.version));
    if range.is_some() {
        let text = format!("bytes {start}-{}/{}", end - 1, file.size);
        answer::set(&mut response, header::CONTENT_RANGE, &text);
    }
    response
}

/// `bytes=a-b` or `bytes=a-`; storage services pass over other forms and answer with the whole.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (start, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let start = number(start)?;
    match last {
        "" => Some((start, None)),
        last => number(last).filter(|last| *last >= start).map(|last| (start, Some(last))),
    }
}

/// An error as storage services write it.
fn refused(refusal: &Refusal) -> Response<Payload> {
    let Refusal { status, code, message } = refusal;
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = answer::payload(*status, Payload::Bytes(Bytes::from(body)));
    answer::set(&mut response, header::CONTENT_TYPE, "application/xml");
    answer::set(&mut response, ERROR_CODE, code);
    response
}
