//! What can be wrong with a file, in words for people and as types for programs.
use std::fmt;

use dataverse_files_proto::ErrorKind;

use crate::{ColumnKind, OrganizationLimits};

/// One reason why the service would refuse a file. Shown with `{}`, it says what is wrong and what to do.
///
/// ```
/// use dataverse_files_metadata::Finding;
/// use dataverse_files_proto::ErrorKind;
/// let finding = Finding::ExtensionBlocked { extension: "exe".into() };
/// assert_eq!(finding.kind(), ErrorKind::Refused);
/// assert!(finding.to_string().contains("blockedattachments"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The name is empty (U11).
    NameMissing,
    /// The name is too long for `fileattachment.filename`.
    NameTooLong {
        /// Its length in UTF-16 units, as the service counts.
        characters: usize,
    },
    /// The name holds line ends or other control characters.
    NameHasControls {
        /// The name, to be shown escaped.
        name: String,
    },
    /// There is nothing in the file; the service stores no empty ones (U19).
    Empty,
    /// Larger than the column allows, or than any column of its kind can be made to allow.
    TooLarge {
        /// The column's logical name.
        column: String,
        /// The column's kind.
        kind: ColumnKind,
        /// The file.
        size_in_bytes: u64,
        /// What the column takes at most.
        max_size_in_bytes: u64,
    },
    /// Larger as base64 than notes and attachments may be in this organization.
    TooLargeAsBase64 {
        /// The file.
        size_in_bytes: u64,
        /// The file as base64: 4·⌈n/3⌉ (N2).
        base64_size_in_bytes: u64,
        /// `maxuploadfilesize`.
        max_upload_size_in_bytes: u64,
    },
    /// The name's extension is one of `blockedattachments`.
    ExtensionBlocked {
        /// In lower case, without its dot.
        extension: String,
    },
    /// The MIME type is none, or too long for `fileattachment.mimetype`.
    MimeMalformed {
        /// The text that was given.
        mime: String,
    },
    /// The organization has `allowedmimetypes`, and this type is not one of them.
    MimeNotAllowed {
        /// In lower case, without parameters.
        mime: String,
    },
    /// The type is one of `blockedmimetypes`.
    MimeBlocked {
        /// In lower case, without parameters.
        mime: String,
    },
    /// An image column takes pictures of five formats, and the file's first bytes are of none of them.
    NotAnImage {
        /// The column's logical name.
        column: String,
    },
    /// Records of this table have no notes.
    NoNotes {
        /// The table's logical name.
        table: String,
    },
}

/// Longest file name in UTF-16 units (fileattachment reference).
pub(super) const LONGEST_NAME: usize = 255;
/// Longest MIME type in characters (fileattachment reference).
pub(super) const LONGEST_MIME: usize = 256;

impl Finding {
    /// The kind of error it would become; the exit codes of `dvf` are made of these.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Finding::NameMissing
            | Finding::NameTooLong { .. }
            | Finding::NameHasControls { .. }
            | Finding::Empty
            | Finding::MimeMalformed { .. } => ErrorKind::Input,
            Finding::TooLarge { .. } | Finding::TooLargeAsBase64 { .. } => ErrorKind::TooLarge,
            Finding::ExtensionBlocked { .. }
            | Finding::MimeNotAllowed { .. }
            | Finding::MimeBlocked { .. }
            | Finding::NotAnImage { .. }
            | Finding::NoNotes { .. } => ErrorKind::Refused,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::NameMissing => f.write_str("the file has no name; give it one"),
            Finding::NameTooLong { characters } => write!(
                f,
                "the file name has {characters} characters and {LONGEST_NAME} are the most; choose a shorter one"
            ),
            Finding::NameHasControls { name } => {
                write!(f, "the file name {name:?} has control characters; choose another one")
            }
            Finding::Empty => {
                f.write_str("the file is empty and the service stores no empty files; leave it out")
            }
            Finding::TooLarge { column, kind, size_in_bytes, max_size_in_bytes } => {
                too_large(f, column, *kind, *size_in_bytes, *max_size_in_bytes)
            }
            Finding::TooLargeAsBase64 { size_in_bytes, base64_size_in_bytes, max_upload_size_in_bytes } => {
                too_large_as_base64(f, *size_in_bytes, *base64_size_in_bytes, *max_upload_size_in_bytes)
            }
            Finding::ExtensionBlocked { extension } => write!(
                f,
                "the extension {extension:?} is blocked in this organization (blockedattachments); pack or rename the file, \
                 or have the extension taken off the list"
            ),
            Finding::MimeMalformed { mime } => write!(
                f,
                "{mime:?} is not a MIME type; write it like application/pdf, with {LONGEST_MIME} characters at most"
            ),
            Finding::MimeNotAllowed { mime } => write!(
                f,
                "the MIME type {mime} is not among those that this organization allows (allowedmimetypes); choose another \
                 format, or have the type put on the list"
            ),
            Finding::MimeBlocked { mime } => write!(
                f,
                "the MIME type {mime} is blocked in this organization (blockedmimetypes); choose another format, or have \
                 the type taken off the list"
            ),
            Finding::NotAnImage { column } => write!(
                f,
                "column {column} takes GIF, JPEG, TIFF, BMP and PNG, and the file's first bytes are of none of them; \
                 convert the image, or use a file column"
            ),
            Finding::NoNotes { table } => write!(
                f,
                "records of table {table} have no notes (HasNotes is false); use a file column, or have notes switched on"
            ),
        }
    }
}

fn too_large(
    f: &mut fmt::Formatter<'_>,
    column: &str,
    kind: ColumnKind,
    size: u64,
    most: u64,
) -> fmt::Result {
    let (bytes, takes) = (grouped(size), grouped(most));
    write!(f, "the file has {bytes} bytes and {kind} column {column} takes {takes} at most; ")?;
    let needed = size.div_ceil(1_024);
    if needed <= kind.largest_max_size_in_kb() {
        return write!(
            f,
            "raise the column's MaxSizeInKB to {} or more, or choose a smaller file",
            grouped(needed)
        );
    }
    let largest = grouped(kind.largest_max_size_in_kb());
    write!(f, "choose a smaller file: no {kind} column takes more than {largest} KB")
}

fn too_large_as_base64(f: &mut fmt::Formatter<'_>, size: u64, base64: u64, most: u64) -> fmt::Result {
    let (bytes, fits, text, takes) =
        (grouped(size), grouped(OrganizationLimits::note_size_within(most)), grouped(base64), grouped(most));
    write!(
        f,
        "the file has {bytes} bytes, and notes and attachments of this organization take {fits} at most: as base64 it \
         has {text} characters, and maxuploadfilesize is {takes}; "
    )?;
    if base64 <= OrganizationLimits::LARGEST_MAX_UPLOAD_SIZE_IN_BYTES {
        return write!(
            f,
            "have an administrator raise maxuploadfilesize to {text} or more, or use a file column"
        );
    }
    let largest =
        grouped(OrganizationLimits::note_size_within(OrganizationLimits::LARGEST_MAX_UPLOAD_SIZE_IN_BYTES));
    write!(f, "use a file column: no organization's notes and attachments take more than {largest} bytes")
}

/// `25,870,370`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
