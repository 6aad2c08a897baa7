//! What a head alone gives away.
use std::time::{Duration, UNIX_EPOCH};

use http::header::{AUTHORIZATION, CONTENT_LENGTH, EXPECT, RANGE, RETRY_AFTER, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, Method};

use super::Slip;
use crate::core::Now;
use crate::kind::{Kind, Origin, is_image_page, session};

/// Bytes of a block, a chunk or a range at most (file-columns §2).
const BLOCK: u64 = 4_194_304;

/// Required on every Web API request (errors-and-limits §11), with the value it has in the documentation.
const REQUIRED: [(&str, &str); 4] = [
    ("Accept", "application/json"),
    ("OData-MaxVersion", "4.0"),
    ("OData-Version", "4.0"),
    ("If-None-Match", "null"),
];

pub(super) fn slips(origin: Origin, kind: Kind, head: &Parts) -> Vec<Slip> {
    let mut slips = Vec::new();
    if origin == Origin::Storage {
        slips.extend(head.headers.contains_key(AUTHORIZATION).then_some(Slip::TokenToStorage));
        return slips;
    }
    slips.extend(length(head));
    slips.extend(name_in_query(head));
    slips.extend(range(kind, head));
    let mode = session(head).is_some() && head.headers.contains_key("x-ms-transfer-mode");
    slips.extend(mode.then_some(Slip::TransferModeOnChunk));
    let name = head.headers.get("x-ms-file-name").is_some_and(|name| !name.as_bytes().is_ascii());
    slips.extend(name.then_some(Slip::NameOutsideAscii));
    slips.extend(head.headers.contains_key(EXPECT).then_some(Slip::Expect));
    // A browser asks by itself before it sends what a program wants sent: no header of that is the program's.
    // Pages have no such headers either.
    if head.method != Method::OPTIONS && !is_image_page(head) {
        slips.extend(
            REQUIRED
                .iter()
                .filter(|(name, value)| lacks(&head.headers, name, value))
                .map(|&(name, expected)| Slip::Header { name, expected }),
        );
    }
    slips
}

/// When a request may come again, from the header of an answer given now.
pub(super) fn retry_at(now: Now, headers: &HeaderMap) -> Option<Now> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return now.0.checked_add(Duration::from_secs(seconds)).map(Now);
    }
    let at = httpdate::parse_http_date(text).ok()?;
    at.duration_since(UNIX_EPOCH).ok().map(Now)
}

fn length(head: &Parts) -> Option<Slip> {
    let sends = matches!(head.method, Method::POST | Method::PATCH | Method::PUT)
        || head.headers.contains_key(TRANSFER_ENCODING);
    (sends && !head.headers.contains_key(CONTENT_LENGTH)).then_some(Slip::NoContentLength)
}

fn name_in_query(head: &Parts) -> Option<Slip> {
    let mut pairs = head.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.any(|(key, value)| key == "x-ms-file-name" && value.contains('+')).then_some(Slip::PlusInFileName)
}

fn range(kind: Kind, head: &Parts) -> Option<Slip> {
    let text = match kind {
        Kind::Range => head.headers.get(RANGE)?.to_str().unwrap_or_default().trim(),
        Kind::Chunk => head.headers.get("content-range")?.to_str().unwrap_or_default().trim(),
        _ => return None,
    };
    // The older dialect leaves out the unit and appends the total (D8); a chunk always has the total.
    let text = text.strip_prefix("bytes").map_or(text, |rest| rest.trim_start_matches(['=', ' ']));
    let numbers = text.split('/').next().and_then(|range| range.split_once('-'));
    let parsed = numbers.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    let Some((first, last)) = parsed else { return (kind == Kind::Range).then_some(Slip::RangeForm) };
    let bytes = u64::saturating_sub(last, first).saturating_add(1);
    (bytes > BLOCK).then_some(Slip::RangeTooWide { bytes })
}

/// A value may stand among others, e.g. after another media type, and in any case.
fn lacks(headers: &HeaderMap, name: &str, value: &str) -> bool {
    let holds =
        |held: &http::HeaderValue| held.to_str().is_ok_and(|held| held.to_ascii_lowercase().contains(value));
    !headers.get_all(name).iter().any(holds)
}
