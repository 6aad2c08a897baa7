//! What is no longer wanted holds nothing: the emulator takes only as many connections as one transfer uses, so the next
//! one is served only when the first has let go of them.
use std::time::Duration;

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Fault, Faults, Handling};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_emulator::server::Limits;
use dataverse_files_proto::{DownloadStrategy, ErrorKind, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Site, UploadJob, content};

const PART: u64 = 10_000;

fn narrow(driver: Driver) -> Site {
    let limits = Limits { connections: 4, ..Limits::default() };
    let options = Options { chunk_size: PART, ..Options::default() };
    Site::start(driver, Emulator::builder().limits(limits).options(options))
}

/// These requests are never answered.
fn silence(kind: Kind, from: u64) -> Faults {
    Faults::script((from..from + 8).map(|nth| (kind, nth, Fault::Silence(Handling::Ignored))))
}

pub fn a_reader_that_is_dropped_frees_its_connections(driver: Driver) {
    let site = narrow(driver);
    site.put(&content(20 * PART));
    // The first part comes, those after it hang: the reader is dropped with three requests in the air.
    site.weather(silence(Kind::Range, 2));
    let client = site.client();
    let (begun, _) = client.read(DownloadJob::by(DownloadStrategy::Ranged, PART), 100).unwrap();
    assert!(content(20 * PART).starts_with(&begun));
    site.weather(Faults::none());
    let (found, _) = site.client().download(DownloadJob::by(DownloadStrategy::Ranged, PART)).unwrap();
    assert!(found == content(20 * PART));
}

pub fn a_transfer_past_its_deadline_frees_its_connections(driver: Driver) {
    let site = narrow(driver);
    site.weather(silence(Kind::Block, 3));
    let client = site.client();
    let job = UploadJob::by(content(20 * PART), UploadStrategy::Blocks, PART);
    let e = client.upload(UploadJob { deadline: Some(Duration::from_millis(300)), ..job }).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Deadline, "{e}");
    site.weather(Faults::none());
    site.client().upload(UploadJob::by(content(20 * PART), UploadStrategy::Blocks, PART)).unwrap();
    assert!(site.file().unwrap() == content(20 * PART));
}
