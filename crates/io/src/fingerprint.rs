//! What a file looked like when a transfer of it began.
use std::fs::Metadata;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// Length and time of the last modification: enough to notice that a file is not the one it was.
///
/// ```
/// use dataverse_files_io::FileSource;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// std::fs::write(&path, "one")?;
/// let before = FileSource::open(&path)?.fingerprint();
/// std::fs::write(&path, "three")?;
/// assert_ne!(before, FileSource::open(&path)?.fingerprint());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// In bytes.
    pub len: u64,
    /// As precise as the file system keeps it; `None` where it keeps none, or one before 1970.
    pub modified: Option<SystemTime>,
}

impl Fingerprint {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok().filter(|at| *at >= SystemTime::UNIX_EPOCH);
        Self { len: metadata.len(), modified }
    }
}
