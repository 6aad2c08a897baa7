//! Details of the files that columns hold, through the `FileAttachments` relationship (file-columns §1.2).
use dataverse_files_proto::{Call, Column, Organization, Record, Table};
use serde_json::Value;

use crate::answer::{needed, number, object, optional, rows};
use crate::request::get;

/// What the service knows of a file it holds.
///
/// ```
/// use dataverse_files_metadata::FileDetails;
/// let details = FileDetails {
///     column: "sample_filecolumn".into(),
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
    /// The logical name of the column that holds it.
    pub column: String,
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
    let name = column.name().to_owned();
    ask("look up file", organization, table, column.record(), move |files| {
        files.into_iter().find(|file| file.column == name)
    })
}

/// The files of all file columns of a record, in the order of the columns' names. Ask only about tables that have file
/// columns: a table gets the relationship with its first one (metadata §6).
///
/// ```
/// # use dataverse_files_proto::{Organization, Record, Table};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let record: Record = "accounts(00000000-0000-0000-0000-000000000001)".parse()?;
/// let call = dataverse_files_metadata::files(&contoso, &Table::new("account", "accountid")?, &record);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn files(organization: &Organization, table: &Table, record: &Record) -> Call<Vec<FileDetails>> {
    ask("look up files", organization, table, record, |mut files| {
        files.sort_by(|a, b| a.column.cmp(&b.column));
        files
    })
}

fn ask<T: Send + 'static>(
    step: &'static str,
    organization: &Organization,
    table: &Table,
    record: &Record,
    of: impl Fn(Vec<FileDetails>) -> T + Send + 'static,
) -> Call<T> {
    let relationship = format!("{}_FileAttachments", table.logical_name());
    let path = format!(
        "{record}?$select={}&$expand={relationship}($select=createdon,mimetype,filesizeinbytes,filename,regardingfieldname)",
        table.primary_id()
    );
    Call::new(step, get(organization, &path), move |_, body| read(body, &relationship).map(&of))
}

/// A row that belongs to no column is no column's file.
fn read(body: &[u8], relationship: &str) -> Result<Vec<FileDetails>, String> {
    let answer = object(body)?;
    let of_column = rows(&answer, relationship)?
        .iter()
        .filter_map(|row| Some((row, optional(row.get("regardingfieldname"))?)));
    of_column.map(|(row, column)| file(row, column)).collect()
}

fn file(row: &Value, column: String) -> Result<FileDetails, String> {
    Ok(FileDetails {
        column,
        file_id: needed(row.get("fileattachmentid"), "fileattachmentid")?,
        name: optional(row.get("filename")),
        mime: optional(row.get("mimetype")),
        size: number(row.get("filesizeinbytes"), "filesizeinbytes")?,
        created_on: optional(row.get("createdon")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{API, account, carry_out, contoso, ok, refusal};

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
        assert!(read(br#"{"accountid":"x"}"#, "account_FileAttachments").is_err());
        let no_size = br#"{"account_FileAttachments":[{"regardingfieldname":"a","fileattachmentid":"x"}]}"#;
        assert!(read(no_size, "account_FileAttachments").is_err());
        let of_none = br#"{"account_FileAttachments":[{"regardingfieldname":null,"fileattachmentid":"x"}]}"#;
        assert_eq!(read(of_none, "account_FileAttachments"), Ok(Vec::new()));
    }

    #[test]
    fn one_request_tells_the_files_of_all_columns_in_the_order_of_their_names() {
        let second = DOCUMENTED.replace("\"account_FileAttachments\": [", r#""account_FileAttachments": [
            {"filesizeinbytes":7,"filename":"b.txt","regardingfieldname":"z_filecolumn","fileattachmentid":"z"},"#);
        let (asked, found) =
            carry_out(files(&contoso(), &account(), &RECORD.parse().unwrap()), &[ok(&second)]);
        assert_eq!(asked.len(), 1);
        assert!(asked[0].path.contains("&$expand=account_FileAttachments("), "{}", asked[0].path);
        let columns: Vec<_> = found.unwrap().into_iter().map(|file| (file.column, file.size)).collect();
        assert_eq!(columns, [("sample_filecolumn".to_owned(), 25_870_370), ("z_filecolumn".to_owned(), 7)]);
    }

    #[test]
    fn a_record_that_is_not_there_has_no_files_but_an_error() {
        let call = files(&contoso(), &account(), &RECORD.parse().unwrap());
        let error = carry_out(call, &[refusal(404, "0x80040217")]).1.unwrap_err();
        assert_eq!(error.kind(), dataverse_files_proto::ErrorKind::NotFound);
    }
}
