//! The line of `dvf info`.
use dataverse_files_metadata::{
    AttachmentDetails, ColumnDefinition, FileDetails, ImageDetails, NoteDetails, OrganizationLimits,
};
use serde::Serialize;

use crate::report::{Content, Information};

/// The first keys are there whatever is told of; those of one kind only are there for that kind.
#[derive(Debug, Serialize)]
pub(in crate::report) struct Info<'a> {
    target: &'a str,
    name: Option<&'a str>,
    bytes: Option<u64>,
    mime: Option<&'a str>,
    file_id: Option<&'a str>,
    created_on: Option<&'a str>,
    kind: &'static str,
    max_bytes: Option<u64>,
    #[serde(flatten)]
    of_image: Option<OfImage<'a>>,
    #[serde(flatten)]
    of_record: Option<OfRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct OfImage<'a> {
    full_images: bool,
    image: Option<&'a ImageDetails>,
}

/// Of notes and attachments.
#[derive(Debug, Serialize)]
struct OfRecord<'a> {
    id: &'a str,
    subject: Option<&'a str>,
}

impl<'a> Info<'a> {
    pub(super) fn of(information: &Information<'a>) -> Info<'a> {
        let target = information.target;
        match information.content {
            Content::File(column, file) => Info::file(target, column, file),
            Content::Image(column, image) => Info::image(target, column, image),
            Content::Note(note, limits) => Info::note(target, note, limits),
            Content::Attachment(attachment, limits) => Info::attachment(target, attachment, limits),
        }
    }

    fn empty(target: &'a str, kind: &'static str, max_bytes: Option<u64>) -> Info<'a> {
        Info {
            target,
            name: None,
            bytes: None,
            mime: None,
            file_id: None,
            created_on: None,
            kind,
            max_bytes,
            of_image: None,
            of_record: None,
        }
    }

    fn file(target: &'a str, column: &ColumnDefinition, file: Option<&'a FileDetails>) -> Info<'a> {
        Info {
            name: file.and_then(|f| f.name.as_deref()),
            bytes: file.map(|f| f.size),
            mime: file.and_then(|f| f.mime.as_deref()),
            file_id: file.map(|f| f.file_id.as_str()),
            created_on: file.and_then(|f| f.created_on.as_deref()),
            ..Info::empty(target, "file", Some(column.max_size_in_bytes()))
        }
    }

    /// An image has no file, so the file's keys tell of its full copy as far as that has them.
    fn image(target: &'a str, column: &ColumnDefinition, image: Option<&'a ImageDetails>) -> Info<'a> {
        let full = image.and_then(|image| image.full_image.as_ref());
        Info {
            bytes: full.and_then(|full| full.size_in_bytes),
            mime: full.and_then(|full| full.mime.as_deref()),
            of_image: Some(OfImage { full_images: column.can_store_full_image, image }),
            ..Info::empty(target, "image", Some(column.max_size_in_bytes()))
        }
    }

    /// A note's id is its file's; without a file there is none, whatever name is left of one.
    fn note(target: &'a str, note: &'a NoteDetails, limits: Option<&OrganizationLimits>) -> Info<'a> {
        let id = note.note_id.as_str();
        let file = Some(note).filter(|note| note.is_document);
        Info {
            name: file.and_then(|note| note.name.as_deref()),
            bytes: file.and_then(|note| note.size),
            mime: file.and_then(|note| note.mime.as_deref()),
            file_id: file.map(|_| id),
            created_on: note.created_on.as_deref(),
            of_record: Some(OfRecord { id, subject: note.subject.as_deref() }),
            ..Info::empty(target, "note", limits.map(OrganizationLimits::max_note_size_in_bytes))
        }
    }

    fn attachment(
        target: &'a str,
        attachment: &'a AttachmentDetails,
        limits: Option<&OrganizationLimits>,
    ) -> Info<'a> {
        let id = attachment.attachment_id.as_str();
        let file = Some(attachment).filter(|attachment| attachment.holds_file());
        Info {
            name: file.and_then(|attachment| attachment.name.as_deref()),
            bytes: file.and_then(|attachment| attachment.size),
            mime: file.and_then(|attachment| attachment.mime.as_deref()),
            file_id: file.map(|_| id),
            of_record: Some(OfRecord { id, subject: attachment.subject.as_deref() }),
            ..Info::empty(target, "attachment", limits.map(OrganizationLimits::max_note_size_in_bytes))
        }
    }
}
