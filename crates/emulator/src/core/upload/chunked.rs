//! Ranged PATCHes, one after the other; the one that completes the file makes it visible (file-columns §5.2).
use http::{StatusCode, header};

use super::single::unread;
use crate::core::examine::whole;
use crate::core::fault::{Answer, Fault};
use crate::core::options::{BLOCK_LIMIT, MEGABYTE};
use crate::core::request::Request;
use crate::core::schema::Column;
use crate::core::state::files::NewFile;
use crate::core::state::uploads::{Piece, Upload};
use crate::core::{Core, answer, errors, mime};
use crate::images::Thumbnailer;
use crate::payload::{Content, Slice, Stored};

/// A chunk whose head is right.
#[derive(Debug)]
pub(super) struct Chunk {
    serial: u64,
    range: ContentRange,
    /// The name in this chunk's own head, which has the last word (U8).
    name: Option<String>,
}

/// `bytes <start>-<last>/<total>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ContentRange {
    start: u64,
    last: u64,
    total: u64,
}

impl ContentRange {
    /// Digits only, in order, within the total.
    fn parse(text: &str) -> Option<ContentRange> {
        let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        let (start, last) = range.split_once('-')?;
        let range = ContentRange { start: number(start)?, last: number(last)?, total: number(total)? };
        (range.start <= range.last && range.last < range.total).then_some(range)
    }

    fn len(self) -> u64 {
        self.last - self.start + 1
    }
}

/// Decimal digits; no sign, no blanks.
pub(in crate::core) fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl Chunk {
    /// Bytes that its body has.
    pub(super) fn len(&self) -> u64 {
        self.range.len()
    }
}

impl Core {
    /// Everything about a chunk but its bytes.
    pub(super) fn plan_chunk(
        &self,
        request: &Request<'_>,
        upload: &Upload,
        column: &Column,
    ) -> Answer<Chunk> {
        let range = content_range(request)?;
        if range.len() > BLOCK_LIMIT {
            let megabytes = |bytes: u64| (bytes / MEGABYTE).to_string();
            return Err(errors::CHUNK_SIZE.with(&[&megabytes(range.len()), &megabytes(BLOCK_LIMIT)]));
        }
        self.check_size(column, range.total)?;
        if let Some(length) = request.content_length().filter(|length| *length != range.len()) {
            return Err(mismatch(length));
        }
        if !is_next(upload, range) {
            return Err(mismatch(range.len()));
        }
        let name = self.given_name(request)?;
        if let Some(name) = &name {
            self.check_name(name)?;
            self.state.check_mime(&mime::of_upload(name, upload.content_type.as_deref()))?;
        }
        Ok(Chunk { serial: upload.serial, range, name })
    }

    pub(super) fn chunk(
        &mut self,
        request: &Request<'_>,
        chunk: &Chunk,
        content: &Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        let stored = match content {
            Content::Blob(stored) if stored.len == chunk.len() => *stored,
            Content::Blob(Stored { len, .. }) | Content::TooLong(len) => return Err(mismatch(*len)),
            _ => return Err(unread()),
        };
        let piece = Piece { id: id_of(chunk), total: chunk.range.total, stored };
        self.state.add_piece(chunk.serial, piece);
        match self.completed(request, chunk)? {
            None => Ok(answer::empty(StatusCode::PARTIAL_CONTENT)),
            Some(file) => {
                let published = self.publish(request.now, thumbnailer, file)?;
                self.state.close_upload(chunk.serial, &published.kept);
                Ok(answer::empty(StatusCode::NO_CONTENT))
            }
        }
    }

    /// The image that this chunk would complete.
    pub(super) fn completed_image(&self, chunk: &Chunk, stored: Stored) -> Option<Vec<Slice>> {
        let upload = self.state.upload_by_serial(chunk.serial)?;
        let last = chunk.range.last + 1 == chunk.range.total && stored.len == chunk.len();
        if !last || !self.is_image(&upload.place) {
            return None;
        }
        let before = upload.pieces().filter(|piece| piece.id < id_of(chunk)).map(Piece::slice);
        let repeated = upload.piece(&id_of(chunk)).map(Piece::slice);
        Some(before.chain([repeated.unwrap_or_else(|| whole(&stored))]).collect())
    }

    /// The whole file, when this chunk completed it.
    fn completed(&self, request: &Request<'_>, chunk: &Chunk) -> Answer<Option<NewFile>> {
        let Some(upload) = self.state.upload_by_serial(chunk.serial) else { return Ok(None) };
        if upload.received() < chunk.range.total {
            return Ok(None);
        }
        let name = chunk.name.clone().unwrap_or_else(|| upload.name.clone());
        let content_type = upload.content_type.clone().or_else(|| super::content_type(request));
        let mime = mime::of_upload(&name, content_type.as_deref());
        let slices: Vec<Slice> = upload.pieces().map(Piece::slice).collect();
        Ok(Some(NewFile { place: upload.place.clone(), name, mime, size: upload.received(), slices }))
    }
}

/// Chunks are kept in the order of where they start.
fn id_of(chunk: &Chunk) -> String {
    format!("{:020}", chunk.range.start)
}

/// The range right behind what came so far, or the last one once more (U5), of one and the same file.
fn is_next(upload: &Upload, range: ContentRange) -> bool {
    let Some(last) = upload.last() else { return range.start == 0 };
    let repeats = last.id == format!("{:020}", range.start) && last.stored.len == range.len();
    last.total == range.total && (range.start == upload.received() || repeats)
}

/// A chunk without bytes can not say its range: its file is empty (U19).
fn content_range(request: &Request<'_>) -> Answer<ContentRange> {
    let text = request.header(header::CONTENT_RANGE.as_str()).map(str::trim);
    if let Some(range) = text.and_then(ContentRange::parse) {
        return Ok(range);
    }
    let length = request.content_length().unwrap_or_default();
    let empty = length == 0 || text.is_some_and(|text| text.ends_with("/0"));
    if empty { Err(errors::FILE_CONTENT_NULL.fault()) } else { Err(mismatch(length)) }
}

fn mismatch(length: u64) -> Fault {
    errors::CONTENT_RANGE.with(&[&length.to_string()])
}

#[cfg(test)]
mod tests {
    use super::ContentRange;

    #[test]
    fn only_the_documented_form_is_a_range() {
        let range = ContentRange::parse("bytes 25165824-25870369/25870370").unwrap();
        assert_eq!(range.len(), 704_546);
        for wrong in [
            "",
            "bytes=0-1/2",
            "bytes 0-1",
            "bytes 1-0/2",
            "bytes 0-2/2",
            "bytes -1-1/2",
            "bytes 0-1/*",
            "bytes +0-1/2",
            "bytes 0--1/0",
            "bytes 0-18446744073709551616/18446744073709551617",
            "0-1/2",
        ] {
            assert_eq!(ContentRange::parse(wrong), None, "{wrong}");
        }
    }
}
