//! What a driver is asked to do, in words that both have: a suite is written once and run for each.
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dataverse_files_io::UploadSource;
use dataverse_files_proto::{
    BoxError, Checkpoint, DownloadCheckpoint, DownloadStrategy, Downloaded, Error, Event, Held, Link, Target,
    UploadStrategy, Uploaded,
};

use super::{COLUMN, Setting, asynchronous, blocking};

/// Gives a token; told whether it has to be a fresh one.
pub type Tokens = Arc<dyn Fn(bool) -> Result<String, BoxError> + Send + Sync>;
/// Hears of every event.
pub type OnEvent<'a> = Box<dyn FnMut(&Event) + Send + 'a>;
/// Keeps checkpoints.
pub type OnCheckpoint<'a, C> = Box<dyn FnMut(&C) -> io::Result<()> + Send + 'a>;

/// Which adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Async, on tokio.
    Reqwest,
    /// Blocking, on threads.
    Ureq,
}

impl Driver {
    /// A client of this kind.
    pub fn connect(self, setting: Setting) -> Box<dyn Subject> {
        match self {
            Driver::Reqwest => Box::new(asynchronous::Client::new(setting)),
            Driver::Ureq => Box::new(blocking::Client::new(setting)),
        }
    }
}

/// One client.
pub trait Subject: Send + Sync {
    /// Uploads.
    ///
    /// # Errors
    /// The client's.
    fn upload(&self, job: UploadJob<'_>) -> Result<Uploaded, Error>;
    /// Downloads into memory, in whatever order the bytes come.
    ///
    /// # Errors
    /// The client's.
    fn download(&self, job: DownloadJob<'_>) -> Result<(Bytes, Downloaded), Error>;
    /// Downloads in order, as a stream or a reader. It is dropped after at least `enough` bytes, if the file has more.
    ///
    /// # Errors
    /// The client's.
    fn read(&self, job: DownloadJob<'_>, enough: usize) -> Result<(Vec<u8>, Option<Downloaded>), Error>;
    /// Downloads into a file.
    ///
    /// # Errors
    /// The client's.
    fn save(&self, job: DownloadJob<'_>, path: &Path) -> Result<Downloaded, Error>;
    /// Which file a target holds.
    ///
    /// # Errors
    /// The client's.
    fn held(&self, target: &Target) -> Result<Held, Error>;
    /// Empties a column, deletes a note or an attachment.
    ///
    /// # Errors
    /// The client's.
    fn delete(&self, target: &Target) -> Result<(), Error>;
    /// Deletes the file alone.
    ///
    /// # Errors
    /// The client's.
    fn delete_content(&self, target: &Target) -> Result<(), Error>;
    /// A shared access URL.
    ///
    /// # Errors
    /// The client's.
    fn link(&self, target: &Target) -> Result<Link, Error>;
}

/// An upload to be carried out; [`UploadJob::new`] goes to the seeded file column as `auto` would.
pub struct UploadJob<'a> {
    /// Where to.
    pub target: Target,
    /// From where.
    pub source: UploadSource,
    /// `None`: the source's own.
    pub name: Option<String>,
    /// Only blocks keep one.
    pub mime: Option<String>,
    /// `None`: `auto`.
    pub strategy: Option<UploadStrategy>,
    /// Requests in the air at once.
    pub parallel: usize,
    /// In bytes.
    pub block_size: u64,
    /// For all of it.
    pub deadline: Option<Duration>,
    /// Where to go on.
    pub resume: Option<Checkpoint>,
    /// Hears of every event.
    pub events: Option<OnEvent<'a>>,
    /// Keeps checkpoints.
    pub checkpoints: Option<OnCheckpoint<'a, Checkpoint>>,
}

impl UploadJob<'_> {
    /// These bytes, as `a.bin`.
    pub fn new(bytes: impl Into<UploadSource>) -> Self {
        Self {
            target: COLUMN.parse().unwrap(),
            source: bytes.into(),
            name: Some("a.bin".into()),
            mime: None,
            strategy: None,
            parallel: 4,
            block_size: 4_194_304,
            deadline: None,
            resume: None,
            events: None,
            checkpoints: None,
        }
    }

    /// In one way, by blocks of this size.
    pub fn by(bytes: impl Into<UploadSource>, strategy: UploadStrategy, block_size: u64) -> Self {
        Self { strategy: Some(strategy), block_size, ..Self::new(bytes) }
    }

    /// To another place.
    #[must_use]
    pub fn to(self, target: &Target) -> Self {
        Self { target: target.clone(), ..self }
    }
}

/// A download to be carried out; [`DownloadJob::new`] takes from the seeded file column as `auto` would.
pub struct DownloadJob<'a> {
    /// From where.
    pub target: Target,
    /// `None`: `auto`.
    pub strategy: Option<DownloadStrategy>,
    /// Requests in the air at once.
    pub parallel: usize,
    /// In bytes.
    pub part_size: u64,
    /// For all of it.
    pub deadline: Option<Duration>,
    /// Whether a file may be replaced.
    pub overwrite: bool,
    /// Where to go on.
    pub resume: Option<DownloadCheckpoint>,
    /// Hears of every event but data.
    pub events: Option<OnEvent<'a>>,
    /// Keeps checkpoints.
    pub checkpoints: Option<OnCheckpoint<'a, DownloadCheckpoint>>,
}

impl DownloadJob<'_> {
    /// Everything.
    pub fn new() -> Self {
        Self {
            target: COLUMN.parse().unwrap(),
            strategy: None,
            parallel: 4,
            part_size: 4_194_304,
            deadline: None,
            overwrite: false,
            resume: None,
            events: None,
            checkpoints: None,
        }
    }

    /// In one way, by parts of this size.
    pub fn by(strategy: DownloadStrategy, part_size: u64) -> Self {
        Self { strategy: Some(strategy), part_size, ..Self::new() }
    }

    /// From another place.
    #[must_use]
    pub fn from(self, target: &Target) -> Self {
        Self { target: target.clone(), ..self }
    }
}

impl Default for DownloadJob<'_> {
    fn default() -> Self {
        Self::new()
    }
}
