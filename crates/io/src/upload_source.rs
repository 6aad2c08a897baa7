//! What callers hand to an upload.
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use crate::{FileSource, Source};

/// Something to upload: a file by its path, bytes in memory, or any [`Source`].
///
/// A `&str` is not taken: it could be a path as well as the content. `Path::new(..)` and `Bytes::from(..)` say which.
///
/// ```
/// use std::path::Path;
/// use dataverse_files_io::UploadSource;
/// let by_path: UploadSource = Path::new("25mb.pdf").into();
/// let in_memory: UploadSource = b"hello".to_vec().into();
/// assert_eq!(in_memory.open()?.source.len(), 5);
/// # let _ = by_path;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub enum UploadSource {
    /// Opened when the upload begins; its name is the upload's name unless another one is given.
    Path(PathBuf),
    /// Open already; the upload needs a name.
    Open(Arc<dyn Source>),
}

/// A source that is open, and what it is called where that is known.
///
/// ```
/// use dataverse_files_io::UploadSource;
/// let opened = UploadSource::from(b"hello".to_vec()).open()?;
/// assert_eq!(opened.name, None);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Opened {
    /// The bytes.
    pub source: Arc<dyn Source>,
    /// The last part of its path, where it has one that is Unicode.
    pub name: Option<String>,
}

impl UploadSource {
    /// Open it.
    ///
    /// # Errors
    /// Those of [`FileSource::open`].
    pub fn open(self) -> io::Result<Opened> {
        match self {
            UploadSource::Path(path) => {
                let source = Arc::new(FileSource::open(&path)?);
                let name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
                Ok(Opened { source, name })
            }
            UploadSource::Open(source) => Ok(Opened { source, name: None }),
        }
    }
}

impl From<&Path> for UploadSource {
    fn from(path: &Path) -> Self {
        UploadSource::Path(path.to_owned())
    }
}

impl From<PathBuf> for UploadSource {
    fn from(path: PathBuf) -> Self {
        UploadSource::Path(path)
    }
}

impl From<&PathBuf> for UploadSource {
    fn from(path: &PathBuf) -> Self {
        UploadSource::Path(path.clone())
    }
}

impl From<Bytes> for UploadSource {
    fn from(bytes: Bytes) -> Self {
        UploadSource::Open(Arc::new(bytes))
    }
}

impl From<Vec<u8>> for UploadSource {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<FileSource> for UploadSource {
    fn from(source: FileSource) -> Self {
        UploadSource::Open(Arc::new(source))
    }
}

impl From<Arc<dyn Source>> for UploadSource {
    fn from(source: Arc<dyn Source>) -> Self {
        UploadSource::Open(source)
    }
}

impl fmt::Debug for UploadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UploadSource::Path(path) => f.debug_tuple("Path").field(path).finish(),
            UploadSource::Open(source) => write!(f, "Open({} bytes)", source.len()),
        }
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({:?}, {} bytes)", self.name, self.source.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_upload_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("日本 テスト.txt");
        std::fs::write(&path, "hello").unwrap();
        let opened = UploadSource::from(&path).open().unwrap();
        assert_eq!((opened.name.as_deref(), opened.source.len()), (Some("日本 テスト.txt"), 5));
    }
}
