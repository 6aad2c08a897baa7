//! Where downloads are written.
use dataverse_files_emulator::faults::{Answer, Fault, Faults};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_io::{Begin, Existing, PartFile};
use dataverse_files_proto::{DownloadStrategy, ErrorKind};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Site, content};

pub fn an_existing_file_is_left_alone(driver: Driver) {
    let site = Site::new(driver);
    site.put(&content(5_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy");
    std::fs::write(&path, "precious").unwrap();
    let before = site.server.requests();
    let e = site.client().save(DownloadJob::new(), &path).unwrap_err();
    assert_eq!((e.kind(), site.server.requests()), (ErrorKind::Exists, before), "nothing was sent");
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    site.client().save(DownloadJob { overwrite: true, ..DownloadJob::new() }, &path).unwrap();
    assert!(std::fs::read(&path).unwrap() == content(5_000));
}

pub fn a_locked_place_is_left_alone(driver: Driver) {
    let site = Site::new(driver);
    site.put(&content(5_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy");
    let other = PartFile::open(&path, Existing::Refuse, Begin::Anew).unwrap();
    let e = site.client().save(DownloadJob::new(), &path).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Locked, "{e}");
    drop(other);
}

pub fn b17_a_failed_download_leaves_nothing_behind(driver: Driver) {
    let site = Site::new(driver);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy");
    let e = site.client().save(DownloadJob::new(), &path).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::NotFound);
    site.put(&content(5_000));
    let always = (1..50).map(|nth| (Kind::Range, nth, Fault::Answer(Answer::unexpected())));
    site.weather(Faults::script(always.skip(2)));
    std::fs::write(&path, "precious").unwrap();
    let job =
        DownloadJob { overwrite: true, parallel: 1, ..DownloadJob::by(DownloadStrategy::Ranged, 1_000) };
    let e = site.client().save(job, &path).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Server, "{e}");
    assert_eq!(
        std::fs::read(&path).unwrap(),
        b"precious",
        "what was there stays until the new file is whole"
    );
}
