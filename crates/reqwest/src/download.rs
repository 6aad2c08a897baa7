//! One download, as callers ask for it.
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use dataverse_files_io::{Begin, Existing, Memory, PartFile, Progress, Sink};

use crate::blocking::blocking;
use crate::drive::{Drive, Step};
use crate::hooks::Hooks;
use crate::{
    Client, Download, DownloadCheckpoint, DownloadPlan, DownloadStrategy, DownloadStream, Downloaded, Error,
    ErrorKind, Event, ImageSize, Target,
};

/// A download to be: settings, then one of [`to_file`](Self::to_file), [`to_sink`](Self::to_sink), [`bytes`](Self::bytes) and
/// [`stream`](Self::stream). Dropping what is awaited aborts the requests in the air.
///
/// ```no_run
/// # async fn example(client: dataverse_files_reqwest::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let column: dataverse_files_reqwest::Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// let downloaded = client.download(&column).parallel(8).to_file("25mb.pdf").await?;
/// println!("{} bytes, called {:?}", downloaded.size, downloaded.name);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is downloaded before its destination is named"]
pub struct DownloadRequest<'a> {
    client: Client,
    target: Target,
    settings: Settings,
    existing: Existing,
    resume: Option<DownloadCheckpoint>,
    hooks: Hooks<'a, Download>,
}

#[derive(Clone, Default)]
struct Settings {
    strategy: Option<DownloadStrategy>,
    image_size: ImageSize,
    parallel: Option<usize>,
    part_size: Option<u64>,
    deadline: Option<Duration>,
}

impl<'a> DownloadRequest<'a> {
    pub(crate) fn new(client: Client, target: Target) -> Self {
        let (settings, hooks) = (Settings::default(), Hooks::default());
        Self { client, target, settings, existing: Existing::Refuse, resume: None, hooks }
    }

    /// One way instead of the one that the service turns out to allow.
    pub fn strategy(mut self, strategy: DownloadStrategy) -> Self {
        self.settings.strategy = Some(strategy);
        self
    }

    /// Which of the two sizes of an image ([`Column::as_image`](crate::Column::as_image)); full by default, and of no meaning for a file.
    ///
    /// Where only the thumbnail of an image is stored, the full one is [`ErrorKind::NoFullImage`].
    pub fn image_size(mut self, size: ImageSize) -> Self {
        self.settings.image_size = size;
        self
    }

    /// Most requests in the air at once; 4 by default.
    pub fn parallel(mut self, requests: usize) -> Self {
        self.settings.parallel = Some(requests);
        self
    }

    /// Bytes of one range or block, 1 to 4,194,304 (D6, D25), which is the default.
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.settings.part_size = Some(bytes);
        self
    }

    /// Time for the whole download, look-ups included.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.settings.deadline = Some(limit);
        self
    }

    /// Whether [`to_file`](Self::to_file) may replace a file that is there; it may not by default.
    pub fn overwrite(mut self, yes: bool) -> Self {
        self.existing = if yes { Existing::Replace } else { Existing::Refuse };
        self
    }

    /// Called with every step forward, on the task that awaits the download.
    pub fn progress(mut self, progress: impl FnMut(Progress) + Send + 'a) -> Self {
        self.hooks.progress = Some(Box::new(progress));
        self
    }

    /// Called with every event but [`Event::Data`], on the task that awaits the download.
    pub fn events(mut self, events: impl FnMut(&Event) + Send + 'a) -> Self {
        self.hooks.events = Some(Box::new(events));
        self
    }

    /// Called with what another process needs to go on: once it is known which file it is, now and then while bytes
    /// arrive, before the download begins anew, and when it fails. What the checkpoint speaks of has been made durable
    /// ([`Sink::sync`]). It should make the checkpoint durable before it returns, quickly: it runs on the task that awaits
    /// the download. Not called for [`bytes`](Self::bytes) and [`stream`](Self::stream).
    ///
    /// An error of it fails the download ([`ErrorKind::Sink`]).
    pub fn checkpoints(
        mut self,
        keep: impl FnMut(&DownloadCheckpoint) -> io::Result<()> + Send + 'a,
    ) -> Self {
        self.hooks.checkpoints = Some(Box::new(keep));
        self
    }

    /// Go on from a checkpoint, with a destination that still has what it speaks of. When the service holds another file by
    /// now, the download begins anew ([`Event::Restart`]).
    pub fn resume(mut self, from: DownloadCheckpoint) -> Self {
        self.resume = Some(from);
        self
    }

    /// Into a file, which appears under its name when it is whole; until then it is `<path>.part` ([`PartFile`]).
    ///
    /// # Errors
    /// [`ErrorKind::Exists`], [`ErrorKind::Locked`] and [`ErrorKind::Sink`] about the destination; else what [`Error::kind`] says.
    pub async fn to_file(mut self, path: impl AsRef<Path>) -> Result<Downloaded, Error> {
        let (path, existing) = (path.as_ref().to_owned(), self.existing);
        let due = self.resume.as_ref().map(DownloadCheckpoint::reach);
        let begin = if due.is_some() { Begin::Resume } else { Begin::Anew };
        let opened = blocking(move || {
            let part = PartFile::open(path, existing, begin)?;
            let written = part.written()?;
            Ok((part, written))
        });
        let (part, written) = opened.await.map_err(|e| unwritable("open destination", e))?;
        if due.is_some_and(|due| written < due) {
            // The bytes are gone that the checkpoint speaks of.
            self.resume = None;
            self.hooks.tell(&Event::Restart)?;
        }
        self.to_sink(Arc::new(part)).await
    }

    /// Into a destination of the caller's own. It is finished when the file is whole and has been compared with what the
    /// service announced.
    ///
    /// # Errors
    /// Those of the sink as [`ErrorKind::Sink`]; else what [`Error::kind`] says.
    pub async fn to_sink(mut self, sink: Arc<dyn Sink>) -> Result<Downloaded, Error> {
        self.hooks.sink = Some(sink.clone());
        self.hooks.last.clone_from(&self.resume);
        let resumable = self.hooks.checkpoints.is_some() || self.resume.is_some();
        let resume = self.resume.take();
        self.into_sink(sink, |plan| DownloadPlan { resumable, resume, ..plan }).await
    }

    /// Into memory, at most `limit` bytes: a longer file is an error as soon as its length is known.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`]; else what [`Error::kind`] says.
    pub async fn bytes(mut self, limit: u64) -> Result<Bytes, Error> {
        self.refuse_resume("bytes")?;
        let memory = Arc::new(Memory::new(limit));
        self.into_sink(memory.clone(), |plan| DownloadPlan { limit: Some(limit), ..plan }).await?;
        Ok(memory.take())
    }

    /// As a stream of bytes in order. At most [`parallel`](Self::parallel) parts are held back for order's sake. Bytes come
    /// before the whole is known to be right: only the stream's end says that it is.
    pub fn stream(self) -> DownloadStream<'a> {
        DownloadStream::new(self)
    }

    async fn into_sink(
        self,
        sink: Arc<dyn Sink>,
        change: impl FnOnce(DownloadPlan) -> DownloadPlan,
    ) -> Result<Downloaded, Error> {
        let mut drive = self.drive(change).await?;
        loop {
            match drive.next().await? {
                Step::Event(Event::Data { offset, bytes }) => {
                    let sink = sink.clone();
                    let written = blocking(move || sink.write(offset, &bytes)).await;
                    written.map_err(|e| unwritable("write destination", e))?;
                }
                Step::Event(event) => {
                    drive.keep.tell(&event)?;
                    if event == Event::Restart {
                        let sink = sink.clone();
                        let emptied = blocking(move || sink.restart()).await;
                        emptied.map_err(|e| unwritable("empty destination", e))?;
                    }
                }
                Step::Done(downloaded) => {
                    let size = downloaded.size;
                    let finished = blocking(move || sink.finish(size)).await;
                    finished.map_err(|e| unwritable("finish destination", e))?;
                    return Ok(downloaded);
                }
            }
        }
    }

    /// In order: nothing can be taken back, and what is early is bounded.
    pub(crate) async fn drive_in_order(mut self) -> Result<Drive<Download, Hooks<'a, Download>>, Error> {
        self.refuse_resume("stream")?;
        self.drive(|plan| DownloadPlan { ahead: Some(plan.window.max(1)), may_restart: false, ..plan }).await
    }

    async fn drive(
        self,
        change: impl FnOnce(DownloadPlan) -> DownloadPlan,
    ) -> Result<Drive<Download, Hooks<'a, Download>>, Error> {
        let begun = Instant::now();
        let Self { client, target, settings, hooks, .. } = self;
        let mut plan = change(settings.plan(&client, target));
        plan.check()?;
        if plan.needs_table().is_some() {
            plan.target = client.with_table(plan.target, plan.retry.deadline).await?;
        }
        plan.retry.deadline = plan.retry.deadline.map(|limit| limit.saturating_sub(begun.elapsed()));
        Ok(Drive::new(client.wire(), Download::new(plan)?, Arc::new(Bytes::new()), hooks))
    }

    fn refuse_resume(&mut self, way: &str) -> Result<(), Error> {
        self.hooks.checkpoints = None;
        match self.resume {
            Some(_) => {
                Err(Error::input(format!("{way} cannot go on from a checkpoint; to_file and to_sink can")))
            }
            None => Ok(()),
        }
    }
}

impl Settings {
    fn plan(self, client: &Client, target: Target) -> DownloadPlan {
        let plan = DownloadPlan::new(client.organization().clone(), target);
        DownloadPlan {
            strategy: self.strategy,
            image_size: self.image_size,
            window: self.parallel.unwrap_or(plan.window),
            part_size: self.part_size.unwrap_or(plan.part_size),
            affinity: client.affinity(),
            retry: client.policy(self.deadline),
            ..plan
        }
    }
}

/// What a destination's error means.
fn unwritable(step: &'static str, e: io::Error) -> Error {
    let kind = match e.kind() {
        io::ErrorKind::AlreadyExists => ErrorKind::Exists,
        io::ErrorKind::ResourceBusy => ErrorKind::Locked,
        io::ErrorKind::FileTooLarge => ErrorKind::TooLarge,
        io::ErrorKind::InvalidData => ErrorKind::Integrity,
        _ => ErrorKind::Sink,
    };
    Error::new(kind, step).because(e)
}

impl fmt::Debug for DownloadRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DownloadRequest({})", self.target)
    }
}
