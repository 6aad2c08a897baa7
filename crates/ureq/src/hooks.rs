//! What callers are told during a transfer, and when its checkpoint is kept.
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dataverse_files_io::{Progress, Sink};

use crate::drive::{Keep, When};
use crate::{Checkpoint, Download, DownloadCheckpoint, Error, ErrorKind, Event, Session, Upload};

/// A checkpoint is kept at most this often, apart from the moments when it must be.
const EVERY: Duration = Duration::from_secs(1);

/// A session that can be gone on with.
pub(crate) trait Resumable: Session {
    type Checkpoint;

    fn checkpoint(&self) -> Option<Self::Checkpoint>;

    /// The checkpoint to keep before the transfer begins anew, where the old one would speak of bytes that will be gone.
    fn emptied(last: &Self::Checkpoint) -> Option<Self::Checkpoint>;
}

impl Resumable for Upload {
    type Checkpoint = Checkpoint;

    fn checkpoint(&self) -> Option<Checkpoint> {
        Upload::checkpoint(self)
    }

    fn emptied(_: &Checkpoint) -> Option<Checkpoint> {
        None
    }
}

impl Resumable for Download {
    type Checkpoint = DownloadCheckpoint;

    fn checkpoint(&self) -> Option<DownloadCheckpoint> {
        Download::checkpoint(self)
    }

    fn emptied(last: &DownloadCheckpoint) -> Option<DownloadCheckpoint> {
        Some(last.emptied())
    }
}

pub(crate) type OnProgress<'a> = Box<dyn FnMut(Progress) + Send + 'a>;
pub(crate) type OnEvent<'a> = Box<dyn FnMut(&Event) + Send + 'a>;
pub(crate) type OnCheckpoint<'a, C> = Box<dyn FnMut(&C) -> io::Result<()> + Send + 'a>;

/// The caller's functions, and when the last checkpoint was kept.
pub(crate) struct Hooks<'a, S: Resumable> {
    pub progress: Option<OnProgress<'a>>,
    pub events: Option<OnEvent<'a>>,
    pub checkpoints: Option<OnCheckpoint<'a, S::Checkpoint>>,
    /// What checkpoints of a download speak of: durable before they are.
    pub sink: Option<Arc<dyn Sink>>,
    pub last: Option<S::Checkpoint>,
    kept: Option<Instant>,
    progressed: bool,
}

impl<S: Resumable> Default for Hooks<'_, S> {
    fn default() -> Self {
        Self {
            progress: None,
            events: None,
            checkpoints: None,
            sink: None,
            last: None,
            kept: None,
            progressed: false,
        }
    }
}

impl<S: Resumable> Hooks<'_, S> {
    /// Tell the caller. Bytes are not told: they are handed out.
    pub fn tell(&mut self, event: &Event) -> Result<(), Error> {
        if let Event::Progress { done, total } = *event {
            self.progressed = true;
            if let Some(progress) = &mut self.progress {
                progress(Progress { done, total });
            }
        }
        if let Some(events) = &mut self.events {
            events(event);
        }
        match (event, self.last.as_ref().and_then(S::emptied)) {
            (Event::Restart, Some(emptied)) => self.hand_over(emptied),
            _ => Ok(()),
        }
    }

    fn hand_over(&mut self, checkpoint: S::Checkpoint) -> Result<(), Error> {
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints(&checkpoint).map_err(not_kept)?;
            self.last = Some(checkpoint);
        }
        Ok(())
    }
}

fn not_kept(e: io::Error) -> Error {
    Error::new(ErrorKind::Sink, "keep checkpoint").because(e)
}

impl<S: Resumable> Keep<S> for Hooks<'_, S> {
    type Checkpoint = S::Checkpoint;

    fn due(&mut self, session: &S, when: When<'_>) -> Option<S::Checkpoint> {
        self.checkpoints.as_ref()?;
        let must = match when {
            When::Sending(transmit) => transmit.finishes,
            When::Waiting => false,
            When::Failed => true,
        };
        let may = self.kept.is_none_or(|kept| self.progressed && kept.elapsed() >= EVERY);
        if must || may { session.checkpoint() } else { None }
    }

    fn keep(&mut self, checkpoint: S::Checkpoint) -> Result<(), Error> {
        if let Some(sink) = &self.sink {
            sink.sync().map_err(not_kept)?;
        }
        (self.kept, self.progressed) = (Some(Instant::now()), false);
        self.hand_over(checkpoint)
    }
}

impl<S: Resumable> fmt::Debug for Hooks<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

/// For sessions that nobody watches.
pub(crate) struct NoHooks;

impl<S> Keep<S> for NoHooks {
    type Checkpoint = ();

    fn due(&mut self, _: &S, _: When<'_>) -> Option<()> {
        None
    }

    fn keep(&mut self, (): ()) -> Result<(), Error> {
        Ok(())
    }
}
