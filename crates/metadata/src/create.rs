//! Create a file or image column (metadata §6, §7).
use dataverse_files_proto::{Answer, Call, Error, ErrorKind, Guid, Organization, Table};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use crate::ColumnKind;
use crate::request::{checked, definition_of, with, write};

/// US English, the language of the documented examples.
const ENGLISH: u32 = 1033;

/// A column that is to be created.
///
/// ```
/// use dataverse_files_metadata::NewColumn;
/// let file = NewColumn { max_size_in_kb: 30_720, ..NewColumn::file("sample_FileColumn", "Sample File Column") };
/// assert_eq!(file.logical_name(), "sample_filecolumn");
/// let image = NewColumn { can_store_full_image: true, ..NewColumn::image("sample_ImageColumn", "Sample Image Column") };
/// assert_eq!(image.max_size_in_kb, 10_240, "the service's own default");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewColumn {
    /// Such as `sample_FileColumn`: the publisher's prefix, an underscore and a name.
    pub schema_name: String,
    /// What it will hold.
    pub kind: ColumnKind,
    /// What people see.
    pub label: String,
    /// What people are told about it; empty for none.
    pub description: String,
    /// The language of label and description, an LCID; it must be one that the organization has.
    pub language_code: u32,
    /// The largest file it will take, in KB of 1,024 bytes.
    pub max_size_in_kb: u64,
    /// Whether images are kept as they are, beside their thumbnail. For image columns only.
    pub can_store_full_image: bool,
    /// Whether it is to be the table's primary image; the service pays no heed when there is one already, and makes the
    /// first image column of a table primary whatever is said here (image-columns §6). For image columns only.
    pub is_primary_image: bool,
    /// The unique name of the solution it goes into; the default solution where there is none.
    pub solution: Option<String>,
}

impl NewColumn {
    /// A file column of 32 MB with an English label.
    #[must_use]
    pub fn file(schema_name: &str, label: &str) -> Self {
        Self::of(ColumnKind::File, schema_name, label)
    }

    /// An image column of 10 MB with an English label, which keeps thumbnails only.
    #[must_use]
    pub fn image(schema_name: &str, label: &str) -> Self {
        Self::of(ColumnKind::Image, schema_name, label)
    }

    fn of(kind: ColumnKind, schema_name: &str, label: &str) -> Self {
        Self {
            schema_name: schema_name.to_owned(),
            kind,
            label: label.to_owned(),
            description: String::new(),
            language_code: ENGLISH,
            max_size_in_kb: kind.default_max_size_in_kb(),
            can_store_full_image: false,
            is_primary_image: false,
            solution: None,
        }
    }

    /// The name it will have in addresses: the schema name in lower case (metadata §6).
    #[must_use]
    pub fn logical_name(&self) -> String {
        self.schema_name.to_ascii_lowercase()
    }

    fn check(&self) -> Result<(), Error> {
        checked(&self.schema_name)?;
        if self.label.trim().is_empty() {
            return Err(Error::input("the new column needs a label that people see"));
        }
        check_max_size(self.kind, self.max_size_in_kb)?;
        if self.kind == ColumnKind::File && (self.can_store_full_image || self.is_primary_image) {
            return Err(Error::input(
                "full images and the primary image are for image columns, not for file columns",
            ));
        }
        Ok(())
    }

    fn definition(&self) -> Value {
        let mut definition = json!({
            "@odata.type": self.kind.cast(),
            "AttributeTypeName": {"Value": match self.kind {
                ColumnKind::File => "FileType",
                ColumnKind::Image => "ImageType",
            }},
            "SchemaName": self.schema_name,
            "MaxSizeInKB": self.max_size_in_kb,
            "DisplayName": self.label(&self.label),
            "RequiredLevel": {"Value": "None"},
        });
        if !self.description.is_empty() {
            definition["Description"] = self.label(&self.description);
        }
        if self.kind == ColumnKind::Image {
            definition["CanStoreFullImage"] = self.can_store_full_image.into();
            definition["IsPrimaryImage"] = self.is_primary_image.into();
        }
        definition
    }

    fn label(&self, text: &str) -> Value {
        json!({
            "@odata.type": "Microsoft.Dynamics.CRM.Label",
            "LocalizedLabels": [{
                "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel",
                "Label": text,
                "LanguageCode": self.language_code,
                "IsManaged": false,
            }],
        })
    }
}

/// Whether the service takes such a `MaxSizeInKB` (codes `0x80090009` and `0x8009000E`).
pub(crate) fn check_max_size(kind: ColumnKind, max_size_in_kb: u64) -> Result<(), Error> {
    let largest = kind.largest_max_size_in_kb();
    // The service names 0 as the least for files; an image column of nothing makes no sense either way.
    let least = match kind {
        ColumnKind::File => 0,
        ColumnKind::Image => 1,
    };
    if (least..=largest).contains(&max_size_in_kb) {
        return Ok(());
    }
    let article = match kind {
        ColumnKind::File => "a file",
        ColumnKind::Image => "an image",
    };
    Err(Error::input(format!(
        "{article} column's MaxSizeInKB must be {least} to {largest} KB (of 1,024 bytes), not {max_size_in_kb}"
    )))
}

/// What became of a column that was to be created.
///
/// ```
/// use dataverse_files_metadata::Creation;
/// assert_ne!(Creation::Created { column_id: None }, Creation::ExistsAlready);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It is there now.
    Created {
        /// `MetadataId` of the column, where the answer tells it.
        column_id: Option<Guid>,
    },
    /// A column of this name was there already and is as it was, whatever its type and limits. When the first answer
    /// was lost and the request had to be sent again, it may be this call itself that created it.
    ExistsAlready,
}

/// Create a file or image column. That there is a column of this name already is an answer, not an error.
///
/// It is the only function here that creates anything, and it creates nothing but what it is told to: uploads and
/// look-ups never do.
///
/// ```
/// # use dataverse_files_proto::{Organization, Table};
/// use dataverse_files_metadata::{NewColumn, create_column};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let account = Table::new("account", "accountid")?;
/// let call = create_column(&contoso, &account, &NewColumn::file("sample_FileColumn", "Sample File Column"))?;
/// # let _ = call;
/// let endless = NewColumn { max_size_in_kb: 10_485_761, ..NewColumn::file("sample_FileColumn", "Sample") };
/// assert!(create_column(&contoso, &account, &endless).is_err());
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`] when a name is no name, the label is empty, the size is above 10,485,760 KB (file) or 30,720 KB
/// (image), or a file column is to have what only image columns have.
pub fn create_column(
    organization: &Organization,
    table: &Table,
    new: &NewColumn,
) -> Result<Call<Creation>, Error> {
    new.check()?;
    let path = format!("{}/Attributes", definition_of(table));
    let mut request = write(organization, Method::POST, &path, &new.definition());
    if let Some(solution) = &new.solution {
        let name = HeaderValue::try_from(checked(solution)?).map_err(|e| Error::input(e.to_string()))?;
        request = with(request, "mscrm.solutionuniquename", name);
    }
    // Whatever a success looks like, it is one: an answer that cannot be read must not send a creation again.
    let call = Call::new("create column", request, |head, _| {
        Ok(Creation::Created { column_id: column_id(&head.headers) })
    });
    Ok(call.or_else(|refusal| {
        (refusal.kind() == ErrorKind::Exists).then_some(Answer::Whole(Creation::ExistsAlready))
    }))
}

/// From `…/EntityDefinitions(<id>)/Attributes(<id>)`.
fn column_id(headers: &HeaderMap) -> Option<Guid> {
    let there = headers.get("odata-entityid").or_else(|| headers.get("location"))?.to_str().ok()?;
    let (_, id) = there.rsplit_once("/Attributes(")?;
    id.strip_suffix(')')?.parse().ok()
}

#[cfg(test)]
#[path = "create_tests.rs"]
mod tests;
