//! An error on its way to the client, and its envelope (errors-and-limits §2).
use http::{HeaderName, Response, StatusCode, header};
use serde_json::{Map, Value};

use super::answer;
use super::errors::{self, Code};
use super::prefer::Prefer;
use crate::payload::Payload;

/// What went wrong with one request.
#[derive(Debug)]
pub(in crate::core) struct Fault {
    number: u32,
    status: StatusCode,
    message: String,
    /// More than the documented message says, for those who ask for annotations.
    trace: String,
    headers: Vec<(HeaderName, String)>,
}

/// A handler's result.
pub(in crate::core) type Answer<T = Response<Payload>> = Result<T, Fault>;

impl Code {
    /// The error without anything inserted into its text.
    pub(in crate::core) fn fault(&self) -> Fault {
        self.with(&[])
    }

    /// The error with `{0}`, `{1}`, … replaced.
    pub(in crate::core) fn with(&self, inserts: &[&str]) -> Fault {
        let mut message = self.text.to_owned();
        for (at, insert) in inserts.iter().enumerate() {
            message = message.replace(&format!("{{{at}}}"), insert);
        }
        Fault { number: self.number, status: self.status, message, trace: String::new(), headers: Vec::new() }
    }

    /// The same code with another text; services word one code in several ways.
    pub(in crate::core) fn saying(&self, message: impl Into<String>) -> Fault {
        let (trace, headers) = (String::new(), Vec::new());
        Fault { number: self.number, status: self.status, message: message.into(), trace, headers }
    }
}

impl Fault {
    pub(in crate::core) fn with_status(mut self, status: StatusCode) -> Fault {
        self.status = status;
        self
    }

    pub(in crate::core) fn with_trace(mut self, trace: String) -> Fault {
        self.trace = trace;
        self
    }

    pub(in crate::core) fn with_header(mut self, name: HeaderName, value: String) -> Fault {
        self.headers.push((name, value));
        self
    }

    /// 405 with the methods that would have been right.
    pub(in crate::core) fn method_not_allowed(allowed: &str) -> Fault {
        errors::NOT_SUPPORTED.fault().with_header(header::ALLOW, allowed.to_owned())
    }

    /// A JSON body that is none, or none of the documented shape.
    pub(in crate::core) fn payload(entity: &str, reason: &str) -> Fault {
        errors::PAYLOAD.with(&[entity, reason, "https://go.microsoft.com/fwlink/?linkid=2195293"])
    }

    /// An unknown name in a query option: the code of unknown segments, but 400 (M4).
    pub(in crate::core) fn query_name(name: &str) -> Fault {
        errors::SEGMENT.with(&[name]).with_status(StatusCode::BAD_REQUEST)
    }

    /// The answer, with the annotations that the request asked for.
    pub(in crate::core) fn into_response(self, prefer: &Prefer) -> Response<Payload> {
        let mut error = Map::new();
        for (name, text) in self.annotations() {
            if prefer.wants_annotation(name) {
                error.insert(format!("@{name}"), text.into());
            }
        }
        error.insert("code".to_owned(), format!("0x{:08x}", self.number).into());
        error.insert("message".to_owned(), self.message.into());
        let body = Map::from_iter([("error".to_owned(), Value::Object(error))]);
        let mut response = answer::json(self.status, body);
        for (name, value) in &self.headers {
            answer::set(&mut response, name.clone(), value);
        }
        response
    }

    /// Annotations are strings, all of them.
    fn annotations(&self) -> [(&'static str, String); 4] {
        let link = format!(
            "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a{:08x}&client=platform",
            self.number
        );
        [
            ("Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus", "0".to_owned()),
            ("Microsoft.PowerApps.CDS.HelpLink", link),
            ("Microsoft.PowerApps.CDS.TraceText", self.trace.clone()),
            ("Microsoft.PowerApps.CDS.InnerError.Message", self.message.clone()),
        ]
    }
}
