//! An upload as a session: open, parts, finish; and a look at the record when the finish is in doubt.
mod checkpoint;
mod doubt;
mod machine;
mod plan;
mod steps;

pub use self::checkpoint::Checkpoint;
pub use self::plan::{AUTO_RECORD, AUTO_SINGLE, UploadPlan, UploadStrategy};
pub use self::steps::upload_steps;

use self::checkpoint::{Before, VERSION};
use self::machine::{Cx, IfNot, Uploading};
use crate::affinity::Affinity;
use crate::engine::{Context, Engine};
use crate::flights::{Counts, Flights};
use crate::wire::entity;
use crate::{Error, Input, Moment, Output, RequestId, Session, Target};

/// A file on its way up. See [`UploadPlan`] for what it can be told and the crate's page for a whole life.
#[derive(Debug)]
pub struct Upload {
    engine: Engine<Uploading>,
}

/// A file that is there.
///
/// ```
/// use dataverse_files_proto::{Counts, Target, UploadStrategy, Uploaded};
/// let target: Target = "annotations(00000000-0000-0000-0000-000000000001)".parse().unwrap();
/// let up = Uploaded { target, file_id: None, size: 7, strategy: UploadStrategy::Single, counts: Counts::default() };
/// assert_eq!(up.size, 7);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Where it is: of a new note or attachment the one that was made.
    pub target: Target,
    /// The new file's id, which PATCH uploads of columns are not told; or that of the note or attachment.
    pub file_id: Option<String>,
    /// In bytes.
    pub size: u64,
    /// How it was sent.
    pub strategy: UploadStrategy,
    /// What it took.
    pub counts: Counts,
}

impl Upload {
    /// Plan an upload; nothing is sent before the first poll.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) or [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) when the plan cannot work: empty file, bad name, bad block size.
    pub fn new(plan: UploadPlan) -> Result<Self, Error> {
        let (machine, mut cx) = Self::prepare(plan)?;
        machine.begin(&mut cx);
        Ok(Self { engine: Engine::new(machine, cx) })
    }

    /// Go on from a checkpoint: blocks that are there are not sent again, and a commit in doubt is looked into before
    /// anything else. Chunks cannot be resumed (U7): they begin anew. A new note keeps the id that it was begun with.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the checkpoint belongs to another upload; those of [`Upload::new`].
    pub fn resume(plan: UploadPlan, from: Checkpoint) -> Result<Self, Error> {
        let mut plan = UploadPlan { nonce: from.nonce, block_size: from.block_size, ..plan };
        let same = from.version == VERSION
            && from.strategy == plan.strategy()
            && from.size == plan.size
            && from.target == plan.target.to_string()
            && from.file_name == plan.file_name
            && from.mime == plan.stated_mime();
        if let Some(id) = from.note().filter(|_| plan.target.is_new()) {
            plan.target = plan.target.with_id(id);
        }
        if !same || from.record != entity::described(&plan.target, &plan.file_name, plan.stated_mime()) {
            return Err(Error::input("the checkpoint belongs to another upload; start without --resume"));
        }
        let (mut machine, mut cx) = Self::prepare(plan)?;
        machine.take_up(from, &mut cx);
        Ok(Self { engine: Engine::new(machine, cx) })
    }

    fn prepare(plan: UploadPlan) -> Result<(Uploading, Cx), Error> {
        plan.check()?;
        if plan.needs_table().is_some() {
            return Err(Error::input("this upload needs the table's names; look them up first"));
        }
        if plan.target.needs_id() {
            return Err(Error::input("a new note or attachment needs an id; make one first"));
        }
        let strategy = plan.strategy();
        let window = if strategy == UploadStrategy::Blocks { plan.window } else { 2 };
        let flights = Flights::new(plan.retry.clone(), window, Affinity::new(plan.affinity));
        let parts = if strategy == UploadStrategy::Blocks { plan.size.div_ceil(plan.block_size) } else { 0 };
        let machine = Uploading {
            strategy,
            token: None,
            location: None,
            part: plan.block_size,
            done: vec![false; parts as usize],
            left: parts as usize,
            sent: 0,
            // Nobody else has the id of a new note: what is found under it later is ours.
            before: matches!(&plan.target, Target::Note(note) if note.is_new()).then(Before::nothing),
            in_doubt: false,
            finishes: 0,
            if_not: IfNot::Finish,
            posts: false,
            restarts_left: 1,
            plan,
        };
        Ok((machine, Context::new(flights)))
    }

    /// What another process needs to go on; `None` while there is nothing to go on from.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let Uploading { plan, strategy, token, location, part, done, before, in_doubt, .. } =
            &self.engine.machine;
        let finish = self.engine.machine.finish();
        let in_doubt = *in_doubt || finish.is_some_and(|step| self.engine.cx.flights.flying(step));
        Some(Checkpoint {
            version: VERSION,
            strategy: *strategy,
            target: plan.target.to_string(),
            record: entity::described(&plan.target, &plan.file_name, plan.stated_mime()),
            file_name: plan.file_name.clone(),
            mime: plan.stated_mime().to_owned(),
            size: plan.size,
            block_size: if *strategy == UploadStrategy::Blocks { *part } else { plan.block_size },
            nonce: plan.nonce,
            token: token.clone().or_else(|| location.as_ref().map(ToString::to_string))?,
            done: if *strategy == UploadStrategy::Blocks { Checkpoint::ranges(done) } else { Vec::new() },
            before: before.clone(),
            in_doubt,
        })
    }

    /// Requests sent so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.engine.cx.flights.counts
    }
}

impl Session for Upload {
    type Outcome = Uploaded;

    fn poll(&mut self, now: Moment) -> Output<Uploaded> {
        self.engine.poll(now)
    }

    fn handle(&mut self, now: Moment, id: RequestId, input: Input) {
        self.engine.handle(now, id, input);
    }

    fn expects(&self, id: RequestId) -> bool {
        self.engine.expects(id)
    }
}
