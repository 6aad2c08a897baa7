//! Ordered PATCHes with `Content-Range` (file-columns §5): an opening, then chunk after chunk to the `Location` it named.
use std::ops::Range;

use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header, response::Parts};

use crate::wire::{LARGEST_BLOCK, OCTETS, header_text, name, request, url};
use crate::{Body, Column, Organization};

pub(crate) fn open(organization: &Organization, column: &Column, file: &str) -> Request<Body> {
    let path = format!("{}/{}?x-ms-file-name={}", column.record(), column.name(), name::encode(file));
    let mut request = request(Method::PATCH, url(organization, &path), Body::empty());
    let mode = HeaderName::from_static("x-ms-transfer-mode");
    request.headers_mut().insert(mode, HeaderValue::from_static("chunked"));
    request
}

/// Where the chunks go, and how large each is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub location: Uri,
    pub chunk: u64,
}

/// `x-ms-chunk-size` is obeyed when it is 1..=4194304 (U3); anything else, or nothing, means the documented 4194304.
pub(crate) fn opened(organization: &Organization, head: &Parts) -> Result<Opened, String> {
    let location = header_text(&head.headers, "location").ok_or("the answer has no Location")?;
    let location = organization.resolve(location).ok_or("the Location is not one of this organization")?;
    let told = header_text(&head.headers, "x-ms-chunk-size").and_then(|size| size.parse().ok());
    let chunk = told.filter(|size| (1..=LARGEST_BLOCK).contains(size)).unwrap_or(LARGEST_BLOCK);
    Ok(Opened { location, chunk })
}

pub(crate) fn chunk(location: &Uri, file: &str, range: Range<u64>, total: u64) -> Request<Body> {
    let span = format!("bytes {}-{}/{total}", range.start, range.end.saturating_sub(1));
    let mut request = request(Method::PATCH, location.clone(), Body::Source(range));
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, OCTETS);
    if let Ok(span) = HeaderValue::from_str(&span) {
        headers.insert(header::CONTENT_RANGE, span);
    }
    if let Some(file) = name::as_header(file) {
        headers.insert(HeaderName::from_static("x-ms-file-name"), file);
    }
    request
}

/// 204 for the last chunk and 206 for every other one; the other way round is an error (U6).
pub(crate) fn taken(head: &Parts, last: bool) -> Result<(), String> {
    match (head.status, last) {
        (StatusCode::NO_CONTENT, true) | (StatusCode::PARTIAL_CONTENT, false) => Ok(()),
        (status, true) => Err(format!("{status} for the last chunk, where 204 was due")),
        (status, false) => Err(format!("{status} for a chunk that is not the last, where 206 was due")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::example;

    fn answer(headers: &[(&str, &str)]) -> Parts {
        let mut response = http::Response::builder();
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_documented_exchange() {
        let (contoso, column) = example();
        let request = open(&contoso, &column, "25mb.pdf");
        assert_eq!(request.headers()["x-ms-transfer-mode"], "chunked");
        assert_eq!(request.headers()["content-length"], "0");
        let there =
            "https://contoso.crm.dynamics.com/api/data/v9.2/accounts(1)/sample_filecolumn?sessiontoken=a%2Bb";
        let told = opened(&contoso, &answer(&[("location", there), ("x-ms-chunk-size", "4194304")])).unwrap();
        assert_eq!((told.location.to_string().as_str(), told.chunk), (there, 4_194_304));
        let last = chunk(&told.location, "25mb.pdf", 25_165_824..25_870_370, 25_870_370);
        assert_eq!(last.headers()["content-range"], "bytes 25165824-25870369/25870370");
        assert_eq!(last.headers()["content-length"], "704546");
        assert_eq!(last.headers()["x-ms-file-name"], "25mb.pdf");
        assert!(!last.headers().contains_key("x-ms-transfer-mode"), "U30");
    }

    #[test]
    fn the_older_documents_exchange() {
        let (contoso, column) = example();
        let older = contoso.with_version(crate::ApiVersion::V9_1);
        assert!(open(&older, &column, "a").uri().path().starts_with("/api/data/v9.1/"));
        let there = "api/data/v9.1/accounts(1)/doc?FileContinuationToken";
        let told = opened(&older, &answer(&[("location", there), ("x-ms-chunk-size", "4096")])).unwrap();
        assert_eq!(told.chunk, 4_096);
        let absolute = "https://contoso.crm.dynamics.com/api/data/v9.1/accounts(1)/doc?FileContinuationToken";
        assert_eq!(told.location, absolute);
    }

    #[test]
    fn b03_a_missing_or_foolish_chunk_size_is_the_documented_one() {
        let (contoso, _) = example();
        for size in ["", "0", "-1", "4194305", "99999999999999999999", "many"] {
            let head = answer(&[("location", "/x?sessiontoken=1"), ("x-ms-chunk-size", size)]);
            assert_eq!(opened(&contoso, &head).unwrap().chunk, 4_194_304, "{size:?}");
        }
        assert!(opened(&contoso, &answer(&[("x-ms-chunk-size", "4096")])).is_err());
        assert!(opened(&contoso, &answer(&[("location", "https://evil.example/x")])).is_err());
    }

    #[test]
    fn b20_a_name_outside_ascii_stays_out_of_the_header() {
        let request = chunk(&"https://x.example/y".parse().unwrap(), "日本.txt", 0..1, 2);
        assert!(!request.headers().contains_key("x-ms-file-name"));
    }
}
