//! What a download of a column gives: a file, or one of the two forms of an image.
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::request::Request;
use crate::core::state::Place;
use crate::core::state::files::File;
use crate::core::state::images::Image;
use crate::core::time::Now;
use crate::core::{Core, errors};

/// The bytes that an answer is made of, and what may be said about them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Served<'a> {
    File(&'a File),
    /// Its size is never told (I4).
    Thumbnail(&'a Image),
    Full(&'a Image, &'a File),
}

impl<'a> Served<'a> {
    pub(super) fn file(self) -> &'a File {
        match self {
            Served::File(file) | Served::Full(_, file) => file,
            Served::Thumbnail(image) => &image.thumbnail,
        }
    }
}

/// Whether the original of an image is asked for; any other word than `full` means the thumbnail (image-columns §10).
pub(super) fn asks_for_full(request: &Request<'_>) -> bool {
    request.query.get("size").is_some_and(|size| size.eq_ignore_ascii_case("full"))
}

/// 404 for a file that is not there any more (D17).
pub(super) fn gone(id: Guid) -> Fault {
    errors::NOT_FOUND.saying(format!("fileattachment With Id = {id} Does Not Exist"))
}

/// 404 for an empty file column (D11).
pub(super) fn no_file(place: &Place) -> Fault {
    let Place { record, column, .. } = place;
    errors::NOT_FOUND.saying(format!("No file attachment found for attribute: {column} EntityId: {record}."))
}

impl Core {
    /// What is in a column; `None` for an image that is not there, or not in the asked form.
    pub(super) fn served(&self, place: &Place, full: bool) -> Option<Served<'_>> {
        let Some(image) = self.state.image_at(place) else {
            return self.state.file_at(place).map(Served::File);
        };
        match full {
            true => self.state.full_image(image).map(|file| Served::Full(image, file)),
            false => Some(Served::Thumbnail(image)),
        }
    }

    /// The file that messages and SAS URLs serve: of an image only the original.
    pub(super) fn whole_file(&self, place: &Place) -> Answer<&File> {
        if !self.is_image(place) {
            return self.state.file_at(place).ok_or_else(|| no_file(place));
        }
        let image = self.state.image_at(place);
        image.and_then(|image| self.state.full_image(image)).ok_or_else(|| {
            let Place { table, record, column } = place;
            // An empty column has no image to name: the id of nothing.
            let id = image.map_or(Guid::from_u128(0), Image::id);
            errors::NO_FULL_IMAGE.with(&[&id.to_string(), column, table, &record.to_string()])
        })
    }

    /// What the continuation token of the older documents leads to: a form of what is in the column now.
    pub(super) fn continued(&self, now: Now, place: &Place, token: &str) -> Answer<Served<'_>> {
        let id = self.id_of_token(now, token)?;
        let forms = [self.served(place, false), self.served(place, true)];
        let form = forms.into_iter().flatten().find(|served| served.file().id == id);
        form.ok_or_else(|| match self.state.files.contains_key(&id) {
            true => no_file(place),
            false => gone(id),
        })
    }
}
