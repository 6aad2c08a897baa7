//! The `Range` header of the Web API, which is narrower than HTTP's.
use http::HeaderValue;

use crate::core::errors;
use crate::core::fault::{Answer, Fault};
use crate::core::options::{BLOCK_LIMIT, MEGABYTE, Options};
use crate::core::request::Version;
use crate::core::upload::number;
use crate::core::{RangePastEnd, options};

/// A part of a file in bytes, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// A range that is not valid or too long (D5 to D7).
pub(super) fn fault() -> Fault {
    errors::FILE_RANGE.with(&[&(options::BLOCK_LIMIT / MEGABYTE).to_string()])
}

/// The asked part of a file of `size` bytes; what goes past the end is cut off (D4).
pub(super) fn part(header: &HeaderValue, version: Version, size: u64, options: &Options) -> Answer<Part> {
    let text = header.to_str().ok().ok_or_else(fault)?;
    let (start, last) = parse(text.trim(), version).ok_or_else(fault)?;
    if last < start || last - start >= BLOCK_LIMIT {
        return Err(fault());
    }
    if start >= size {
        return Err(past_end(options));
    }
    Ok(Part { start, end: size.min(last + 1) })
}

/// What a start at or past the end leads to (D5).
fn past_end(options: &Options) -> Fault {
    match options.range_past_end {
        RangePastEnd::BadRequest => fault(),
        RangePastEnd::NotSatisfiable => fault().with_status(http::StatusCode::RANGE_NOT_SATISFIABLE),
    }
}

/// `bytes=0-4194303`; under v9.1 also `0-1023/8192`, with or without `bytes=` (D8).
fn parse(text: &str, version: Version) -> Option<(u64, u64)> {
    let named = text.strip_prefix("bytes=");
    let range = match version {
        Version::V91 => {
            let range = named.unwrap_or(text);
            match range.split_once('/') {
                Some((range, total)) => number(total).map(|_| range)?,
                None => range,
            }
        }
        Version::V90 | Version::V92 => named?,
    };
    let (start, last) = range.split_once('-')?;
    Some((number(start)?, number(last)?))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{Part, part};
    use crate::core::Options;
    use crate::core::request::Version;

    fn cut(text: &str, version: Version) -> Option<Part> {
        part(&HeaderValue::from_str(text).unwrap(), version, 8192, &Options::default()).ok()
    }

    #[test]
    fn only_closed_single_ranges_are_served() {
        assert_eq!(cut("bytes=0-1023", Version::V92), Some(Part { start: 0, end: 1024 }));
        assert_eq!(cut("bytes=8191-4202494", Version::V92), Some(Part { start: 8191, end: 8192 }));
        assert_eq!(cut("bytes=0-4194303", Version::V92), Some(Part { start: 0, end: 8192 }));
        for wrong in [
            "bytes=0-4194304",
            "bytes=5-",
            "bytes=-5",
            "bytes=0-1,4-5",
            "bytes=5-4",
            "bytes=8192-9000",
            "bytes 0-1",
            "bytes=0-1/8192",
            "0-1/8192",
            "bytes=a-b",
            "bytes=+0-1",
            "bytes=0-18446744073709551615",
            "",
        ] {
            assert_eq!(cut(wrong, Version::V92), None, "{wrong}");
        }
    }

    #[test]
    fn the_older_forms_are_served_under_the_older_path() {
        for right in ["bytes=0-1023/8192", "0-1023/8192", "bytes=0-1023"] {
            assert_eq!(cut(right, Version::V91), Some(Part { start: 0, end: 1024 }), "{right}");
        }
        assert_eq!(cut("bytes=0-1023/all", Version::V91), None);
    }
}
