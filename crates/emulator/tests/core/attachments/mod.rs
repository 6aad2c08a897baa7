//! E-mail attachments (notes-attachments.md).
mod documented;
mod reuse;

use serde_json::{Value, json};

use crate::world::{ID, World, base64};

/// A `Target` of the attachment messages, for the seeded e-mail.
pub(crate) fn target() -> Value {
    json!({"objectid_email@odata.bind": format!("emails({ID})"), "objecttypecode": "email",
        "subject": "Sample attached 25mb.pdf", "filename": "25mb.pdf", "mimetype": "application/pdf",
        "@odata.type": "Microsoft.Dynamics.CRM.activitymimeattachment"})
}

/// A record with a file, for the seeded e-mail.
pub(crate) fn record(bytes: &[u8]) -> Value {
    json!({"objectid_email@odata.bind": format!("emails({ID})"), "objecttypecode": "email",
        "subject": "Sample attached WordDoc.docx", "filename": "WordDoc.docx",
        "mimetype": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "body": base64(bytes)})
}

/// Makes an attachment and gives its address.
#[track_caller]
pub(crate) fn create(world: &mut World, record: &Value) -> String {
    crate::notes::create(world, "activitymimeattachments", record)
}
