//! Stored images: a thumbnail each, and the original where its column kept it.
use serde::{Deserialize, Serialize};

use super::files::File;
use super::journal::SPACES;
use super::{Place, State};
use crate::core::guid::Guid;
use crate::core::time::Now;
use crate::payload::{Slice, Stored};

/// One image of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Image {
    /// Its id is the image's, which changes with every write (image-columns §7).
    pub(in crate::core) thumbnail: File,
    /// The file id of the original, when it was kept.
    pub(in crate::core) full: Option<Guid>,
    /// Of the original, in pixels.
    pub(in crate::core) width: u32,
    pub(in crate::core) height: u32,
    pub(in crate::core) bits_per_pixel: u16,
}

impl Image {
    pub(in crate::core) fn id(&self) -> Guid {
        self.thumbnail.id
    }
}

/// An image as an upload brings it, read and with its thumbnail in the store.
#[derive(Debug)]
pub(in crate::core) struct NewImage {
    pub(in crate::core) place: Place,
    pub(in crate::core) width: u32,
    pub(in crate::core) height: u32,
    pub(in crate::core) bits_per_pixel: u16,
    pub(in crate::core) thumbnail: NewPart,
    /// `None` when the column keeps thumbnails only.
    pub(in crate::core) full: Option<NewPart>,
}

/// One of the two forms in which an image is kept.
#[derive(Debug)]
pub(in crate::core) struct NewPart {
    pub(in crate::core) name: String,
    pub(in crate::core) mime: String,
    pub(in crate::core) slices: Vec<Slice>,
}

impl NewPart {
    pub(in crate::core) fn whole(name: String, mime: &str, stored: Stored) -> NewPart {
        let slices = vec![Slice { blob: stored.id, range: 0..stored.len }];
        NewPart { name, mime: mime.to_owned(), slices }
    }

    fn into_file(self, id: Guid, place: Place, now: Now, version: u64) -> File {
        let NewPart { name, mime, slices } = self;
        let size = slices.iter().map(|slice| slice.range.end - slice.range.start).sum();
        File { id, place, name, mime, size, slices, created: now, version, shares: 0 }
    }
}

impl State {
    /// The image in a column.
    pub(in crate::core) fn image_at(&self, place: &Place) -> Option<&Image> {
        let id = self.record(&place.table, place.record)?.files.get(&place.column)?;
        self.images.get(id)
    }

    /// The original of an image.
    pub(in crate::core) fn full_image(&self, image: &Image) -> Option<&File> {
        self.files.get(&image.full?)
    }

    /// Makes an image visible in its column, in place of the one before. Gives the file id of the original; where none
    /// is kept, an id that belongs to nothing (image-columns §9). The record has to exist.
    pub(in crate::core) fn put_image(&mut self, now: Now, new: NewImage) -> Guid {
        let (id, file, version) = (self.ids.guid(), self.ids.guid(), self.ids.version());
        let NewImage { place, width, height, bits_per_pixel, thumbnail, full } = new;
        if let Some(mut record) = self.record(&place.table, place.record).cloned() {
            record.modified = now;
            if let Some(old) = record.files.insert(place.column.clone(), id) {
                self.forget(old);
            }
            self.put_record(&place.table, record);
        }
        let full = full.map(|part| {
            self.journal.kept.extend(part.slices.iter().map(|slice| slice.blob));
            let kept = part.into_file(file, place.clone(), now, version);
            self.journal.put_durably(SPACES.files, file.to_string(), &kept);
            self.files.insert(file, kept);
            file
        });
        let thumbnail = thumbnail.into_file(id, place, now, version);
        self.keep_image(Image { thumbnail, full, width, height, bits_per_pixel });
        file
    }

    /// Removes the original of an image and leaves its thumbnail.
    pub(in crate::core) fn remove_full_image(&mut self, now: Now, place: &Place) {
        let Some(mut image) = self.image_at(place).cloned() else { return };
        let Some(full) = image.full.take() else { return };
        self.forget_file(full);
        self.keep_image(image);
        if let Some(mut record) = self.record(&place.table, place.record).cloned() {
            record.modified = now;
            self.put_record(&place.table, record);
        }
    }

    fn keep_image(&mut self, image: Image) {
        self.journal.put_durably(SPACES.images, image.id().to_string(), &image);
        self.images.insert(image.id(), image);
    }

    /// Removes what an id in a column names, a file or an image; the record that named it is the caller's.
    pub(super) fn forget(&mut self, id: Guid) {
        let Some(image) = self.images.remove(&id) else { return self.forget_file(id) };
        self.journal.remove_durably(SPACES.images, id.to_string());
        self.journal.freed.extend(image.thumbnail.slices.iter().map(|slice| slice.blob));
        if let Some(full) = image.full {
            self.forget_file(full);
        }
    }
}
