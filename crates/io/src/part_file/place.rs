//! What a [`PartFile`](super::PartFile) asks of the file system, where systems differ.
use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::context::at;

/// Give a file its final name unless that name is taken, in one step: a check before a rename could be overtaken.
pub(super) fn without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {
            // The file is where it belongs; a second name for it does no harm.
            let _ = fs::remove_file(from);
            Ok(())
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        // A file system without hard links, such as FAT: as close to one step as it allows.
        Err(_) if to.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

/// A link where the `.part` belongs would lead the bytes to another place.
pub(super) fn refuse_link(part: &Path) -> io::Result<()> {
    match part.symlink_metadata() {
        Ok(metadata) if !metadata.is_file() => {
            let why = format!("{} is there and is not a regular file; remove it", part.display());
            Err(io::Error::new(io::ErrorKind::InvalidInput, why))
        }
        _ => Ok(()),
    }
}

/// Which names an open file has.
pub(super) enum Found {
    /// The one it was opened by, and no other.
    Here,
    /// That one and another: a crash came between giving the final name and removing this one.
    AlsoElsewhere,
    /// It has been moved since it was opened.
    Elsewhere,
}

#[cfg(unix)]
pub(super) fn is_only_at(file: &File, part: &Path) -> io::Result<Found> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata().map_err(|e| at("reading", part, &e))?;
    let here =
        part.symlink_metadata().is_ok_and(|named| (named.dev(), named.ino()) == (open.dev(), open.ino()));
    Ok(match (here, open.nlink()) {
        (true, 0 | 1) => Found::Here,
        (true, _) => Found::AlsoElsewhere,
        (false, _) => Found::Elsewhere,
    })
}

#[cfg(not(unix))]
pub(super) fn is_only_at(_: &File, part: &Path) -> io::Result<Found> {
    part.symlink_metadata().map(|_| Found::Here).map_err(|e| at("reading", part, &e))
}

/// Make a new name durable. Some file systems do not take this for folders; then there is nothing to make durable either.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(e) if !matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied) => {
            Err(at("writing", folder, &e))
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
pub(super) fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
pub(super) fn write_all_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => (bytes, offset) = (&bytes[n..], offset + n as u64),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
