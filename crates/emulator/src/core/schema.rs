//! Definitions: tables and their columns.
use serde::{Deserialize, Serialize};

use super::guid::Guid;
use super::odata::filter::Class;

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
}

/// A column's definition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Column {
    pub(in crate::core) metadata_id: Guid,
    pub(in crate::core) logical_name: String,
    pub(in crate::core) schema_name: String,
    pub(in crate::core) display_name: String,
    pub(in crate::core) kind: Kind,
    pub(in crate::core) source: Source,
    pub(in crate::core) custom: bool,
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
    /// The file stored for this column.
    File,
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

    /// The 1:N relationship to `fileattachment` that the first file column brings (file-columns §1).
    pub(in crate::core) fn files_relationship(&self) -> Option<String> {
        let any = self.columns.iter().any(|column| matches!(column.kind, Kind::File { .. }));
        any.then(|| format!("{}_FileAttachments", self.logical_name))
    }

    /// The columns of a read that selects none: files and images are not among them (file-columns §1).
    pub(in crate::core) fn plain_properties(&self) -> impl Iterator<Item = String> {
        self.columns.iter().filter(|column| column.is_plain()).map(Column::property_name)
    }
}

impl Column {
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

    /// Whether its value in a record is stored bytes as base64 text.
    pub(in crate::core) fn is_base64(&self) -> bool {
        matches!(self.kind, Kind::Image { .. } | Kind::Body)
    }

    fn is_plain(&self) -> bool {
        let companion = matches!(self.source, Source::Companion { .. });
        !companion && !matches!(self.kind, Kind::File { .. } | Kind::Image { .. } | Kind::Body)
    }
}
