//! `Initialize…BlocksDownload` and `DownloadBlock` (file-columns §7.3, notes-attachments §5.2).
use std::ops::Range;

use http::{Request, response::Parts};
use serde_json::json;

use crate::wire::{action, entity, object, text};
use crate::{Body, Organization, Target};

pub(crate) fn open(organization: &Organization, target: &Target) -> Request<Body> {
    let record = entity::reference(target);
    let parameters = match target {
        Target::Column(column) => json!({"Target": record, "FileAttributeName": column.name()}),
        Target::Note(_) | Target::Attachment(_) => json!({"Target": record}),
    };
    action(organization, &entity::message(target, "Initialize", "BlocksDownload"), &parameters)
}

/// What can be had for the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub token: String,
    pub size: u64,
    pub name: Option<String>,
    /// False for files in the database: all of it in one block (D22). Notes and attachments are not told about it.
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
    use crate::wire::entity::tests::id;
    use crate::wire::initialize::tests::{example, ok};
    use crate::{Attachment, Note};

    #[test]
    fn the_documented_exchange() {
        let (contoso, column) = example();
        let request = open(&contoso, &column.into());
        assert!(request.uri().path().ends_with("/InitializeFileBlocksDownload"));
        let answer = br#"{"FileSizeInBytes":25870370,"FileName":"25mb.pdf","FileContinuationToken":"t","IsChunkingSupported":true}"#;
        let told = opened(&ok(), answer).unwrap();
        assert_eq!((told.size, told.in_blocks, told.name.as_deref()), (25_870_370, true, Some("25mb.pdf")));
        let Body::Bytes(body) = block(&contoso, "t", 25_165_824..25_870_370).into_body() else { panic!() };
        let sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(sent, json!({"Offset": 25_165_824, "BlockLength": 704_546, "FileContinuationToken": "t"}));
    }

    #[test]
    fn notes_and_attachments_are_named_by_their_record_alone() {
        let (contoso, _) = example();
        for (target, message) in [
            (Target::from(Note::existing(id())), "InitializeAnnotationBlocksDownload"),
            (Attachment::existing(id()).into(), "InitializeAttachmentBlocksDownload"),
        ] {
            let request = open(&contoso, &target);
            assert!(request.uri().path().ends_with(message));
            let Body::Bytes(body) = request.into_body() else { panic!() };
            let sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(sent, json!({"Target": entity::reference(&target)}));
        }
        let answer = br#"{"FileName":"25mb.pdf","FileSizeInBytes":25870370,"FileContinuationToken":"t"}"#;
        assert!(opened(&ok(), answer).unwrap().in_blocks);
    }

    #[test]
    fn b08_sizes_are_64_bit() {
        let told = opened(&ok(), br#"{"FileSizeInBytes":10737418240,"FileContinuationToken":"t"}"#).unwrap();
        assert_eq!((told.size, told.in_blocks), (10 << 30, true));
        assert!(opened(&ok(), br#"{"FileSizeInBytes":-1,"FileContinuationToken":"t"}"#).is_err());
        assert!(opened(&ok(), br#"{"FileSizeInBytes":5}"#).is_err());
    }
}
