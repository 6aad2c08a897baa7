//! What a download is called where the command line does not say it.
use std::path::PathBuf;

use dataverse_files_io::safe_name;
use dataverse_files_metadata as metadata;
use dataverse_files_reqwest::{Column, Error, ErrorKind, Guid, ImageSize, Target};

use super::DownloadArguments;
use crate::definition::Known;
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::invocation::Connection;

impl DownloadArguments {
    /// A name from the service, made safe (B6), in the folder that was named or in the current one.
    pub(super) fn named(&self, known: &Known, connection: &Connection) -> Result<PathBuf, Failure> {
        let name = match &known.target {
            Target::Column(column) if column.is_image() => self.name_of_image(column, connection)?,
            Target::Column(_) => {
                let held = connection.engine.held(&known.target)?;
                held.file_id.ok_or_else(|| self.empty())?;
                held.name
            }
            Target::Note(note) => self.name_of_note(note.id(), connection)?,
            Target::Attachment(attachment) => self.name_of_attachment(attachment.id(), connection)?,
        };
        let name = name.unwrap_or_default();
        let name = safe_name(&name);
        Ok(self.dest.as_deref().map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)))
    }

    /// Records have no name for their images, so an image is called like its column, with the extension of its type.
    fn name_of_image(&self, column: &Column, connection: &Connection) -> Result<Option<String>, Failure> {
        let details =
            connection.engine.call(|organization| Ok(metadata::image_details(organization, column)))?;
        let details = details.ok_or_else(|| self.empty())?;
        let mime = match self.size.unwrap_or_default() {
            ImageSize::Thumbnail => details.thumbnail_mime,
            ImageSize::Full => {
                let full = details.full_image.ok_or_else(|| {
                    Error::new(ErrorKind::NoFullImage, "look up image")
                        .because(format!("{} has a thumbnail only", self.target))
                })?;
                full.mime
            }
        };
        Ok(Some(format!("{}{}", column.name(), extension(mime.as_deref()))))
    }

    /// A name alone may be left of a file that was deleted.
    fn name_of_note(&self, id: Option<&Guid>, connection: &Connection) -> Result<Option<String>, Failure> {
        let id = id.ok_or_else(|| self.empty())?;
        let note = connection.engine.call(|organization| Ok(metadata::note_details(organization, id)))?;
        if note.is_document { Ok(note.name) } else { Err(self.empty()) }
    }

    fn name_of_attachment(
        &self,
        id: Option<&Guid>,
        connection: &Connection,
    ) -> Result<Option<String>, Failure> {
        let id = id.ok_or_else(|| self.empty())?;
        let it = connection.engine.call(|organization| Ok(metadata::attachment_details(organization, id)))?;
        if it.holds_file() { Ok(it.name) } else { Err(self.empty()) }
    }

    fn empty(&self) -> Failure {
        let kind = kind_name(ErrorKind::NotFound);
        let what = if self.target.column().is_some() { "is empty" } else { "holds no file" };
        Failure::new(Exit::NotFound, kind, format!("{} {what}", self.target))
    }
}

/// Of the five formats of image columns (image-columns §2).
fn extension(mime: Option<&str>) -> &'static str {
    match mime {
        Some("image/gif") => ".gif",
        Some("image/jpeg") => ".jpg",
        Some("image/tiff") => ".tif",
        Some("image/bmp") => ".bmp",
        Some("image/png") => ".png",
        _ => "",
    }
}
