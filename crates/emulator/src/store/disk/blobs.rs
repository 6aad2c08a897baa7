//! The bytes: one file per blob.
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::with;
use crate::payload::{BlobId, Stored};
use crate::store::{BlobWriter, Digest};

#[derive(Debug)]
pub(super) struct Blobs {
    dir: PathBuf,
    next: AtomicU64,
    /// Blobs that may be in the machine's memory only, and not yet on the disk.
    fresh: Arc<Mutex<HashSet<BlobId>>>,
}

impl Blobs {
    /// Removes what writers that never finished left behind.
    pub(super) fn open(dir: PathBuf) -> io::Result<Blobs> {
        for entry in fs::read_dir(&dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "part") {
                fs::remove_file(path)?;
            }
        }
        let blobs = Blobs { dir, next: AtomicU64::new(1), fresh: Arc::default() };
        // What an earlier process wrote may not be on the disk either.
        let known: HashSet<BlobId> = blobs.lengths()?.into_keys().collect();
        let last = known.iter().max().map_or(0, |blob| blob.0);
        blobs.next.store(last + 1, Ordering::Relaxed);
        blobs.fresh().extend(known);
        Ok(blobs)
    }

    /// Every blob and how long it is.
    pub(super) fn lengths(&self) -> io::Result<HashMap<BlobId, u64>> {
        let mut lengths = HashMap::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            // Files that are not ours keep out of it.
            if let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
                lengths.insert(BlobId(id), entry.metadata()?.len());
            }
        }
        Ok(lengths)
    }

    pub(super) fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        let id = BlobId(self.next.fetch_add(1, Ordering::Relaxed));
        let part = self.dir.join(format!("{}.part", id.0));
        let file = File::create_new(&part).map_err(|e| with(&e, "a new blob cannot be made".into()))?;
        let (whole, fresh) = (self.path(id), self.fresh.clone());
        Ok(Box::new(Writer { file, part, whole, fresh, id, len: 0, digest: Digest::new(), named: false }))
    }

    pub(super) fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes> {
        let failed = |e: io::Error| with(&e, format!("blob {} cannot be read", blob.0));
        let len = range.end.checked_sub(range.start).and_then(|len| usize::try_from(len).ok());
        let len = len.ok_or_else(|| failed(ErrorKind::InvalidInput.into()))?;
        let mut file = File::open(self.path(blob)).map_err(failed)?;
        if range.end > file.metadata().map_err(failed)?.len() {
            return Err(failed(io::Error::new(
                ErrorKind::UnexpectedEof,
                format!("{}..{} is past its end", range.start, range.end),
            )));
        }
        file.seek(SeekFrom::Start(range.start)).map_err(failed)?;
        let mut bytes = vec![0; len];
        file.read_exact(&mut bytes).map_err(failed)?;
        Ok(bytes.into())
    }

    pub(super) fn remove(&self, blob: BlobId) -> io::Result<()> {
        self.fresh().remove(&blob);
        match fs::remove_file(self.path(blob)) {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
            done => done.map_err(|e| with(&e, format!("blob {} cannot be removed", blob.0))),
        }
    }

    /// Brings every blob that is whole, and its name, to the disk.
    pub(super) fn settle(&self) -> io::Result<()> {
        let fresh = self.fresh().clone();
        let mut written = Vec::with_capacity(fresh.len());
        for blob in fresh {
            match self.sync_one(blob) {
                Ok(()) => written.push(blob),
                // It has been removed meanwhile.
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        self.settled(&written)
    }

    /// Brings these blobs, and their names, to the disk.
    pub(super) fn sync(&self, blobs: &HashSet<BlobId>) -> io::Result<()> {
        let fresh = self.fresh().clone();
        let mut written = Vec::new();
        for blob in blobs {
            if fresh.contains(blob) {
                self.sync_one(*blob)?;
                written.push(*blob);
            } else if !self.path(*blob).exists() {
                let missing =
                    io::Error::new(ErrorKind::NotFound, format!("blob {} is not in the store", blob.0));
                return Err(missing);
            }
        }
        self.settled(&written)
    }

    fn sync_one(&self, blob: BlobId) -> io::Result<()> {
        let failed = |e: io::Error| with(&e, format!("blob {} cannot be brought to the disk", blob.0));
        File::options().write(true).open(self.path(blob)).and_then(|file| file.sync_all()).map_err(failed)
    }

    /// Only with its name on the disk a blob is settled.
    fn settled(&self, written: &[BlobId]) -> io::Result<()> {
        if written.is_empty() {
            return Ok(());
        }
        sync_folder(&self.dir)?;
        let mut fresh = self.fresh();
        for blob in written {
            fresh.remove(blob);
        }
        Ok(())
    }

    fn path(&self, blob: BlobId) -> PathBuf {
        self.dir.join(blob.0.to_string())
    }

    fn fresh(&self) -> MutexGuard<'_, HashSet<BlobId>> {
        lock(&self.fresh)
    }
}

fn lock(fresh: &Mutex<HashSet<BlobId>>) -> MutexGuard<'_, HashSet<BlobId>> {
    fresh.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Names live in the folder: without this a power cut could take a whole file's name away.
#[cfg(unix)]
fn sync_folder(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// A folder cannot be opened here; the file system keeps names in its own journal.
#[cfg(not(unix))]
fn sync_folder(_dir: &Path) -> io::Result<()> {
    Ok(())
}

struct Writer {
    file: File,
    part: PathBuf,
    whole: PathBuf,
    fresh: Arc<Mutex<HashSet<BlobId>>>,
    id: BlobId,
    len: u64,
    digest: Digest,
    named: bool,
}

impl BlobWriter for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).map_err(|e| with(&e, "file bytes cannot be written".into()))?;
        self.digest.update(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<Stored> {
        fs::rename(&self.part, &self.whole).map_err(|e| with(&e, "a blob cannot be named".into()))?;
        self.named = true;
        lock(&self.fresh).insert(self.id);
        Ok(Stored { id: self.id, len: self.len, digest: self.digest.finish() })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.named {
            // What stays is removed when the folder is opened again.
            let _ = fs::remove_file(&self.part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_a_clear_error_and_names_no_blob() {
        let dir = tempfile::tempdir().unwrap();
        let (part, whole) = (dir.path().join("1.part"), dir.path().join("1"));
        let file = File::options().write(true).open("/dev/full").unwrap();
        let (id, digest, fresh) = (BlobId(1), Digest::new(), Arc::default());
        let mut writer = Writer { file, part, whole: whole.clone(), fresh, id, len: 0, digest, named: false };
        let error = writer.write(b"Contoso").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert!(error.to_string().starts_with("file bytes cannot be written: "), "{error}");
        drop(writer);
        assert!(!whole.exists());
    }
}
