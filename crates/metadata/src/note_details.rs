//! Notes, as far as their records tell without the files in them (notes-attachments §1, §3).
use dataverse_files_proto::{Call, Guid, Organization, Record};
use serde_json::Value;

use crate::answer::{needed, object, optional};
use crate::page::pages;
use crate::request::get;

/// What is asked about a note; never its `documentbody`, which is the file.
const SELECT: &str = "subject,filename,mimetype,filesize,isdocument,createdon";

/// What the service knows of a note, and of the file in it.
///
/// ```
/// use dataverse_files_metadata::NoteDetails;
/// let note = NoteDetails {
///     note_id: "3878e950-8e51-ed11-bba1-000d3a9933c9".into(),
///     subject: Some("large PDF file".into()),
///     is_document: true,
///     name: Some("25mb.pdf".into()),
///     mime: Some("application/pdf".into()),
///     size: Some(25_870_370),
///     created_on: Some("2022-10-22T21:01:45Z".into()),
/// };
/// assert!(note.is_document);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct NoteDetails {
    /// `annotationid`.
    pub note_id: String,
    /// Its title.
    pub subject: Option<String>,
    /// `isdocument`: whether it holds a file; most notes are text alone.
    pub is_document: bool,
    /// The file's name. Never use it as a path as it is.
    pub name: Option<String>,
    /// The file's MIME type.
    pub mime: Option<String>,
    /// The file's size in bytes, not in characters of base64.
    pub size: Option<u64>,
    /// When the note came, as the service writes it (RFC 3339, UTC).
    pub created_on: Option<String>,
}

/// Every note of a record, with or without a file in it, page after page. A record that is not there has none. Where
/// the record's table is known ([`Record::with_table`]), notes of a record of another table with the same id are left
/// out: the filter only compares ids.
///
/// ```
/// # use dataverse_files_proto::{Organization, Record};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let record: Record = "accounts(00000000-0000-0000-0000-000000000001)".parse()?;
/// let call = dataverse_files_metadata::notes(&contoso, &record);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn notes(organization: &Organization, record: &Record) -> Call<Vec<NoteDetails>> {
    let filter = format!("_objectid_value%20eq%20{}", record.id());
    let path = format!("annotations?$select={SELECT},objecttypecode&$filter={filter}");
    let table = record.table().map(|table| table.logical_name().to_owned());
    pages("look up notes", organization, &path, move |row| {
        let of = optional(row.get("objecttypecode"));
        let is_ours = of.zip(table.as_ref()).is_none_or(|(of, table)| of == *table);
        is_ours.then(|| read(row)).transpose()
    })
}

/// One note.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let id = "3878e950-8e51-ed11-bba1-000d3a9933c9".parse()?;
/// let call = dataverse_files_metadata::note_details(&contoso, &id);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn note_details(organization: &Organization, id: &Guid) -> Call<NoteDetails> {
    let path = format!("annotations({id})?$select={SELECT}");
    Call::new("look up note", get(organization, &path), |_, body| read(&object(body)?))
}

fn read(row: &Value) -> Result<NoteDetails, String> {
    let size = row.get("filesize").and_then(Value::as_u64);
    let told = row.get("isdocument").and_then(Value::as_bool);
    Ok(NoteDetails {
        note_id: needed(row.get("annotationid"), "annotationid")?,
        subject: optional(row.get("subject")),
        is_document: told.unwrap_or(size.is_some_and(|size| size > 0)),
        name: optional(row.get("filename")),
        mime: optional(row.get("mimetype")),
        size,
        created_on: optional(row.get("createdon")),
    })
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::{ErrorKind, Table};

    use super::*;
    use crate::exchange::{API, carry_out, contoso, guid, ok, refusal};

    const RECORD: &str = "accounts(00000000-0000-0000-0000-000000000001)";
    const ID: &str = "3878e950-8e51-ed11-bba1-000d3a9933c9";
    const NOTE: &str = r#"{"@odata.etag":"W/\"75119363\"","annotationid":"3878e950-8e51-ed11-bba1-000d3a9933c9",
        "subject":"large PDF file","filename":"25mb.pdf","mimetype":"application/pdf","filesize":25870370,
        "isdocument":true,"createdon":"2022-10-22T21:01:45Z","objecttypecode":"account"}"#;
    const EMPTY: &str = r#"{"annotationid":"7a4814f9-b0b8-ea11-a812-000d3a122b89","subject":null,"filename":null,
        "mimetype":null,"filesize":null,"isdocument":false,"createdon":null}"#;

    fn page(rows: &[&str], next: Option<&str>) -> String {
        let next = next.map_or_else(String::new, |next| format!(r#","@odata.nextLink":"{next}""#));
        format!(r#"{{"value":[{}]{next}}}"#, rows.join(","))
    }

    #[test]
    fn the_notes_of_a_record_are_those_that_are_about_it() {
        let (asked, found) =
            carry_out(notes(&contoso(), &RECORD.parse().unwrap()), &[ok(&page(&[NOTE, EMPTY], None))]);
        let query = format!(
            "$select={SELECT},objecttypecode&$filter=_objectid_value%20eq%2000000000-0000-0000-0000-000000000001"
        );
        assert_eq!(asked[0].path, format!("{API}annotations?{query}"));
        let found = found.unwrap();
        assert_eq!((found[0].note_id.as_str(), found[0].size), (ID, Some(25_870_370)));
        assert_eq!(found[0].name.as_deref(), Some("25mb.pdf"));
        assert_eq!(found[0].mime.as_deref(), Some("application/pdf"));
        assert_eq!(found[0].created_on.as_deref(), Some("2022-10-22T21:01:45Z"));
        assert!(found[0].is_document && !found[1].is_document);
        assert_eq!((&found[1].name, found[1].size), (&None, None));
    }

    #[test]
    fn pages_are_followed_and_a_page_elsewhere_is_not() {
        let link = format!("https://contoso.crm.dynamics.com{API}annotations?$skiptoken=2");
        let says = [ok(&page(&[NOTE], Some(&link))), ok(&page(&[EMPTY], None))];
        let (asked, found) = carry_out(notes(&contoso(), &RECORD.parse().unwrap()), &says);
        assert!(asked[1].path.ends_with("?$skiptoken=2"));
        assert_eq!(found.unwrap().len(), 2);
        let says = vec![ok(&page(&[NOTE], Some("https://contoso.example/x"))); 3];
        let (asked, found) = carry_out(notes(&contoso(), &RECORD.parse().unwrap()), &says);
        assert!(asked.iter().all(|page| page.origin == "https://contoso.crm.dynamics.com"));
        assert_eq!(found.unwrap_err().kind(), ErrorKind::Protocol);
    }

    #[test]
    fn a_note_of_another_tables_record_with_the_same_id_is_not_this_ones() {
        let email = RECORD.replace("accounts", "emails").parse::<Record>().unwrap();
        let email = email.with_table(Table::new("email", "activityid").unwrap());
        let (_, found) = carry_out(notes(&contoso(), &email), &[ok(&page(&[NOTE, EMPTY], None))]);
        assert_eq!(found.unwrap().len(), 1, "the one that does not say whose it is stays");
    }

    #[test]
    fn one_note_is_asked_for_by_its_id() {
        let (asked, found) = carry_out(note_details(&contoso(), &guid(ID)), &[ok(NOTE)]);
        assert_eq!(asked[0].path, format!("{API}annotations({ID})?$select={SELECT}"));
        assert_eq!(found.unwrap().subject.as_deref(), Some("large PDF file"));
        let (_, missing) = carry_out(note_details(&contoso(), &guid(ID)), &[refusal(404, "0x80040217")]);
        assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn where_it_is_not_told_whether_a_note_holds_a_file_its_size_tells() {
        let untold = |size: &str| {
            let row = format!(r#"{{"annotationid":"x","filesize":{size}}}"#);
            read(&serde_json::from_str(&row).unwrap()).unwrap().is_document
        };
        assert!(untold("1") && !untold("0") && !untold("null"));
        assert!(read(&serde_json::from_str("{}").unwrap()).is_err());
    }
}
