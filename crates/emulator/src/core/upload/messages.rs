//! `InitializeFileBlocksUpload`, `UploadBlock`, `CommitFileBlocksUpload` (file-columns §3).
use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Map, json};

use super::{check_size, opening::set_affinity};
use crate::core::fault::Answer;
use crate::core::message::Call;
use crate::core::request::Request;
use crate::core::route::{Key, Target};
use crate::core::state::files::NewFile;
use crate::core::state::uploads::{Opening, Piece, Upload, Way};
use crate::core::{Core, answer, errors, records};
use crate::images::Thumbnailer;
use crate::payload::Slice;

/// Bytes in a block id before encoding (file-columns §3.2).
const BLOCK_ID_BYTES: usize = 64;
/// UTF-16 units in a MIME type (fileattachment reference).
const MIME_LENGTH: usize = 256;
/// The parameter that carries the token.
const TOKEN: &str = "FileContinuationToken";

impl Core {
    pub(in crate::core) fn initialize_upload(&mut self, request: &Request<'_>, call: &Call) -> Answer {
        let (place, _) = self.target_column(call)?;
        let name = call.text("FileName")?.to_owned();
        if name.is_empty() {
            return Err(errors::INVALID_ARGUMENT.with(&["FileName is empty."]));
        }
        self.check_name(&name)?;
        let affinity = self.affinity();
        let cookie = affinity.clone();
        let opening = Opening { place, name, content_type: None, affinity, kind: Way::Blocks };
        let token = self.state.open_upload(request.now, self.options.token_length, opening);
        let body = Map::from_iter([(TOKEN.to_owned(), json!(token))]);
        let context = request.context("Microsoft.Dynamics.CRM.InitializeFileBlocksUploadResponse");
        let mut response = answer::json(StatusCode::OK, answer::with_context(context, body));
        set_affinity(&mut response, cookie.as_deref());
        Ok(response)
    }

    /// Takes a block in; its place in the file is told by the commit alone.
    pub(in crate::core) fn upload_block(&mut self, request: &Request<'_>, call: &Call) -> Answer {
        let upload = self.open_upload(request, call.token()?, Way::Blocks, TOKEN)?;
        let id = call.text("BlockId")?;
        check_block_id(upload, id)?;
        let stored = call.block_data()?;
        if stored.len == 0 {
            return Err(errors::FILE_CONTENT_NULL.fault());
        }
        let replaced = upload.piece(id).map_or(0, |old| old.stored.len);
        check_size(&self.options, self.column_at(&upload.place)?, upload.received() - replaced + stored.len)?;
        let second = upload.first().is_some_and(|first| first.id != id);
        if second && !self.options.chunking_supported {
            return Err(errors::DATABASE_CHUNKS.with(&["Uploading"]));
        }
        let serial = upload.serial;
        self.state.add_piece(serial, Piece { id: id.to_owned(), total: 0, stored });
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }

    /// Joins the listed blocks in the listed order; blocks that are not listed are dropped (U17).
    pub(in crate::core) fn commit_upload(
        &mut self,
        request: &Request<'_>,
        call: &Call,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let upload = self.open_upload(request, call.token()?, Way::Blocks, TOKEN)?;
        let slices = listed(upload, &call.texts("BlockList")?)?;
        let size = slices.iter().map(|slice| slice.range.end - slice.range.start).sum();
        check_size(&self.options, self.column_at(&upload.place)?, size)?;
        let (place, serial) = (upload.place.clone(), upload.serial);
        let name = call.text("FileName")?.to_owned();
        let mime = call.text("MimeType")?.to_owned();
        if name.is_empty() {
            return Err(errors::INVALID_ARGUMENT.with(&["FileName is empty."]));
        }
        self.check_name(&name)?;
        self.check_given_mime(&mime)?;
        if self.state.record(&place.table, place.record).is_none() {
            let target = Target { table: place.table, key: Key::Id(place.record) };
            return Err(records::missing(&target));
        }

        let published =
            self.publish(request.now, thumbnailer, NewFile { place, name, mime, size, slices })?;
        self.state.close_upload(serial, &published.kept);
        let body = Map::from_iter([
            ("FileId".to_owned(), json!(published.file)),
            ("FileSizeInBytes".to_owned(), json!(size)),
        ]);
        let context = request.context("Microsoft.Dynamics.CRM.CommitFileBlocksUploadResponse");
        Ok(answer::json(StatusCode::OK, answer::with_context(context, body)))
    }

    /// A MIME type that can be stored and sent as a header, and that the organization takes.
    fn check_given_mime(&self, mime: &str) -> Answer<()> {
        if mime.encode_utf16().count() > MIME_LENGTH {
            return Err(errors::STRING_TOO_LONG.fault());
        }
        if mime.is_empty() || mime.chars().any(|c| !c.is_ascii() || c.is_ascii_control()) {
            return Err(errors::INVALID_ARGUMENT.with(&["MimeType is no MIME type."]));
        }
        self.state.check_mime(mime)
    }
}

/// The rules of block ids (file-columns §3.2, U18): base64, at most 64 bytes before, of one length in a file.
fn check_block_id(upload: &Upload, id: &str) -> Answer<()> {
    let fault = |reason: &str| Err(errors::INVALID_ARGUMENT.with(&[reason]));
    match base64_simd::STANDARD.decode_to_vec(id) {
        Err(_) => return fault("BlockId is no base64 text."),
        Ok(bytes) if bytes.is_empty() => return fault("BlockId is empty."),
        Ok(bytes) if bytes.len() > BLOCK_ID_BYTES => {
            return fault("BlockId has more than 64 bytes before encoding.");
        }
        Ok(_) => {}
    }
    match upload.first().is_some_and(|first| first.id.len() != id.len()) {
        true => fault("BlockId has another length than those before it."),
        false => Ok(()),
    }
}

/// The bytes of the listed blocks: at least one, each of them known and named once.
fn listed(upload: &Upload, ids: &[&str]) -> Answer<Vec<Slice>> {
    let different: BTreeSet<&str> = ids.iter().copied().collect();
    let slices: Option<Vec<Slice>> = ids.iter().map(|id| upload.piece(id).map(Piece::slice)).collect();
    match slices {
        Some(slices) if !slices.is_empty() && different.len() == ids.len() => Ok(slices),
        _ => Err(errors::BLOCK_LIST.fault()),
    }
}
