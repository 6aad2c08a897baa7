//! One rule of the service per function.
use super::FileFacts;
use super::finding::{Finding, LONGEST_MIME, LONGEST_NAME};
use crate::{ColumnDefinition, ColumnKind, ImageType, OrganizationLimits};

pub(super) fn name(name: &str) -> Vec<Finding> {
    if name.is_empty() {
        return vec![Finding::NameMissing];
    }
    let mut findings = Vec::new();
    if name.chars().any(char::is_control) {
        findings.push(Finding::NameHasControls { name: name.to_owned() });
    }
    let characters = name.encode_utf16().count();
    if characters > LONGEST_NAME {
        findings.push(Finding::NameTooLong { characters });
    }
    findings
}

pub(super) fn empty(size: u64) -> Option<Finding> {
    (size == 0).then_some(Finding::Empty)
}

/// In exact bytes: a file of one byte more than `MaxSizeInKB` × 1,024 is too large. An image column's `MaxSizeInKB` is
/// believed up to 30 MB (I1).
pub(super) fn column_size(size: u64, column: &ColumnDefinition) -> Option<Finding> {
    let ceiling = column.kind.largest_max_size_in_kb() * 1_024;
    let most = column.max_size_in_bytes().min(ceiling);
    let too_large = (size > most).then(|| Finding::TooLarge {
        column: column.logical_name.clone(),
        kind: column.kind,
        size_in_bytes: size,
        max_size_in_bytes: most,
    });
    empty(size).or(too_large)
}

/// The limit counts the base64 text, not the file (N2).
pub(super) fn base64_size(size: u64, limits: &OrganizationLimits) -> Option<Finding> {
    let base64 = size.div_ceil(3).saturating_mul(4);
    (base64 > limits.max_upload_size_in_bytes).then_some(Finding::TooLargeAsBase64 {
        size_in_bytes: size,
        base64_size_in_bytes: base64,
        max_upload_size_in_bytes: limits.max_upload_size_in_bytes,
    })
}

/// The list is for file columns, notes and attachments (metadata §10); image columns look at the bytes.
pub(super) fn extension(
    name: &str,
    column: &ColumnDefinition,
    limits: &OrganizationLimits,
) -> Option<Finding> {
    match column.kind {
        ColumnKind::File => blocked_extension(name, limits),
        ColumnKind::Image => None,
    }
}

pub(super) fn blocked_extension(name: &str, limits: &OrganizationLimits) -> Option<Finding> {
    let extension = last_extension(name)?;
    let blocked = limits.blocked_extensions.iter().any(|blocked| same(blocked, &extension));
    blocked.then_some(Finding::ExtensionBlocked { extension })
}

/// What follows the last dot of the last part of a path, in lower case.
fn last_extension(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let (_, extension) = last.trim_end().rsplit_once('.')?;
    (!extension.is_empty()).then(|| extension.to_lowercase())
}

/// What was given must be a type at all; what it comes to, `judged`, is held against the organization's lists.
pub(super) fn mime(
    given: Option<&str>,
    judged: Option<&str>,
    limits: Option<&OrganizationLimits>,
) -> Option<Finding> {
    match given {
        Some(given) if !is_mime(given) => Some(Finding::MimeMalformed { mime: given.to_owned() }),
        _ => mime_in_organization(judged?, limits?),
    }
}

/// `type/subtype` with parameters or without, printable ASCII.
fn is_mime(mime: &str) -> bool {
    let printable = mime.bytes().all(|b| (0x20..0x7f).contains(&b));
    let halves = bare(mime);
    let shaped = halves.split_once('/').is_some_and(|(kind, sub)| {
        [kind, sub].iter().all(|half| !half.is_empty() && !half.contains(['/', ' ']))
    });
    printable && shaped && mime.len() <= LONGEST_MIME
}

/// The type that the organization's lists will be asked about: an image is what its bytes are.
pub(super) fn mime_in_column<'a>(file: &FileFacts<'a>, column: &ColumnDefinition) -> Option<&'a str> {
    match column.kind {
        ColumnKind::File => file.mime,
        ColumnKind::Image => ImageType::of(file.first_bytes).map(ImageType::mime).or(file.mime),
    }
}

/// A list of allowed types switches the list of blocked ones off (metadata §10).
fn mime_in_organization(mime: &str, limits: &OrganizationLimits) -> Option<Finding> {
    let mime = bare(mime);
    let listed = |list: &[String]| list.iter().any(|listed| same(&bare(listed), &mime));
    if !limits.allowed_mime_types.is_empty() {
        let allowed = listed(&limits.allowed_mime_types);
        return (!allowed).then_some(Finding::MimeNotAllowed { mime });
    }
    listed(&limits.blocked_mime_types).then_some(Finding::MimeBlocked { mime })
}

/// Without parameters, in lower case.
fn bare(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_lowercase()
}

fn same(listed: &str, ours: &str) -> bool {
    listed.trim().to_lowercase() == ours
}

/// An empty file is no picture either, but that is not what is wrong with it.
pub(super) fn picture(file: &FileFacts<'_>, column: &ColumnDefinition) -> Option<Finding> {
    let asked = column.kind == ColumnKind::Image && file.size > 0;
    let unknown = asked && ImageType::of(file.first_bytes).is_none();
    unknown.then(|| Finding::NotAnImage { column: column.logical_name.clone() })
}
