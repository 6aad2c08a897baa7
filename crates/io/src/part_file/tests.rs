use std::fs;

use super::*;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("25mb.pdf");
    (folder, path)
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn open(path: &Path, existing: Existing, begin: Begin) -> io::Result<PartFile> {
    PartFile::open(path, existing, begin)
}

#[test]
fn b17_the_final_name_appears_only_when_the_file_is_whole() {
    let (folder, path) = folder();
    let part = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    part.write(3, b"def").unwrap();
    assert_eq!(names(&folder), ["25mb.pdf.part"]);
    part.write(0, b"abc").unwrap();
    part.finish(6).unwrap();
    drop(part);
    assert_eq!(names(&folder), ["25mb.pdf"]);
    assert_eq!(fs::read(&path).unwrap(), b"abcdef");
}

#[test]
fn b17_an_existing_file_stays_until_the_new_one_is_whole_and_for_ever_when_there_is_none() {
    let (folder, path) = folder();
    fs::write(&path, "old").unwrap();
    assert_eq!(open(&path, Existing::Refuse, Begin::Anew).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    let part = open(&path, Existing::Replace, Begin::Anew).unwrap();
    part.write(0, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    drop(part);
    assert_eq!((names(&folder), fs::read(&path).unwrap()), (vec!["25mb.pdf".into()], b"old".to_vec()));
    let part = open(&path, Existing::Replace, Begin::Anew).unwrap();
    part.write(0, b"new").unwrap();
    part.finish(3).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn a_file_that_appears_meanwhile_is_not_overwritten_and_the_download_is_not_lost() {
    let (folder, path) = folder();
    let part = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    part.write(0, b"mine").unwrap();
    fs::write(&path, "theirs").unwrap();
    let e = part.finish(4).unwrap_err();
    assert_eq!(e.kind(), io::ErrorKind::AlreadyExists);
    drop(part);
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    assert_eq!(fs::read(folder.path().join("25mb.pdf.part")).unwrap(), b"mine");
}

#[test]
fn two_downloads_to_one_name_do_not_mix() {
    let (_folder, path) = folder();
    let first = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    first.write(0, b"first").unwrap();
    let e = open(&path, Existing::Replace, Begin::Anew).unwrap_err();
    assert_eq!(e.kind(), io::ErrorKind::ResourceBusy, "{e}");
    first.finish(5).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"first");
    assert!(open(&path, Existing::Replace, Begin::Anew).is_ok(), "the lock ends with the download");
}

#[test]
fn b23_a_short_file_is_not_finished() {
    let (folder, path) = folder();
    let part = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    part.write(0, b"abc").unwrap();
    assert_eq!(part.finish(4).unwrap_err().kind(), io::ErrorKind::InvalidData);
    drop(part);
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn only_what_a_checkpoint_speaks_of_outlives_a_drop() {
    let (folder, path) = folder();
    let part = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    part.write(0, b"abc").unwrap();
    part.sync().unwrap();
    drop(part);
    assert_eq!(names(&folder), ["25mb.pdf.part"]);
    let part = open(&path, Existing::Refuse, Begin::Resume).unwrap();
    assert_eq!(part.written().unwrap(), 3);
    part.write(3, b"def").unwrap();
    part.finish(6).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"abcdef");
}

#[test]
fn what_is_given_up_is_removed_and_what_begins_anew_is_empty() {
    let (folder, path) = folder();
    let part = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    part.write(0, b"abcdef").unwrap();
    part.sync().unwrap();
    part.restart().unwrap();
    assert_eq!(part.written().unwrap(), 0);
    part.abandon();
    drop(part);
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn longer_remains_of_an_earlier_try_do_not_stay_behind_the_end() {
    let (_folder, path) = folder();
    let part = open(&path, Existing::Refuse, Begin::Anew).unwrap();
    part.write(0, b"abcdefgh").unwrap();
    part.finish(5).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"abcde");
}

#[test]
fn a_folder_and_a_name_in_no_folder_are_refused() {
    let (folder, path) = folder();
    let refused = |path: &Path| open(path, Existing::Replace, Begin::Anew).unwrap_err();
    assert_eq!(refused(folder.path()).kind(), io::ErrorKind::IsADirectory);
    let e = refused(&path.join("no/where"));
    assert!(matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory), "{e}");
    assert_eq!(refused(Path::new("/")).kind(), io::ErrorKind::InvalidInput);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_part_leads_nowhere() {
    let (folder, path) = folder();
    let elsewhere = folder.path().join("precious");
    fs::write(&elsewhere, "precious").unwrap();
    std::os::unix::fs::symlink(&elsewhere, folder.path().join("25mb.pdf.part")).unwrap();
    assert!(open(&path, Existing::Refuse, Begin::Anew).is_err());
    assert_eq!(fs::read(&elsewhere).unwrap(), b"precious");
}

#[cfg(unix)]
#[test]
fn a_part_that_is_also_the_finished_file_is_not_emptied() {
    let (folder, path) = folder();
    fs::write(&path, "finished just before a crash").unwrap();
    fs::hard_link(&path, folder.path().join("25mb.pdf.part")).unwrap();
    let part = open(&path, Existing::Replace, Begin::Anew).unwrap();
    part.write(0, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"finished just before a crash");
    part.finish(3).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_by_its_name_and_leaves_no_file() {
    let (_folder, path) = folder();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let part = PartFile {
        file: full,
        part: path.with_extension("part"),
        path: path.clone(),
        existing: Existing::Refuse,
        fate: AtomicU8::new(REMOVE),
    };
    let e = part.write(0, b"abc").unwrap_err();
    assert_eq!(e.kind(), io::ErrorKind::StorageFull);
    assert!(e.to_string().ends_with("the disk is full"), "{e}");
    drop(part);
    assert!(!path.exists());
}
