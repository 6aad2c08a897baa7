//! A look at the record: which file is there now (file-columns §1.1, notes-attachments §3).
use http::{Request, response::Parts};
use serde_json::Value;

use crate::wire::{entity, get, object};
use crate::{Body, Column, Organization, Target};

/// Under which id a new attachment will be is not known: its parent lists all there are.
pub(crate) fn look(organization: &Organization, target: &Target) -> Request<Body> {
    const SELECT: &str = "$select=filename,mimetype,filesize";
    let path = match (target, target.record()) {
        (Target::Column(column), _) => of_column(column),
        (Target::Attachment(new), _) if new.is_new() => {
            format!("{}?{SELECT}", new.parent().map(entity::attachments_of).unwrap_or_default())
        }
        (_, Some(record)) => format!("{record}?{SELECT}"),
        (_, None) => String::new(),
    };
    get(organization, &path)
}

fn of_column(column: &Column) -> String {
    let name = column.name();
    let select = if column.is_image() { format!("{name}id") } else { format!("{name},{name}_name") };
    format!("{}?$select={select}", column.record())
}

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The file's id, or that of the note or attachment it is in; `None` when there is no file.
    pub file_id: Option<String>,
    /// Its name as the record has it: exact, whatever a header can carry.
    pub name: Option<String>,
    /// Its size in bytes, where the record tells it (notes and attachments).
    pub size: Option<u64>,
    /// Its MIME type, where the record tells it (notes and attachments).
    pub mime: Option<String>,
    mark: Option<String>,
}

impl Held {
    /// What tells this file from any other in the same place: its id, or the ETag of a note or an attachment, whose id
    /// stays when its file is replaced.
    pub(crate) fn mark(&self) -> Option<&str> {
        self.mark.as_deref()
    }
}

/// What a look has found: one place, but for a new attachment, whose parent has any number.
pub(crate) fn seen(target: &Target, _: &Parts, body: &[u8]) -> Result<Vec<Held>, String> {
    let value = object(body)?;
    let Some(binary) = entity::binary(target) else {
        return Ok(target
            .column()
            .map(|column| in_column(column, &value))
            .transpose()?
            .into_iter()
            .collect());
    };
    let lists = matches!(target, Target::Attachment(attachment) if attachment.is_new());
    if !lists {
        return Ok(vec![in_record(binary, &value, target.is_new())?]);
    }
    if value.get("@odata.nextLink").is_some() {
        return Err("there are more attachments than one answer lists".into());
    }
    let rows = value["value"].as_array().ok_or("the answer has no value")?;
    rows.iter().map(|row| in_record(binary, row, true)).collect()
}

/// A look at one place.
pub(crate) fn seen_one(target: &Target, head: &Parts, body: &[u8]) -> Result<Held, String> {
    Ok(seen(target, head, body)?.into_iter().next().unwrap_or_default())
}

fn in_column(column: &Column, value: &Value) -> Result<Held, String> {
    let name = column.name();
    let property = if column.is_image() { format!("{name}id") } else { name.to_owned() };
    let file_id = value.get(&property).ok_or_else(|| format!("the answer has no {property}"))?;
    let (file_id, name) = (text(file_id), text(&value[format!("{name}_name")]));
    Ok(Held { mark: file_id.clone(), file_id, name, ..Held::default() })
}

/// A record that is new has not been there before: its id tells it from others.
fn in_record(binary: &entity::Binary, value: &Value, is_new: bool) -> Result<Held, String> {
    let id = value[binary.primary_id]
        .as_str()
        .ok_or_else(|| format!("the answer has no {}", binary.primary_id))?;
    let (name, size) = (text(&value["filename"]), value["filesize"].as_u64());
    let holds = name.is_some() || size.is_some_and(|size| size > 0);
    Ok(Held {
        file_id: holds.then(|| id.to_owned()),
        name,
        size,
        mime: text(&value["mimetype"]),
        mark: if is_new { Some(id.to_owned()) } else { text(&value["@odata.etag"]) },
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::entity::tests::{attachment, id};
    use crate::wire::initialize::tests::{example, ok};

    fn looked(target: &Target, body: &str) -> Result<Vec<Held>, String> {
        seen(target, &ok(), body.as_bytes())
    }

    #[test]
    fn the_documented_exchange() {
        let (contoso, column) = example();
        let target = Target::from(column);
        let request = look(&contoso, &target);
        assert_eq!(request.uri().query(), Some("$select=sample_filecolumn,sample_filecolumn_name"));
        assert!(!request.headers().contains_key("content-length"));
        let answer =
            r#"{"sample_filecolumn":"3878e950","sample_filecolumn_name":"25mb.pdf","accountid":"x"}"#;
        let held = looked(&target, answer).unwrap().remove(0);
        assert_eq!((held.mark(), held.name.as_deref()), (Some("3878e950"), Some("25mb.pdf")));
        let empty = r#"{"sample_filecolumn":null,"sample_filecolumn_name":null}"#;
        assert_eq!(looked(&target, empty), Ok(vec![Held::default()]));
        assert!(looked(&target, "{}").is_err());
    }

    #[test]
    fn an_image_has_an_id_of_its_own_and_no_name() {
        let (contoso, column) = example();
        let target = Target::from(column.as_image());
        assert_eq!(look(&contoso, &target).uri().query(), Some("$select=sample_filecolumnid"));
        let held = looked(&target, r#"{"sample_filecolumnid":"7a4814f9"}"#).unwrap().remove(0);
        assert_eq!((held.mark(), held.name.as_deref()), (Some("7a4814f9"), None));
    }

    #[test]
    fn a_note_is_told_from_what_it_was_by_its_etag() {
        let (contoso, _) = example();
        let target = Target::from(crate::Note::existing(id()));
        assert_eq!(look(&contoso, &target).uri().query(), Some("$select=filename,mimetype,filesize"));
        let answer = format!(
            r#"{{"@odata.etag":"W/\"7\"","annotationid":"{}","filename":"a.pdf","mimetype":"a/b","filesize":9}}"#,
            id()
        );
        let held = looked(&target, &answer).unwrap().remove(0);
        assert_eq!((held.mark(), held.size), (Some("W/\"7\""), Some(9)));
        let empty = format!(r#"{{"annotationid":"{}","filename":null,"filesize":null}}"#, id());
        assert_eq!(looked(&target, &empty).unwrap()[0].file_id, None);
        assert!(looked(&target, "{}").is_err());
    }

    #[test]
    fn a_new_attachment_is_looked_for_among_those_of_its_parent() {
        let (contoso, _) = example();
        let request = look(&contoso, &attachment());
        let list = format!("/emails({})/activity_pointer_activity_mime_attachment", id());
        assert!(request.uri().path().ends_with(&list));
        let row = format!(r#"{{"activitymimeattachmentid":"{}","filename":"a","filesize":1}}"#, id());
        assert_eq!(looked(&attachment(), r#"{"value":[]}"#), Ok(Vec::new()));
        assert_eq!(looked(&attachment(), &format!(r#"{{"value":[{row},{row}]}}"#)).unwrap().len(), 2);
        let more = format!(r#"{{"value":[{row}],"@odata.nextLink":"https://x"}}"#);
        assert!(looked(&attachment(), &more).is_err(), "what is not listed cannot be told from what is new");
    }
}
