//! Committed files.
use serde::{Deserialize, Serialize};

use super::journal::SPACES;
use super::{Place, Record, State};
use crate::core::family::ATTACHMENT;
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
    /// Further records that hold the same file: attachments can be used again (notes-attachments §3).
    #[serde(default)]
    pub(in crate::core) shares: u64,
}

impl File {
    /// Whether it is what a note or an attachment is.
    pub(in crate::core) fn is_body(&self) -> bool {
        self.place.is_body()
    }

    /// Whether it is what an attachment is.
    pub(in crate::core) fn is_attachment(&self) -> bool {
        self.place.table == ATTACHMENT.table && self.place.column == ATTACHMENT.body
    }

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
        let file = File {
            id,
            place,
            name,
            mime,
            size,
            slices,
            created: now,
            version: self.ids.version(),
            shares: 0,
        };
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

    /// Puts a file that another record holds into a column, too; nothing is copied. Both records have to exist.
    pub(in crate::core) fn share_file(&mut self, now: Now, place: &Place, id: Guid) {
        let Some(mut record) = self.record(&place.table, place.record).cloned() else { return };
        let before = record.files.insert(place.column.clone(), id);
        if before == Some(id) {
            return;
        }
        let Some(file) = self.files.get_mut(&id) else { return };
        file.shares += 1;
        self.journal.put_durably(SPACES.files, id.to_string(), file);
        record.modified = now;
        self.put_record(&place.table, record);
        if let Some(before) = before {
            self.forget(before);
        }
    }

    /// Changes what the file in a column is called and of which type it is; its id and its bytes stay.
    pub(in crate::core) fn describe_file(&mut self, place: &Place, name: Option<&str>, mime: Option<&str>) {
        let Some(id) = self.file_at(place).map(|file| file.id) else { return };
        let version = self.ids.version();
        let Some(file) = self.files.get_mut(&id) else { return };
        file.version = version;
        name.unwrap_or(&file.name).to_owned().clone_into(&mut file.name);
        mime.unwrap_or(&file.mime).to_owned().clone_into(&mut file.mime);
        self.journal.put_durably(SPACES.files, id.to_string(), file);
    }

    /// Removes a file's row and frees its bytes, unless another record holds it as well; the record that named it is
    /// the caller's.
    pub(super) fn forget_file(&mut self, id: Guid) {
        if let Some(file) = self.files.get_mut(&id).filter(|file| file.shares > 0) {
            file.shares -= 1;
            self.journal.put_durably(SPACES.files, id.to_string(), file);
            return;
        }
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
            shares: 0,
        };
        assert_eq!(file.part(0, 12), file.slices);
        assert_eq!(file.part(4, 6), [slice(1, 4..5), slice(2, 10..11)]);
        assert_eq!(file.part(9, 12), [slice(3, 0..3)]);
        assert_eq!(file.part(5, 5), []);
    }
}
