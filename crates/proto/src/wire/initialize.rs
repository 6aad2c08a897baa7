//! `Initialize…BlocksUpload`: opens an upload by blocks (file-columns §3.1, notes-attachments §4).
use http::{Request, response::Parts};
use serde_json::json;

use crate::wire::{action, entity, object, text};
use crate::{Body, Organization, Target};

pub(crate) fn open(organization: &Organization, target: &Target, name: &str, mime: &str) -> Request<Body> {
    let parameters = match target {
        Target::Column(column) => json!({
            "Target": entity::reference(target),
            "FileName": name,
            "FileAttributeName": column.name(),
        }),
        Target::Note(_) | Target::Attachment(_) => json!({"Target": entity::described(target, name, mime)}),
    };
    action(organization, &entity::message(target, "Initialize", "BlocksUpload"), &parameters)
}

/// The continuation token: opaque, of any length.
pub(crate) fn opened(_: &Parts, body: &[u8]) -> Result<String, String> {
    text(&object(body)?, "FileContinuationToken")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::wire::entity::tests::{attachment, note};
    use crate::{Column, Table};

    pub(crate) fn example() -> (Organization, Column) {
        let column: Column =
            "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
        let column = column.with_table(Table::new("account", "accountid").unwrap());
        (Organization::new("https://contoso.crm.dynamics.com").unwrap(), column)
    }

    pub(crate) fn ok() -> Parts {
        http::Response::new(()).into_parts().0
    }

    pub(crate) fn sent(request: &Request<Body>) -> serde_json::Value {
        let Body::Bytes(body) = request.body() else { panic!("{request:?}") };
        assert_eq!(request.headers()["content-length"], body.len().to_string());
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn the_documented_exchange() {
        let (contoso, column) = example();
        let request = open(&contoso, &column.into(), "25mb.pdf", "application/pdf");
        assert_eq!(
            request.uri(),
            "https://contoso.crm.dynamics.com/api/data/v9.2/InitializeFileBlocksUpload"
        );
        assert_eq!(request.headers()["content-type"], "application/json; charset=utf-8");
        for (name, value) in
            [("odata-version", "4.0"), ("odata-maxversion", "4.0"), ("if-none-match", "null")]
        {
            assert_eq!(request.headers()[name], value);
        }
        let documented = json!({
            "Target": {
                "accountid": "00000000-0000-0000-0000-000000000001",
                "@odata.type": "Microsoft.Dynamics.CRM.account"
            },
            "FileName": "25mb.pdf",
            "FileAttributeName": "sample_filecolumn"
        });
        assert_eq!(sent(&request), documented);
        let answer = br#"{"@odata.context":"x","FileContinuationToken":"abc"}"#;
        assert_eq!(opened(&ok(), answer), Ok("abc".into()));
        assert!(opened(&ok(), br#"{"FileContinuationToken":""}"#).is_err());
        assert!(opened(&ok(), b"<html>").is_err());
        assert!(opened(&ok(), br#"{"error":{"code":"x"},"FileContinuationToken":"abc"}"#).is_err());
    }

    #[test]
    fn notes_and_attachments_send_the_whole_record_and_nothing_else() {
        let (contoso, _) = example();
        for (target, message) in
            [(note(), "InitializeAnnotationBlocksUpload"), (attachment(), "InitializeAttachmentBlocksUpload")]
        {
            let request = open(&contoso, &target, "25mb.pdf", "application/pdf");
            assert!(request.uri().path().ends_with(message), "{}", request.uri());
            let record = entity::described(&target, "25mb.pdf", "application/pdf");
            assert_eq!(sent(&request), json!({"Target": record}));
        }
    }
}
