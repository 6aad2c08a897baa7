//! Where uploads keep their checkpoints: the user's state folder.
//!
//! An upload is named by what it is about: the organization, the target, the file. The same words find it again in
//! another process, and keep two processes from doing the same upload at once.
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use dataverse_files_io::{CheckpointFile, FileSource, Saved, sha256_of_source};
use dataverse_files_reqwest::Checkpoint;
use etcetera::BaseStrategy;

use crate::exit::Exit;
use crate::failure::Failure;

/// Digits of a digest in a file's name: 128 bits.
const DIGITS: usize = 32;

/// The place of one upload's checkpoint, locked against other processes while this lives.
#[derive(Debug)]
pub(crate) struct UploadState {
    checkpoint: CheckpointFile,
    _lock: Lock,
}

impl UploadState {
    /// The place for this upload in the user's state folder: `$XDG_STATE_HOME/dvf/uploads`, or what the system has
    /// instead.
    pub(crate) fn open(organization: &str, target: &str, file: &Path) -> Result<UploadState, Failure> {
        UploadState::open_in(&folder()?, organization, target, file)
    }

    fn open_in(folder: &Path, organization: &str, target: &str, file: &Path) -> Result<UploadState, Failure> {
        let file = file.canonicalize().map_err(|e| failed("finding", file, &e))?;
        let key = [organization, target, &file.to_string_lossy()].join("\n");
        let digest = sha256_of_source(&key.into_bytes()).map_err(|e| Failure::local(&e))?;
        let name = &digest[..DIGITS.min(digest.len())];
        create_private(folder).map_err(|e| failed("making", folder, &e))?;
        let lock = Lock::take(folder.join(format!("{name}.lock")))?;
        Ok(UploadState { checkpoint: CheckpointFile::new(folder.join(format!("{name}.json"))), _lock: lock })
    }

    /// What an earlier run left, if the file is still the one it speaks of.
    pub(crate) fn load(&self, source: &FileSource) -> Result<Option<Checkpoint>, Failure> {
        let unusable = |e: io::Error| Failure::new(Exit::Usage, "checkpoint", e.to_string());
        match self.checkpoint.load::<Checkpoint>().map_err(unusable)? {
            Some(saved) => saved.of_source(source.fingerprint()).map(Some).map_err(unusable),
            None => Ok(None),
        }
    }

    pub(crate) fn save(&self, source: &FileSource, checkpoint: &Checkpoint) -> io::Result<()> {
        let saved = Saved { source: Some(source.fingerprint()), checkpoint: checkpoint.clone() };
        self.checkpoint.save(&saved)
    }

    /// The upload is over, or begins anew.
    pub(crate) fn remove(&self) -> Result<(), Failure> {
        self.checkpoint.remove().map_err(|e| Failure::local(&e))
    }
}

fn folder() -> Result<PathBuf, Failure> {
    let base = etcetera::choose_base_strategy().map_err(|e| {
        Failure::new(
            Exit::Local,
            "local",
            format!("no place for checkpoints: {e}; set HOME or XDG_STATE_HOME"),
        )
    })?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join("dvf").join("uploads"))
}

fn failed(doing: &str, path: &Path, e: &io::Error) -> Failure {
    Failure::local(&io::Error::new(e.kind(), format!("{doing} {}: {e}", path.display())))
}

/// A checkpoint opens an upload's session: nobody else has to read it.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// An empty file, locked. It goes away with the lock.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    /// Holds the lock as long as it is open.
    _file: File,
}

impl Lock {
    /// Never waits. Whoever held the lock before may just be removing its file: then there is another try.
    fn take(path: PathBuf) -> Result<Lock, Failure> {
        for _ in 0..10 {
            let file = File::options().create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(|e| failed("making", &path, &e))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => break,
                Err(TryLockError::Error(e)) if e.kind() != io::ErrorKind::Unsupported => {
                    return Err(failed("locking", &path, &e));
                }
                Err(TryLockError::Error(_)) | Ok(()) => {}
            }
            if is_at(&file, &path) {
                return Ok(Lock { path, _file: file });
            }
        }
        let why = "another dvf is uploading this file to this target; wait for it to end";
        Err(Failure::new(Exit::Locked, "locked", why))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked, so nobody else's. A lock file that stays does no harm.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZATION: &str = "https://contoso.crm.dynamics.com";
    const TARGET: &str = "accounts(1)/doc";

    fn checkpoint() -> Checkpoint {
        serde_json::from_str(
            r#"{"version":2,"strategy":"blocks","target":"accounts(1)/doc","file_name":"a","mime":"a/b","size":9,"block_size":4,"nonce":7,"token":"t","done":[{"start":0,"end":2}],"before":null,"in_doubt":false}"#,
        )
        .unwrap()
    }

    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.bin");
        fs::write(&file, "123456789").unwrap();
        (folder, file)
    }

    fn open(folder: &tempfile::TempDir, target: &str, file: &Path) -> Result<UploadState, Failure> {
        UploadState::open_in(&folder.path().join("state"), ORGANIZATION, target, file)
    }

    #[test]
    fn another_run_finds_the_checkpoint_of_the_same_upload_only() {
        let (folder, file) = place();
        let source = FileSource::open(&file).unwrap();
        let state = open(&folder, TARGET, &file).unwrap();
        assert_eq!(state.load(&source).unwrap(), None);
        state.save(&source, &checkpoint()).unwrap();
        drop(state);
        assert_eq!(open(&folder, "accounts(2)/doc", &file).unwrap().load(&source).unwrap(), None);
        let again = open(&folder, TARGET, &file).unwrap();
        assert_eq!(again.load(&source).unwrap(), Some(checkpoint()));
        again.remove().unwrap();
        assert_eq!(again.load(&source).unwrap(), None);
    }

    #[test]
    fn a_file_that_changed_is_not_gone_on_with() {
        let (folder, file) = place();
        let state = open(&folder, TARGET, &file).unwrap();
        state.save(&FileSource::open(&file).unwrap(), &checkpoint()).unwrap();
        fs::write(&file, "1234567890").unwrap();
        let failure = state.load(&FileSource::open(&file).unwrap()).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains("start without --resume"), "{}", failure.message);
    }

    #[test]
    fn the_same_upload_twice_at_once_is_refused() {
        let (folder, file) = place();
        let first = open(&folder, TARGET, &file).unwrap();
        assert_eq!(open(&folder, TARGET, &file).unwrap_err().exit, Exit::Locked);
        assert!(open(&folder, "accounts(2)/doc", &file).is_ok(), "another upload is free");
        drop(first);
        assert!(open(&folder, TARGET, &file).is_ok());
        assert_eq!(fs::read_dir(folder.path().join("state")).unwrap().count(), 0, "no lock file stays");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_checkpoints() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, file) = place();
        let _state = open(&folder, TARGET, &file).unwrap();
        let mode = fs::metadata(folder.path().join("state")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
