//! Committed files.
use serde::{Deserialize, Serialize};

use super::journal::SPACES;
use super::{Place, Record, State};
use crate::core::guid::Guid;
use crate::core::time::Now;
use crate::payload::Slice;

/// A committed file: one `fileattachment` row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct File {
    pub(in crate::core) id: Guid,
    pub(in crate::core) place: Place,
    pub(in crate::core) name: String,
    pub(in crate::core) mime: String,
    /// In bytes.
    pub(in crate::core) size: u64,
    /// Its bytes in their order.
    pub(in crate::core) slices: Vec<Slice>,
    pub(in crate::core) created: Now,
    /// The number inside the row's ETag.
    pub(in crate::core) version: u64,
}

impl File {
    /// The bytes from `start` up to, not including, `end`, as slices of the same blobs.
    pub(in crate::core) fn part(&self, start: u64, end: u64) -> Vec<Slice> {
        let mut part = Vec::new();
        let mut at = 0;
        for slice in &self.slices {
            let len = slice.range.end - slice.range.start;
            let (from, to) = (start.max(at), end.min(at + len));
            if from < to {
                let range = slice.range.start + (from - at)..slice.range.start + (to - at);
                part.push(Slice { blob: slice.blob, range });
            }
            at += len;
        }
        part
    }
}

/// A file as an upload brings it.
#[derive(Debug)]
pub(in crate::core) struct NewFile {
    pub(in crate::core) place: Place,
    pub(in crate::core) name: String,
    pub(in crate::core) mime: String,
    /// In bytes.
    pub(in crate::core) size: u64,
    pub(in crate::core) slices: Vec<Slice>,
}

impl State {
    /// The file in a column.
    pub(in crate::core) fn file_at(&self, place: &Place) -> Option<&File> {
        let id = self.record(&place.table, place.record)?.files.get(&place.column)?;
        self.files.get(id)
    }

    /// Makes a file visible in its column, in place of the one before: a new id, the old row gone (U23), a new
    /// ETag of the record (U24). Copies no bytes. The record has to exist.
    pub(in crate::core) fn put_file(&mut self, now: Now, new: NewFile) -> Guid {
        let id = self.ids.guid();
        let NewFile { place, name, mime, size, slices } = new;
        self.journal.kept.extend(slices.iter().map(|slice| slice.blob));
        if let Some(mut record) = self.record(&place.table, place.record).cloned() {
            record.modified = now;
            if let Some(old) = record.files.insert(place.column.clone(), id) {
                self.forget(old);
            }
            self.put_record(&place.table, record);
        }
        let file = File { id, place, name, mime, size, slices, created: now, version: self.ids.version() };
        self.journal.put_durably(SPACES.files, id.to_string(), &file);
        self.files.insert(id, file);
        id
    }

    /// Empties a column; whether it held a file or an image.
    pub(in crate::core) fn remove_file(&mut self, now: Now, place: &Place) -> bool {
        let Some(mut record) = self.record(&place.table, place.record).cloned() else { return false };
        let Some(file) = record.files.remove(&place.column) else { return false };
        record.modified = now;
        self.put_record(&place.table, record);
        self.forget(file);
        true
    }

    /// Removes a file's row and frees its bytes; the record that named it is the caller's.
    pub(super) fn forget_file(&mut self, id: Guid) {
        let Some(file) = self.files.remove(&id) else { return };
        self.journal.remove_durably(SPACES.files, id.to_string());
        self.journal.freed.extend(file.slices.iter().map(|slice| slice.blob));
    }

    /// The files of a record's file columns; those of images are not listed (file-columns §1.2).
    pub(in crate::core) fn listed_files<'a>(
        &'a self,
        record: &'a Record,
    ) -> impl Iterator<Item = &'a File> + 'a {
        record.files.values().filter_map(|id| self.files.get(id)).filter(|file| self.is_listed(file))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{File, Place};
    use crate::core::guid::Guid;
    use crate::core::time::Now;
    use crate::payload::{BlobId, Slice};

    #[test]
    fn a_part_of_a_file_is_cut_out_of_its_blobs() {
        let id = Guid::from_u128(1);
        let slice = |blob, range| Slice { blob: BlobId(blob), range };
        let file = File {
            id,
            place: Place { table: "account".into(), record: id, column: "c".into() },
            name: "n".into(),
            mime: "m".into(),
            size: 12,
            slices: vec![slice(1, 0..5), slice(2, 10..14), slice(3, 0..3)],
            created: Now(Duration::ZERO),
            version: 1,
        };
        assert_eq!(file.part(0, 12), file.slices);
        assert_eq!(file.part(4, 6), [slice(1, 4..5), slice(2, 10..11)]);
        assert_eq!(file.part(9, 12), [slice(3, 0..3)]);
        assert_eq!(file.part(5, 5), []);
    }
}
