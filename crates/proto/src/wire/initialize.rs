//! `InitializeFileBlocksUpload`: opens an upload by blocks (file-columns §3.1).
use http::{Request, response::Parts};
use serde_json::json;

use crate::wire::{action, object, target, text};
use crate::{Body, Column, Organization, Table};

pub(crate) fn open(organization: &Organization, column: &Column, table: &Table, name: &str) -> Request<Body> {
    let parameters =
        json!({"Target": target(column, table), "FileName": name, "FileAttributeName": column.name()});
    action(organization, "InitializeFileBlocksUpload", &parameters)
}

/// The continuation token: opaque, of any length.
pub(crate) fn opened(_: &Parts, body: &[u8]) -> Result<String, String> {
    text(&object(body)?, "FileContinuationToken")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn example() -> (Organization, Column, Table) {
        let column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
        let table = Table::new("account", "accountid").unwrap();
        (Organization::new("https://contoso.crm.dynamics.com").unwrap(), column, table)
    }

    pub(crate) fn ok() -> Parts {
        http::Response::new(()).into_parts().0
    }

    #[test]
    fn the_documented_exchange() {
        let (contoso, column, table) = example();
        let request = open(&contoso, &column, &table, "25mb.pdf");
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
        let Body::Bytes(body) = request.body() else { panic!() };
        let sent: serde_json::Value = serde_json::from_slice(body).unwrap();
        let documented = json!({
            "Target": {
                "accountid": "00000000-0000-0000-0000-000000000001",
                "@odata.type": "Microsoft.Dynamics.CRM.account"
            },
            "FileName": "25mb.pdf",
            "FileAttributeName": "sample_filecolumn"
        });
        assert_eq!(sent, documented);
        assert_eq!(request.headers()["content-length"], body.len().to_string());
        let answer = br#"{"@odata.context":"x","FileContinuationToken":"abc"}"#;
        assert_eq!(opened(&ok(), answer), Ok("abc".into()));
        assert!(opened(&ok(), br#"{"FileContinuationToken":""}"#).is_err());
        assert!(opened(&ok(), b"<html>").is_err());
        assert!(opened(&ok(), br#"{"error":{"code":"x"},"FileContinuationToken":"abc"}"#).is_err());
    }
}
