//! `Initialize…BlocksUpload`, `UploadBlock`, `Commit…BlocksUpload` of every family (file-columns §3,
//! notes-attachments §4).
use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::opening::set_affinity;
use crate::core::family::Family;
use crate::core::fault::Answer;
use crate::core::message::Call;
use crate::core::request::Request;
use crate::core::schema::Kind;
use crate::core::state::Place;
use crate::core::state::files::NewFile;
use crate::core::state::uploads::{Opening, Piece, Upload, Way};
use crate::core::{Core, answer, errors, records};
use crate::images::Thumbnailer;
use crate::payload::Slice;

/// Bytes in a block id before encoding (file-columns §3.2).
const BLOCK_ID_BYTES: usize = 64;
/// The parameter that carries the token.
const TOKEN: &str = "FileContinuationToken";

impl Core {
    /// `Initialize…BlocksUpload`: everything is checked that the commit will check, so that nobody sends blocks in vain.
    pub(in crate::core) fn initialize_upload(
        &mut self,
        request: &Request<'_>,
        call: &Call,
        family: Family,
    ) -> Answer {
        let (place, name, unnamed) = match family.holder() {
            None => (self.target_column(call)?.0, self.opened_name(call)?, false),
            Some(holder) => self.opened_target(call, holder)?,
        };
        let affinity = self.affinity();
        let cookie = affinity.clone();
        let opening = Opening { place, name, content_type: None, affinity, kind: Way::Blocks, unnamed };
        let token = self.state.open_upload(request.now, self.options.token_length, opening);
        let body = Map::from_iter([(TOKEN.to_owned(), json!(token))]);
        let mut response = call.response(request, body);
        set_affinity(&mut response, cookie.as_deref());
        Ok(response)
    }

    fn opened_name(&self, call: &Call) -> Answer<String> {
        let name = call.text("FileName")?.to_owned();
        if name.is_empty() {
            return Err(errors::INVALID_ARGUMENT.with(&["FileName is empty."]));
        }
        self.check_name(&name)?;
        Ok(name)
    }

    /// Takes a block in; its place in the file is told by the commit alone.
    pub(in crate::core) fn upload_block(&mut self, request: &Request<'_>, call: &Call) -> Answer {
        let upload = self.open_upload(request, call.token()?, Way::Blocks, TOKEN)?;
        let id = call.text("BlockId")?;
        check_block_id(upload, id)?;
        let stored = call.block_data()?;
        let column = self.column_at(&upload.place)?;
        if stored.len == 0 {
            return Err(match column.kind {
                Kind::Body => errors::ATTACHMENT_EMPTY.fault(),
                _ => errors::FILE_CONTENT_NULL.fault(),
            });
        }
        let replaced = upload.piece(id).map_or(0, |old| old.stored.len);
        self.check_size(column, upload.received() - replaced + stored.len)?;
        let second = upload.first().is_some_and(|first| first.id != id);
        if second && !self.options.chunking_supported {
            return Err(errors::DATABASE_CHUNKS.with(&["Uploading"]));
        }
        let serial = upload.serial;
        self.state.add_piece(serial, Piece { id: id.to_owned(), total: 0, stored });
        Ok(answer::empty(StatusCode::NO_CONTENT))
    }

    /// `Commit…BlocksUpload`: joins the listed blocks in the listed order; blocks that are not listed are dropped (U17).
    pub(in crate::core) fn commit_upload(
        &mut self,
        request: &Request<'_>,
        call: &Call,
        family: Family,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let upload = self.open_upload(request, call.token()?, Way::Blocks, TOKEN)?;
        let (serial, place) = (upload.serial, upload.place.clone());
        let committed = match family.holder() {
            // Nothing but the token says what is committed: that of a note is none of this message's.
            None if place.is_body() => {
                return Err(errors::FILE_PARAMETER.with(&[TOKEN]));
            }
            None => {
                let slices = listed(upload, &call.texts("BlockList")?)?;
                self.commit_column(request, call, place, &slices, thumbnailer)?
            }
            Some(holder) => {
                let target = self.committed_target(call, holder, upload)?;
                let ids = call.texts("BlockList")?;
                if ids.is_empty() {
                    return Err(errors::ATTACHMENT_EMPTY.fault());
                }
                let slices = listed(upload, &ids)?;
                self.commit_target(request, holder, target, slices, thumbnailer)?
            }
        };
        self.state.close_upload(serial, &committed.kept);
        Ok(call.response(request, committed.body))
    }

    fn commit_column(
        &mut self,
        request: &Request<'_>,
        call: &Call,
        place: Place,
        slices: &[Slice],
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<Committed> {
        let size = size_of(slices);
        self.check_size(self.column_at(&place)?, size)?;
        let (name, mime) = (call.text("FileName")?.to_owned(), call.text("MimeType")?.to_owned());
        if name.is_empty() {
            return Err(errors::INVALID_ARGUMENT.with(&["FileName is empty."]));
        }
        self.check_name(&name)?;
        self.check_given_mime(&mime)?;
        if self.state.record(&place.table, place.record).is_none() {
            return Err(records::missing_id(&place.table, place.record));
        }
        let new = NewFile { place, name, mime, size, slices: slices.to_vec() };
        let published = self.publish(request.now, thumbnailer, new)?;
        let body = Map::from_iter([
            ("FileId".to_owned(), json!(published.file)),
            ("FileSizeInBytes".to_owned(), json!(size)),
        ]);
        Ok(Committed { kept: published.kept, body })
    }
}

/// What a commit made visible.
#[derive(Debug)]
pub(super) struct Committed {
    /// The bytes that are stored from now on.
    pub(super) kept: Vec<Slice>,
    /// What the answer says.
    pub(super) body: Map<String, Value>,
}

/// Bytes in slices.
pub(super) fn size_of(slices: &[Slice]) -> u64 {
    slices.iter().map(|slice| slice.range.end - slice.range.start).sum()
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
