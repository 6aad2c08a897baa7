//! The ways to delete a file (file-columns §8, notes-attachments §3).
use http::{Method, Request, StatusCode, response::Parts};
use serde_json::json;

use crate::wire::{action, request, url};
use crate::{Body, Guid, Organization, Record};

/// The content of a record's column, which stays.
pub(crate) fn content(organization: &Organization, record: &Record, column: &str) -> Request<Body> {
    request(Method::DELETE, url(organization, &format!("{record}/{column}")), Body::empty())
}

/// The record with all that it holds.
pub(crate) fn record(organization: &Organization, record: &Record) -> Request<Body> {
    request(Method::DELETE, url(organization, &record.to_string()), Body::empty())
}

pub(crate) fn by_file_id(organization: &Organization, file_id: &Guid) -> Request<Body> {
    action(organization, "DeleteFile", &json!({"FileId": file_id.as_str()}))
}

pub(crate) fn deleted(head: &Parts, body: &[u8]) -> Result<(), String> {
    match head.status {
        StatusCode::NO_CONTENT => Ok(()),
        StatusCode::OK if body.is_empty() => Ok(()),
        other => Err(format!("{other} where 204 was due")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::example;

    #[test]
    fn the_documented_exchanges() {
        let (contoso, column) = example();
        let request = content(&contoso, column.record(), column.name());
        assert_eq!((request.method(), request.body().len()), (&Method::DELETE, 0));
        assert!(request.uri().path().ends_with(")/sample_filecolumn"));
        let whole = record(&contoso, column.record());
        assert!(whole.uri().path().ends_with("/accounts(00000000-0000-0000-0000-000000000001)"));
        let id: Guid = "3878e950-8e51-ed11-bba1-000d3a9933c9".parse().unwrap();
        let Body::Bytes(body) = by_file_id(&contoso, &id).into_body() else { panic!() };
        assert_eq!(&body[..], br#"{"FileId":"3878e950-8e51-ed11-bba1-000d3a9933c9"}"#);
    }
}
