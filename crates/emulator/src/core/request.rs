//! A request's head, taken apart once.
use std::borrow::Cow;

use http::request::Parts;
use http::{Method, header};
use percent_encoding::percent_decode_str;

use super::errors;
use super::fault::{Answer, Fault};
use super::odata::query::Query;
use super::options::Options;
use super::prefer::Prefer;
use super::time::Now;

/// Which edition of the Web API the path names. They differ in the dialect of file calls only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Version {
    V90,
    /// Relative `Location` with `FileContinuationToken`, quoted file names, 4096-byte chunks (README, Conventions).
    V91,
    V92,
}

impl Version {
    pub(in crate::core) fn segment(self) -> &'static str {
        match self {
            Version::V90 => "v9.0",
            Version::V91 => "v9.1",
            Version::V92 => "v9.2",
        }
    }
}

/// One piece of the path between slashes, decoded: `name`, or `name(arguments)`.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) struct Segment {
    pub(in crate::core) name: String,
    /// What stands between the parentheses, if there are any.
    pub(in crate::core) arguments: Option<String>,
}

/// A request's head as the handlers see it.
#[derive(Debug)]
pub(in crate::core) struct Request<'a> {
    pub(in crate::core) now: Now,
    pub(in crate::core) head: &'a Parts,
    pub(in crate::core) version: Version,
    /// Below `/api/data/v9.x/`; at least one.
    pub(in crate::core) segments: Vec<Segment>,
    pub(in crate::core) query: Query,
    pub(in crate::core) prefer: Prefer,
    origin: String,
}

impl<'a> Request<'a> {
    pub(in crate::core) fn new(now: Now, head: &'a Parts, options: &Options) -> Answer<Request<'a>> {
        let (version, rest) = split_path(head.uri.path())?;
        Ok(Request {
            now,
            head,
            version,
            segments: segments(rest)?,
            query: Query::parse(head.uri.query().unwrap_or_default())?,
            prefer: Prefer::of(&head.headers),
            origin: origin(head, options),
        })
    }

    /// `[Organization Uri]`.
    pub(in crate::core) fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of something below the edition's root.
    pub(in crate::core) fn address(&self, path: &str) -> String {
        format!("{}/api/data/{}/{path}", self.origin, self.version.segment())
    }

    /// The address of what was asked for, as it was written.
    pub(in crate::core) fn own_address(&self) -> String {
        format!("{}{}", self.origin, self.head.uri.path())
    }

    /// An `@odata.context`.
    pub(in crate::core) fn context(&self, fragment: &str) -> String {
        self.address(&format!("$metadata#{fragment}"))
    }

    /// A header whose value is printable ASCII.
    pub(in crate::core) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// A header byte by byte, where each byte is one character; whether all of them are ASCII.
    pub(in crate::core) fn header_latin1(&self, name: &str) -> Option<(String, bool)> {
        let bytes = self.head.headers.get(name)?.as_bytes();
        Some((bytes.iter().copied().map(char::from).collect(), bytes.is_ascii()))
    }

    /// `Content-Length`, when it was sent.
    pub(in crate::core) fn content_length(&self) -> Option<u64> {
        self.header(header::CONTENT_LENGTH.as_str())?.trim().parse().ok()
    }

    /// Whether the request only reads; `HEAD` is a `GET` whose body stays away.
    pub(in crate::core) fn reads(&self) -> bool {
        self.head.method == Method::GET || self.head.method == Method::HEAD
    }
}

/// The edition and the path below it.
fn split_path(path: &str) -> Answer<(Version, &str)> {
    let unknown = || errors::SEGMENT.with(&[path.split('/').find(|s| !s.is_empty()).unwrap_or_default()]);
    let rest = path.strip_prefix("/api/data/").ok_or_else(unknown)?;
    let (version, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let version = match version {
        "v9.0" => Version::V90,
        "v9.1" => Version::V91,
        "v9.2" => Version::V92,
        other => return Err(errors::SEGMENT.with(&[other])),
    };
    Ok((version, rest))
}

/// The organization's own origin is the one it was asked by.
fn origin(head: &Parts, options: &Options) -> String {
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    format!("{}://{}", options.scheme, host.or(authority).unwrap_or("localhost"))
}

fn segments(path: &str) -> Answer<Vec<Segment>> {
    path.split('/').map(segment).collect()
}

fn segment(text: &str) -> Answer<Segment> {
    let text = decode(text)?;
    let Some((name, rest)) = text.split_once('(') else {
        return Ok(Segment { name: text.into_owned(), arguments: None });
    };
    let arguments = rest.strip_suffix(')').ok_or_else(|| errors::SEGMENT.with(&[&text]))?;
    Ok(Segment { name: name.to_owned(), arguments: Some(arguments.to_owned()) })
}

/// Percent-decoded; text that is not UTF-8 afterwards is no name of anything.
fn decode(text: &str) -> Answer<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().map_err(|_| not_utf8())
}

fn not_utf8() -> Fault {
    errors::QUERY_SYNTAX.with(&["The path is not percent-encoded UTF-8."])
}
