use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::payload::{Slice, Stored};

fn put(store: &Disk, bytes: &[u8]) -> Stored {
    let mut writer = store.create().unwrap();
    writer.write(bytes).unwrap();
    writer.finish().unwrap()
}

fn keep(store: &Disk, key: &str, value: Value, durable: bool) {
    store.apply(&[Change { space: "files", key: key.into(), value: Some(value) }], durable).unwrap();
}

fn keys(store: &Disk) -> Vec<String> {
    store.load().unwrap().into_iter().map(|row| row.key).collect()
}

/// The folder as `kill -9` would leave it at this moment: all that was written, nothing closed.
pub(crate) fn killed(dir: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("blobs")).unwrap();
    for name in fs::read_dir(dir).unwrap().chain(fs::read_dir(dir.join("blobs")).unwrap()) {
        let path = name.unwrap().path();
        if path.is_file() {
            fs::copy(&path, copy.path().join(path.strip_prefix(dir).unwrap())).unwrap();
        }
    }
    copy
}

fn blob_files(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir.join("blobs")).unwrap();
    let mut names: Vec<String> = names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_block_and_its_row_survive_a_kill_even_when_not_durable() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let stored = put(&store, b"0123456789");
    keep(&store, "block", json!(stored), false);

    let copy = killed(dir.path());
    let revived = Disk::open(copy.path()).unwrap();
    assert_eq!(revived.load().unwrap()[0].value, json!(stored));
    assert_eq!(revived.read(stored.id, 0..10).unwrap(), "0123456789");
    assert_ne!(put(&revived, b"new").id, stored.id);
}

#[test]
fn a_commit_survives_a_kill_with_a_writer_at_work() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let stored = put(&store, b"0123456789");
    keep(&store, "file", json!([Slice { blob: stored.id, range: 2..9 }]), true);
    let mut writer = store.create().unwrap();
    writer.write(b"half a blo").unwrap();

    let copy = killed(dir.path());
    assert_eq!(blob_files(copy.path()).len(), 2);
    let revived = Disk::open(copy.path()).unwrap();
    assert_eq!(blob_files(copy.path()), [stored.id.0.to_string()], "the torn file is gone");
    assert_eq!(revived.read(stored.id, 2..9).unwrap(), "2345678");
}

#[test]
fn a_blob_that_no_row_names_is_swept_and_the_named_ones_stay() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let (named, forgotten) = (put(&store, b"named"), put(&store, b"forgotten"));
    keep(&store, "file", json!({"deep": [{"er": named}]}), false);
    drop(store);
    fs::write(dir.path().join("blobs/notes.txt"), "not ours").unwrap();

    let store = Disk::open(dir.path()).unwrap();
    assert_eq!(blob_files(dir.path()), [named.id.0.to_string(), "notes.txt".into()]);
    assert_eq!(store.read(forgotten.id, 0..1).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_row_whose_bytes_did_not_reach_the_disk_is_forgotten_and_never_served() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let (short, gone, whole) = (put(&store, b"0123456789"), put(&store, b"01234"), put(&store, b"01234"));
    for (key, stored) in [("short", short), ("gone", gone), ("whole", whole)] {
        keep(&store, key, json!({"block": stored}), false);
    }
    drop(store);
    let blob = |stored: Stored| dir.path().join("blobs").join(stored.id.0.to_string());
    File::options().write(true).open(blob(short)).unwrap().set_len(9).unwrap();
    fs::remove_file(blob(gone)).unwrap();

    let store = Disk::open(dir.path()).unwrap();
    assert_eq!(keys(&store), ["whole"]);
    assert_eq!(blob_files(dir.path()), [whole.id.0.to_string()]);
}

#[test]
fn two_stores_never_open_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let error = Disk::open(dir.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResourceBusy);
    assert!(error.to_string().contains("in use by another process"), "{error}");
    drop(store);
    Disk::open(dir.path()).unwrap();
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(Disk::open(dir.path()).unwrap());
    let database = dir.path().join("organization.sqlite");
    rusqlite::Connection::open(&database).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let error = Disk::open(dir.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().contains("written by a newer version (layout 2; this one knows 1)"), "{error}");
}

#[test]
fn a_database_of_another_program_and_a_file_that_is_none_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("organization.sqlite");
    rusqlite::Connection::open(&database).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    let error = Disk::open(dir.path()).unwrap_err();
    assert!(error.to_string().contains("a database of another program"), "{error}");
    fs::write(&database, "this is no database, it only has its name".repeat(100)).unwrap();
    assert_eq!(Disk::open(dir.path()).unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn a_folder_that_cannot_be_made_is_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let file: PathBuf = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Disk::open(&file.join("data")).unwrap_err();
    assert!(error.to_string().contains("cannot be made"), "{error}");
}

#[test]
fn a_range_past_the_end_is_an_error_and_a_removed_blob_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let stored = put(&store, b"0123456789");
    assert_eq!(store.read(stored.id, 3..6).unwrap(), "345");
    assert_eq!(store.read(stored.id, 3..11).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    #[expect(clippy::reversed_empty_ranges)]
    let reversed = store.read(stored.id, 6..3);
    assert_eq!(reversed.unwrap_err().kind(), ErrorKind::InvalidInput);
    store.remove(stored.id).unwrap();
    store.remove(stored.id).unwrap();
    assert_eq!(store.read(stored.id, 3..6).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn settling_survives_blobs_that_go_and_lets_a_durable_change_through() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let (stays, goes) = (put(&store, b"stays"), put(&store, b"goes"));
    fs::remove_file(dir.path().join("blobs").join(goes.id.0.to_string())).unwrap();
    store.settle().unwrap();
    keep(&store, "file", json!(stays), true);
    let removed = Change { space: "files", key: "g".into(), value: Some(json!(goes)) };
    assert_eq!(store.apply(&[removed], true).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_durable_change_that_names_a_missing_blob_is_refused_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = Disk::open(dir.path()).unwrap();
    let change = Change {
        space: "files",
        key: "f".into(),
        value: Some(json!([Slice { blob: BlobId(7), range: 0..1 }])),
    };
    assert_eq!(store.apply(&[change], true).unwrap_err().kind(), ErrorKind::NotFound);
    assert!(keys(&store).is_empty());
}
