//! A file on disk as a source.
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::context::at;
use crate::{Fingerprint, Source};

/// A regular file, read where it is asked for: nothing of it is kept in memory.
///
/// ```
/// use dataverse_files_io::{FileSource, Source};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// std::fs::write(&path, "hello")?;
/// let source = FileSource::open(&path)?;
/// assert_eq!((source.len(), source.read(1..4)?), (5, "ell".into()));
/// std::fs::write(&path, "hello, longer")?;
/// assert!(source.verify().is_err(), "it is not the file any more that was opened");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FileSource {
    file: File,
    path: PathBuf,
    fingerprint: Fingerprint,
}

impl FileSource {
    /// Open a regular file for reading.
    ///
    /// # Errors
    /// When it is not there, may not be read, or is something else than a file with a length (a folder, a pipe, a device);
    /// the message says which file and why. An empty file opens: that the service keeps none is for the session to say.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // Looked at before it is opened: opening a pipe would wait for its other end.
        let metadata = path.metadata().map_err(|e| at("opening", path, &e))?;
        if metadata.is_dir() {
            let why = format!("{} is a folder; name a file", path.display());
            return Err(io::Error::new(io::ErrorKind::IsADirectory, why));
        }
        if !metadata.is_file() {
            let why = format!("{} is not a regular file; pipe it to standard input", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        Self::of(File::open(path).map_err(|e| at("opening", path, &e))?, path)
    }

    /// A file that is open already; `path` names it in errors.
    pub(crate) fn of(file: File, path: &Path) -> io::Result<Self> {
        let metadata = file.metadata().map_err(|e| at("opening", path, &e))?;
        Ok(Self { fingerprint: Fingerprint::of(&metadata), file, path: path.to_owned() })
    }

    /// Length and modification time when it was opened.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn changed(&self, how: &str) -> io::Error {
        let why = format!("{} {how} while it was sent", self.path.display());
        io::Error::new(io::ErrorKind::InvalidData, why)
    }
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.fingerprint.len
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let len = range.end.checked_sub(range.start).and_then(|len| usize::try_from(len).ok());
        let Some(len) = len.filter(|_| range.end <= self.len()) else {
            return Err(crate::source::beyond(&range, self.len()));
        };
        let mut bytes = vec![0; len];
        match read_exact_at(&self.file, &mut bytes, range.start) {
            Ok(()) => Ok(bytes.into()),
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Err(self.changed("became shorter")),
            Err(e) => Err(at("reading", &self.path, &e)),
        }
    }

    fn verify(&self) -> io::Result<()> {
        let metadata = self.file.metadata().map_err(|e| at("reading", &self.path, &e))?;
        match Fingerprint::of(&metadata) {
            now if now == self.fingerprint => Ok(()),
            now if now.len != self.fingerprint.len => Err(self.changed("changed its length")),
            _ => Err(self.changed("was written to")),
        }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => (bytes, offset) = (&mut bytes[n..], offset + n as u64),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_and_a_missing_file_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let e = FileSource::open(folder.path()).unwrap_err();
        assert_eq!(e.kind(), io::ErrorKind::IsADirectory);
        assert!(e.to_string().contains("is a folder"), "{e}");
        let e = FileSource::open(folder.path().join("no.txt")).unwrap_err();
        assert_eq!(e.kind(), io::ErrorKind::NotFound);
        assert!(e.to_string().contains("no.txt: there is no such file"), "{e}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused_without_waiting_for_it() {
        let e = FileSource::open("/dev/null").unwrap_err();
        assert!(e.to_string().contains("not a regular file"), "{e}");
    }

    #[test]
    fn a_file_that_became_shorter_is_a_changed_file_not_a_short_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        fs::write(&path, vec![7; 1000]).unwrap();
        let source = FileSource::open(&path).unwrap();
        assert!(source.verify().is_ok());
        assert_eq!(source.read(990..1000).unwrap().len(), 10);
        fs::File::options().write(true).open(&path).unwrap().set_len(995).unwrap();
        for e in [source.read(990..1000).unwrap_err(), source.verify().unwrap_err()] {
            assert_eq!(e.kind(), io::ErrorKind::InvalidData, "{e}");
        }
    }

    #[test]
    fn a_file_written_over_with_the_same_length_is_a_changed_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        fs::write(&path, "before").unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        let source = FileSource::open(&path).unwrap();
        let earlier = source.fingerprint().modified.unwrap() - std::time::Duration::from_secs(9);
        file.set_modified(earlier).unwrap();
        assert!(source.verify().unwrap_err().to_string().contains("was written to"));
    }

    #[test]
    fn a_range_beyond_the_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        fs::write(&path, "12345").unwrap();
        let source = FileSource::open(&path).unwrap();
        for (start, end) in [(0, 6), (6, 7), (3, 2), (0, u64::MAX)] {
            assert!(source.read(start..end).is_err(), "{start}..{end}");
        }
    }
}
