//! One cell of the table: a fault meets a deed, and what comes of it is looked at by hand.
use std::time::{Duration, Instant};

use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Fault, Faults};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{DownloadStrategy, Error, ErrorKind, RetryPolicy, Target, UploadStrategy};
use dataverse_files_tests::sockets::{
    DownloadJob, Driver, Setting, Site, Subject, UploadJob, content, hasty,
};

/// Of a block, chunk, range.
const PART: u64 = 20_000;
const SIZE: u64 = 4 * PART + 7;
const NOTE: &str = "annotations(10000000-0000-4000-8000-000000000001)";
const NEW: &str = "emails(00000000-0000-0000-0000-000000000001)/attachments";
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
    /// An attachment that is made with its file.
    NewRecord,
    /// The same by blocks.
    NewCommit,
    /// A note's content as text, in its record, by blocks.
    NoteText,
    NoteRecord,
    NoteBlocks,
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
            Deed::NewRecord => (Kind::Write, 1),
            Deed::NewCommit => (Kind::Commit, 1),
            Deed::NoteText => (Kind::Value, 1),
            // The first one tells name and size.
            Deed::NoteRecord => (Kind::Read, 2),
            Deed::NoteBlocks => (Kind::DownloadBlock, 2),
        }
    }

    /// What it is done to.
    fn target(self, site: &Site) -> Target {
        match self {
            Deed::NewRecord | Deed::NewCommit => NEW.parse().unwrap(),
            Deed::NoteText | Deed::NoteRecord | Deed::NoteBlocks => NOTE.parse().unwrap(),
            _ => site.column(),
        }
    }

    /// Puts there what is there before.
    fn prepare(self, site: &Site) {
        match self {
            Deed::NewRecord | Deed::NewCommit => {}
            Deed::NoteText | Deed::NoteRecord | Deed::NoteBlocks => {
                let body = base64_simd::STANDARD.encode_to_string(before());
                let note = format!(r#"{{"filename":"a.bin","documentbody":"{body}"}}"#);
                assert_eq!(site.ask("PATCH", NOTE, note.as_bytes()).status, 204);
            }
            _ => site.put(&before()),
        }
    }

    fn uploads(self) -> Option<UploadStrategy> {
        match self {
            Deed::Single | Deed::NewRecord => Some(UploadStrategy::Single),
            Deed::Chunks | Deed::LastChunk => Some(UploadStrategy::Chunked),
            Deed::Opening | Deed::Blocks | Deed::Commit | Deed::NewCommit => Some(UploadStrategy::Blocks),
            _ => None,
        }
    }

    fn downloads(self) -> Option<DownloadStrategy> {
        match self {
            Deed::Value | Deed::NoteText => Some(DownloadStrategy::Single),
            Deed::Ranges => Some(DownloadStrategy::Ranged),
            Deed::DownloadBlocks | Deed::NoteBlocks => Some(DownloadStrategy::Blocks),
            Deed::NoteRecord => Some(DownloadStrategy::Record),
            Deed::Sas => Some(DownloadStrategy::Sas),
            _ => None,
        }
    }

    /// Does it; that what it says is true is checked here.
    fn run(self, site: &Site, client: &dyn Subject) -> Result<(), Error> {
        let target = self.target(site);
        if let Some(strategy) = self.uploads() {
            let up = client.upload(UploadJob::by(content(SIZE), strategy, PART).to(&target))?;
            let there = if target.is_new() { made(site, &up.target) } else { site.file().unwrap() };
            assert!(there == content(SIZE), "success, and other bytes");
        } else if let Some(strategy) = self.downloads() {
            let (found, _) = client.download(DownloadJob::by(strategy, PART).from(&target))?;
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

/// The only attachment there is.
fn made(site: &Site, target: &Target) -> Vec<u8> {
    assert_eq!(attachments(site), 1, "success, and more than one record");
    let reply = site.ask("GET", &format!("{target}/body/$value"), b"");
    base64_simd::STANDARD.decode_to_vec(&reply.body).unwrap()
}

fn attachments(site: &Site) -> usize {
    let reply = site.ask("GET", "activitymimeattachments?$select=filename", b"");
    let list: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    list["value"].as_array().unwrap().len()
}

/// What is there before anything is done; as long as what is uploaded.
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
    deed.prepare(&site);
    let (kind, nth) = deed.meets();
    let last = if often == Often::Once { nth } else { nth + 60 };
    site.weather(Faults::script((nth..=last).map(|nth| (kind, nth, fault.clone()))));
    let client = driver.connect(Setting { retry: hurried(), ..site.setting() });
    let begun = Instant::now();
    let result = deed.run(&site, &*client);
    let cell = format!("{deed:?}, {name} ({often:?}), {driver:?}");
    match (outcome, &result) {
        (Outcome::Whole | Outcome::Either(_), Ok(())) => {}
        (Outcome::Fails(due), Err(e)) if e.kind() == due => assert_untouched(&site, deed, &cell),
        (Outcome::Either(due), Err(e)) if due.contains(&e.kind()) => {}
        _ => panic!("{cell}: {outcome:?} was due, not {result:?}"),
    }
    assert!(begun.elapsed() < LONGEST, "{cell}: took {:?}", begun.elapsed());
}

/// A failure that is certain has changed nothing. A wrong size after a commit is the exception: the file is there.
fn assert_untouched(site: &Site, deed: Deed, cell: &str) {
    site.weather(Faults::none());
    match deed {
        Deed::NewRecord | Deed::NewCommit => {
            assert_eq!(attachments(site), 0, "{cell}: failed, and yet there is a record");
            return;
        }
        Deed::NoteText | Deed::NoteRecord | Deed::NoteBlocks => return,
        _ => {}
    }
    let found = site.file().unwrap();
    let committed = site.server.requests_of(Kind::Commit) > 0;
    assert!(found == before() || committed, "{cell}: failed, and yet the file is another one");
}
