//! What a column, a note or an attachment holds, for people: one property per line.
use dataverse_files_metadata::{
    AttachmentDetails, ColumnDefinition, ColumnKind, FileDetails, ImageDetails, NoteDetails,
    OrganizationLimits,
};

use super::people::printable;
use super::{Content, Information};
use crate::size;

type Row = (&'static str, String);

pub(super) fn information(information: &Information<'_>) -> String {
    let mut rows = vec![("target", information.target.to_owned())];
    match information.content {
        Content::File(column, file) => {
            rows.extend(file.map_or_else(|| vec![("file", empty())], file_rows));
            rows.extend(column_rows(column));
        }
        Content::Image(column, image) => {
            rows.extend(image.map_or_else(|| vec![("image", empty())], image_rows));
            rows.extend(column_rows(column));
        }
        Content::Note(note, limits) => rows.extend(note_rows(note, limits)),
        Content::Attachment(attachment, limits) => rows.extend(attachment_rows(attachment, limits)),
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default().max(8);
    let lines = rows.iter().map(|(name, value)| format!("{name:<width$} {}", printable(value)));
    lines.collect::<Vec<_>>().join("\n")
}

fn empty() -> String {
    "none: the column is empty".to_owned()
}

fn column_rows(column: &ColumnDefinition) -> Vec<Row> {
    let mut rows = vec![("column", format!("{} column {}", column.kind, column.logical_name))];
    if column.kind == ColumnKind::Image {
        let keeps =
            if column.can_store_full_image { "full images and thumbnails" } else { "thumbnails only" };
        rows.push(("keeps", keeps.to_owned()));
    }
    rows.push(("limit", size::bytes(column.max_size_in_bytes())));
    rows
}

fn note_rows(note: &NoteDetails, limits: Option<&OrganizationLimits>) -> Vec<Row> {
    let mut rows: Vec<Row> = note.subject.clone().map(|subject| ("subject", subject)).into_iter().collect();
    match note.is_document {
        true => rows.extend(content_rows(note.name.as_ref(), note.size, note.mime.as_ref())),
        false => rows.push(("file", "none: the note holds no file".to_owned())),
    }
    rows.push(("note id", note.note_id.clone()));
    rows.extend(note.created_on.clone().map(|at| ("created", at)));
    rows.push(limit_row(limits));
    rows
}

fn attachment_rows(attachment: &AttachmentDetails, limits: Option<&OrganizationLimits>) -> Vec<Row> {
    let AttachmentDetails { name, size, mime, .. } = attachment;
    let mut rows: Vec<Row> =
        attachment.subject.clone().map(|subject| ("subject", subject)).into_iter().collect();
    match attachment.holds_file() {
        true => rows.extend(content_rows(name.as_ref(), *size, mime.as_ref())),
        false => rows.push(("file", "none: the attachment holds no file".to_owned())),
    }
    rows.push(("id", attachment.attachment_id.clone()));
    rows.push(limit_row(limits));
    rows
}

/// Of notes and attachments, in bytes of the file.
fn limit_row(limits: Option<&OrganizationLimits>) -> Row {
    let told = |limits: &OrganizationLimits| {
        let setting = size::grouped(limits.max_upload_size_in_bytes);
        format!("{} (maxuploadfilesize {setting}, as base64)", size::bytes(limits.max_note_size_in_bytes()))
    };
    ("limit", limits.map_or_else(|| "unknown: the organization's settings may not be read".to_owned(), told))
}

fn content_rows(name: Option<&String>, bytes: Option<u64>, mime: Option<&String>) -> Vec<Row> {
    let unknown = || "unknown".to_owned();
    vec![
        ("name", name.cloned().unwrap_or_else(unknown)),
        ("size", bytes.map_or_else(unknown, size::bytes)),
        ("type", mime.cloned().unwrap_or_else(unknown)),
    ]
}

fn file_rows(file: &FileDetails) -> Vec<Row> {
    let mut rows = content_rows(file.name.as_ref(), Some(file.size), file.mime.as_ref());
    rows.push(("file id", file.file_id.clone()));
    rows.extend(file.created_on.clone().map(|at| ("created", at)));
    rows
}

fn image_rows(image: &ImageDetails) -> Vec<(&'static str, String)> {
    let full = image.full_image.as_ref().map_or_else(
        || "none: the column kept no full images when it was uploaded".to_owned(),
        |full| {
            let size = full.size_in_bytes.map_or_else(|| "size unknown".to_owned(), size::bytes);
            let pixels =
                full.width.zip(full.height).map(|(width, height)| format!("{width}×{height} pixels"));
            [Some(size), pixels, full.mime.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
        },
    );
    let thumbnail = [Some(size::bytes(image.thumbnail_size_in_bytes)), image.thumbnail_mime.clone()];
    let mut rows = vec![
        ("image id", image.image_id.clone()),
        ("full", full),
        ("thumbnail", thumbnail.into_iter().flatten().collect::<Vec<_>>().join(", ")),
    ];
    rows.extend(image.changed_on.map(|at| ("changed", at.to_string())));
    rows
}
