//! Uploads that are open: what arrived, until a commit, a last chunk or the end of their time.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::journal::{Journal, SPACES};
use super::{Place, State};
use crate::core::time::Now;
use crate::payload::{BlobId, Slice, Stored};

/// One open upload.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::core) struct Upload {
    /// Its number; later uploads have higher ones.
    pub(in crate::core) serial: u64,
    pub(in crate::core) token: String,
    pub(in crate::core) place: Place,
    /// The file name given at the opening.
    pub(in crate::core) name: String,
    /// The `Content-Type` of the opening, when it says something.
    pub(in crate::core) content_type: Option<String>,
    pub(in crate::core) opened: Now,
    /// The cookie that has to come back (U28).
    pub(in crate::core) affinity: Option<String>,
    pub(in crate::core) kind: Way,
    /// The record's id was made by the service: no client has said which record it is.
    #[serde(default)]
    pub(in crate::core) unnamed: bool,
    /// Kept as rows of their own: an upload of 10 GB has 2560 of them.
    #[serde(skip)]
    pieces: BTreeMap<String, Piece>,
    /// Bytes in the pieces.
    #[serde(skip)]
    received: u64,
}

/// How the bytes come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Way {
    /// `UploadBlock` in any order.
    Blocks,
    /// Ranged PATCH requests, one after the other.
    Chunks,
}

/// One block, or one chunk, whose id is its place in the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Piece {
    pub(in crate::core) id: String,
    /// The whole size in bytes that a chunk's `Content-Range` announced; 0 for blocks.
    pub(in crate::core) total: u64,
    pub(in crate::core) stored: Stored,
}

impl Piece {
    pub(in crate::core) fn slice(&self) -> Slice {
        Slice { blob: self.stored.id, range: 0..self.stored.len }
    }
}

/// What an opening fixes.
#[derive(Debug)]
pub(in crate::core) struct Opening {
    pub(in crate::core) place: Place,
    pub(in crate::core) name: String,
    pub(in crate::core) content_type: Option<String>,
    pub(in crate::core) affinity: Option<String>,
    pub(in crate::core) kind: Way,
    pub(in crate::core) unnamed: bool,
}

impl Upload {
    /// Bytes so far.
    pub(in crate::core) fn received(&self) -> u64 {
        self.received
    }

    pub(in crate::core) fn piece(&self, id: &str) -> Option<&Piece> {
        self.pieces.get(id)
    }

    /// Any one piece: all of them have an id of one length.
    pub(in crate::core) fn first(&self) -> Option<&Piece> {
        self.pieces.first_key_value().map(|(_, piece)| piece)
    }

    /// The chunk that came last.
    pub(in crate::core) fn last(&self) -> Option<&Piece> {
        self.pieces.last_key_value().map(|(_, piece)| piece)
    }

    /// In the order of their ids.
    pub(in crate::core) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.values()
    }

    pub(super) fn blobs(&self) -> impl Iterator<Item = BlobId> {
        self.pieces.values().map(|piece| piece.stored.id)
    }

    pub(super) fn put_all(&self, journal: &mut Journal) {
        journal.put(SPACES.tokens, self.key(), self);
        for piece in self.pieces.values() {
            journal.put(SPACES.blocks, self.piece_key(&piece.id), piece);
        }
    }

    /// Takes a piece; the one of the same id that it replaces (U16).
    pub(super) fn insert(&mut self, piece: Piece) -> Option<Piece> {
        self.received += piece.stored.len;
        let old = self.pieces.insert(piece.id.clone(), piece);
        self.received -= old.as_ref().map_or(0, |old| old.stored.len);
        old
    }

    fn key(&self) -> String {
        format!("{:016x}", self.serial)
    }

    fn piece_key(&self, id: &str) -> String {
        format!("{:016x}/{id}", self.serial)
    }
}

impl State {
    /// Opens an upload and gives its token of `length` characters.
    pub(in crate::core) fn open_upload(&mut self, now: Now, length: usize, opening: Opening) -> String {
        let Opening { place, name, content_type, affinity, kind, unnamed } = opening;
        let token = self.ids.token(length);
        let upload = Upload {
            serial: self.ids.serial(),
            token: token.clone(),
            place,
            name,
            content_type,
            opened: now,
            affinity,
            kind,
            unnamed,
            pieces: BTreeMap::new(),
            received: 0,
        };
        upload.put_all(&mut self.journal);
        self.insert_upload(upload);
        token
    }

    pub(super) fn insert_upload(&mut self, upload: Upload) {
        self.tokens.insert(upload.token.clone(), upload.serial);
        self.uploads.insert(upload.serial, upload);
    }

    /// The open upload of a token.
    pub(in crate::core) fn upload(&self, token: &str) -> Option<&Upload> {
        self.uploads.get(self.tokens.get(token)?)
    }

    /// The open upload of a number.
    pub(in crate::core) fn upload_by_serial(&self, serial: u64) -> Option<&Upload> {
        self.uploads.get(&serial)
    }

    /// By its number, for rows that name it.
    pub(super) fn upload_mut(&mut self, serial: u64) -> Option<&mut Upload> {
        self.uploads.get_mut(&serial)
    }

    /// Adds a piece to an upload. The same bytes once more change nothing; other bytes replace the first (U16).
    pub(in crate::core) fn add_piece(&mut self, serial: u64, piece: Piece) {
        let Some(upload) = self.uploads.get_mut(&serial) else { return };
        let same =
            |old: &Piece| old.stored.len == piece.stored.len && old.stored.digest == piece.stored.digest;
        if upload.piece(&piece.id).is_some_and(same) {
            return;
        }
        self.journal.kept.push(piece.stored.id);
        self.journal.put(SPACES.blocks, upload.piece_key(&piece.id), &piece);
        if let Some(old) = upload.insert(piece) {
            self.journal.freed.push(old.stored.id);
        }
    }

    /// Ends an upload. The blobs of pieces that no file took over are freed (U17).
    pub(in crate::core) fn close_upload(&mut self, serial: u64, taken: &[Slice]) {
        let Some(upload) = self.uploads.remove(&serial) else { return };
        self.tokens.remove(&upload.token);
        self.journal.remove(SPACES.tokens, upload.key());
        let taken: BTreeSet<BlobId> = taken.iter().map(|slice| slice.blob).collect();
        for piece in upload.pieces.values() {
            self.journal.remove(SPACES.blocks, upload.piece_key(&piece.id));
            if !taken.contains(&piece.stored.id) {
                self.journal.freed.push(piece.stored.id);
            }
        }
    }

    /// Ends the uploads to places that are no more.
    pub(super) fn close_uploads(&mut self, gone: impl Fn(&Place) -> bool) {
        let closed = self.uploads.values().filter(|upload| gone(&upload.place)).map(|upload| upload.serial);
        for serial in closed.collect::<Vec<u64>>() {
            self.close_upload(serial, &[]);
        }
    }

    /// Ends the uploads whose time is over (U7).
    pub(in crate::core) fn expire(&mut self, now: Now, lifetime: Duration) {
        while let Some((&serial, upload)) = self.uploads.first_key_value() {
            if now < upload.opened.after(lifetime) {
                return;
            }
            self.close_upload(serial, &[]);
        }
    }
}
