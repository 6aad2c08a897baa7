//! The two HTTP engines behind one set of verbs, so that every command works the same with both.
mod asynchronous;
mod blocking;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dataverse_files_io::{Sink, Source};
use dataverse_files_reqwest::{
    Bytes, Call, Checkpoint, DownloadCheckpoint, DownloadStrategy, Downloaded, Error, Event, Held, ImageSize,
    Organization, RetryPolicy, Table, Target, UploadStrategy, Uploaded,
};

use crate::arguments::{Common, EngineName};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::report::Report;
use crate::site::Site;

/// Carries requests to one organization.
#[derive(Debug)]
pub(crate) struct Engine {
    kind: Kind,
    /// The client's clock began about now: moments of its events count from here.
    zero: Instant,
}

#[derive(Debug)]
enum Kind {
    Async(asynchronous::Client),
    Blocking(blocking::Client),
}

/// Bytes that may be held back so that others can go before them, when a download is wanted in order.
const HELD_BACK: u64 = 16 * 1024 * 1024;
/// Largest part of a download (D6, D25), and the smallest one worth a request of its own, in bytes.
const PART_SIZES: [u64; 2] = [4_194_304, 262_144];

/// Keeps a checkpoint durably.
pub(crate) type Keep<C> = Box<dyn FnMut(&C) -> io::Result<()> + Send>;

/// An upload as the command line asks for it.
pub(crate) struct UploadJob {
    pub(crate) target: Target,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) name: String,
    pub(crate) mime: Option<String>,
    pub(crate) strategy: Option<UploadStrategy>,
    pub(crate) parallel: usize,
    pub(crate) block_size: u64,
    pub(crate) resume: Option<Checkpoint>,
    pub(crate) keep: Option<Keep<Checkpoint>>,
    pub(crate) deadline: Option<Duration>,
}

/// A download as the command line asks for it.
pub(crate) struct DownloadJob {
    pub(crate) target: Target,
    pub(crate) strategy: Option<DownloadStrategy>,
    /// Of an image column.
    pub(crate) image_size: ImageSize,
    pub(crate) parallel: usize,
    pub(crate) part_size: u64,
    pub(crate) resume: Option<DownloadCheckpoint>,
    pub(crate) keep: Option<Keep<DownloadCheckpoint>>,
    pub(crate) deadline: Option<Duration>,
}

impl DownloadJob {
    /// The whole file, in the way that suits it.
    pub(crate) fn new(target: impl Into<Target>, deadline: Option<Duration>) -> DownloadJob {
        let [part_size, _] = PART_SIZES;
        DownloadJob {
            target: target.into(),
            strategy: None,
            image_size: ImageSize::Full,
            parallel: 4,
            part_size,
            resume: None,
            keep: None,
            deadline,
        }
    }
}

/// Who is told what happens during a transfer.
#[derive(Debug)]
pub(crate) struct Watch {
    report: Option<Arc<Report>>,
}

impl Watch {
    pub(crate) fn new(report: Arc<Report>) -> Watch {
        Watch { report: Some(report) }
    }

    /// Nobody is.
    pub(crate) fn silent() -> Watch {
        Watch { report: None }
    }

    fn event(&self, event: &Event, zero: Instant) {
        let Some(report) = &self.report else { return };
        match event {
            Event::Progress { done, total } => report.progress(*done, *total),
            Event::Retry { attempt, at, why } => {
                report.retry(*attempt, at.0.saturating_sub(zero.elapsed()), why);
            }
            Event::Restart => report.restarted(),
            _ => {}
        }
    }
}

impl Engine {
    pub(crate) fn new(
        common: &Common,
        site: &Site,
        interrupt: Arc<Interrupt>,
        time_left: Option<Duration>,
    ) -> Result<Engine, Failure> {
        let retry = RetryPolicy { deadline: time_left, ..RetryPolicy::default() };
        let kind = match common.engine {
            EngineName::Async => {
                Kind::Async(asynchronous::Client::new(site, common.api_version, retry, interrupt)?)
            }
            EngineName::Blocking => {
                Kind::Blocking(blocking::Client::new(site, common.api_version, retry, interrupt)?)
            }
        };
        Ok(Engine { kind, zero: Instant::now() })
    }

    /// Ask one question.
    pub(crate) fn call<T: Send>(
        &self,
        ask: impl FnOnce(&Organization) -> Result<Call<T>, Error>,
    ) -> Result<T, Failure> {
        match &self.kind {
            Kind::Async(client) => client.call(ask),
            Kind::Blocking(client) => client.call(ask),
        }
    }

    /// A table's names, asked for once.
    pub(crate) fn table(&self, set: &str) -> Result<Table, Failure> {
        match &self.kind {
            Kind::Async(client) => client.table(set),
            Kind::Blocking(client) => client.table(set),
        }
    }

    pub(crate) fn held(&self, target: &Target) -> Result<Held, Failure> {
        match &self.kind {
            Kind::Async(client) => client.held(target),
            Kind::Blocking(client) => client.held(target),
        }
    }

    pub(crate) fn delete(&self, target: &Target) -> Result<(), Failure> {
        match &self.kind {
            Kind::Async(client) => client.delete(target),
            Kind::Blocking(client) => client.delete(target),
        }
    }

    pub(crate) fn upload(&self, job: UploadJob, watch: &Watch) -> Result<Uploaded, Failure> {
        let tell = |event: &Event| watch.event(event, self.zero);
        match &self.kind {
            Kind::Async(client) => client.upload(job, tell),
            Kind::Blocking(client) => client.upload(job, tell),
        }
    }

    /// To a place that takes bytes in any order.
    pub(crate) fn download(
        &self,
        job: DownloadJob,
        watch: &Watch,
        sink: Arc<dyn Sink>,
    ) -> Result<Downloaded, Failure> {
        let tell = |event: &Event| watch.event(event, self.zero);
        match &self.kind {
            Kind::Async(client) => client.download(job, tell, sink),
            Kind::Blocking(client) => client.download(job, tell, sink),
        }
    }

    /// In order. What was taken cannot be taken back; only success says that it was right. The more parts there are in
    /// the air, the smaller they are: what came too early is kept in memory.
    pub(crate) fn read(
        &self,
        mut job: DownloadJob,
        watch: &Watch,
        take: &mut dyn FnMut(Bytes) -> Result<(), Failure>,
    ) -> Result<Downloaded, Failure> {
        let [largest, smallest] = PART_SIZES;
        job.part_size = (HELD_BACK / job.parallel.max(1) as u64).clamp(smallest, largest);
        let tell = |event: &Event| watch.event(event, self.zero);
        match &self.kind {
            Kind::Async(client) => client.read(job, tell, take),
            Kind::Blocking(client) => client.read(job, tell, take),
        }
    }
}

/// A stream that ended without saying what it was.
fn no_outcome() -> Failure {
    Failure::new(crate::exit::Exit::Integrity, "protocol", "the download ended without a result")
}
