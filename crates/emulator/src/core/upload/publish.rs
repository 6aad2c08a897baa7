//! The moment a file or an image becomes visible, whichever way its bytes came.
use std::io;

use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::schema::{Column, Kind};
use crate::core::state::Place;
use crate::core::state::files::NewFile;
use crate::core::state::images::{NewImage, NewPart};
use crate::core::time::Now;
use crate::core::{Core, errors, mime};
use crate::images::{Format, Picture, Refusal, Thumbnailer};
use crate::payload::Slice;

/// What came of an upload.
#[derive(Debug)]
pub(super) struct Published {
    /// The file id.
    pub(super) file: Guid,
    /// The bytes that are stored from now on: none of an image whose column keeps thumbnails only.
    pub(super) kept: Vec<Slice>,
}

impl Core {
    /// Makes a file visible in its column. An image is read first: it is refused before anything has changed.
    pub(super) fn publish(
        &mut self,
        now: Now,
        thumbnailer: &mut Thumbnailer<'_>,
        new: NewFile,
    ) -> Answer<Published> {
        let column = self.column_at(&new.place)?;
        if let Kind::File { .. } = column.kind {
            let kept = new.slices.clone();
            return Ok(Published { file: self.state.put_file(now, new), kept });
        }
        let image = self.develop(thumbnailer, column, new)?;
        let kept = image.full.as_ref().map(|full| full.slices.clone()).unwrap_or_default();
        Ok(Published { file: self.state.put_image(now, image), kept })
    }

    /// Reads an image and keeps its thumbnail. Its type is what its bytes say, whatever it is called.
    pub(in crate::core) fn develop(
        &self,
        thumbnailer: &mut Thumbnailer<'_>,
        column: &Column,
        new: NewFile,
    ) -> Answer<NewImage> {
        let NewFile { place, name, slices, .. } = new;
        let picture = thumbnailer.examine(&slices).map_err(|refusal| image_fault(refusal, &place))?;
        let Picture { format, width, height, bits_per_pixel, thumbnail } = picture;
        self.state.check_mime(format.mime())?;
        // With a record an image comes without a name.
        let name = match name.is_empty() {
            true => format!("{}.{}", column.logical_name, format.extension()),
            false => name,
        };
        let stored = thumbnailer.keep(&thumbnail).map_err(|error| store_fault(&error))?;
        let named = named(&name, thumbnail.format);
        let full = match column.kind {
            Kind::Image { full: true, .. } => Some(NewPart { name, mime: format.mime().to_owned(), slices }),
            _ => None,
        };
        let thumbnail = NewPart::whole(named, thumbnail.format.mime(), stored);
        Ok(NewImage { place, width, height, bits_per_pixel, thumbnail, full })
    }
}

/// The name with an extension that tells the truth about the thumbnail, which may be of another type than the image.
fn named(name: &str, format: Format) -> String {
    if mime::of_name(name) == Some(format.mime()) {
        return name.to_owned();
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.{}", format.extension())
}

fn image_fault(refusal: Refusal, place: &Place) -> Fault {
    match refusal {
        Refusal::Unreadable(reason) => {
            let inserts = [&place.record.to_string(), &place.table, &place.column];
            errors::IMAGE_CONTENT.with(&inserts.map(String::as_str)).with_trace(reason)
        }
        Refusal::Store(error) => store_fault(&error),
        Refusal::Unsupported => errors::NOT_IMPLEMENTED.fault(),
    }
}

fn store_fault(error: &io::Error) -> Fault {
    errors::UNEXPECTED.with(&[&error.to_string()])
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::images::Format;

    #[test]
    fn a_thumbnail_is_named_after_its_own_type() {
        assert_eq!(named("photo.JPEG", Format::Jpeg), "photo.JPEG");
        assert_eq!(named("photo.v2.png", Format::Jpeg), "photo.v2.jpg");
        assert_eq!(named("photo", Format::Png), "photo.png");
    }
}
