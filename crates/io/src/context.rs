//! Says at which file something went wrong, in words for people.
use std::io;
use std::path::Path;

/// The same kind of error, with what was being done to which file.
pub(crate) fn at(doing: &str, path: &Path, e: &io::Error) -> io::Error {
    io::Error::new(e.kind(), format!("{doing} {}: {}", path.display(), cause(e)))
}

/// The system's own words, without its number where there are better ones.
fn cause(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".into(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        io::ErrorKind::NotFound => "there is no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_called_a_full_disk() {
        let e = at("writing", Path::new("a.part"), &io::ErrorKind::StorageFull.into());
        assert_eq!(e.to_string(), "writing a.part: the disk is full");
        assert_eq!(e.kind(), io::ErrorKind::StorageFull);
    }
}
