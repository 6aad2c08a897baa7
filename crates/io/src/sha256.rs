//! A digest by which two files are told to be the same.
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{FileSource, Source};

/// How much is read at a time, in bytes.
const PIECE: u64 = 256 * 1024;

/// SHA-256 of all bytes, as 64 lower-case hexadecimal digits. Reads once, from the beginning to the end.
///
/// ```
/// use dataverse_files_io::sha256_of_source;
/// let digest = sha256_of_source(&b"abc".to_vec())?;
/// assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of reading.
pub fn sha256_of_source(source: &dyn Source) -> io::Result<String> {
    let (len, mut digest) = (source.len(), Sha256::new());
    let mut at = 0;
    while at < len {
        let end = len.min(at + PIECE);
        digest.update(source.read(at..end)?);
        at = end;
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// SHA-256 of a file, as [`sha256_of_source`] gives it.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// std::fs::write(&path, "abc")?;
/// assert!(dataverse_files_io::sha256_of_file(&path)?.starts_with("ba7816bf"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of opening and reading.
pub fn sha256_of_file(path: impl AsRef<Path>) -> io::Result<String> {
    sha256_of_source(&FileSource::open(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_s_own_examples() {
        let of = |bytes: Vec<u8>| sha256_of_source(&bytes).unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of(Vec::new()), empty);
        // FIPS 180-2, appendix B.3: a million times the letter a, more than three pieces.
        let million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        assert_eq!(of(vec![b'a'; 1_000_000]), million);
    }
}
