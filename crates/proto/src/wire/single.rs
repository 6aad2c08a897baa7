//! One PATCH with the whole file (file-columns §4). The name goes in the query, which takes any character (U9).
use std::ops::Range;

use http::{Method, Request, header};

use crate::wire::{OCTETS, name, request, url};
use crate::{Body, Column, Organization};

pub(crate) fn patch(
    organization: &Organization,
    column: &Column,
    file: &str,
    range: Range<u64>,
) -> Request<Body> {
    let path = format!("{}/{}?x-ms-file-name={}", column.record(), column.name(), name::encode(file));
    let mut request = request(Method::PATCH, url(organization, &path), Body::Source(range));
    request.headers_mut().insert(header::CONTENT_TYPE, OCTETS);
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::example;

    #[test]
    fn the_documented_exchange() {
        let (contoso, column) = example();
        let request = patch(&contoso, &column, "4094kb.txt", 0..4_191_273);
        let at = "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";
        assert_eq!(request.uri().path(), at);
        assert_eq!(request.uri().query(), Some("x-ms-file-name=4094kb.txt"));
        assert_eq!(request.method(), Method::PATCH);
        assert_eq!(request.headers()["content-length"], "4191273");
        assert_eq!(request.headers()["content-type"], "application/octet-stream");
        assert!(!request.headers().contains_key("x-ms-file-name"));
    }
}
