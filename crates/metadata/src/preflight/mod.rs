//! What the service will refuse, found before any byte of a file is sent.
//!
//! Preflight knows what the documents say and what the organization told about itself. What it cannot know (roles,
//! plug-ins, storage that is full) stays for the service to judge; what it lets pass may still be refused.
mod finding;
mod rules;

use dataverse_files_proto::Error;

pub use self::finding::Finding;
use crate::{ColumnDefinition, OrganizationLimits, TableDefinition};

/// A file that is to be sent.
///
/// ```
/// use dataverse_files_metadata::FileFacts;
/// let file = FileFacts {
///     name: "25mb.pdf",
///     size: 25_870_370,
///     mime: Some("application/pdf"),
///     first_bytes: b"%PDF-1.7",
/// };
/// assert!(file.first_bytes.len() >= dataverse_files_metadata::ImageType::FIRST_BYTES);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts<'a> {
    /// Under which it is to be stored.
    pub name: &'a str,
    /// In bytes.
    pub size: u64,
    /// The MIME type it will have, where that is known: the one asked for, or the one of the name's extension, which is
    /// what the service takes where none can be asked for (U12). Without it the rules about MIME types judge an image by
    /// its bytes and no other file.
    pub mime: Option<&'a str>,
    /// At least [`ImageType::FIRST_BYTES`](crate::ImageType::FIRST_BYTES) of them, or all there are. Only image columns
    /// look at them.
    pub first_bytes: &'a [u8],
}

/// Whether a file or image column will take a file: its name, its size in exact bytes, its extension and MIME type, and
/// for image columns what picture it is. Without `limits`, which a token's user may not be allowed to read, the
/// organization's rules are left for the service to judge.
///
/// ```
/// use dataverse_files_metadata::{ColumnDefinition, ColumnKind, FileFacts, Finding, preflight};
/// # let column = ColumnDefinition { logical_name: "sample_filecolumn".into(), schema_name: "sample_FileColumn".into(),
/// #     kind: ColumnKind::File, max_size_in_kb: 10_240, can_store_full_image: false, is_primary_image: false };
/// let file = FileFacts { name: "25mb.pdf", size: 25_870_370, mime: None, first_bytes: b"%PDF-1.7" };
/// let findings = preflight(&file, &column, None).unwrap_err(); // the column takes 10,240 KB
/// assert!(matches!(findings[..], [Finding::TooLarge { .. }]));
/// assert!(findings[0].to_string().contains("raise the column's MaxSizeInKB to 25,265 or more"));
/// ```
///
/// # Errors
/// Everything that is wrong, first what is wrong with the file itself. [`refusal`] makes one error of it.
pub fn preflight(
    file: &FileFacts<'_>,
    column: &ColumnDefinition,
    limits: Option<&OrganizationLimits>,
) -> Result<(), Vec<Finding>> {
    let mut findings = rules::name(file.name);
    findings.extend(rules::column_size(file.size, column));
    findings.extend(rules::picture(file, column));
    findings.extend(limits.and_then(|limits| rules::extension(file.name, column, limits)));
    findings.extend(rules::mime(file.mime, rules::mime_in_column(file, column), limits));
    outcome(findings)
}

/// Whether a note will take a file: as for a column, but the size is that of the base64 text, 4·⌈n/3⌉, against the
/// organization's `maxuploadfilesize` (N2). `parent` is the table of the record that the note belongs to, where there
/// is one (N4); not every table has notes.
///
/// ```
/// use dataverse_files_metadata::{FileFacts, OrganizationLimits, preflight_note};
/// # let limits = OrganizationLimits { organization_id: "7a4814f9-b0b8-ea11-a812-000d3a122b89".parse().unwrap(),
/// #     max_upload_size_in_bytes: 5_242_880, blocked_extensions: vec![], blocked_mime_types: vec![], allowed_mime_types: vec![] };
/// let file = FileFacts { name: "a.txt", size: 3_932_160, mime: None, first_bytes: b"" };
/// assert!(preflight_note(&file, None, Some(&limits)).is_ok(), "5,242,880 characters of base64, the default limit");
/// assert!(preflight_note(&FileFacts { size: 3_932_161, ..file }, None, Some(&limits)).is_err());
/// ```
///
/// # Errors
/// Everything that is wrong, as for [`preflight`].
pub fn preflight_note(
    file: &FileFacts<'_>,
    parent: Option<&TableDefinition>,
    limits: Option<&OrganizationLimits>,
) -> Result<(), Vec<Finding>> {
    let mut findings = base64(file, limits);
    if let Some(table) = parent.filter(|table| !table.has_notes) {
        findings.push(Finding::NoNotes { table: table.logical_name.clone() });
    }
    outcome(findings)
}

/// Whether an e-mail attachment will take a file: as for a note.
///
/// ```
/// use dataverse_files_metadata::{FileFacts, Finding, preflight_attachment};
/// let file = FileFacts { name: "a.txt", size: 0, mime: None, first_bytes: b"" };
/// assert_eq!(preflight_attachment(&file, None), Err(vec![Finding::Empty]));
/// ```
///
/// # Errors
/// Everything that is wrong, as for [`preflight`].
pub fn preflight_attachment(
    file: &FileFacts<'_>,
    limits: Option<&OrganizationLimits>,
) -> Result<(), Vec<Finding>> {
    outcome(base64(file, limits))
}

/// Notes and attachments obey the same rules.
fn base64(file: &FileFacts<'_>, limits: Option<&OrganizationLimits>) -> Vec<Finding> {
    let mut findings = rules::name(file.name);
    findings.extend(rules::empty(file.size));
    findings.extend(limits.and_then(|limits| rules::base64_size(file.size, limits)));
    findings.extend(limits.and_then(|limits| rules::blocked_extension(file.name, limits)));
    findings.extend(rules::mime(file.mime, file.mime, limits));
    findings
}

fn outcome(findings: Vec<Finding>) -> Result<(), Vec<Finding>> {
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

/// One error that says everything that was found; its kind is that of the first finding. `None` when there is none.
///
/// ```
/// use dataverse_files_metadata::{Finding, refusal};
/// use dataverse_files_proto::ErrorKind;
/// let error = refusal(&[Finding::ExtensionBlocked { extension: "exe".into() }]).unwrap();
/// assert_eq!(error.kind(), ErrorKind::Refused);
/// assert!(refusal(&[]).is_none());
/// ```
#[must_use]
pub fn refusal(findings: &[Finding]) -> Option<Error> {
    let kind = findings.first()?.kind();
    let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Some(Error::new(kind, "preflight").because(said.join(". Also: ")))
}

#[cfg(test)]
mod tests;
