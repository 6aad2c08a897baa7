//! Attachments of e-mails and e-mail templates, as far as their records tell without the files (notes-attachments §1, §3).
use dataverse_files_proto::{Call, Guid, Organization, Record};
use serde_json::Value;

use crate::answer::{needed, object, optional};
use crate::page::pages;
use crate::request::get;

/// What is asked about an attachment; never its `body`, which is the file. Attachments do not say when they came.
const SELECT: &str = "subject,filename,mimetype,filesize";

/// What the service knows of an attachment, and of the file in it.
///
/// ```
/// use dataverse_files_metadata::AttachmentDetails;
/// let attachment = AttachmentDetails {
///     attachment_id: "3878e950-8e51-ed11-bba1-000d3a9933c9".into(),
///     subject: Some("Sample attached 25mb.pdf".into()),
///     name: Some("25mb.pdf".into()),
///     mime: Some("application/pdf".into()),
///     size: Some(25_870_370),
/// };
/// assert!(attachment.holds_file());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AttachmentDetails {
    /// `activitymimeattachmentid`.
    pub attachment_id: String,
    /// Its title.
    pub subject: Option<String>,
    /// The file's name. Never use it as a path as it is.
    pub name: Option<String>,
    /// The file's MIME type.
    pub mime: Option<String>,
    /// The file's size in bytes, not in characters of base64.
    pub size: Option<u64>,
}

impl AttachmentDetails {
    /// Whether there is a file in it: the service keeps no empty ones (U19), and a name alone may be left of one that
    /// was deleted.
    #[must_use]
    pub fn holds_file(&self) -> bool {
        self.size.is_some_and(|size| size > 0)
    }
}

/// Every attachment of an e-mail, another activity, or an e-mail template, page after page. Only ask where
/// [`TableDefinition::has_attachments`](crate::TableDefinition::has_attachments) says that there can be some.
///
/// ```
/// # use dataverse_files_proto::{Organization, Record};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let email: Record = "emails(00000000-0000-0000-0000-000000000001)".parse()?;
/// let call = dataverse_files_metadata::attachments(&contoso, &email);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn attachments(organization: &Organization, record: &Record) -> Call<Vec<AttachmentDetails>> {
    let list = match record.set() {
        "templates" => "template_activity_mime_attachments",
        _ => "activity_pointer_activity_mime_attachment",
    };
    let path = format!("{record}/{list}?$select={SELECT}");
    pages("look up attachments", organization, &path, |row| read(row).map(Some))
}

/// One attachment.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let id = "3878e950-8e51-ed11-bba1-000d3a9933c9".parse()?;
/// let call = dataverse_files_metadata::attachment_details(&contoso, &id);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn attachment_details(organization: &Organization, id: &Guid) -> Call<AttachmentDetails> {
    let path = format!("activitymimeattachments({id})?$select={SELECT}");
    Call::new("look up attachment", get(organization, &path), |_, body| read(&object(body)?))
}

fn read(row: &Value) -> Result<AttachmentDetails, String> {
    Ok(AttachmentDetails {
        attachment_id: needed(row.get("activitymimeattachmentid"), "activitymimeattachmentid")?,
        subject: optional(row.get("subject")),
        name: optional(row.get("filename")),
        mime: optional(row.get("mimetype")),
        size: row.get("filesize").and_then(Value::as_u64),
    })
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::ErrorKind;

    use super::*;
    use crate::exchange::{API, carry_out, contoso, guid, ok, refusal};

    const ID: &str = "3878e950-8e51-ed11-bba1-000d3a9933c9";
    const ROW: &str = r#"{"@odata.etag":"W/\"75119363\"","activitymimeattachmentid":"3878e950-8e51-ed11-bba1-000d3a9933c9",
        "subject":"Sample attached 25mb.pdf","filename":"25mb.pdf","mimetype":"application/pdf","filesize":25870370}"#;

    #[test]
    fn an_email_and_a_template_list_their_attachments_under_names_of_their_own() {
        for (set, list) in [
            ("emails", "activity_pointer_activity_mime_attachment"),
            ("appointments", "activity_pointer_activity_mime_attachment"),
            ("templates", "template_activity_mime_attachments"),
        ] {
            let record: Record = format!("{set}({ID})").parse().unwrap();
            let (asked, found) =
                carry_out(attachments(&contoso(), &record), &[ok(&format!(r#"{{"value":[{ROW}]}}"#))]);
            assert_eq!(asked[0].path, format!("{API}{set}({ID})/{list}?$select={SELECT}"));
            let found = found.unwrap().remove(0);
            assert_eq!((found.attachment_id.as_str(), found.size), (ID, Some(25_870_370)));
            assert_eq!(found.name.as_deref(), Some("25mb.pdf"));
            assert_eq!(found.subject.as_deref(), Some("Sample attached 25mb.pdf"));
        }
    }

    #[test]
    fn pages_are_followed() {
        let record: Record = format!("emails({ID})").parse().unwrap();
        let link = format!("https://contoso.crm.dynamics.com{API}x?$skiptoken=2");
        let first = format!(r#"{{"value":[{ROW}],"@odata.nextLink":"{link}"}}"#);
        let says = [ok(&first), ok(&format!(r#"{{"value":[{ROW}]}}"#))];
        assert_eq!(carry_out(attachments(&contoso(), &record), &says).1.unwrap().len(), 2);
    }

    #[test]
    fn one_attachment_is_asked_for_by_its_id() {
        let (asked, found) = carry_out(attachment_details(&contoso(), &guid(ID)), &[ok(ROW)]);
        assert_eq!(asked[0].path, format!("{API}activitymimeattachments({ID})?$select={SELECT}"));
        assert!(found.unwrap().holds_file());
        let (_, none) = carry_out(attachment_details(&contoso(), &guid(ID)), &[refusal(404, "0x80040217")]);
        assert_eq!(none.unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn an_attachment_whose_file_is_gone_holds_none() {
        let holds = |rest: &str| {
            let row = format!(r#"{{"activitymimeattachmentid":"x"{rest}}}"#);
            read(&serde_json::from_str(&row).unwrap()).unwrap().holds_file()
        };
        assert!(holds(r#","filesize":1"#));
        assert!(!holds(r#","filename":"a","filesize":null"#) && !holds(r#","filename":"a","filesize":0"#));
    }
}
