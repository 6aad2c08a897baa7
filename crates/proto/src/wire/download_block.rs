//! `InitializeFileBlocksDownload` and `DownloadBlock` (file-columns §7.3).
use std::ops::Range;

use http::{Request, response::Parts};
use serde_json::json;

use crate::wire::{action, object, target, text};
use crate::{Body, Column, Organization, Table};

pub(crate) fn open(organization: &Organization, column: &Column, table: &Table) -> Request<Body> {
    let parameters = json!({"Target": target(column, table), "FileAttributeName": column.name()});
    action(organization, "InitializeFileBlocksDownload", &parameters)
}

/// What can be had for the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub token: String,
    pub size: u64,
    pub name: Option<String>,
    /// False for files in the database: all of it in one block (D22).
    pub in_blocks: bool,
}

pub(crate) fn opened(_: &Parts, body: &[u8]) -> Result<Opened, String> {
    let value = object(body)?;
    Ok(Opened {
        token: text(&value, "FileContinuationToken")?,
        size: value["FileSizeInBytes"].as_u64().ok_or("the answer has no FileSizeInBytes")?,
        name: value["FileName"].as_str().map(str::to_owned),
        in_blocks: value["IsChunkingSupported"].as_bool().unwrap_or(true),
    })
}

pub(crate) fn block(organization: &Organization, token: &str, range: Range<u64>) -> Request<Body> {
    let length = range.end - range.start;
    let parameters = json!({"Offset": range.start, "BlockLength": length, "FileContinuationToken": token});
    action(organization, "DownloadBlock", &parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::{example, ok};

    #[test]
    fn the_documented_exchange() {
        let (contoso, column, table) = example();
        let request = open(&contoso, &column, &table);
        assert!(request.uri().path().ends_with("/InitializeFileBlocksDownload"));
        let answer = br#"{"FileSizeInBytes":25870370,"FileName":"25mb.pdf","FileContinuationToken":"t","IsChunkingSupported":true}"#;
        let told = opened(&ok(), answer).unwrap();
        assert_eq!((told.size, told.in_blocks, told.name.as_deref()), (25_870_370, true, Some("25mb.pdf")));
        let Body::Bytes(body) = block(&contoso, "t", 25_165_824..25_870_370).into_body() else { panic!() };
        let sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(sent, json!({"Offset": 25_165_824, "BlockLength": 704_546, "FileContinuationToken": "t"}));
    }

    #[test]
    fn b08_sizes_are_64_bit() {
        let told = opened(&ok(), br#"{"FileSizeInBytes":10737418240,"FileContinuationToken":"t"}"#).unwrap();
        assert_eq!((told.size, told.in_blocks), (10 << 30, true));
        assert!(opened(&ok(), br#"{"FileSizeInBytes":-1,"FileContinuationToken":"t"}"#).is_err());
        assert!(opened(&ok(), br#"{"FileSizeInBytes":5}"#).is_err());
    }
}
