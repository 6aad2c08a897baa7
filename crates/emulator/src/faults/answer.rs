//! Answers that a gateway or an overloaded service gives.
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::core::Now;
use crate::payload::Payload;

/// An error answer that does not come from the organization.
///
/// ```
/// use std::time::Duration;
///
/// use dataverse_files_emulator::core::Now;
/// use dataverse_files_emulator::faults::{Answer, RetryAfter};
///
/// let response = Answer::throttled(RetryAfter::Seconds(30)).response(Now(Duration::ZERO));
/// assert_eq!(response.status(), 429);
/// assert_eq!(response.headers()["retry-after"], "30");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 400 to 599.
    pub status: StatusCode,
    /// Whether it says when to come again.
    pub retry_after: RetryAfter,
    /// What it says.
    pub body: ErrorBody,
}

/// The header `Retry-After` (api-limits; RFC 9110 §10.2.3 allows both forms).
///
/// ```
/// use std::time::Duration;
///
/// use dataverse_files_emulator::core::Now;
/// use dataverse_files_emulator::faults::{Answer, RetryAfter};
///
/// let response = Answer::unavailable(RetryAfter::Date(60)).response(Now(Duration::ZERO));
/// assert_eq!(response.headers()["retry-after"], "Thu, 01 Jan 1970 00:01:00 GMT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// No such header.
    Absent,
    /// Whole seconds.
    Seconds(u32),
    /// The HTTP date that many seconds from now.
    Date(u32),
}

/// The body of an error answer (errors-and-limits §2).
///
/// ```
/// use dataverse_files_emulator::faults::{Answer, ErrorBody};
///
/// let torn = Answer { body: ErrorBody::Torn, ..Answer::unexpected() };
/// assert_eq!(torn.status, 500);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorBody {
    /// The documented envelope.
    OData {
        /// Hexadecimal, e.g. `0x80072322`.
        code: &'static str,
        /// For people.
        message: &'static str,
    },
    /// What gateways send.
    Html,
    /// The documented envelope, broken off in the middle, with its own length announced.
    Torn,
    /// Nothing.
    Empty,
}

impl Answer {
    /// 429 for too many requests (errors-and-limits §10).
    pub fn throttled(retry_after: RetryAfter) -> Answer {
        let body = ErrorBody::OData {
            code: "0x80072322",
            message: "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
        };
        Answer { status: StatusCode::TOO_MANY_REQUESTS, retry_after, body }
    }

    /// 503 with the documented database error (errors-and-limits §9).
    pub fn unavailable(retry_after: RetryAfter) -> Answer {
        let body = ErrorBody::OData { code: "0x80072324", message: "Too many concurrent requests detected." };
        Answer { status: StatusCode::SERVICE_UNAVAILABLE, retry_after, body }
    }

    /// 500 `UnExpected` (errors-and-limits §6).
    pub fn unexpected() -> Answer {
        let body = ErrorBody::OData { code: "0x80040216", message: "An unexpected error occurred." };
        Answer { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: RetryAfter::Absent, body }
    }

    /// 401 for a token that has run out (errors-and-limits §8).
    pub fn token_expired() -> Answer {
        let body = ErrorBody::OData { code: "0x80041d52", message: "The OAuth token has expired" };
        Answer { status: StatusCode::UNAUTHORIZED, retry_after: RetryAfter::Absent, body }
    }

    /// 400 for a session that is not known any more (U21).
    pub fn session_expired() -> Answer {
        let body = ErrorBody::OData {
            code: "0x80090003",
            message: "Invalid parameter [FileContinuationToken] provided in request URL.",
        };
        Answer { status: StatusCode::BAD_REQUEST, retry_after: RetryAfter::Absent, body }
    }

    /// What a gateway in front of the service says, in HTML: 502 or 504.
    pub fn gateway(status: StatusCode) -> Answer {
        Answer { status, retry_after: RetryAfter::Absent, body: ErrorBody::Html }
    }

    /// The whole answer.
    pub fn response(&self, now: Now) -> Response<Payload> {
        let (media, text) = self.text();
        let mut response = Response::new(Payload::Bytes(Bytes::from(text)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(media) = media {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        }
        headers.insert("OData-Version", HeaderValue::from_static("4.0"));
        if let Some(value) = self.retry_after.value(now) {
            headers.insert(RETRY_AFTER, value);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
        }
        response
    }

    fn text(&self) -> (Option<&'static str>, String) {
        const JSON: Option<&str> = Some("application/json; odata.metadata=minimal");
        match &self.body {
            ErrorBody::OData { code, message } => {
                (JSON, json!({"error": {"code": code, "message": message}}).to_string())
            }
            ErrorBody::Torn => (JSON, r#"{"error":{"code":"0x80040216","mess"#.into()),
            ErrorBody::Empty => (None, String::new()),
            ErrorBody::Html => {
                let reason = self.status.canonical_reason().unwrap_or("Error");
                let line = format!("{} {reason}", self.status.as_u16());
                let page =
                    format!("<html><head><title>{line}</title></head><body><h1>{line}</h1></body></html>");
                (Some("text/html"), page)
            }
        }
    }
}

impl RetryAfter {
    fn value(self, now: Now) -> Option<HeaderValue> {
        match self {
            RetryAfter::Absent => None,
            RetryAfter::Seconds(seconds) => Some(seconds.into()),
            RetryAfter::Date(seconds) => {
                // A date has whole seconds: rounded up, so that it is never sooner than meant.
                let whole = now.0.as_secs() + u64::from(now.0.subsec_nanos() > 0) + u64::from(seconds);
                let at = UNIX_EPOCH.checked_add(Duration::from_secs(whole))?;
                HeaderValue::try_from(httpdate::fmt_http_date(at)).ok()
            }
        }
    }
}
