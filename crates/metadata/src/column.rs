//! A column's definition (metadata §3, §4).
use dataverse_files_proto::{Answer, Body, Call, Error, Organization, Table};
use http::Request;
use serde_json::Value;

use crate::request::{checked, get, object, rows, text};

/// What a column holds.
///
/// ```
/// use dataverse_files_metadata::ColumnKind;
/// assert_eq!(ColumnKind::File.to_string(), "file");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// A file of any type.
    File,
    /// A picture: GIF, JPEG, TIFF, BMP or PNG.
    Image,
}

impl std::fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ColumnKind::File => "file",
            ColumnKind::Image => "image",
        })
    }
}

impl ColumnKind {
    /// The type that definitions are cast to, without its namespace.
    fn cast(self) -> &'static str {
        match self {
            ColumnKind::File => "FileAttributeMetadata",
            ColumnKind::Image => "ImageAttributeMetadata",
        }
    }
}

/// A file or image column as its table defines it.
///
/// ```
/// use dataverse_files_metadata::{ColumnDefinition, ColumnKind};
/// let column = ColumnDefinition { logical_name: "doc".into(), kind: ColumnKind::File, max_size_in_kb: 32_768 };
/// assert_eq!(column.max_size_in_bytes(), 33_554_432);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// Such as `sample_filecolumn`.
    pub logical_name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// `MaxSizeInKB`: the largest file it takes, in KB of 1,024 bytes.
    pub max_size_in_kb: u64,
}

impl ColumnDefinition {
    /// The largest file the column takes, in bytes.
    #[must_use]
    pub fn max_size_in_bytes(&self) -> u64 {
        self.max_size_in_kb.saturating_mul(1_024)
    }
}

/// The definition of a file or image column. One request for a file column, two for an image column.
///
/// The documented lists are asked for and not the one column, because a list tells "no such column" apart from
/// "not a file column" without an error.
///
/// # Errors
/// [`ErrorKind::Input`](dataverse_files_proto::ErrorKind::Input) when `name` is no name. The call itself fails with
/// [`ErrorKind::NotFound`](dataverse_files_proto::ErrorKind::NotFound) when the table has no such file or image column.
pub fn column(
    organization: &Organization,
    table: &Table,
    name: &str,
) -> Result<Call<ColumnDefinition>, Error> {
    let name = checked(name)?;
    let images = list(organization, table, ColumnKind::Image);
    let (logical_name, mut kind) = (table.logical_name().to_owned(), ColumnKind::File);
    Ok(Call::paged("look up column", list(organization, table, kind), move |_, body| {
        if let Some(found) = find(body, kind, &name)? {
            return Ok(Answer::Whole(found));
        }
        if kind == ColumnKind::Image {
            let why =
                format!("table {logical_name:?} has no file or image column {name:?}; check its spelling");
            return Ok(Answer::Missing(why));
        }
        kind = ColumnKind::Image;
        Ok(Answer::Next(Box::new(images.clone())))
    }))
}

fn list(organization: &Organization, table: &Table, kind: ColumnKind) -> Request<Body> {
    let (table, cast) = (table.logical_name(), kind.cast());
    let path = format!(
        "EntityDefinitions(LogicalName='{table}')/Attributes/Microsoft.Dynamics.CRM.{cast}?$select=LogicalName,MaxSizeInKB"
    );
    get(organization, &path)
}

fn find(body: &[u8], kind: ColumnKind, name: &str) -> Result<Option<ColumnDefinition>, String> {
    let answer = object(body)?;
    let named = |row: &&Value| row.get("LogicalName").and_then(Value::as_str) == Some(name);
    let Some(row) = rows(&answer, "value")?.iter().find(named) else { return Ok(None) };
    let max = row.get("MaxSizeInKB").and_then(Value::as_u64).ok_or("the definition has no MaxSizeInKB")?;
    let logical_name = text(row, "LogicalName").unwrap_or_default();
    Ok(Some(ColumnDefinition { logical_name, kind, max_size_in_kb: max }))
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::ErrorKind;

    use super::*;
    use crate::tests::{account, answer, contoso};

    const FILES: &str = r#"{"value":[{"LogicalName":"sample_filecolumn","SchemaName":"sample_FileColumn","MaxSizeInKB":30720,"MetadataId":"f315e7f1"}]}"#;
    const IMAGES: &str = r#"{"value":[{"LogicalName":"sample_imagecolumn","MaxSizeInKB":10240}]}"#;

    #[test]
    fn the_documented_exchange() {
        let call = column(&contoso(), &account(), "sample_FileColumn").unwrap();
        let (asked, found) = answer(call, &[FILES]);
        assert_eq!(
            asked,
            [
                "/api/data/v9.2/EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.FileAttributeMetadata?$select=LogicalName,MaxSizeInKB"
            ]
        );
        let found = found.unwrap();
        assert_eq!((found.kind, found.max_size_in_bytes()), (ColumnKind::File, 31_457_280));
    }

    #[test]
    fn an_image_column_is_found_in_the_second_list() {
        let (asked, found) =
            answer(column(&contoso(), &account(), "sample_imagecolumn").unwrap(), &[FILES, IMAGES]);
        assert!(asked[1].contains("ImageAttributeMetadata"), "{asked:?}");
        assert_eq!(found.unwrap().kind, ColumnKind::Image);
    }

    #[test]
    fn a_column_in_neither_list_is_not_found() {
        let (_, found) = answer(column(&contoso(), &account(), "telephone1").unwrap(), &[FILES, IMAGES]);
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("no file or image column \"telephone1\""), "{error}");
    }

    #[test]
    fn what_is_no_name_is_never_asked_for() {
        for no in ["", "a b", "a'b", "a/b", "a?b"] {
            assert_eq!(column(&contoso(), &account(), no).unwrap_err().kind(), ErrorKind::Input, "{no:?}");
        }
    }
}
