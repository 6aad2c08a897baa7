//! Deleting files by id and records (file-columns §8).
use http::StatusCode;

use super::fault::Answer;
use super::guid::Guid;
use super::message::Call;
use super::request::Request;
use super::route::Target;
use super::{Core, answer, conditions, errors};

impl Core {
    /// `DeleteFile`. An id that is no file's, or no longer, is 404 (X3, X4).
    pub(in crate::core) fn delete_file(&mut self, request: &Request<'_>, call: &Call) -> Answer {
        let text = call.text("FileId")?;
        let id = Guid::parse(text).ok_or_else(|| errors::INVALID_ARGUMENT.with(&["FileId is no GUID."]))?;
        // The files of notes and attachments have no row of `fileattachment` that could be deleted.
        let place = self.state.files.get(&id).filter(|file| !file.is_body()).map(|file| file.place.clone());
        let place = place.ok_or_else(|| {
            errors::NOT_FOUND.saying(format!("fileattachment With Id = {id} Does Not Exist"))
        })?;
        // The id is that of the original then: the thumbnail has none and stays (X4).
        match self.is_image(&place) {
            true => self.state.remove_full_image(request.now, &place),
            false => {
                self.state.remove_file(request.now, &place);
            }
        }
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }

    /// `DELETE` of a record: its files, notes and attachments go with it.
    pub(in crate::core) fn delete_record(&mut self, request: &Request<'_>, target: &Target) -> Answer {
        let record = self.find(target)?;
        conditions::check_version(request, &record)?;
        let id = record.id;
        self.state.delete_record(&target.table, id);
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }
}
