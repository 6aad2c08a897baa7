//! `GET …/$value`, whole or by ranges (file-columns §7.1, §7.2), and the same of a shared access URL (D20).
use std::ops::Range;

use http::{HeaderValue, Method, Request, StatusCode, Uri, header, response::Parts};

use crate::wire::name::{Heard, heard};
use crate::wire::{header_text, request, url};
use crate::{Body, Column, Organization, Record};

/// With `full`: of an image column, the image itself and not its thumbnail (image-columns §10).
pub(crate) fn of_column(organization: &Organization, column: &Column, full: bool) -> Uri {
    let size = if full { "?size=full" } else { "" };
    url(organization, &format!("{}/{}/$value{size}", column.record(), column.name()))
}

/// Of a note or an attachment: its content as base64 text (notes-attachments §5.1).
pub(crate) fn of_record(organization: &Organization, record: &Record, body: &str) -> Uri {
    url(organization, &format!("{record}/{body}/$value"))
}

/// The same inside the record's JSON (notes-attachments §3).
pub(crate) fn in_record(organization: &Organization, record: &Record, body: &str) -> Uri {
    url(organization, &format!("{record}?$select={body}"))
}

/// With no range: all of it.
pub(crate) fn get(from: &Uri, range: Option<Range<u64>>) -> Request<Body> {
    ranged(request(Method::GET, from.clone(), Body::empty()), range)
}

/// From a shared access URL: no header that the storage service would not expect (D20, D24).
pub(crate) fn get_shared(from: &Uri, range: Option<Range<u64>>) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = from.clone();
    ranged(request, range)
}

fn ranged(mut request: Request<Body>, range: Option<Range<u64>>) -> Request<Body> {
    let text = range.map(|r| format!("bytes={}-{}", r.start, r.end.saturating_sub(1)));
    if let Some(value) = text.and_then(|t| HeaderValue::from_str(&t).ok()) {
        request.headers_mut().insert(header::RANGE, value);
    }
    request
}

/// What the head of an answer with file bytes says about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Announced {
    /// The first byte's position, where the answer says it.
    pub start: Option<u64>,
    /// One behind the last byte's position, where the answer says it.
    pub end: Option<u64>,
    /// Size of the whole file: `x-ms-file-size`, or what HTTP says.
    pub total: Option<u64>,
    pub name: Option<Heard>,
    pub mime: Option<String>,
    pub location: Option<String>,
    /// The whole file, although a range may have been asked for.
    pub whole: bool,
}

pub(crate) fn announced(head: &Parts) -> Result<Announced, String> {
    let headers = &head.headers;
    if header_text(headers, "content-encoding").is_some_and(|e| !e.eq_ignore_ascii_case("identity")) {
        return Err("the answer is compressed, which was not asked for".into());
    }
    let span = headers.get(header::CONTENT_RANGE).map(content_range).transpose()?;
    let size = match header_text(headers, "x-ms-file-size") {
        Some(text) => Some(text.parse::<u64>().map_err(|_| format!("x-ms-file-size is {text:?}"))?),
        None => None,
    };
    let span_total = span.as_ref().and_then(|s| s.total);
    if size.is_some() && span_total.is_some() && size != span_total {
        return Err("x-ms-file-size and Content-Range disagree".into());
    }
    let whole = match head.status {
        StatusCode::OK => true,
        StatusCode::PARTIAL_CONTENT => false,
        other => return Err(format!("{other} where file bytes were due")),
    };
    let length = header_text(headers, "content-length").and_then(|l| l.parse::<u64>().ok()).filter(|_| whole);
    if let (Some(size), Some(length)) = (size, length.filter(|l| size.is_some_and(|s| s != *l))) {
        return Err(format!("x-ms-file-size is {size} but the answer has {length} bytes"));
    }
    Ok(Announced {
        start: span.as_ref().map(|s| s.start),
        end: span.as_ref().map(|s| s.end),
        total: size.or(span_total).or(length),
        name: heard(headers),
        mime: header_text(headers, "mimetype").map(str::to_owned),
        location: header_text(headers, "location").map(str::to_owned),
        whole,
    })
}

/// What proxies and sign-in pages answer with 200. The organization sends files with their size, and as octets (D1, D2).
pub(crate) fn is_page(head: &Parts) -> bool {
    let media = header_text(&head.headers, "content-type").unwrap_or_default();
    media.trim_start().to_ascii_lowercase().starts_with("text/html")
        && !head.headers.contains_key("x-ms-file-size")
}

struct Span {
    start: u64,
    end: u64,
    total: Option<u64>,
}

/// `bytes a-b/total`; the total may be `*`.
fn content_range(value: &HeaderValue) -> Result<Span, String> {
    let read = |text: &str| {
        let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.trim().split_once('-')?;
        let (start, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        let total = if total == "*" { None } else { Some(total.parse::<u64>().ok()?) };
        let sound = start <= last && total.is_none_or(|t| last < t);
        sound.then(|| Some(Span { start, end: last.checked_add(1)?, total }))?
    };
    value.to_str().ok().and_then(read).ok_or_else(|| format!("Content-Range is {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::example;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Result<Announced, String> {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        announced(&response.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_documented_range() {
        let (contoso, column) = example();
        let request = get(&of_column(&contoso, &column, false), Some(0..4_194_304));
        assert_eq!(request.headers()["range"], "bytes=0-4194303");
        assert_eq!(request.headers()["accept"], "application/json");
        assert!(request.uri().path().ends_with("/sample_filecolumn/$value"));
        let headers = [
            ("x-ms-file-size", "25870370"),
            ("x-ms-file-name", "25mb.pdf"),
            ("x-ms-chunk-size", "4194304"),
            ("mimetype", "application/pdf"),
        ];
        let said = answer(206, &headers).unwrap();
        assert_eq!((said.total, said.whole, said.start), (Some(25_870_370), false, None));
        assert_eq!(said.mime.as_deref(), Some("application/pdf"));
        assert_eq!(said.name.unwrap().name, "25mb.pdf");
    }

    #[test]
    fn a_page_is_told_from_a_file_that_is_one() {
        let page = |headers: &[(&str, &str)]| {
            let mut response = http::Response::builder();
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            is_page(&response.body(()).unwrap().into_parts().0)
        };
        assert!(page(&[("content-type", "Text/HTML; charset=utf-8"), ("content-length", "40")]));
        assert!(!page(&[("content-type", "text/html"), ("x-ms-file-size", "40")]));
        assert!(!page(&[("content-type", "application/octet-stream")]) && !page(&[]));
    }

    #[test]
    fn a_shared_url_gets_no_header_of_the_organization() {
        let request = get_shared(&"https://storage.example/x?sig=1".parse().unwrap(), Some(5..6));
        assert_eq!(request.headers().len(), 1);
        assert_eq!(request.headers()["range"], "bytes=5-5");
    }

    #[test]
    fn headers_that_disagree_are_not_trusted() {
        assert_eq!(answer(206, &[("content-range", "bytes 5-9/20")]).unwrap().end, Some(10));
        assert_eq!(answer(206, &[("content-range", "bytes 5-9/*")]).unwrap().total, None);
        for odd in ["bytes 9-5/20", "bytes 5-20/20", "bytes */20", "5-9/20", "bytes 0-18446744073709551615/*"]
        {
            assert!(answer(206, &[("content-range", odd)]).is_err(), "{odd}");
        }
        assert!(answer(206, &[("content-range", "bytes 5-9/20"), ("x-ms-file-size", "21")]).is_err());
        assert!(answer(200, &[("x-ms-file-size", "21"), ("content-length", "20")]).is_err());
        assert!(answer(200, &[("x-ms-file-size", "-1")]).is_err());
        assert!(answer(200, &[("content-encoding", "gzip")]).is_err());
        assert!(answer(204, &[]).is_err());
        assert_eq!(
            answer(206, &[("content-length", "7")]).unwrap().total,
            None,
            "of the part, not of the file"
        );
    }
}
