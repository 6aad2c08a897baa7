//! What the organization knows, in memory, with every change noted for the store.
pub(in crate::core) mod files;
pub(in crate::core) mod images;
pub(in crate::core) mod journal;
mod renew;
mod restore;
pub(in crate::core) mod rows;
mod tables;
pub(in crate::core) mod uploads;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::files::File;
use self::images::Image;
use self::journal::{Journal, SPACES};
use self::uploads::Upload;
use super::family::{Family, Holder};
use super::guid::Guid;
use super::ids::Ids;
use super::relationships::PARENT;
use super::schema::Table;
use super::time::Now;
use crate::payload::BlobId;
use crate::store::Change;

pub use self::restore::RestoreError;

/// Definitions, records, files and open uploads.
#[derive(Debug)]
pub(in crate::core) struct State {
    pub(in crate::core) ids: Ids,
    /// By logical name.
    pub(in crate::core) tables: BTreeMap<String, Table>,
    /// By logical name of the table and id.
    pub(in crate::core) records: BTreeMap<String, BTreeMap<Guid, Record>>,
    /// Files of file columns, notes and attachments, and originals of images.
    pub(in crate::core) files: BTreeMap<Guid, File>,
    pub(in crate::core) images: BTreeMap<Guid, Image>,
    /// In the order of their opening.
    uploads: BTreeMap<u64, Upload>,
    /// Which upload a token opens.
    tokens: HashMap<String, u64>,
    journal: Journal,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::core) struct Record {
    pub(in crate::core) id: Guid,
    /// The number inside its ETag.
    pub(in crate::core) version: u64,
    pub(in crate::core) created: Now,
    pub(in crate::core) modified: Now,
    /// By logical name of the column; a lookup is `{"table": …, "id": …}`.
    pub(in crate::core) values: BTreeMap<String, Value>,
    /// Ids of files and of images, by logical name of the column.
    pub(in crate::core) files: BTreeMap<String, Guid>,
}

/// One column of one record: where a file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::core) struct Place {
    /// Logical name of the table.
    pub(in crate::core) table: String,
    pub(in crate::core) record: Guid,
    /// Logical name of the column.
    pub(in crate::core) column: String,
}

impl Place {
    /// Whether it holds what a note or an attachment is.
    pub(in crate::core) fn is_body(&self) -> bool {
        Holder::of(&self.table).is_some_and(|holder| holder.body == self.column)
    }
}

impl Record {
    pub(in crate::core) fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }
}

impl State {
    /// Nothing at all.
    fn empty(ids: Ids) -> State {
        State {
            ids,
            tables: BTreeMap::new(),
            records: BTreeMap::new(),
            files: BTreeMap::new(),
            images: BTreeMap::new(),
            uploads: BTreeMap::new(),
            tokens: HashMap::new(),
            journal: Journal::default(),
        }
    }

    /// A new organization.
    pub(in crate::core) fn seeded(seed: u64) -> State {
        let mut state = State::empty(Ids::new(seed));
        super::seed::fill(&mut state);
        // A new organization is kept as a whole, so its first counters are no change.
        state.ids.take_touched();
        state
    }

    pub(in crate::core) fn record(&self, table: &str, id: Guid) -> Option<&Record> {
        self.records.get(table)?.get(&id)
    }

    /// By the name in URLs.
    pub(in crate::core) fn table_of_set(&self, set_name: &str) -> Option<&Table> {
        self.tables.values().find(|table| table.set_name == set_name)
    }

    /// Writes a record as a whole, with a new version.
    pub(in crate::core) fn put_record(&mut self, table: &str, mut record: Record) {
        record.version = self.ids.version();
        self.journal.put_durably(SPACES.records, record_key(table, record.id), &record);
        self.records.entry(table.to_owned()).or_default().insert(record.id, record);
    }

    /// Removes a record and its files, and with it its notes and attachments (notes-attachments §1).
    pub(in crate::core) fn delete_record(&mut self, table: &str, id: Guid) {
        let Some(record) = self.records.get_mut(table).and_then(|records| records.remove(&id)) else {
            return;
        };
        self.journal.remove_durably(SPACES.records, record_key(table, id));
        for id in record.files.values() {
            self.forget(*id);
        }
        for holder in Family::ALL.into_iter().filter_map(Family::holder) {
            for child in self.children(holder.table, PARENT, table, id) {
                self.delete_record(holder.table, child);
            }
        }
    }

    /// The records of a table whose lookup leads to this one.
    pub(in crate::core) fn children(&self, table: &str, lookup: &str, parent: &str, id: Guid) -> Vec<Guid> {
        let reference = json!({"table": parent, "id": id});
        let records = self.records.get(table).into_iter().flat_map(|records| records.values());
        let leads = |record: &&Record| record.values.get(lookup) == Some(&reference);
        records.filter(leads).map(|record| record.id).collect()
    }

    /// The changes since this was last asked.
    pub(in crate::core) fn take_journal(&mut self) -> Journal {
        let mut journal = std::mem::take(&mut self.journal);
        if self.ids.take_touched() {
            journal.put(SPACES.ids, "ids".to_owned(), &self.ids);
        }
        journal
    }

    /// Every row, as changes for a store that has none.
    pub(in crate::core) fn all_rows(&self) -> Vec<Change> {
        let mut journal = Journal::default();
        journal.put(SPACES.ids, "ids".to_owned(), &self.ids);
        for (name, table) in &self.tables {
            journal.put(SPACES.definitions, name.clone(), table);
        }
        for (table, records) in &self.records {
            for (id, record) in records {
                journal.put(SPACES.records, record_key(table, *id), record);
            }
        }
        for (id, file) in &self.files {
            journal.put(SPACES.files, id.to_string(), file);
        }
        for (id, image) in &self.images {
            journal.put(SPACES.images, id.to_string(), image);
        }
        for upload in self.uploads.values() {
            upload.put_all(&mut journal);
        }
        journal.changes
    }

    /// Every blob that is still needed.
    pub(in crate::core) fn blobs(&self) -> BTreeSet<BlobId> {
        let thumbnails = self.images.values().map(|image| &image.thumbnail);
        let stored = self.files.values().chain(thumbnails);
        let stored = stored.flat_map(|file| file.slices.iter().map(|slice| slice.blob));
        stored.chain(self.uploads.values().flat_map(Upload::blobs)).collect()
    }
}

/// `account/00000000-0000-0000-0000-000000000001`.
fn record_key(table: &str, id: Guid) -> String {
    format!("{table}/{id}")
}
