//! A store in a folder, made to be killed at any moment.
//!
//! ```text
//! DIR/lock                  held while a process has the folder open
//! DIR/organization.sqlite   the rows, in a write-ahead log: one transaction per apply
//! DIR/blobs/17              the bytes of blob 17, whole
//! DIR/blobs/18.part         the bytes of a blob that is still arriving
//! ```
//!
//! A blob gets its name when it is whole, and only after that can a row name it. Blobs are brought to the disk when a
//! *durable* change names them, before that change is. What a power cut leaves behind otherwise (a row whose blob
//! did not reach the disk, a blob whose row did not) is found and forgotten when the folder is opened again.
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::Path;

use bytes::Bytes;

use super::{BlobWriter, Change, Row, Store};
use crate::payload::BlobId;

mod blobs;
mod named;
mod rows;

use blobs::Blobs;
use named::Named;
use rows::Rows;

/// Rows in SQLite and blobs in files, in a folder that one process at a time can open.
///
/// ```
/// use dataverse_files_emulator::store::{Disk, Store};
///
/// let dir = tempfile::tempdir()?;
/// let store = Disk::open(dir.path())?;
/// let mut writer = store.create()?;
/// writer.write(b"Contoso Ltd.")?;
/// let stored = writer.finish()?;
/// assert_eq!(store.read(stored.id, 8..12)?, "Ltd.");
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Disk {
    rows: Rows,
    blobs: Blobs,
    /// Closing it gives the folder free.
    _lock: File,
}

impl Disk {
    /// Opens the folder, or makes a new one, and clears away what a crash left in it.
    ///
    /// # Errors
    /// [`ErrorKind::ResourceBusy`] when another process has it open, [`ErrorKind::InvalidData`] when its database
    /// is none of ours or of a newer version, and whatever the file system says, e.g. that it is read-only.
    pub fn open(dir: &Path) -> io::Result<Disk> {
        let shown = dir.display();
        fs::create_dir_all(dir.join("blobs"))
            .map_err(|e| with(&e, format!("the data folder {shown} cannot be made")))?;
        let lock = lock(dir)?;
        let rows = Rows::open(&dir.join("organization.sqlite"))?;
        let blobs = Blobs::open(dir.join("blobs"))?;
        let disk = Disk { rows, blobs, _lock: lock };
        disk.sweep().map_err(|e| with(&e, format!("the data folder {shown} cannot be cleared up")))?;
        Ok(disk)
    }

    /// Forgets rows whose bytes are not there, then blobs that no row names.
    fn sweep(&self) -> io::Result<()> {
        let lengths = self.blobs.lengths()?;
        let mut named = Named::default();
        let mut torn = Vec::new();
        for row in self.rows.load()? {
            let own = Named::by(&row.value);
            let whole = own.iter().all(|(blob, needed)| lengths.get(&blob).is_some_and(|len| *len >= needed));
            if whole {
                named.extend(&own);
            } else {
                torn.push((row.space, row.key));
            }
        }
        // A durable change has its blobs on the disk before itself: these rows were never promised to anyone.
        self.rows.forget(&torn)?;
        for blob in lengths.into_keys().filter(|blob| !named.contains(*blob)) {
            self.blobs.remove(blob)?;
        }
        Ok(())
    }
}

impl Store for Disk {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        self.blobs.create()
    }

    fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes> {
        self.blobs.read(blob, range)
    }

    fn remove(&self, blob: BlobId) -> io::Result<()> {
        self.blobs.remove(blob)
    }

    fn load(&self) -> io::Result<Vec<Row>> {
        self.rows.load()
    }

    fn settle(&self) -> io::Result<()> {
        self.blobs.settle()
    }

    fn apply(&self, changes: &[Change], durable: bool) -> io::Result<()> {
        if durable {
            let named: HashSet<BlobId> = changes
                .iter()
                .filter_map(|change| change.value.as_ref())
                .flat_map(|value| Named::by(value).iter().map(|(blob, _)| blob).collect::<Vec<_>>())
                .collect();
            self.blobs.sync(&named)?;
        }
        self.rows.apply(changes, durable)
    }
}

fn lock(dir: &Path) -> io::Result<File> {
    let shown = dir.display();
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join("lock"))
        .map_err(|e| with(&e, format!("the data folder {shown} cannot be written to")))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            ErrorKind::ResourceBusy,
            format!("the data folder {shown} is in use by another process; stop it or choose another folder"),
        )),
        Err(TryLockError::Error(e)) => Err(with(&e, format!("the data folder {shown} cannot be locked"))),
    }
}

/// The same kind of error, saying what it was that failed.
fn with(error: &io::Error, what: String) -> io::Error {
    io::Error::new(error.kind(), what + &format!(": {error}"))
}

#[cfg(test)]
pub(crate) mod tests;
