//! A download's destination: written beside its final name, and moved there when it is whole (B17).
mod place;

pub(crate) use self::place::sync_folder_of;

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::Sink;
use crate::context::at;
use crate::sink::incomplete;

/// What to do about a file that is there already.
///
/// ```
/// use dataverse_files_io::{Begin, Existing, PartFile};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// std::fs::write(&path, "precious")?;
/// let e = PartFile::open(&path, Existing::Refuse, Begin::Anew).unwrap_err();
/// assert_eq!(e.kind(), std::io::ErrorKind::AlreadyExists);
/// assert!(PartFile::open(&path, Existing::Replace, Begin::Anew).is_ok());
/// assert_eq!(std::fs::read(&path)?, b"precious", "until the new one is whole");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it untouched and fail, at the beginning or, if it appears meanwhile, at the end.
    Refuse,
    /// Put the new one in its place, in one step, once it is whole.
    Replace,
}

/// What to do about a `.part` of an earlier try.
///
/// ```
/// use dataverse_files_io::{Begin, Existing, PartFile, Sink};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// let part = PartFile::open(&path, Existing::Refuse, Begin::Anew)?;
/// part.write(0, b"half")?;
/// part.sync()?; // a checkpoint speaks of these bytes
/// drop(part);
/// assert_eq!(PartFile::open(&path, Existing::Refuse, Begin::Resume)?.written()?, 4);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Empty it.
    Anew,
    /// Keep what it holds: a checkpoint tells what that is.
    Resume,
}

/// A file that appears under its name only when it is whole. Until then its bytes are in `<name>.part` beside it, locked
/// against other processes.
///
/// Dropped before [`Sink::finish`], it removes the `.part`, unless a checkpoint speaks of it ([`Sink::sync`]).
///
/// ```
/// use dataverse_files_io::{Begin, Existing, PartFile, Sink};
/// let folder = tempfile::tempdir()?;
/// let part = PartFile::open(folder.path().join("a.txt"), Existing::Refuse, Begin::Anew)?;
/// part.write(0, b"hello")?;
/// part.finish(5)?;
/// assert_eq!(std::fs::read(folder.path().join("a.txt"))?, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct PartFile {
    file: File,
    part: PathBuf,
    path: PathBuf,
    existing: Existing,
    fate: AtomicU8,
}

/// What becomes of the `.part` when this is dropped.
const REMOVE: u8 = 0;
const KEEP: u8 = 1;
const GONE: u8 = 2;

impl PartFile {
    /// Make `<path>.part`, or take it up again, and lock it.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when `path` is there and may not be replaced, [`io::ErrorKind::ResourceBusy`] when another
    /// process has the `.part` locked, [`io::ErrorKind::IsADirectory`] when `path` is a folder; else what the file system says.
    pub fn open(path: impl AsRef<Path>, existing: Existing, begin: Begin) -> io::Result<Self> {
        let path = path.as_ref();
        let Some(name) = path.file_name() else {
            let why = format!("{} is not the name of a file", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        };
        if path.is_dir() {
            let why = format!("{} is a folder; name a file in it", path.display());
            return Err(io::Error::new(io::ErrorKind::IsADirectory, why));
        }
        if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let part = path.with_file_name([name, ".part".as_ref()].into_iter().collect::<OsString>());
        let file = open_locked(&part)?;
        if begin == Begin::Anew {
            file.set_len(0).map_err(|e| at("emptying", &part, &e))?;
        }
        Ok(Self { file, part, path: path.to_owned(), existing, fate: AtomicU8::new(REMOVE) })
    }

    /// The final name.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the bytes are until they are all there.
    #[must_use]
    pub fn part_path(&self) -> &Path {
        &self.part
    }

    /// One behind the last byte written so far, in bytes; what lies before it may have gaps.
    ///
    /// # Errors
    /// What the file system says.
    pub fn written(&self) -> io::Result<u64> {
        Ok(self.file.metadata().map_err(|e| at("reading", &self.part, &e))?.len())
    }

    fn publish(&self) -> io::Result<()> {
        let put = match self.existing {
            Existing::Replace => fs::rename(&self.part, &self.path),
            Existing::Refuse => place::without_replacing(&self.part, &self.path),
        };
        match put {
            Ok(()) => {
                self.fate.store(GONE, Ordering::Relaxed);
                place::sync_folder_of(&self.path)
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                self.fate.store(KEEP, Ordering::Relaxed);
                let (path, part) = (self.path.display(), self.part.display());
                let why =
                    format!("{path} has appeared meanwhile and is left as it is; the file is in {part}");
                Err(io::Error::new(io::ErrorKind::AlreadyExists, why))
            }
            Err(e) => Err(at("moving the finished file to", &self.path, &e)),
        }
    }
}

/// Open and lock, and make sure that what is locked still has that name: whoever held the lock before may just have moved the
/// file to its final place.
fn open_locked(part: &Path) -> io::Result<File> {
    for _ in 0..10 {
        place::refuse_link(part)?;
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(part)
            .map_err(|e| at("writing", part, &e))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(busy(part)),
            Err(TryLockError::Error(e)) if e.kind() != io::ErrorKind::Unsupported => {
                return Err(at("locking", part, &e));
            }
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        match place::is_only_at(&file, part)? {
            place::Found::Here => return Ok(file),
            place::Found::AlsoElsewhere => fs::remove_file(part).map_err(|e| at("removing", part, &e))?,
            place::Found::Elsewhere => {}
        }
    }
    Err(busy(part))
}

fn exists(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, format!("{} exists already", path.display()))
}

fn busy(part: &Path) -> io::Error {
    let why = format!("another process is writing {}; wait for it to end", part.display());
    io::Error::new(io::ErrorKind::ResourceBusy, why)
}

impl Sink for PartFile {
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        place::write_all_at(&self.file, bytes, offset).map_err(|e| at("writing", &self.part, &e))
    }

    fn restart(&self) -> io::Result<()> {
        self.file.set_len(0).map_err(|e| at("emptying", &self.part, &e))
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data().map_err(|e| at("writing", &self.part, &e))?;
        self.fate.store(KEEP, Ordering::Relaxed);
        Ok(())
    }

    fn finish(&self, len: u64) -> io::Result<()> {
        let have = self.written()?;
        if have < len {
            return Err(incomplete(have, len));
        }
        self.file
            .set_len(len)
            .and_then(|()| self.file.sync_all())
            .map_err(|e| at("writing", &self.part, &e))?;
        self.publish()
    }

    fn abandon(&self) {
        let _ = self.fate.compare_exchange(KEEP, REMOVE, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // Still locked, so nobody else's file is removed. There is nobody to tell if it fails.
        if *self.fate.get_mut() == REMOVE {
            let _ = fs::remove_file(&self.part);
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
