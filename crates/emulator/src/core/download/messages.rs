//! `Initialize…BlocksDownload` of every family and `DownloadBlock` (file-columns §7.3, notes-attachments §5.2).
use http::StatusCode;
use serde_json::{Map, json};

use super::range::{self, Part};
use super::ranged::base64_object;
use crate::core::family::Family;
use crate::core::fault::Answer;
use crate::core::message::Call;
use crate::core::options::BLOCK_LIMIT;
use crate::core::request::Request;
use crate::core::state::files::File;
use crate::core::{Core, answer, errors};

impl Core {
    pub(in crate::core) fn initialize_download(
        &self,
        request: &Request<'_>,
        call: &Call,
        family: Family,
    ) -> Answer {
        let place = match family.holder() {
            None => self.target_column(call)?.0,
            Some(holder) => self.target_place(call, holder)?,
        };
        let file = self.whole_file(&place)?;
        let mut body = Map::from_iter([
            ("FileSizeInBytes".to_owned(), json!(file.size)),
            ("FileName".to_owned(), json!(file.name)),
            ("FileContinuationToken".to_owned(), json!(self.download_token(file.id))),
        ]);
        // Notes and attachments do not say it (notes-attachments §5.2), though the same holds for them.
        if family == Family::Column {
            body.insert("IsChunkingSupported".to_owned(), json!(self.options.chunking_supported));
        }
        Ok(call.response(request, body))
    }

    /// Any part of the file in any order; what goes past the end is cut off.
    pub(in crate::core) fn download_block(&self, request: &Request<'_>, call: &Call) -> Answer {
        let file = self.file_of_token(call.token()?)?;
        let part = match (call.number("Offset")?, call.number("BlockLength")?) {
            (Some(offset), Some(length)) => self.block(file, offset, length)?,
            (None, None) if self.options.whole_file_block => Part { start: 0, end: file.size },
            _ => return Err(errors::INVALID_ARGUMENT.with(&["Offset and BlockLength are both needed."])),
        };
        let context = request.context("Microsoft.Dynamics.CRM.DownloadBlockResponse");
        Ok(answer::json_payload(StatusCode::OK, base64_object(&context, "Data", file, part)))
    }

    /// The part that both numbers mean (D4, D16, D22, D25).
    fn block(&self, file: &File, offset: i64, length: i64) -> Answer<Part> {
        let (Ok(start), Ok(length)) = (u64::try_from(offset), u64::try_from(length)) else {
            return Err(range::fault());
        };
        if start >= file.size || length == 0 {
            return Err(range::fault());
        }
        let end = file.size.min(start.saturating_add(length));
        if !self.options.chunking_supported {
            let whole = start == 0 && end == file.size;
            return match whole {
                true => Ok(Part { start, end }),
                false => Err(errors::DATABASE_CHUNKS.with(&["Downloading"])),
            };
        }
        if length > BLOCK_LIMIT && !self.options.long_download_blocks {
            return Err(range::fault());
        }
        Ok(Part { start, end })
    }
}
