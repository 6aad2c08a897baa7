//! A note or an attachment written with its file in it, as base64 (notes-attachments §3).
use std::ops::Range;

use http::{HeaderValue, Method, Request, StatusCode, header, response::Parts};
use serde_json::Value;

use crate::wire::{JSON_UTF8, entity, header_text, request, url};
use crate::{Body, Guid, Organization, Target};

/// A note is written under the client's own id, so that it can be sent again; a new attachment can only be posted. What
/// is there already is updated and never made anew (X6). `None` for columns.
pub(crate) fn write(
    organization: &Organization,
    target: &Target,
    file: &str,
    mime: &str,
    range: Range<u64>,
) -> Request<Body> {
    let (set, column) = entity::binary(target).map(|binary| (binary.set, binary.body)).unwrap_or_default();
    let properties = Value::Object(entity::properties(target, file, mime)).to_string();
    let head = format!("{},\"{column}\":\"", properties.trim_end_matches('}'));
    let body = Body::Base64 { head: head.into(), range, tail: "\"}".into() };
    let mut request = match target.record() {
        Some(record) => request(Method::PATCH, url(organization, &record.to_string()), body),
        None => request(Method::POST, url(organization, set), body),
    };
    request.headers_mut().insert(header::CONTENT_TYPE, JSON_UTF8);
    if !target.is_new() {
        request.headers_mut().insert(header::IF_MATCH, HeaderValue::from_static("*"));
    }
    request
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

    fn sent(target: &Target) -> (Request<Body>, Value) {
        let (contoso, _) = example();
        let request = write(&contoso, target, "WordDoc.docx", "application/x", 0..3);
        let read = |_| Ok::<_, ()>("abc".into());
        let body: Vec<u8> = request.body().pieces().flat_map(|piece| piece.encode(read).unwrap()).collect();
        assert_eq!(request.headers()["content-length"], body.len().to_string());
        (request, serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn a_new_note_is_put_under_the_id_that_the_client_made() {
        let (request, body) = sent(&note());
        assert_eq!(
            (request.method(), request.uri().path()),
            (&Method::PATCH, &*format!("/api/data/v9.2/annotations({})", id()))
        );
        assert!(!request.headers().contains_key("if-match"));
        let documented = json!({
            "subject": "large PDF file",
            "filename": "WordDoc.docx",
            "documentbody": "YWJj",
            "notetext": "Please see new attached pdf file.",
            "mimetype": "application/x",
        });
        assert_eq!(body, documented);
    }

    #[test]
    fn a_note_that_is_there_is_updated_and_never_made() {
        let (request, body) = sent(&Note::existing(id()).into());
        assert_eq!(request.headers()["if-match"], "*");
        assert_eq!(body["documentbody"], "YWJj");
    }

    #[test]
    fn the_documented_attachment_is_posted() {
        let (request, body) = sent(&attachment());
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri().path(), "/api/data/v9.2/activitymimeattachments");
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
