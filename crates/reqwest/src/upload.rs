//! One upload, as callers ask for it.
use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

use dataverse_files_io::{Progress, UploadSource, media_type};

use crate::blocking::blocking;
use crate::builder::{new_id, random};
use crate::drive::{Drive, Step};
use crate::hooks::Hooks;
use crate::{Checkpoint, Client, Error, Event, Target, Upload, UploadPlan, UploadStrategy, Uploaded};

/// An upload to be: settings, then `.await` (or [`UploadRequest::run`]). Dropping what is awaited aborts the requests in the
/// air; the file is then not visible, unless its commit was on its way.
///
/// ```no_run
/// # async fn example(client: dataverse_files_reqwest::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::path::Path;
/// use dataverse_files_reqwest::{Column, UploadStrategy};
///
/// let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// let uploaded = client
///     .upload(&column, Path::new("25mb.pdf"))
///     .strategy(UploadStrategy::Blocks)
///     .parallel(8)
///     .progress(|p| println!("{:.0} %", p.fraction() * 100.0))
///     .await?;
/// println!("{} bytes, file id {:?}", uploaded.size, uploaded.file_id);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is uploaded before it is awaited"]
pub struct UploadRequest<'a> {
    client: Client,
    target: Target,
    source: UploadSource,
    settings: Settings,
    resume: Option<Checkpoint>,
    hooks: Hooks<'a, Upload>,
}

#[derive(Default)]
struct Settings {
    name: Option<String>,
    mime: Option<String>,
    strategy: Option<UploadStrategy>,
    parallel: Option<usize>,
    block_size: Option<u64>,
    deadline: Option<Duration>,
}

impl<'a> UploadRequest<'a> {
    pub(crate) fn new(client: Client, target: Target, source: UploadSource) -> Self {
        let (settings, hooks) = (Settings::default(), Hooks::default());
        Self { client, target, source, settings, resume: None, hooks }
    }

    /// The file's name on the service; a path's own name by default, and needed for anything else. 1 to 255 characters.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// The file's MIME type. In a column only blocks keep it (U12), so it chooses them; without, it is what the name's
    /// extension says.
    pub fn mime(mut self, mime: impl Into<String>) -> Self {
        self.settings.mime = Some(mime.into());
        self
    }

    /// One way instead of the one that suits the size.
    pub fn strategy(mut self, strategy: UploadStrategy) -> Self {
        self.settings.strategy = Some(strategy);
        self
    }

    /// Most requests in the air at once; 4 by default. Chunks go one by one (U5).
    pub fn parallel(mut self, requests: usize) -> Self {
        self.settings.parallel = Some(requests);
        self
    }

    /// Bytes of one block, 1 to 4,194,304 (U15), which is the default.
    pub fn block_size(mut self, bytes: u64) -> Self {
        self.settings.block_size = Some(bytes);
        self
    }

    /// Time for the whole upload, look-ups included.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.settings.deadline = Some(limit);
        self
    }

    /// Called with every step forward, on the task that awaits the upload.
    pub fn progress(mut self, progress: impl FnMut(Progress) + Send + 'a) -> Self {
        self.hooks.progress = Some(Box::new(progress));
        self
    }

    /// Called with every event, on the task that awaits the upload.
    pub fn events(mut self, events: impl FnMut(&Event) + Send + 'a) -> Self {
        self.hooks.events = Some(Box::new(events));
        self
    }

    /// Called with what another process needs to go on: when the upload's session is open, now and then while it
    /// goes forward, always before a request that could make the file visible, and when it fails. It should make the
    /// checkpoint durable before it returns, quickly: it runs on the task that awaits the upload.
    ///
    /// An error of it fails the upload ([`ErrorKind::Sink`](crate::ErrorKind::Sink)).
    pub fn checkpoints(mut self, keep: impl FnMut(&Checkpoint) -> io::Result<()> + Send + 'a) -> Self {
        self.hooks.checkpoints = Some(Box::new(keep));
        self
    }

    /// Go on from a checkpoint. Whether the source is still the same is for the caller to compare
    /// ([`Saved::of_source`](crate::Saved::of_source)).
    pub fn resume(mut self, from: Checkpoint) -> Self {
        self.resume = Some(from);
        self
    }

    /// Carry it out.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) before anything is sent: a source that cannot be opened or is empty, no
    /// name, settings that do not fit together. Else what [`Error::kind`] says.
    pub async fn run(self) -> Result<Uploaded, Error> {
        let begun = Instant::now();
        let Self { client, target, source, settings, resume, hooks } = self;
        let opened = blocking(move || source.open()).await.map_err(Error::input)?;
        let mut plan = settings.plan(&client, target, opened.name, opened.source.len())?;
        if plan.needs_table().is_some() {
            plan.target = client.with_table(plan.target, plan.retry.deadline).await?;
        }
        plan.retry.deadline = plan.retry.deadline.map(|limit| limit.saturating_sub(begun.elapsed()));
        let session = match resume {
            Some(from) => Upload::resume(plan, from)?,
            None => Upload::new(plan)?,
        };
        let mut drive = Drive::new(client.wire(), session, opened.source, hooks);
        loop {
            match drive.next().await? {
                Step::Event(event) => drive.keep.tell(&event)?,
                Step::Done(uploaded) => return Ok(uploaded),
            }
        }
    }
}

impl Settings {
    fn plan(
        self,
        client: &Client,
        target: Target,
        own_name: Option<String>,
        size: u64,
    ) -> Result<UploadPlan, Error> {
        let no_name = || Error::input("the upload needs a name: its source has none of its own");
        let name = self.name.or(own_name).ok_or_else(no_name)?;
        let guessed_mime = media_type(&name).to_owned();
        let target = if target.needs_id() { target.with_id(new_id()) } else { target };
        let mut plan = UploadPlan::new(client.organization().clone(), target, name, size);
        plan.window = self.parallel.unwrap_or(plan.window);
        plan.block_size = self.block_size.unwrap_or(plan.block_size);
        let plan = UploadPlan {
            mime: self.mime,
            guessed_mime,
            strategy: self.strategy,
            nonce: random(),
            affinity: client.affinity(),
            retry: client.policy(self.deadline),
            ..plan
        };
        plan.check()?;
        Ok(plan)
    }
}

impl<'a> IntoFuture for UploadRequest<'a> {
    type Output = Result<Uploaded, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for UploadRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadRequest({:?} to {})", self.source, self.target)
    }
}
