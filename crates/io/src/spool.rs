//! Bytes of unknown length become a file of known length.
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::FileSource;
use crate::context::at;

/// Read everything into an unnamed temporary file, which goes away with the source. The service must be told a length before
/// the first byte, and a retry must be able to read again: a pipe can do neither.
///
/// ```
/// use dataverse_files_io::{Source, spool};
/// let source = spool(&mut "from a pipe".as_bytes())?;
/// assert_eq!((source.len(), source.read(5..11)?), (11, "a pipe".into()));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of reading, and of writing to the system's folder for temporary files (which `TMPDIR` names on Unix).
pub fn spool(reader: &mut dyn Read) -> io::Result<FileSource> {
    let folder = std::env::temp_dir();
    let mut file = tempfile::tempfile().map_err(|e| at("spooling to", &folder, &e))?;
    io::copy(reader, &mut file).map_err(|e| at("spooling to", &folder, &e))?;
    file.rewind()?;
    FileSource::of(file, Path::new("the spooled input"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    #[test]
    fn what_was_piped_can_be_read_again_and_again() {
        let piped: Vec<u8> = (0..300_000u32).map(|i| (i % 251) as u8).collect();
        let source = spool(&mut piped.as_slice()).unwrap();
        assert_eq!(source.len(), 300_000);
        assert!(source.verify().is_ok());
        for _ in 0..2 {
            assert_eq!(source.read(299_990..300_000).unwrap(), &piped[299_990..]);
        }
    }

    #[test]
    fn an_error_of_the_pipe_is_the_error() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the pipe burst"))
            }
        }
        assert!(spool(&mut Broken).unwrap_err().to_string().contains("the pipe burst"));
    }
}
