//! `Commit…BlocksUpload`: joins the blocks and makes the file visible (file-columns §3.3, notes-attachments §4).
use bytes::Bytes;
use http::{Request, response::Parts};
use serde_json::json;

use crate::wire::upload_block::block_id;
use crate::wire::{action, entity, object, text};
use crate::{Body, Organization, Target};

/// What the file is called, in the commit as at the opening (U22).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named<'a> {
    pub file: &'a str,
    pub mime: &'a str,
}

pub(crate) fn commit(
    organization: &Organization,
    target: &Target,
    token: &str,
    named: Named<'_>,
    nonce: u64,
    blocks: u32,
) -> Request<Body> {
    let ids: Vec<String> = (0..blocks).map(|i| block_id(nonce, i)).collect();
    let Named { file, mime } = named;
    let parameters = match target {
        Target::Column(_) => {
            json!({"FileName": file, "MimeType": mime, "BlockList": ids, "FileContinuationToken": token})
        }
        Target::Note(_) | Target::Attachment(_) => json!({
            "Target": entity::described(target, file, mime),
            "BlockList": ids,
            "FileContinuationToken": token,
        }),
    };
    action(organization, &entity::message(target, "Commit", "BlocksUpload"), &parameters)
}

/// What the commit made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Committed {
    /// Of the file, the note or the attachment.
    pub id: String,
    /// The service's own count.
    pub size: Option<u64>,
}

pub(crate) fn committed(target: &Target, _: &Parts, body: &Bytes) -> Result<Committed, String> {
    let value = object(body)?;
    let size = match &value["FileSizeInBytes"] {
        serde_json::Value::Null => None,
        number => Some(number.as_u64().ok_or("FileSizeInBytes is not a size")?),
    };
    let id = text(&value, entity::committed_id(target))?;
    match target {
        // The client has made the id of a note; an answer about another one is not ours.
        Target::Note(note) if note.id().is_some_and(|ours| !ours.as_str().eq_ignore_ascii_case(&id)) => {
            Err(format!("the answer is about the note {id:?}"))
        }
        _ => Ok(Committed { id, size }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::entity::tests::{attachment, id, note};
    use crate::wire::initialize::tests::{example, ok, sent};

    const NAMED: Named<'_> = Named { file: "25mb.pdf", mime: "application/pdf" };

    fn answered(target: &Target, body: &'static str) -> Result<(String, Option<u64>), String> {
        committed(target, &ok(), &Bytes::from_static(body.as_bytes())).map(|made| (made.id, made.size))
    }

    #[test]
    fn b09_the_commit_lists_its_blocks_under_the_documented_name() {
        let (contoso, column) = example();
        let target = Target::from(column);
        let sent = sent(&commit(&contoso, &target, "token", NAMED, 1, 7));
        let names: Vec<&String> = sent.as_object().unwrap().keys().collect();
        assert_eq!(names, ["BlockList", "FileContinuationToken", "FileName", "MimeType"]);
        assert_eq!(sent["BlockList"].as_array().unwrap().len(), 7);
        let answer = r#"{"FileId":"3878e950-8e51-ed11-bba1-000d3a9933c9","FileSizeInBytes":25870370}"#;
        assert_eq!(answered(&target, answer), Ok((id().to_string(), Some(25_870_370))));
        for odd in [r#"{"FileSizeInBytes":1}"#, r#"{"FileId":"x","FileSizeInBytes":-1}"#, ""] {
            assert!(answered(&target, odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn the_documented_commits_of_notes_and_attachments() {
        let (contoso, _) = example();
        for (target, message) in
            [(note(), "CommitAnnotationBlocksUpload"), (attachment(), "CommitAttachmentBlocksUpload")]
        {
            let request = commit(&contoso, &target, "token", NAMED, 1, 7);
            assert!(request.uri().path().ends_with(message));
            let sent = sent(&request);
            let names: Vec<&String> = sent.as_object().unwrap().keys().collect();
            assert_eq!(names, ["BlockList", "FileContinuationToken", "Target"]);
            assert_eq!(sent["Target"], entity::described(&target, "25mb.pdf", "application/pdf"));
        }
        let of_note = r#"{"AnnotationId":"3878E950-8e51-ed11-bba1-000d3a9933c9","FileSizeInBytes":25870370}"#;
        assert!(answered(&note(), of_note).is_ok());
        let of_another =
            r#"{"AnnotationId":"00000000-8e51-ed11-bba1-000d3a9933c9","FileSizeInBytes":25870370}"#;
        assert!(answered(&note(), of_another).is_err());
        let of_attachment = r#"{"FileSizeInBytes":25870370,"ActivityMimeAttachmentId":"7a4814f9"}"#;
        assert_eq!(answered(&attachment(), of_attachment), Ok(("7a4814f9".into(), Some(25_870_370))));
    }
}
