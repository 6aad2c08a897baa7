//! Definitions: tables and their columns.
use serde::{Deserialize, Serialize};

use super::guid::Guid;
use super::odata::filter::Class;
use super::time::Now;

/// A table's definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Table {
    pub(in crate::core) metadata_id: Guid,
    pub(in crate::core) logical_name: String,
    pub(in crate::core) schema_name: String,
    /// The name in URLs; not always the logical name and an s.
    pub(in crate::core) set_name: String,
    pub(in crate::core) primary_id: String,
    pub(in crate::core) primary_name: Option<String>,
    pub(in crate::core) primary_image: Option<String>,
    pub(in crate::core) has_notes: bool,
    pub(in crate::core) is_activity: bool,
    pub(in crate::core) object_type_code: u32,
    pub(in crate::core) access: Access,
    /// Made over the Web API, which can therefore delete it.
    pub(in crate::core) custom: bool,
    pub(in crate::core) labels: Labels,
    /// The number inside the ETag of what stands for this definition.
    pub(in crate::core) version: u64,
    pub(in crate::core) columns: Vec<Column>,
    /// Columns that address a record together, one list per alternate key.
    pub(in crate::core) keys: Vec<Vec<String>>,
}

/// What clients may do with a table's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Access {
    Full,
    /// The organization: one row that can neither be made nor deleted.
    Update,
    Read,
    /// Rows come in lists only (notes-attachments §1: the mirror `attachment`).
    List,
}

/// A column's definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Column {
    pub(in crate::core) metadata_id: Guid,
    pub(in crate::core) logical_name: String,
    pub(in crate::core) schema_name: String,
    pub(in crate::core) labels: Labels,
    pub(in crate::core) required: Required,
    pub(in crate::core) kind: Kind,
    pub(in crate::core) source: Source,
    pub(in crate::core) custom: bool,
    /// When it was made and last changed; `None` for what a new organization has.
    pub(in crate::core) changed: Option<(Now, Now)>,
}

/// What people read, in the one language of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::core) struct Labels {
    pub(in crate::core) display: String,
    pub(in crate::core) description: Option<String>,
}

/// `RequiredLevel`, which apps follow and the Web API does not enforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::core) enum Required {
    #[serde(rename = "None")]
    Never,
    Recommended,
    #[serde(rename = "ApplicationRequired")]
    ByApps,
    #[serde(rename = "SystemRequired")]
    BySystem,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Kind {
    /// The primary key.
    Id,
    Guid,
    /// At most `max` UTF-16 units.
    Text {
        max: usize,
    },
    /// The same over several lines.
    Memo {
        max: usize,
    },
    /// Within `min..=max`.
    Integer {
        min: i64,
        max: i64,
    },
    BigInt,
    Boolean,
    DateTime,
    /// A table's logical name.
    EntityName,
    /// A reference to a record of one of these tables.
    Lookup {
        targets: Vec<String>,
    },
    /// A file of at most `max_kb` × 1024 bytes.
    File {
        max_kb: u32,
    },
    /// An image of at most `max_kb` × 1024 bytes; `full` when the original is kept.
    Image {
        max_kb: u32,
        full: bool,
    },
    /// The file of a note or an attachment, read and written as base64 text.
    Body,
}

/// Where a column's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Source {
    /// What a client wrote.
    Client,
    /// What the organization wrote; clients can not.
    Service,
    RecordId,
    Created,
    Modified,
    RowVersion,
    /// What a client wrote, or else the one user of the organization.
    Owner,
    /// The file stored for this column.
    File,
    /// A part of the file that a note or an attachment is.
    Content {
        of: String,
        part: Content,
    },
    /// A part of what is stored for another column.
    Companion {
        of: String,
        part: Part,
    },
}

/// What a companion column says (file-columns §1, image-columns §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Part {
    Name,
    ImageId,
    ImageTimestamp,
    ImageUrl,
}

/// What a column of a note or an attachment says about its file (notes-attachments §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Content {
    /// Clients write it, with the file or without one.
    Name,
    /// The same.
    Mime,
    /// In bytes.
    Size,
    /// Whether there is one.
    Presence,
    /// The row of the mirror `attachment`.
    Id,
}

/// `MaxSizeInKB` of a file column at most: 10 GB (file-columns §2).
pub(in crate::core) const FILE_KB: u32 = 10_485_760;
/// `MaxSizeInKB` of an image column at most: 30 MB (image-columns §3).
pub(in crate::core) const IMAGE_KB: u32 = 30_720;
/// UTF-16 units in a file name at most (fileattachment reference).
pub(in crate::core) const FILE_NAME: usize = 255;

/// The columns that come with a file or image column: schema name, type, and what they say (file-columns §1,
/// image-columns §7).
pub(in crate::core) fn companions(schema_name: &str, kind: &Kind) -> Vec<(String, Kind, Part)> {
    match kind {
        Kind::File { .. } => vec![(format!("{schema_name}_Name"), Kind::Text { max: FILE_NAME }, Part::Name)],
        Kind::Image { .. } => vec![
            (format!("{schema_name}Id"), Kind::Guid, Part::ImageId),
            (format!("{schema_name}_Timestamp"), Kind::BigInt, Part::ImageTimestamp),
            (format!("{schema_name}_URL"), Kind::Text { max: 200 }, Part::ImageUrl),
        ],
        _ => Vec::new(),
    }
}

/// The columns that every table has.
pub(in crate::core) fn basic_columns(primary_id: &str, mut id: impl FnMut(&str) -> Guid) -> Vec<Column> {
    let basic = [
        (primary_id, Kind::Id, Source::RecordId),
        ("createdon", Kind::DateTime, Source::Created),
        ("modifiedon", Kind::DateTime, Source::Modified),
        ("versionnumber", Kind::BigInt, Source::RowVersion),
    ];
    let column = |(name, kind, source): (&str, Kind, Source)| Column::own(id(name), name, kind, source);
    basic.into_iter().map(column).collect()
}

impl Labels {
    /// Nothing but a name.
    pub(in crate::core) fn named(display: &str) -> Labels {
        Labels { display: display.to_owned(), description: None }
    }
}

impl Table {
    /// By logical name.
    pub(in crate::core) fn column(&self, logical_name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.logical_name == logical_name)
    }

    /// By the name that JSON and URLs use: `_objectid_value` for the lookup `objectid`.
    pub(in crate::core) fn property(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.property_name() == name)
    }

    /// The column of a file or image, by logical name.
    pub(in crate::core) fn file_column(&self, logical_name: &str) -> Option<&Column> {
        self.column(logical_name).filter(|column| column.max_bytes().is_some())
    }

    /// Whether files can be stored in its records.
    pub(in crate::core) fn has_files(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.kind, Kind::File { .. }))
    }

    /// The columns of a read that selects none: file and image columns are not among them (file-columns §1); the content of
    /// notes and attachments is an ordinary string (notes-attachments §1).
    pub(in crate::core) fn plain_properties(&self) -> impl Iterator<Item = String> {
        self.columns.iter().filter(|column| column.is_plain()).map(Column::property_name)
    }
}

impl Column {
    /// A column that an organization has from the start.
    pub(in crate::core) fn own(metadata_id: Guid, schema_name: &str, kind: Kind, source: Source) -> Column {
        Column {
            metadata_id,
            logical_name: schema_name.to_lowercase(),
            schema_name: schema_name.to_owned(),
            labels: Labels::named(schema_name),
            required: Required::Never,
            kind,
            source,
            custom: false,
            changed: None,
        }
    }

    pub(in crate::core) fn property_name(&self) -> String {
        match self.kind {
            Kind::Lookup { .. } => format!("_{}_value", self.logical_name),
            _ => self.logical_name.clone(),
        }
    }

    /// The largest file in bytes; `None` when the column stores none.
    pub(in crate::core) fn max_bytes(&self) -> Option<u64> {
        match self.kind {
            Kind::File { max_kb } | Kind::Image { max_kb, .. } => Some(u64::from(max_kb) * 1024),
            _ => None,
        }
    }

    /// How its values compare.
    pub(in crate::core) fn class(&self) -> Class {
        match self.kind {
            Kind::Id | Kind::Guid | Kind::Lookup { .. } | Kind::File { .. } => Class::Guid,
            Kind::Integer { .. } | Kind::BigInt => Class::Number,
            Kind::Boolean => Class::Boolean,
            Kind::DateTime => Class::Date,
            Kind::Text { .. } | Kind::Memo { .. } | Kind::EntityName | Kind::Image { .. } | Kind::Body => {
                Class::Text
            }
        }
    }

    /// Whether clients give its values.
    pub(in crate::core) fn is_written(&self) -> bool {
        matches!(
            self.source,
            Source::Client | Source::Owner | Source::Content { part: Content::Name | Content::Mime, .. }
        )
    }

    /// Whether only the service gives its values.
    pub(in crate::core) fn is_of_service(&self) -> bool {
        match self.source {
            Source::Service | Source::Created | Source::Modified | Source::RowVersion => true,
            Source::Content { part, .. } => !matches!(part, Content::Name | Content::Mime),
            Source::Client | Source::Owner | Source::RecordId | Source::File | Source::Companion { .. } => {
                false
            }
        }
    }

    /// Whether its bytes come and go as base64 within the JSON of its record.
    pub(in crate::core) fn is_base64(&self) -> bool {
        matches!(self.kind, Kind::Image { .. } | Kind::Body)
    }

    pub(in crate::core) fn is_plain(&self) -> bool {
        let companion = matches!(self.source, Source::Companion { .. });
        !companion && !matches!(self.kind, Kind::File { .. } | Kind::Image { .. })
    }
}
