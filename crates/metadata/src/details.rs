//! Details of the file a column holds, through the `FileAttachments` relationship (file-columns §1.2).
use dataverse_files_proto::{Call, Column, Organization, Table};
use serde_json::Value;

use crate::answer::{needed, number, object, optional, rows};
use crate::request::get;

/// What the service knows of a file it holds.
///
/// ```
/// use dataverse_files_metadata::FileDetails;
/// let details = FileDetails {
///     file_id: "3878e950-8e51-ed11-bba1-000d3a9933c9".into(),
///     name: Some("25mb.pdf".into()),
///     mime: Some("application/pdf".into()),
///     size: 25_870_370,
///     created_on: Some("2022-10-22T21:01:45Z".into()),
/// };
/// assert_eq!(details.size, 25_870_370);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FileDetails {
    /// `fileattachmentid`: the value of the column.
    pub file_id: String,
    /// The service's own name for it. Never use it as a path as it is.
    pub name: Option<String>,
    /// MIME type.
    pub mime: Option<String>,
    /// In bytes.
    pub size: u64,
    /// When it came, as the service writes it (RFC 3339, UTC).
    pub created_on: Option<String>,
}

/// The file that a file column of a record holds; `None` for an empty column. Images are not listed there: for them
/// the answer is always `None`.
///
/// ```
/// # use dataverse_files_proto::{Column, Organization, Table};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// let call = dataverse_files_metadata::file_details(&contoso, &Table::new("account", "accountid")?, &column);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn file_details(
    organization: &Organization,
    table: &Table,
    column: &Column,
) -> Call<Option<FileDetails>> {
    let relationship = format!("{}_FileAttachments", table.logical_name());
    let path = format!(
        "{}?$select={}&$expand={relationship}($select=createdon,mimetype,filesizeinbytes,filename,regardingfieldname)",
        column.record(),
        table.primary_id()
    );
    let name = column.name().to_owned();
    Call::new("look up file", get(organization, &path), move |_, body| find(body, &relationship, &name))
}

fn find(body: &[u8], relationship: &str, column: &str) -> Result<Option<FileDetails>, String> {
    let answer = object(body)?;
    let of_column = |row: &&Value| row.get("regardingfieldname").and_then(Value::as_str) == Some(column);
    let Some(row) = rows(&answer, relationship)?.iter().find(of_column) else { return Ok(None) };
    Ok(Some(FileDetails {
        file_id: needed(row.get("fileattachmentid"), "fileattachmentid")?,
        name: optional(row.get("filename")),
        mime: optional(row.get("mimetype")),
        size: number(row.get("filesizeinbytes"), "filesizeinbytes")?,
        created_on: optional(row.get("createdon")),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{API, account, carry_out, contoso, ok};

    const RECORD: &str = "accounts(00000000-0000-0000-0000-000000000001)";
    const DOCUMENTED: &str = r#"{
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#accounts(accountid,account_FileAttachments(createdon,mimetype,filesizeinbytes,filename,regardingfieldname))/$entity",
        "@odata.etag": "W/\"75119522\"",
        "accountid": "00000000-0000-0000-0000-000000000001",
        "account_FileAttachments": [
            {
                "@odata.etag": "W/\"75119363\"",
                "createdon": "2022-10-22T21:01:45Z",
                "mimetype": "application/pdf",
                "filesizeinbytes": 25870370,
                "filename": "25mb.pdf",
                "regardingfieldname": "sample_filecolumn",
                "fileattachmentid": "3878e950-8e51-ed11-bba1-000d3a9933c9"
            }
        ]
    }"#;

    fn ask(column: &str) -> (String, Option<FileDetails>) {
        let column = format!("{RECORD}/{column}").parse().unwrap();
        let (asked, found) = carry_out(file_details(&contoso(), &account(), &column), &[ok(DOCUMENTED)]);
        (asked[0].path.clone(), found.unwrap())
    }

    #[test]
    fn the_documented_exchange() {
        let (asked, found) = ask("sample_filecolumn");
        let expand =
            "account_FileAttachments($select=createdon,mimetype,filesizeinbytes,filename,regardingfieldname)";
        assert_eq!(asked, format!("{API}{RECORD}?$select=accountid&$expand={expand}"));
        let found = found.unwrap();
        assert_eq!((found.size, found.mime.as_deref()), (25_870_370, Some("application/pdf")));
        assert_eq!(found.name.as_deref(), Some("25mb.pdf"));
        assert_eq!(found.created_on.as_deref(), Some("2022-10-22T21:01:45Z"));
        assert_eq!(found.file_id, "3878e950-8e51-ed11-bba1-000d3a9933c9");
    }

    #[test]
    fn a_file_of_another_column_is_not_this_ones() {
        assert_eq!(ask("other_filecolumn").1, None);
    }

    #[test]
    fn an_answer_without_the_relationship_is_not_taken_for_an_empty_column() {
        assert!(find(br#"{"accountid":"x"}"#, "account_FileAttachments", "a").is_err());
        let no_size = br#"{"account_FileAttachments":[{"regardingfieldname":"a","fileattachmentid":"x"}]}"#;
        assert!(find(no_size, "account_FileAttachments", "a").is_err());
    }
}
