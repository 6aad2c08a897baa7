//! The machine behind [`Upload`](super::Upload): which request comes next, and what each answer leads to.
use bytes::Bytes;
use http::{Uri, response::Parts};

use super::checkpoint::Before;
use super::steps::Kind;
use super::{Checkpoint, UploadPlan, UploadStrategy, Uploaded};
use crate::engine::{Context, Machine};
use crate::flights::{Described, Reply, Settled, What};
use crate::wire::commit::Named;
use crate::wire::{chunked, commit, initialize, look, record, single, upload_block};
use crate::{Error, ErrorKind, Event, Moment, Target};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Before,
    Open,
    Part(u32),
    Commit,
    Look,
    Whole,
}

#[derive(Debug)]
pub(super) struct Uploading {
    pub(super) plan: UploadPlan,
    pub(super) strategy: UploadStrategy,
    /// The continuation token of blocks.
    pub(super) token: Option<String>,
    /// Where chunks go.
    pub(super) location: Option<Uri>,
    /// Bytes of one part.
    pub(super) part: u64,
    pub(super) done: Vec<bool>,
    pub(super) left: usize,
    /// Bytes of the parts that are done.
    pub(super) sent: u64,
    pub(super) before: Option<Before>,
    pub(super) in_doubt: bool,
    /// Attempts to finish so far, kept while a look is made, and what went wrong with the last one.
    pub(super) finishes: u32,
    /// The service makes no record out of an update: a new one is posted.
    pub(super) posts: bool,
    /// What a look in vain leads to.
    pub(super) if_not: IfNot,
    pub(super) restarts_left: u32,
}

/// What follows when a look shows that the file is not there (yet).
#[derive(Debug)]
pub(super) enum IfNot {
    Finish,
    Restart(Error),
    Unknown(Error),
}

pub(super) type Cx = Context<Step, Uploaded>;

impl Uploading {
    pub(super) fn begin(&self, cx: &mut Cx) {
        match (self.strategy, self.finish()) {
            (UploadStrategy::Single, None) => return cx.flights.plan(Step::Whole),
            (UploadStrategy::Single, Some(_)) => self.maybe_finish(cx),
            _ => cx.flights.plan(Step::Open),
        }
        if self.before.is_none() {
            cx.flights.plan(Step::Before);
        }
    }

    pub(super) fn take_up(&mut self, from: Checkpoint, cx: &mut Cx) {
        self.before = from.before;
        if from.in_doubt {
            self.in_doubt = true;
            self.finishes = 1;
        }
        if self.strategy == UploadStrategy::Blocks {
            for i in from.done.into_iter().flatten() {
                if let Some(done) = self.done.get_mut(i as usize) {
                    *done = true;
                }
            }
            self.left = self.done.iter().filter(|done| !**done).count();
            self.sent = (0u32..).zip(&self.done).filter(|(_, done)| **done).map(|(i, _)| self.len(i)).sum();
            self.token = Some(from.token);
        } else if self.in_doubt {
            // Chunks are not gone on with; but a checkpoint of this session, too, must know of the one in doubt.
            self.location = from.token.parse().ok();
        }
        if self.in_doubt {
            return cx.flights.plan(Step::Look);
        }
        if self.token.is_none() {
            return self.begin(cx);
        }
        if self.before.is_none() {
            cx.flights.plan(Step::Before);
        }
        self.plan_parts(cx);
    }

    /// Blocks all at once, chunks one by one: the next is planned when the one before it has landed.
    fn plan_parts(&mut self, cx: &mut Cx) {
        match self.strategy {
            UploadStrategy::Blocks => {
                for i in (0u32..).zip(&self.done).filter(|(_, done)| !**done).map(|(i, _)| i) {
                    cx.flights.plan(Step::Part(i));
                }
                self.maybe_finish(cx);
            }
            _ => self.maybe_finish(cx),
        }
    }

    /// Plan what can be sent only now: the next chunk, or the finish. The finish waits for every other part, and for the
    /// look that can settle it later.
    pub(super) fn maybe_finish(&self, cx: &mut Cx) {
        let single = self.strategy == UploadStrategy::Single;
        let opened = single || self.token.is_some() || self.location.is_some();
        let next = match (self.strategy, self.left) {
            (UploadStrategy::Single | UploadStrategy::Blocks, 0) | (UploadStrategy::Chunked, 1)
                if self.before.is_some() =>
            {
                self.finish()
            }
            (UploadStrategy::Chunked, left) if left > 1 => Some(Step::Part((self.done.len() - left) as u32)),
            _ => None,
        };
        if let Some(step) = next.filter(|step| opened && !cx.flights.pending(*step)) {
            cx.flights.plan(step);
        }
    }

    /// The step that makes the file visible, where there is one that must happen only once.
    pub(super) fn finish(&self) -> Option<Step> {
        match self.strategy {
            // Posting it twice makes two (errors-and-limits §10.1); everything else replaces.
            UploadStrategy::Single => self.posts.then_some(Step::Whole),
            UploadStrategy::Chunked => self.done.len().checked_sub(1).map(|last| Step::Part(last as u32)),
            UploadStrategy::Blocks => Some(Step::Commit),
        }
    }

    pub(super) fn kind(&self, step: Step) -> Kind {
        match step {
            Step::Before => Kind::Before,
            Step::Open => Kind::Open,
            step if self.finish() == Some(step) => Kind::Finish,
            Step::Part(_) | Step::Commit => Kind::Part,
            Step::Look => Kind::Look,
            Step::Whole => Kind::Whole,
        }
    }

    fn name(step: Step, strategy: UploadStrategy) -> &'static str {
        match (step, strategy) {
            (Step::Before, _) => "look before upload",
            (Step::Open, _) => "open upload",
            (Step::Part(_), UploadStrategy::Chunked) => "upload chunk",
            (Step::Part(_), _) => "upload block",
            (Step::Commit, _) => "commit upload",
            (Step::Look, _) => "look after commit",
            (Step::Whole, _) => "upload",
        }
    }

    pub(super) fn range(&self, i: u32) -> std::ops::Range<u64> {
        let start = u64::from(i) * self.part;
        start..self.plan.size.min(start + self.part)
    }

    /// What a good answer leads to; the error says what is wrong with it after all.
    fn proceed(
        &mut self,
        now: Moment,
        step: Step,
        head: &Parts,
        body: &Bytes,
        cx: &mut Cx,
    ) -> Result<(), String> {
        match (step, self.strategy) {
            (Step::Before, _) => {
                let held = look::seen(&self.plan.target, head, body)?;
                self.before = Some(Before::of(&held, &self.plan));
                self.maybe_finish(cx);
            }
            (Step::Open, UploadStrategy::Chunked) => {
                let opened = chunked::opened(&self.plan.organization, head)?;
                self.part = opened.chunk;
                self.left = self.plan.size.div_ceil(opened.chunk) as usize;
                self.done = vec![false; self.left];
                self.location = Some(opened.location);
                self.plan_parts(cx);
            }
            (Step::Open, _) => {
                self.token = Some(initialize::opened(head, body)?);
                self.plan_parts(cx);
            }
            (Step::Part(i), UploadStrategy::Chunked) => match chunked::taken(head, self.left == 1) {
                Ok(()) => self.landed(i, cx),
                Err(why) => cx.fail(Error::new(ErrorKind::Protocol, "upload chunk").because(why)),
            },
            (Step::Part(i), _) => {
                upload_block::taken(head, body)?;
                self.landed(i, cx);
            }
            (Step::Commit, _) => {
                let made = commit::committed(&self.plan.target, head, body)?;
                // What is counted of an image may be its thumbnail.
                let checked = made.size.filter(|_| !self.plan.target.is_image());
                match checked.filter(|size| *size != self.plan.size) {
                    Some(size) => {
                        let why = format!("{} bytes were sent, the service counts {size}", self.plan.size);
                        cx.fail(Error::new(ErrorKind::Integrity, "commit upload").because(why));
                    }
                    None => self.finished(Some(made.id), cx),
                }
            }
            (Step::Whole, _) => {
                let id = match &self.plan.target {
                    Target::Column(_) => {
                        upload_block::taken(head, body)?;
                        None
                    }
                    known => {
                        let ours = known.record().filter(|_| !self.posts).map(|record| record.id().clone());
                        record::written(head)?.or(ours)
                    }
                };
                cx.tell(Event::Progress { done: self.plan.size, total: self.plan.size });
                self.finished(id.map(|id| id.to_string()), cx);
            }
            (Step::Look, _) => self.looked(now, &look::seen(&self.plan.target, head, body)?, cx),
        }
        Ok(())
    }

    fn landed(&mut self, i: u32, cx: &mut Cx) {
        let Some(done) = self.done.get_mut(i as usize).filter(|done| !**done) else { return };
        *done = true;
        self.left -= 1;
        self.sent += self.len(i);
        cx.tell(Event::Progress { done: self.sent, total: self.plan.size });
        if self.strategy == UploadStrategy::Chunked && self.left == 0 {
            return self.finished(None, cx);
        }
        self.maybe_finish(cx);
    }

    pub(super) fn len(&self, i: u32) -> u64 {
        let range = self.range(i);
        range.end - range.start
    }

    pub(super) fn finished(&self, file_id: Option<String>, cx: &mut Cx) {
        let (size, strategy, counts) = (self.plan.size, self.strategy, cx.flights.counts);
        let target = match file_id.as_ref().and_then(|id| id.parse().ok()) {
            Some(id) => self.plan.target.made(id),
            None => self.plan.target.clone(),
        };
        cx.finish(Ok(Uploaded { target, file_id, size, strategy, counts }));
    }
}

impl Machine for Uploading {
    type Key = Step;
    type Outcome = Uploaded;

    fn name(&self) -> &'static str {
        "upload"
    }

    fn describe(&mut self, step: Step) -> Described {
        let plan = &self.plan;
        let (org, target, file, mime) =
            (&plan.organization, &plan.target, plan.file_name.as_str(), plan.stated_mime());
        let (token, named) = (self.token.as_deref().unwrap_or_default(), Named { file, mime });
        let request = match (step, self.strategy, target.column(), &self.location) {
            (Step::Open, UploadStrategy::Chunked, Some(column), _) => chunked::open(org, column, file),
            (Step::Part(i), _, _, Some(location)) => chunked::chunk(location, file, self.range(i), plan.size),
            (Step::Part(i), ..) => upload_block::block(org, token, plan.nonce, i, self.range(i)),
            (Step::Open, ..) => initialize::open(org, target, file, mime),
            (Step::Commit, ..) => {
                let blocks = self.done.len() as u32;
                commit::commit(org, target, token, named, plan.nonce, blocks)
            }
            (Step::Whole, _, Some(column), _) => single::patch(org, column, file, 0..plan.size),
            (Step::Whole, ..) if self.posts => record::post(org, target, named, 0..plan.size),
            (Step::Whole, ..) => record::write(org, target, named, 0..plan.size),
            (Step::Before | Step::Look, ..) => look::look(org, target),
        };
        let finishes = matches!(self.kind(step), Kind::Finish | Kind::Whole);
        let lookup = matches!(step, Step::Before | Step::Look);
        Described { finishes, lookup, ..Described::question(request) }
    }

    fn land(&mut self, now: Moment, reply: Reply<Step>, cx: &mut Cx) {
        let (step, attempts) = (reply.key, reply.attempts);
        let name = Self::name(step, self.strategy);
        let settled = match cx.flights.settle(now, name, reply) {
            Settled::Good(head, body) => match self.proceed(now, step, &head, &body, cx) {
                Ok(()) => return,
                Err(why) => {
                    let odd = Reply::again(step, attempts, What::Odd(ErrorKind::Protocol, why));
                    cx.flights.settle(now, name, odd)
                }
            },
            other => other,
        };
        self.not_good(now, step, attempts, settled, cx);
    }
}
