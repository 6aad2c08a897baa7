//! File and image columns of a table (metadata §3, §4).
use dataverse_files_proto::{Answer, Body, Call, Error, Organization, Table};
use http::Request;
use serde_json::Value;

use crate::answer::{flag, lacks, no_table, number, object, optional, rows, unknown};
use crate::request::{definition_of, get, logical};

/// What a column holds.
///
/// ```
/// use dataverse_files_metadata::ColumnKind;
/// assert_eq!(ColumnKind::File.to_string(), "file");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
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
    /// The largest `MaxSizeInKB` that the service accepts: 10 GB for files (file-attributes), 30 MB for images
    /// (image-attributes).
    ///
    /// ```
    /// assert_eq!(dataverse_files_metadata::ColumnKind::Image.largest_max_size_in_kb(), 30_720);
    /// ```
    #[must_use]
    pub fn largest_max_size_in_kb(self) -> u64 {
        match self {
            ColumnKind::File => 10_485_760,
            ColumnKind::Image => 30_720,
        }
    }

    /// The `MaxSizeInKB` of a column that was created without one: 32 MB for files (file-attributes), 10 MB for images
    /// (image-attributes).
    ///
    /// ```
    /// assert_eq!(dataverse_files_metadata::ColumnKind::File.default_max_size_in_kb(), 32_768);
    /// ```
    #[must_use]
    pub fn default_max_size_in_kb(self) -> u64 {
        match self {
            ColumnKind::File => 32_768,
            ColumnKind::Image => 10_240,
        }
    }

    /// The type that definitions are cast to.
    pub(crate) fn cast(self) -> &'static str {
        match self {
            ColumnKind::File => "Microsoft.Dynamics.CRM.FileAttributeMetadata",
            ColumnKind::Image => "Microsoft.Dynamics.CRM.ImageAttributeMetadata",
        }
    }

    fn select(self) -> &'static str {
        match self {
            ColumnKind::File => "LogicalName,SchemaName,MaxSizeInKB",
            ColumnKind::Image => "LogicalName,SchemaName,CanStoreFullImage,MaxSizeInKB,IsPrimaryImage",
        }
    }
}

/// A file or image column as its table defines it.
///
/// ```
/// use dataverse_files_metadata::{ColumnDefinition, ColumnKind};
/// let column = ColumnDefinition {
///     logical_name: "sample_filecolumn".into(),
///     schema_name: "sample_FileColumn".into(),
///     kind: ColumnKind::File,
///     max_size_in_kb: 32_768,
///     can_store_full_image: false,
///     is_primary_image: false,
/// };
/// assert_eq!(column.max_size_in_bytes(), 33_554_432);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnDefinition {
    /// Such as `sample_filecolumn`.
    pub logical_name: String,
    /// Such as `sample_FileColumn`.
    pub schema_name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// `MaxSizeInKB`: the largest file it takes, in KB of 1,024 bytes.
    pub max_size_in_kb: u64,
    /// `CanStoreFullImage`: whether images uploaded from now on are kept as they are, beside their thumbnail. Images
    /// that came before it was switched on have no full copy. Always false for file columns.
    pub can_store_full_image: bool,
    /// `IsPrimaryImage`: whether it is the one image of the table that a create may set. Always false for file columns.
    pub is_primary_image: bool,
}

impl ColumnDefinition {
    /// The largest file the column takes, in bytes.
    #[must_use]
    pub fn max_size_in_bytes(&self) -> u64 {
        self.max_size_in_kb.saturating_mul(1_024)
    }
}

/// The file and image columns of a table with their limits, file columns first. Two requests.
///
/// ```
/// # use dataverse_files_proto::{Organization, Table};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let call = dataverse_files_metadata::columns(&contoso, &Table::new("account", "accountid")?);
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[must_use]
pub fn columns(organization: &Organization, table: &Table) -> Call<Vec<ColumnDefinition>> {
    let images = list(organization, table, ColumnKind::Image);
    let (mut kind, mut found) = (ColumnKind::File, Vec::new());
    let call = Call::paged("look up columns", list(organization, table, kind), move |_, body| {
        found.append(&mut read_list(body, kind)?);
        match kind {
            ColumnKind::File => {
                kind = ColumnKind::Image;
                Ok(Answer::Next(Box::new(images.clone())))
            }
            ColumnKind::Image => Ok(Answer::Whole(std::mem::take(&mut found))),
        }
    });
    let why = no_table(table.logical_name());
    call.or_else(move |refusal| unknown(refusal, &why))
}

/// The definition of a file or image column. One request for a file column, two for an image column.
///
/// The documented lists are asked for and not the one column, because a list tells "no such column" apart from
/// "not a file column" without an error.
///
/// ```
/// # use dataverse_files_proto::{Organization, Table};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let account = Table::new("account", "accountid")?;
/// let call = dataverse_files_metadata::column(&contoso, &account, "sample_filecolumn")?;
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](dataverse_files_proto::ErrorKind::Input) when `name` is no name. The call itself fails with
/// [`ErrorKind::NotFound`](dataverse_files_proto::ErrorKind::NotFound) when the table has no such file or image column.
pub fn column(
    organization: &Organization,
    table: &Table,
    name: &str,
) -> Result<Call<ColumnDefinition>, Error> {
    let name = logical(name)?;
    let images = list(organization, table, ColumnKind::Image);
    let (logical_name, mut kind) = (table.logical_name().to_owned(), ColumnKind::File);
    let call = Call::paged("look up column", list(organization, table, kind), move |_, body| {
        let mut listed = read_list(body, kind)?.into_iter();
        if let Some(found) = listed.find(|column| column.logical_name == name) {
            return Ok(Answer::Whole(found));
        }
        if kind == ColumnKind::Image {
            let why =
                format!("table {logical_name:?} has no file or image column {name:?}; check its spelling");
            return Ok(Answer::Missing(why));
        }
        kind = ColumnKind::Image;
        Ok(Answer::Next(Box::new(images.clone())))
    });
    let why = no_table(table.logical_name());
    Ok(call.or_else(move |refusal| unknown(refusal, &why)))
}

fn list(organization: &Organization, table: &Table, kind: ColumnKind) -> Request<Body> {
    let (definition, cast, select) = (definition_of(table), kind.cast(), kind.select());
    get(organization, &format!("{definition}/Attributes/{cast}?$select={select}"))
}

fn read_list(body: &[u8], kind: ColumnKind) -> Result<Vec<ColumnDefinition>, String> {
    rows(&object(body)?, "value")?.iter().map(|row| read(row, kind)).collect()
}

fn read(row: &Value, kind: ColumnKind) -> Result<ColumnDefinition, String> {
    let image = |name: &str| match kind {
        ColumnKind::File => Ok(false),
        ColumnKind::Image => flag(row.get(name), name),
    };
    let schema_name = optional(row.get("SchemaName"));
    // The logical name is the schema name in lower case (metadata §6).
    let logical_name = optional(row.get("LogicalName"))
        .or_else(|| schema_name.as_ref().map(|name| name.to_ascii_lowercase()))
        .ok_or_else(|| lacks("LogicalName"))?;
    // It will stand in addresses and in messages to people.
    let logical_name = logical(&logical_name).map_err(|e| e.to_string())?;
    Ok(ColumnDefinition {
        schema_name: schema_name.unwrap_or_else(|| logical_name.clone()),
        logical_name,
        kind,
        max_size_in_kb: number(row.get("MaxSizeInKB"), "MaxSizeInKB")?,
        can_store_full_image: image("CanStoreFullImage")?,
        is_primary_image: image("IsPrimaryImage")?,
    })
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
