//! How messages and record bodies speak of the record that a file is in. The block messages exist three times, for file columns,
//! notes and attachments; what differs between them is in here as data.
use serde_json::{Map, Value, json};

use crate::target::{ATTACHMENTS, NOTES};
use crate::{Column, Record, Table, Target};

/// A table whose records hold one file each, as base64 text (notes-attachments §1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Binary {
    pub set: &'static str,
    logical_name: &'static str,
    pub primary_id: &'static str,
    /// The column with the text.
    pub body: &'static str,
    /// What the commit calls the record's id.
    committed: &'static str,
    /// What block messages call such a record.
    message: &'static str,
}

static NOTE: Binary = Binary {
    set: NOTES,
    logical_name: "annotation",
    primary_id: "annotationid",
    body: "documentbody",
    committed: "AnnotationId",
    message: "Annotation",
};

static ATTACHMENT: Binary = Binary {
    set: ATTACHMENTS,
    logical_name: "activitymimeattachment",
    primary_id: "activitymimeattachmentid",
    body: "body",
    committed: "ActivityMimeAttachmentId",
    message: "Attachment",
};

/// The table of a note or an attachment; `None` for columns, which belong to any table.
pub(crate) fn binary(target: &Target) -> Option<&'static Binary> {
    match target {
        Target::Column(_) => None,
        Target::Note(_) => Some(&NOTE),
        Target::Attachment(_) => Some(&ATTACHMENT),
    }
}

/// `Initialize…BlocksUpload` and its like, for what the file is in.
pub(crate) fn message(target: &Target, before: &str, after: &str) -> String {
    let of = binary(target).map_or("File", |binary| binary.message);
    format!("{before}{of}{after}")
}

/// What the commit calls the id of what it made.
pub(crate) fn committed_id(target: &Target) -> &'static str {
    binary(target).map_or("FileId", |binary| binary.committed)
}

/// Names a record that is there.
pub(crate) fn reference(target: &Target) -> Value {
    match (target, binary(target), target.record()) {
        (Target::Column(column), ..) => of_column(column),
        (_, Some(binary), Some(record)) => {
            typed(json!({binary.primary_id: record.id().as_str()}), binary.logical_name)
        }
        _ => Value::Null,
    }
}

/// Sessions that speak in messages begin with the table's names known, so there is always one.
fn of_column(column: &Column) -> Value {
    let named =
        |table: &Table| typed(json!({table.primary_id(): column.id().as_str()}), table.logical_name());
    column.table().map_or(Value::Null, named)
}

fn typed(mut record: Value, logical_name: &str) -> Value {
    record["@odata.type"] = format!("Microsoft.Dynamics.CRM.{logical_name}").into();
    record
}

/// The whole record as the block messages want it, twice and the same (notes-attachments §4); `Null` for columns.
pub(crate) fn described(target: &Target, file: &str, mime: &str) -> Value {
    match binary(target) {
        Some(binary) => typed(Value::Object(identified(target, file, mime)), binary.logical_name),
        None => Value::Null,
    }
}

/// The record's properties but its content. The service gives attachments their ids itself.
pub(crate) fn identified(target: &Target, file: &str, mime: &str) -> Map<String, Value> {
    let mut record = properties(target, file, mime);
    if let (Target::Note(note), Some(binary)) = (target, binary(target)) {
        record.extend(note.id().map(|id| (binary.primary_id.to_owned(), id.as_str().into())));
    }
    record
}

/// The record's properties but its id and its content: name, type, words, and of a new one its parent.
pub(crate) fn properties(target: &Target, file: &str, mime: &str) -> Map<String, Value> {
    let mut record = Map::new();
    let mut say = |name: &str, text: &str| {
        record.insert(name.to_owned(), text.into());
    };
    say("filename", file);
    say("mimetype", mime);
    let parent = match target {
        Target::Column(_) => None,
        Target::Note(note) => {
            note.words().for_each(|(name, text)| say(name, text));
            note.parent()
        }
        Target::Attachment(attachment) => {
            attachment.words().for_each(|(name, text)| say(name, text));
            attachment.parent()
        }
    };
    let named = parent.and_then(|parent| Some((parent, parent.table()?.logical_name())));
    if let Some((parent, logical_name)) = named {
        say(&format!("objectid_{logical_name}@odata.bind"), &parent.to_string());
        if matches!(target, Target::Attachment(_)) {
            say("objecttypecode", logical_name);
        }
    }
    record
}

/// Where the attachments of an e-mail or a template are listed (notes-attachments §1).
pub(crate) fn attachments_of(parent: &Record) -> String {
    let relationship = match parent.set() {
        "templates" => "template_activity_mime_attachments",
        _ => "activity_pointer_activity_mime_attachment",
    };
    format!("{parent}/{relationship}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{Attachment, Guid, Note};

    pub(crate) fn id() -> Guid {
        "3878e950-8e51-ed11-bba1-000d3a9933c9".parse().unwrap()
    }

    /// The documented note (notes-attachments §4.1).
    pub(crate) fn note() -> Target {
        Note::alone().with_id(id()).subject("large PDF file").text("Please see new attached pdf file.").into()
    }

    /// The documented attachment (notes-attachments §4.2).
    pub(crate) fn attachment() -> Target {
        let email = Record::new("emails", id()).unwrap();
        let email = email.with_table(Table::new("email", "activityid").unwrap());
        Attachment::on(email).with_id(id()).subject("Sample attached 25mb.pdf").into()
    }

    #[test]
    fn the_documented_note() {
        let documented = json!({
            "annotationid": id().as_str(),
            "subject": "large PDF file",
            "filename": "25mb.pdf",
            "notetext": "Please see new attached pdf file.",
            "mimetype": "application/pdf",
            "@odata.type": "Microsoft.Dynamics.CRM.annotation"
        });
        assert_eq!(described(&note(), "25mb.pdf", "application/pdf"), documented);
    }

    #[test]
    fn the_documented_attachment() {
        let documented = json!({
            "objectid_email@odata.bind": format!("emails({})", id()),
            "objecttypecode": "email",
            "subject": "Sample attached 25mb.pdf",
            "filename": "25mb.pdf",
            "mimetype": "application/pdf",
            "@odata.type": "Microsoft.Dynamics.CRM.activitymimeattachment"
        });
        assert_eq!(described(&attachment(), "25mb.pdf", "application/pdf"), documented);
    }

    #[test]
    fn a_new_note_is_bound_to_its_parent() {
        let contoso = Record::new("accounts", id()).unwrap();
        let contoso = contoso.with_table(Table::new("account", "accountid").unwrap());
        let note = described(&Note::on(contoso).with_id(id()).into(), "a", "b/c");
        assert_eq!(note["objectid_account@odata.bind"], format!("accounts({})", id()));
        assert_eq!(note["objecttypecode"], Value::Null, "the service knows it from the parent");
    }

    #[test]
    fn a_record_that_is_there_is_named_by_its_id() {
        let note = reference(&Note::existing(id()).into());
        let documented =
            json!({"annotationid": id().as_str(), "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
        assert_eq!(note, documented);
    }
}
