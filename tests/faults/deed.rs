//! One cell of the table: a fault meets a deed, and what comes of it is looked at by hand.
use std::time::{Duration, Instant};

use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Fault, Faults};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{DownloadStrategy, Error, ErrorKind, RetryPolicy, UploadStrategy};
use dataverse_files_tests::sockets::{
    DownloadJob, Driver, Setting, Site, Subject, UploadJob, content, hasty,
};

/// Of a block, chunk, range.
const PART: u64 = 20_000;
const SIZE: u64 = 4 * PART + 7;
/// No cell takes longer, whatever happens in it.
const LONGEST: Duration = Duration::from_secs(15);

/// What is done, and which of its requests the fault meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Single,
    Chunks,
    LastChunk,
    Opening,
    Blocks,
    Commit,
    Value,
    Ranges,
    DownloadBlocks,
    Sas,
    Delete,
    Look,
}

/// How many of those requests it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// The second one where there are several.
    Once,
    /// All.
    Always,
}

/// What comes of it.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// Success, with identical bytes.
    Whole,
    /// An error of this kind; the organization holds what it held before.
    Fails(ErrorKind),
    /// Success with identical bytes, or an error of one of these kinds.
    Either(&'static [ErrorKind]),
}

impl Deed {
    fn meets(self) -> (Kind, u64) {
        match self {
            Deed::Single => (Kind::Single, 1),
            Deed::Chunks => (Kind::Chunk, 2),
            Deed::LastChunk => (Kind::Chunk, 5),
            Deed::Opening => (Kind::InitializeUpload, 1),
            Deed::Blocks => (Kind::Block, 2),
            Deed::Commit => (Kind::Commit, 1),
            Deed::Value => (Kind::Value, 1),
            Deed::Ranges => (Kind::Range, 2),
            Deed::DownloadBlocks => (Kind::DownloadBlock, 2),
            Deed::Sas => (Kind::Storage, 2),
            Deed::Delete => (Kind::DeleteFile, 1),
            Deed::Look => (Kind::Read, 1),
        }
    }

    fn uploads(self) -> Option<UploadStrategy> {
        match self {
            Deed::Single => Some(UploadStrategy::Single),
            Deed::Chunks | Deed::LastChunk => Some(UploadStrategy::Chunked),
            Deed::Opening | Deed::Blocks | Deed::Commit => Some(UploadStrategy::Blocks),
            _ => None,
        }
    }

    fn downloads(self) -> Option<DownloadStrategy> {
        match self {
            Deed::Value => Some(DownloadStrategy::Single),
            Deed::Ranges => Some(DownloadStrategy::Ranged),
            Deed::DownloadBlocks => Some(DownloadStrategy::Blocks),
            Deed::Sas => Some(DownloadStrategy::Sas),
            _ => None,
        }
    }

    /// Does it; that what it says is true is checked here.
    fn run(self, site: &Site, client: &dyn Subject) -> Result<(), Error> {
        if let Some(strategy) = self.uploads() {
            client.upload(UploadJob::by(content(SIZE), strategy, PART))?;
            assert!(site.file().unwrap() == content(SIZE), "success, and other bytes");
        } else if let Some(strategy) = self.downloads() {
            let (found, _) = client.download(DownloadJob::by(strategy, PART))?;
            assert!(found == before(), "success, and other bytes");
        } else if self == Deed::Delete {
            client.delete(&site.column())?;
            assert_eq!(site.file(), None, "success, and the file is there");
        } else {
            assert!(client.held(&site.column())?.file_id.is_some(), "success, and no file is seen");
        }
        Ok(())
    }
}

/// What the column holds before anything is done; as long as what is uploaded.
fn before() -> Vec<u8> {
    content(SIZE).iter().map(|byte| byte ^ 0x5A).collect()
}

/// Silence ends after a third of a second; there are three attempts.
pub fn hurried() -> RetryPolicy {
    RetryPolicy { max_attempts: 3, idle: Duration::from_millis(300), min_rate: 1 << 20, ..hasty() }
}

/// One cell.
pub fn check(driver: Driver, deed: Deed, name: &str, fault: &Fault, often: Often, outcome: Outcome) {
    let site = Site::with(driver, Options { chunk_size: PART, ..Options::default() });
    site.put(&before());
    let (kind, nth) = deed.meets();
    let last = if often == Often::Once { nth } else { nth + 60 };
    site.weather(Faults::script((nth..=last).map(|nth| (kind, nth, fault.clone()))));
    let client = driver.connect(Setting { retry: hurried(), ..site.setting() });
    let begun = Instant::now();
    let result = deed.run(&site, &*client);
    let cell = format!("{deed:?}, {name} ({often:?}), {driver:?}");
    match (outcome, &result) {
        (Outcome::Whole | Outcome::Either(_), Ok(())) => {}
        (Outcome::Fails(due), Err(e)) if e.kind() == due => assert_untouched(&site, &cell),
        (Outcome::Either(due), Err(e)) if due.contains(&e.kind()) => {}
        _ => panic!("{cell}: {outcome:?} was due, not {result:?}"),
    }
    assert!(begun.elapsed() < LONGEST, "{cell}: took {:?}", begun.elapsed());
}

/// A failure that is certain has changed nothing. A wrong size after a commit is the exception: the file is there.
fn assert_untouched(site: &Site, cell: &str) {
    site.weather(Faults::none());
    let found = site.file().unwrap();
    let committed = site.server.requests_of(Kind::Commit) > 0;
    assert!(found == before() || committed, "{cell}: failed, and yet the file is another one");
}
