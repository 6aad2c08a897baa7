//! A download as a session: one request or many parts, each compared with what was announced.
mod answers;
mod checkpoint;
mod land;
mod machine;
mod origin;
mod part;
mod plan;

pub use self::checkpoint::DownloadCheckpoint;
pub use self::plan::{DownloadPlan, DownloadStrategy, ImageSize};

use self::checkpoint::{VERSION, join};
use self::machine::{Downloading, Suspicion};
use self::origin::{Address, Looked};
use self::part::Part;
use crate::affinity::Affinity;
use crate::engine::{Context, Engine};
use crate::flights::{Counts, Flights};
use crate::{ApiVersion, Error, Input, Moment, Output, RequestId, Session};

/// A file on its way down. See [`DownloadPlan`] for what it can be told.
#[derive(Debug)]
pub struct Download {
    engine: Engine<Downloading>,
}

/// A file that has arrived whole.
///
/// ```
/// use dataverse_files_proto::{Counts, Downloaded, DownloadStrategy};
/// let down = Downloaded {
///     size: 7, name: Some("a.pdf".into()), mime: None, file_id: None,
///     strategy: DownloadStrategy::Single, counts: Counts::default(),
/// };
/// assert_eq!(down.name.as_deref(), Some("a.pdf"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// In bytes.
    pub size: u64,
    /// The service's own name for it. Never use it as a path as it is.
    pub name: Option<String>,
    /// Where the way it came tells it.
    pub mime: Option<String>,
    /// Where a look at the record told it; of a note or an attachment its own id.
    pub file_id: Option<String>,
    /// How it came.
    pub strategy: DownloadStrategy,
    /// What it took.
    pub counts: Counts,
}

impl Download {
    /// Plan a download; nothing is sent before the first poll.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the plan cannot work: bad part size, a checkpoint of another
    /// download.
    pub fn new(plan: DownloadPlan) -> Result<Self, Error> {
        plan.check()?;
        let in_order = plan.organization.version() == ApiVersion::V9_1;
        let window = plan.window.min(plan.ahead.unwrap_or(usize::MAX)).max(1);
        let mut flights = Flights::new(plan.retry.clone(), window, Affinity::new(plan.affinity));
        if in_order && !matches!(plan.strategy, Some(DownloadStrategy::Blocks | DownloadStrategy::Sas)) {
            flights.narrow();
        }
        // A thumbnail is one small answer that does not say how long it is.
        let mode = match plan.strategy {
            _ if plan.is_thumbnail() => DownloadStrategy::Single,
            None if plan.target.column().is_none() => DownloadStrategy::Single,
            chosen => chosen.unwrap_or(DownloadStrategy::Ranged),
        };
        let mut machine = Downloading {
            mode,
            whole: matches!(mode, DownloadStrategy::Single | DownloadStrategy::Record),
            refusal: None,
            address: Address::OfTarget,
            total: None,
            name: None,
            mime: None,
            looked: Looked::NotYet,
            parts: Vec::new(),
            planned: 0,
            complete: 0,
            given_out: 0,
            suspicion: Suspicion::None,
            rejoined: false,
            renewed_at: None,
            renewing: false,
            restarts_left: u32::from(plan.may_restart),
            plan,
        };
        let mut cx = Context::new(flights);
        machine.begin(&mut cx);
        Ok(Self { engine: Engine::new(machine, cx) })
    }

    /// What another process needs to go on; `None` while there is nothing to go on from, and unless the plan is `resumable`.
    #[must_use]
    pub fn checkpoint(&self) -> Option<DownloadCheckpoint> {
        let machine = &self.engine.machine;
        let held = machine.looked.held()?;
        let resumed = machine.plan.resume.iter().flat_map(|from| from.done.iter().cloned());
        let done = join(machine.parts.iter().map(Part::given_out).chain(resumed).collect());
        Some(DownloadCheckpoint {
            version: VERSION,
            target: machine.plan.target.to_string(),
            mark: held.mark()?.to_owned(),
            size: machine.total?,
            name: held.name.clone(),
            done,
        })
    }

    /// Length of the file in bytes, once the service has said it.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.engine.machine.total
    }

    /// The file's name as far as it is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.engine.machine.name.as_ref().map(|heard| heard.name.as_str())
    }

    /// Requests sent so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.engine.cx.flights.counts
    }
}

impl Session for Download {
    type Outcome = Downloaded;

    fn poll(&mut self, now: Moment) -> Output<Downloaded> {
        self.engine.poll(now)
    }

    fn handle(&mut self, now: Moment, id: RequestId, input: Input) {
        self.engine.handle(now, id, input);
    }

    fn expects(&self, id: RequestId) -> bool {
        self.engine.expects(id)
    }
}
