//! `If-Match` and `If-None-Match` (errors-and-limits §7). The text `null` is no condition (E3).
use http::header;

use super::errors;
use super::fault::Answer;
use super::request::Request;
use super::state::Record;

/// A condition on the version of a record.
#[derive(Debug, PartialEq)]
enum Condition<'a> {
    None,
    Any,
    Tags(&'a str),
}

fn condition<'a>(request: &'a Request<'_>, name: &header::HeaderName) -> Condition<'a> {
    match request.header(name.as_str()).map(str::trim) {
        None | Some("" | "null") => Condition::None,
        Some("*") => Condition::Any,
        Some(tags) => Condition::Tags(tags),
    }
}

/// Whether one of the listed ETags is the record's; `W/` or not, versions are what counts.
fn names(tags: &str, record: &Record) -> bool {
    let etag = record.etag();
    let strong = etag.trim_start_matches("W/");
    tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == strong)
}

/// Whether the request forbids to create a missing record.
pub(in crate::core) fn updates_only(request: &Request<'_>) -> bool {
    condition(request, &header::IF_MATCH) != Condition::None
}

/// For writes of a record that exists: 412 when it has changed, or when it should not exist.
pub(in crate::core) fn check_write(request: &Request<'_>, record: &Record) -> Answer<()> {
    check_version(request, record)?;
    match condition(request, &header::IF_NONE_MATCH) {
        Condition::Any => Err(errors::DUPLICATE_RECORD.fault()),
        _ => Ok(()),
    }
}

/// For file calls: an ETag in `If-Match` has to be the record's, nothing else is a condition (U25).
pub(in crate::core) fn check_version(request: &Request<'_>, record: &Record) -> Answer<()> {
    match condition(request, &header::IF_MATCH) {
        Condition::Tags(tags) if !names(tags, record) => Err(errors::VERSION_MISMATCH.fault()),
        _ => Ok(()),
    }
}

/// Whether a read may be answered with 304.
pub(in crate::core) fn is_unchanged(request: &Request<'_>, record: &Record) -> bool {
    match condition(request, &header::IF_NONE_MATCH) {
        Condition::Tags(tags) => names(tags, record),
        Condition::Any | Condition::None => false,
    }
}
