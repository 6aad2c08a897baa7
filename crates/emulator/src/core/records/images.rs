//! Images written with their record (image-columns §8).
use crate::core::Core;
use crate::core::errors;
use crate::core::examine::whole;
use crate::core::fault::Answer;
use crate::core::guid::Guid;
use crate::core::schema::Table;
use crate::core::state::Place;
use crate::core::state::files::NewFile;
use crate::core::state::images::NewImage;
use crate::core::time::Now;
use crate::core::upload::upload_column;
use crate::images::Thumbnailer;
use crate::payload::Stored;

/// An image out of the JSON of a record. It comes without a name.
#[derive(Debug)]
pub(super) struct GivenImage {
    /// Logical name.
    pub(super) column: String,
    pub(super) stored: Stored,
}

/// With a record only its primary image is created (image-columns §8.3).
pub(super) fn check_created(table: &Table, images: &[GivenImage]) -> Answer<()> {
    match images.iter().find(|image| table.primary_image.as_ref() != Some(&image.column)) {
        Some(image) => Err(errors::IMAGE_ON_CREATE.with(&[&image.column, &table.logical_name])),
        None => Ok(()),
    }
}

impl Core {
    /// Reads all images of a body and keeps their thumbnails: one that is refused leaves everything as it was.
    pub(super) fn develop_all(
        &self,
        table: &Table,
        record: Guid,
        images: Vec<GivenImage>,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<Vec<NewImage>> {
        let develop = |GivenImage { column: name, stored }| {
            let column = upload_column(table, &name)?;
            self.check_size(column, stored.len)?;
            let place = Place { table: table.logical_name.clone(), record, column: name };
            let (name, mime, slices) = (String::new(), String::new(), vec![whole(&stored)]);
            let file = NewFile { place, name, mime, size: stored.len, slices };
            self.develop(thumbnailer, column, file)
        };
        images.into_iter().map(develop).collect()
    }

    /// Makes them visible.
    pub(super) fn put_images(&mut self, now: Now, images: Vec<NewImage>) {
        for image in images {
            self.state.put_image(now, image);
        }
    }
}
