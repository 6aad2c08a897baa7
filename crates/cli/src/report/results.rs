//! What commands have to tell, before anyone decides how it looks.
use std::time::Duration;

use dataverse_files_metadata::{
    AttachmentDetails, ColumnDefinition, ColumnKind, FileDetails, ImageDetails, NoteDetails,
    OrganizationLimits,
};
use serde::Serialize;

/// A transfer begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) command: &'static str,
    pub(crate) target: &'a str,
    pub(crate) name: Option<&'a str>,
    /// In bytes, where it is known.
    pub(crate) total: Option<u64>,
    pub(crate) strategy: &'static str,
    /// Bytes that need not be moved again.
    pub(crate) resumed: u64,
    /// How many requests may be in the air.
    pub(crate) parallel: usize,
}

/// A transfer has ended well.
#[derive(Clone, Debug)]
pub(crate) struct Done<'a> {
    pub(crate) command: &'static str,
    pub(crate) target: &'a str,
    pub(crate) bytes: u64,
    pub(crate) name: Option<&'a str>,
    pub(crate) sha256: Option<&'a str>,
    pub(crate) requests: u64,
    pub(crate) lookups: u64,
    pub(crate) retries: u64,
    pub(crate) strategy: &'static str,
    pub(crate) file_id: Option<&'a str>,
    pub(crate) mime: Option<&'a str>,
    /// Where a download went.
    pub(crate) path: Option<&'a str>,
    /// The note or attachment that an upload made.
    pub(crate) created: Option<&'a str>,
    pub(crate) verified: bool,
    pub(crate) took: Duration,
}

#[cfg(test)]
impl Done<'_> {
    pub(super) fn example() -> Self {
        Self {
            command: "upload",
            target: "accounts(1)/doc",
            bytes: 25_870_370,
            name: Some("25mb.pdf"),
            sha256: None,
            requests: 9,
            lookups: 1,
            retries: 0,
            strategy: "blocks",
            file_id: None,
            mime: None,
            path: None,
            created: None,
            verified: false,
            took: Duration::from_millis(2_340),
        }
    }
}

/// What a column, a note or an attachment holds, and how much it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Information<'a> {
    pub(crate) target: &'a str,
    pub(crate) content: Content<'a>,
}

/// What each of the four places holds: `None` for an empty column, and for limits that may not be read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content<'a> {
    File(&'a ColumnDefinition, Option<&'a FileDetails>),
    Image(&'a ColumnDefinition, Option<&'a ImageDetails>),
    Note(&'a NoteDetails, Option<&'a OrganizationLimits>),
    Attachment(&'a AttachmentDetails, Option<&'a OrganizationLimits>),
}

/// One file of a record. It is a line of `--json` as it stands; its keys are a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    pub(crate) kind: &'static str,
    /// What to download it by.
    pub(crate) target: String,
    pub(crate) name: Option<String>,
    /// `None` where the service does not tell it, and for an image whose thumbnail alone is kept.
    pub(crate) bytes: Option<u64>,
    pub(crate) mime: Option<String>,
    pub(crate) id: String,
    pub(crate) subject: Option<String>,
    pub(crate) created_on: Option<String>,
}

/// A shared access URL. It is a line of `--json` as it stands; its keys are a contract.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct SharedUrl<'a> {
    pub(crate) target: &'a str,
    pub(crate) url: &'a str,
    /// RFC 3339, UTC, seconds.
    pub(crate) expires: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) bytes: u64,
    pub(crate) mime: Option<&'a str>,
}

/// What is there no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    /// The file of a column; the column stays.
    File,
    /// A note or an attachment with all it says.
    Record,
    /// The file of a note or an attachment; the rest of it stays.
    Content,
}

/// `maxuploadfilesize` before and after, in bytes of base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// What has become of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alteration {
    Created,
    Limited,
    Deleted,
}

/// A column is another one than before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Altered<'a> {
    pub(crate) alteration: Alteration,
    /// Logical names.
    pub(crate) table: &'a str,
    pub(crate) column: &'a str,
    pub(crate) kind: Option<ColumnKind>,
    pub(crate) max_kb: Option<u64>,
}
