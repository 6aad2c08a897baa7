//! Transfers that stop and go on: in the same process here, in another one in `crash`.
use dataverse_files_emulator::faults::{Answer, ErrorBody, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{Checkpoint, DownloadCheckpoint, DownloadStrategy, Event, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Site, Subject, UploadJob, content};
use http::StatusCode;

const BLOCK: u64 = 1_000;
const BLOCKS: u64 = 12;

/// A definite no, which ends a transfer where it stands.
fn no() -> Fault {
    Fault::Answer(Answer {
        status: StatusCode::FORBIDDEN,
        retry_after: RetryAfter::Absent,
        body: ErrorBody::OData { code: "0x80040220", message: "not now" },
    })
}

/// Uploads until it fails; the last checkpoint that was kept.
fn broken_upload(client: &dyn Subject) -> Checkpoint {
    let mut kept = None;
    let checkpoints = Box::new(|checkpoint: &Checkpoint| {
        kept = Some(checkpoint.clone());
        Ok(())
    });
    let job = UploadJob::by(content(BLOCK * BLOCKS), UploadStrategy::Blocks, BLOCK);
    client.upload(UploadJob { parallel: 1, checkpoints: Some(checkpoints), ..job }).unwrap_err();
    kept.unwrap()
}

pub fn an_upload_goes_on_from_its_checkpoint(driver: Driver) {
    let site = Site::new(driver);
    site.weather(Faults::script([(Kind::Block, 8, no())]));
    let from = broken_upload(&*site.client());
    assert_eq!(from.blocks_done(), 7);
    let text = serde_json::to_string(&from).unwrap();
    site.weather(Faults::none());
    let job = UploadJob::by(content(BLOCK * BLOCKS), UploadStrategy::Blocks, BLOCK);
    let job = UploadJob { resume: Some(serde_json::from_str(&text).unwrap()), ..job };
    let (blocks, up) = site.counting(Kind::Block, || site.client().upload(job));
    up.unwrap();
    assert_eq!((blocks, site.server.requests_of(Kind::Commit)), (BLOCKS - 7, 1));
    assert!(site.file().unwrap() == content(BLOCK * BLOCKS));
}

pub fn a_commit_whose_answer_is_lost_is_not_repeated_by_resume(driver: Driver) {
    let site = Site::new(driver);
    // The commit is done and its answer lost; nothing that follows is allowed, so the doubt outlives the process.
    let looks = (2..20).map(|nth| (Kind::Read, nth, no()));
    site.weather(Faults::script(looks.chain([(Kind::Commit, 1, Fault::Lost)])));
    let from = broken_upload(&*site.client());
    assert!(from.commit_in_doubt());
    site.weather(Faults::none());
    let job = UploadJob::by(content(BLOCK * BLOCKS), UploadStrategy::Blocks, BLOCK);
    let up = site.client().upload(UploadJob { resume: Some(from), ..job }).unwrap();
    assert_eq!(site.server.requests_of(Kind::Block), BLOCKS, "no block came again");
    assert_eq!(site.server.requests_of(Kind::Commit), 1, "nor did the commit");
    assert_eq!(up.file_id, site.client().held(&site.column()).unwrap().file_id);
}

/// Downloads into a file until it fails; the last checkpoint that was kept.
fn broken_download(client: &dyn Subject, path: &std::path::Path) -> DownloadCheckpoint {
    let mut kept = None;
    let checkpoints = Box::new(|checkpoint: &DownloadCheckpoint| {
        kept = Some(checkpoint.clone());
        Ok(())
    });
    let job = DownloadJob::by(DownloadStrategy::Ranged, BLOCK);
    client.save(DownloadJob { parallel: 1, checkpoints: Some(checkpoints), ..job }, path).unwrap_err();
    kept.unwrap()
}

pub fn a_download_goes_on_from_its_checkpoint(driver: Driver) {
    let site = Site::new(driver);
    site.put(&content(BLOCK * BLOCKS));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy");
    site.weather(Faults::script([(Kind::Range, 6, no())]));
    let from = broken_download(&*site.client(), &path);
    assert_eq!(from.bytes_done(), 5 * BLOCK);
    assert!(!path.exists(), "never a part under the final name");
    site.weather(Faults::none());
    let job = DownloadJob { resume: Some(from), ..DownloadJob::by(DownloadStrategy::Ranged, BLOCK) };
    let (ranges, down) = site.counting(Kind::Range, || site.client().save(job, &path));
    down.unwrap();
    assert_eq!(ranges, BLOCKS - 5);
    assert!(std::fs::read(&path).unwrap() == content(BLOCK * BLOCKS));
}

pub fn d17_a_file_that_was_replaced_begins_anew(driver: Driver) {
    let site = Site::new(driver);
    site.put(&content(BLOCK * BLOCKS));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy");
    site.weather(Faults::script([(Kind::Range, 6, no())]));
    let from = broken_download(&*site.client(), &path);
    site.weather(Faults::none());
    let other: Vec<u8> = content(BLOCK * BLOCKS).iter().map(|byte| byte ^ 0x55).collect();
    site.put(&other);
    let mut restarts = 0;
    let events = Box::new(|event: &Event| restarts += u32::from(*event == Event::Restart));
    let job = DownloadJob::by(DownloadStrategy::Ranged, BLOCK);
    site.client().save(DownloadJob { resume: Some(from), events: Some(events), ..job }, &path).unwrap();
    assert_eq!(restarts, 1);
    assert!(std::fs::read(&path).unwrap() == other, "no byte of the file that is no more");
}
