//! A checkpoint on disk: always the last whole one, whatever happens while the next one is written.
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Fingerprint;
use crate::context::at;
use crate::part_file::sync_folder_of;

/// The file's own format.
const VERSION: u64 = 1;

/// A checkpoint and what it belongs to.
///
/// ```
/// use dataverse_files_io::{FileSource, Saved};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// std::fs::write(&path, "hello")?;
/// let saved = Saved { source: Some(FileSource::open(&path)?.fingerprint()), checkpoint: 7 };
/// assert_eq!(saved.clone().of_source(FileSource::open(&path)?.fingerprint())?, 7);
/// std::fs::write(&path, "another")?;
/// assert!(saved.of_source(FileSource::open(&path)?.fingerprint()).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved<T> {
    /// What the local source looked like (uploads).
    pub source: Option<Fingerprint>,
    /// The session's own checkpoint.
    pub checkpoint: T,
}

impl<T> Saved<T> {
    /// The checkpoint, if the source is still the one it speaks of.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when it is not.
    pub fn of_source(self, now: Fingerprint) -> io::Result<T> {
        if self.source == Some(now) {
            return Ok(self.checkpoint);
        }
        let why = "the file is not the one that the checkpoint speaks of; start without --resume";
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    }
}

/// Where a transfer's checkpoint is kept. It may hold what opens the transfer's session, so only its owner may read it.
///
/// ```
/// use dataverse_files_io::{CheckpointFile, Saved};
/// let folder = tempfile::tempdir()?;
/// let file = CheckpointFile::new(folder.path().join("a.checkpoint"));
/// assert_eq!(file.load::<Vec<u32>>()?, None);
/// let saved = Saved { source: None, checkpoint: vec![1, 2] };
/// file.save(&saved)?;
/// assert_eq!(file.load()?, Some(saved));
/// file.remove()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointFile {
    path: PathBuf,
}

impl CheckpointFile {
    /// Nothing is read or written yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Write anew, durable when this returns: a whole temporary file first, then its name. Mode 0600 on Unix.
    ///
    /// # Errors
    /// What the file system says; the last checkpoint is then still there.
    pub fn save<T: Serialize>(&self, saved: &Saved<T>) -> io::Result<()> {
        let failed = |e: io::Error| at("writing the checkpoint", &self.path, &e);
        let mut value = serde_json::to_value(saved)?;
        value["version"] = VERSION.into();
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".checkpoint").tempfile_in(folder).map_err(failed)?;
        file.write_all(value.to_string().as_bytes())
            .and_then(|()| file.as_file().sync_all())
            .map_err(failed)?;
        file.persist(&self.path).map_err(|e| failed(e.error))?;
        sync_folder_of(&self.path)
    }

    /// What was saved last; `None` when there is nothing.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when the file is damaged, [`io::ErrorKind::Unsupported`] when a newer version has written
    /// it; else what the file system says. The message says what to do.
    pub fn load<T: DeserializeOwned>(&self) -> io::Result<Option<Saved<T>>> {
        let text = match fs::read(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(at("reading the checkpoint", &self.path, &e)),
            Ok(text) => text,
        };
        let value: Value = serde_json::from_slice(&text).map_err(|e| self.damaged(&e.to_string()))?;
        match value["version"].as_u64() {
            Some(VERSION) => {}
            Some(newer) => {
                let path = self.path.display();
                let why = format!(
                    "{path} has version {newer}, written by a newer program; use that one, or start without --resume"
                );
                return Err(io::Error::new(io::ErrorKind::Unsupported, why));
            }
            None => return Err(self.damaged("it has no version")),
        }
        serde_json::from_value(value).map(Some).map_err(|e| self.damaged(&e.to_string()))
    }

    /// The transfer is over.
    ///
    /// # Errors
    /// What the file system says; that there is none (any more) is fine.
    pub fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                Err(at("removing the checkpoint", &self.path, &e))
            }
            _ => Ok(()),
        }
    }

    fn damaged(&self, how: &str) -> io::Error {
        let why =
            format!("the checkpoint {} is damaged ({how}); start without --resume", self.path.display());
        io::Error::new(io::ErrorKind::InvalidData, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (tempfile::TempDir, CheckpointFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = CheckpointFile::new(folder.path().join("a.checkpoint"));
        (folder, file)
    }

    #[test]
    fn a_damaged_or_newer_checkpoint_says_what_to_do() {
        let (_folder, file) = file();
        file.save(&Saved { source: None, checkpoint: "x".to_owned() }).unwrap();
        let whole = fs::read_to_string(file.path()).unwrap();
        for (text, kind) in [
            ("", io::ErrorKind::InvalidData),
            (&whole[..whole.len() - 1], io::ErrorKind::InvalidData),
            ("[]", io::ErrorKind::InvalidData),
            (r#"{"version":1,"source":null}"#, io::ErrorKind::InvalidData),
            (r#"{"version":2,"new":{}}"#, io::ErrorKind::Unsupported),
        ] {
            fs::write(file.path(), text).unwrap();
            let e = file.load::<String>().unwrap_err();
            assert_eq!(e.kind(), kind, "{text}");
            assert!(e.to_string().contains("start without --resume"), "{e}");
        }
    }

    #[test]
    fn saving_leaves_one_file_and_never_a_half_one() {
        let (folder, file) = file();
        for i in 0..3u32 {
            file.save(&Saved { source: None, checkpoint: i }).unwrap();
            assert_eq!(file.load::<u32>().unwrap().unwrap().checkpoint, i);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        file.remove().unwrap();
        file.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, file) = file();
        file.save(&Saved { source: None, checkpoint: 1 }).unwrap();
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_fingerprint_survives_the_file() {
        let (folder, file) = file();
        let path = folder.path().join("source");
        fs::write(&path, "hello").unwrap();
        let source = Some(crate::FileSource::open(&path).unwrap().fingerprint());
        let saved = Saved { source, checkpoint: 1 };
        file.save(&saved).unwrap();
        assert_eq!(file.load().unwrap(), Some(saved));
    }
}
