//! A note or an attachment written with its file in it, as base64 (notes-attachments §3).
use std::ops::Range;

use http::{HeaderValue, Method, Request, StatusCode, header, response::Parts};
use serde_json::{Map, Value};

use crate::wire::commit::Named;
use crate::wire::{JSON_UTF8, entity, header_text, request, url};
use crate::{Body, Guid, Organization, Target};

/// Under the client's own id, so that it can be sent again (errors-and-limits §10.1). What is there already is updated and
/// never made anew (X6). Columns are not written like this (U27).
pub(crate) fn write(
    organization: &Organization,
    target: &Target,
    named: Named<'_>,
    range: Range<u64>,
) -> Request<Body> {
    let there = target.record().map(|record| record.to_string()).unwrap_or_default();
    let body = with_content(target, entity::properties(target, named.file, named.mime), range);
    let mut request = request(Method::PATCH, url(organization, &there), body);
    request.headers_mut().insert(header::CONTENT_TYPE, JSON_UTF8);
    if !target.is_new() {
        request.headers_mut().insert(header::IF_MATCH, HeaderValue::from_static("*"));
    }
    request
}

/// A new one, for a service that makes none out of an update. Twice sent, it makes two, or is refused the second time.
pub(crate) fn post(
    organization: &Organization,
    target: &Target,
    named: Named<'_>,
    range: Range<u64>,
) -> Request<Body> {
    let set = entity::binary(target).map(|binary| binary.set).unwrap_or_default();
    let body = with_content(target, entity::identified(target, named.file, named.mime), range);
    let mut request = request(Method::POST, url(organization, set), body);
    request.headers_mut().insert(header::CONTENT_TYPE, JSON_UTF8);
    request
}

fn with_content(target: &Target, properties: Map<String, Value>, range: Range<u64>) -> Body {
    let column = entity::binary(target).map(|binary| binary.body).unwrap_or_default();
    let properties = Value::Object(properties).to_string();
    let head = format!("{},\"{column}\":\"", properties.trim_end_matches('}'));
    Body::Base64 { head: head.into(), range, tail: "\"}".into() }
}

/// The id that the service gave to a new record, where the answer tells it.
pub(crate) fn written(head: &Parts) -> Result<Option<Guid>, String> {
    match head.status {
        StatusCode::NO_CONTENT | StatusCode::CREATED | StatusCode::OK => Ok(entity_id(head)),
        other => Err(format!("{other} where 204 was due")),
    }
}

/// `OData-EntityId: …/activitymimeattachments(<guid>)`
fn entity_id(head: &Parts) -> Option<Guid> {
    let address = header_text(&head.headers, "odata-entityid")?;
    address.strip_suffix(')')?.rsplit_once('(')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Note;
    use crate::wire::entity::tests::{attachment, id, note};
    use crate::wire::initialize::tests::example;

    const NAMED: Named<'_> = Named { file: "WordDoc.docx", mime: "application/x" };

    fn json(request: &Request<Body>) -> Value {
        let read = |_| Ok::<_, ()>("abc".into());
        let body: Vec<u8> = request.body().pieces().flat_map(|piece| piece.encode(read).unwrap()).collect();
        assert_eq!(request.headers()["content-length"], body.len().to_string());
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn what_is_new_is_put_under_the_id_that_the_client_made() {
        let (contoso, _) = example();
        let request = write(&contoso, &note(), NAMED, 0..3);
        assert_eq!(request.method(), Method::PATCH);
        assert_eq!(request.uri().path(), format!("/api/data/v9.2/annotations({})", id()));
        assert!(!request.headers().contains_key("if-match"));
        let documented = json!({
            "subject": "large PDF file",
            "filename": "WordDoc.docx",
            "documentbody": "YWJj",
            "notetext": "Please see new attached pdf file.",
            "mimetype": "application/x",
        });
        assert_eq!(json(&request), documented);
        let request = write(&contoso, &attachment(), NAMED, 0..3);
        assert_eq!(request.uri().path(), format!("/api/data/v9.2/activitymimeattachments({})", id()));
    }

    #[test]
    fn a_note_that_is_there_is_updated_and_never_made() {
        let (contoso, _) = example();
        let request = write(&contoso, &Note::existing(id()).into(), NAMED, 0..3);
        assert_eq!(request.headers()["if-match"], "*");
        assert_eq!(json(&request)["documentbody"], "YWJj");
    }

    #[test]
    fn the_documented_attachment_is_posted() {
        let (contoso, _) = example();
        let request = post(&contoso, &attachment(), NAMED, 0..3);
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri().path(), "/api/data/v9.2/activitymimeattachments");
        let body = json(&request);
        assert_eq!(body["objectid_email@odata.bind"], format!("emails({})", id()));
        assert_eq!((&body["objecttypecode"], &body["body"]), (&json!("email"), &json!("YWJj")));
    }

    #[test]
    fn the_services_id_is_read_from_the_answer() {
        let at = format!("https://contoso.crm.dynamics.com/api/data/v9.2/activitymimeattachments({})", id());
        let answer = http::Response::builder().status(204).header("OData-EntityId", at).body(()).unwrap();
        assert_eq!(written(&answer.into_parts().0), Ok(Some(id())));
        let bare = http::Response::builder().status(204).body(()).unwrap();
        assert_eq!(written(&bare.into_parts().0), Ok(None));
        assert!(written(&http::Response::builder().status(206).body(()).unwrap().into_parts().0).is_err());
    }
}
