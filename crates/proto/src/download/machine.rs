//! The machine behind [`Download`](super::Download): which request comes next, and how it reads.
use http::Uri;

use super::checkpoint::cut;
use super::origin::{Address, Looked};
use super::part::{Part, Wrapping};
use super::{DownloadPlan, DownloadStrategy, Downloaded};
use crate::engine::{Context, Machine};
use crate::flights::{Described, Reply};
use crate::wire::name::Heard;
use crate::wire::{download_block, entity, look, sas, table, value};
use crate::{Error, ErrorKind, Event, Moment, Target};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The table's names, for messages.
    Table,
    /// A token, or a shared access URL.
    Open,
    /// Which file is it? Before the parts, for ranges and checkpoints.
    Held,
    Part(u32),
    /// Is it still the same file? After the parts, for ranges.
    Still,
    /// What is it called? When the header could not say it.
    Name,
    /// Is there no image at all, or only no full one?
    Why,
}

#[derive(Debug)]
pub(super) struct Downloading {
    pub(super) plan: DownloadPlan,
    pub(super) mode: DownloadStrategy,
    /// The answer is the file from its first byte on, whatever has been given out: no ranges.
    pub(super) whole: bool,
    pub(super) address: Address,
    pub(super) total: Option<u64>,
    pub(super) name: Option<Heard>,
    pub(super) mime: Option<String>,
    pub(super) looked: Looked,
    pub(super) parts: Vec<Part>,
    /// Parts before this one have been planned.
    pub(super) planned: usize,
    /// Parts before this one are complete.
    pub(super) complete: usize,
    pub(super) given_out: u64,
    pub(super) suspicion: Suspicion,
    /// Bytes of two answers make up the file.
    pub(super) rejoined: bool,
    /// What had been given out when a session was last renewed: without progress there is no further renewal.
    pub(super) renewed_at: Option<u64>,
    /// What the service said when it had no full image.
    pub(super) refusal: Option<Error>,
    /// Another URL has been had; whether it leads to the same file is being looked into.
    pub(super) renewing: bool,
    pub(super) restarts_left: u32,
}

/// Whether an answer of another length than the record told was of another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suspicion {
    None,
    /// It is being looked into.
    Open,
    /// It is the same file: the answer was damaged.
    Closed,
}

pub(super) type Cx = Context<Step, Downloaded>;

impl Downloading {
    /// Plan the first requests of the present mode. Where two answers must be of one file, a look comes first: what it finds
    /// is older than every byte.
    pub(super) fn begin(&mut self, cx: &mut Cx) {
        let bound = matches!(self.mode, DownloadStrategy::Blocks | DownloadStrategy::Sas);
        let by_name =
            self.plan.strategy == Some(DownloadStrategy::Ranged) && self.mode == DownloadStrategy::Ranged;
        // A note's answers do not say how large its file is.
        let in_record = self.plan.target.column().is_none();
        let looks = in_record || self.plan.resume.is_some() || by_name || (self.plan.resumable && bound);
        if looks && self.looked.is_due() {
            return cx.flights.plan(Step::Held);
        }
        match self.mode {
            DownloadStrategy::Blocks if self.plan.target.unknown_table().is_some() => {
                cx.flights.plan(Step::Table);
            }
            DownloadStrategy::Blocks | DownloadStrategy::Sas => cx.flights.plan(Step::Open),
            DownloadStrategy::Ranged if self.total.is_some() => self.lay_out(cx),
            DownloadStrategy::Ranged | DownloadStrategy::Single | DownloadStrategy::Record => {
                // What one answer brings comes from its first byte.
                self.plan.resume = None;
                let size = self.total.filter(|_| in_record);
                let part = size.map_or_else(|| Part::open(0), |size| Part::new(0..size));
                // Where no look has told which file it is, only the bytes themselves can.
                self.parts = vec![if self.looked.held().is_some() { part } else { part.comparing() }];
                self.planned = 1;
                cx.flights.plan(Step::Part(0));
            }
        }
    }

    /// The size is known: what remains is cut into parts, and the first of them are planned.
    pub(super) fn lay_out(&mut self, cx: &mut Cx) {
        let total = self.total.unwrap_or_default();
        let missing = match (&self.plan.resume, self.parts.is_empty()) {
            (Some(from), true) => from.missing(self.plan.part_size),
            _ => {
                let from = self.parts.last().and_then(|p| p.end).unwrap_or(0);
                cut(from..total, self.plan.part_size).collect()
            }
        };
        self.parts.extend(missing.into_iter().map(Part::new));
        self.top_up(cx);
        self.maybe_done(cx);
    }

    pub(super) fn top_up(&mut self, cx: &mut Cx) {
        while self.parts.get(self.complete).is_some_and(Part::is_complete) {
            self.complete += 1;
        }
        let last = self.plan.ahead.map_or(usize::MAX, |ahead| self.complete.saturating_add(ahead.max(1)));
        while self.planned < self.parts.len().min(last) {
            cx.flights.plan(Step::Part(self.planned as u32));
            self.planned += 1;
        }
    }

    pub(super) fn lay_out_whole(&mut self) {
        self.whole = true;
        self.parts = vec![Part::new(0..self.total.unwrap_or_default())];
    }

    /// All there? Then the last doubts: is it still the same file, and what is it called?
    pub(super) fn maybe_done(&mut self, cx: &mut Cx) {
        if self.total.is_none() || !self.parts.iter().skip(self.complete).all(Part::is_complete) {
            return;
        }
        // All bytes can be here while the ends of some answers are still under way: ask the last questions once.
        if cx.flights.pending(Step::Still) || cx.flights.pending(Step::Name) {
            return;
        }
        self.complete = self.parts.len();
        // Sessions of columns are bound to one file (D17); of notes and attachments nothing says so.
        let unbound = self.mode == DownloadStrategy::Ranged || self.plan.target.column().is_none();
        if unbound && (self.parts.len() > 1 || self.rejoined) && self.looked.held().is_some() {
            return cx.flights.plan(Step::Still);
        }
        self.name_it(cx);
    }

    pub(super) fn name_it(&mut self, cx: &mut Cx) {
        if let Some(name) = self.looked.held().and_then(|held| held.name.clone()) {
            self.name = Some(Heard { name, certain: true });
        }
        match &self.name {
            Some(heard) if !heard.certain && !self.plan.target.is_image() => cx.flights.plan(Step::Name),
            _ => self.done(cx),
        }
    }

    pub(super) fn done(&self, cx: &mut Cx) {
        cx.finish(Ok(Downloaded {
            size: self.total.unwrap_or(self.given_out),
            name: self.name.as_ref().map(|heard| heard.name.clone()),
            mime: self.mime.clone(),
            file_id: self.looked.held().and_then(|held| held.file_id.clone()),
            strategy: self.mode,
            counts: cx.flights.counts,
        }));
    }

    /// It is not the file any more that it was at the beginning.
    pub(super) fn changed(&mut self, why: &str, cx: &mut Cx) {
        if self.restarts_left == 0 {
            return cx.fail(Error::new(ErrorKind::Changed, "download").because(why.to_owned()));
        }
        self.restarts_left -= 1;
        self.forget(cx);
        self.plan.resume = None;
        cx.tell(Event::Restart);
        self.begin(cx);
    }

    fn forget(&mut self, cx: &mut Cx) {
        cx.flights.clear();
        (self.address, self.looked) = (Address::OfTarget, Looked::NotYet);
        (self.total, self.name, self.parts) = (None, None, Vec::new());
        (self.planned, self.complete, self.given_out) = (0, 0, 0);
        (self.renewing, self.rejoined, self.suspicion) = (false, false, Suspicion::None);
    }

    /// The same file another way, before any byte of it has come.
    pub(super) fn fall_back(&mut self, mode: DownloadStrategy, cx: &mut Cx) {
        self.forget(cx);
        (self.mode, self.whole) = (mode, true);
        self.begin(cx);
    }

    pub(super) fn step_name(&self, step: Step) -> &'static str {
        match (step, self.mode) {
            (Step::Table, _) => "look up table",
            (Step::Open, DownloadStrategy::Sas) => "get shared access URL",
            (Step::Open, _) => "open download",
            (Step::Held | Step::Still | Step::Name | Step::Why, _) => "look at record",
            (Step::Part(_), DownloadStrategy::Single | DownloadStrategy::Record) => "download",
            (Step::Part(_), DownloadStrategy::Ranged) => "download range",
            (Step::Part(_), DownloadStrategy::Blocks) => "download block",
            (Step::Part(_), DownloadStrategy::Sas) => "download from storage",
        }
    }
}

impl Machine for Downloading {
    type Key = Step;
    type Outcome = Downloaded;

    fn name(&self) -> &'static str {
        "download"
    }

    fn describe(&mut self, step: Step) -> Described {
        let (org, target) = (&self.plan.organization, &self.plan.target);
        let small = |request| Described { lookup: step != Step::Open, ..Described::question(request) };
        match (step, self.mode, target) {
            (Step::Open, DownloadStrategy::Sas, _) => {
                small(sas::open(org, target).unwrap_or_else(|| look::look(org, target)))
            }
            (Step::Open, ..) => small(download_block::open(org, target)),
            (Step::Table, _, Target::Column(column)) => small(table::by_set(org, column.set())),
            (Step::Table | Step::Held | Step::Still | Step::Name | Step::Why, ..) => {
                small(look::look(org, target))
            }
            (Step::Part(i), ..) => self.describe_part(i),
        }
    }

    fn land(&mut self, now: Moment, reply: Reply<Step>, cx: &mut Cx) {
        match reply.key {
            Step::Part(i) => self.land_part(now, i, reply, cx),
            step => self.land_question(now, step, reply, cx),
        }
    }
}

impl Downloading {
    fn describe_part(&mut self, i: u32) -> Described {
        /// Time for a file whose size nobody has told yet: the largest there can be, 10 GB.
        const UNKNOWN: u64 = 10 << 30;
        let (org, size) = (&self.plan.organization, self.plan.part_size);
        let (url, wrapping) = self.place();
        let Some(part) = self.parts.get_mut(i as usize) else {
            return Described::question(look::look(org, &self.plan.target));
        };
        self.rejoined |= part.is_begun();
        let at = if self.whole { 0 } else { part.next_attempt() };
        part.begin(at, wrapping);
        let end = part.end.unwrap_or(at + size);
        let range = (!self.whole).then_some(at..end);
        let request = match &self.address {
            Address::Next(next) if at > 0 => value::get(next, range),
            // The place of the next range is none for the first one.
            Address::OfTarget | Address::Next(_) => value::get(&url, range),
            Address::Token(token) => download_block::block(org, token, at..end),
            Address::Shared(shared) => value::get_shared(&shared.url, range),
        };
        let home = !self.address.is_elsewhere();
        let expect = if self.whole { part.end.unwrap_or(UNKNOWN) } else { end - at };
        Described { request, expect, streams: true, finishes: false, lookup: false, home }
    }

    /// Where the bytes are when no session says it, and what they come in.
    fn place(&self) -> (Uri, Wrapping) {
        let org = &self.plan.organization;
        let (url, wrapping) =
            match (&self.plan.target, entity::binary(&self.plan.target), self.plan.target.record()) {
                (_, Some(binary), Some(record)) if self.mode == DownloadStrategy::Record => {
                    (value::in_record(org, &record, binary.body), Wrapping::Json(binary.body))
                }
                (_, Some(binary), Some(record)) => {
                    (value::of_record(org, &record, binary.body), Wrapping::Text)
                }
                (Target::Column(column), ..) => {
                    let full = column.is_image() && !self.plan.is_thumbnail();
                    (value::of_column(org, column, full), Wrapping::None)
                }
                _ => (Uri::default(), Wrapping::None),
            };
        match self.mode {
            DownloadStrategy::Blocks => (url, Wrapping::Json("Data")),
            DownloadStrategy::Sas => (url, Wrapping::None),
            _ => (url, wrapping),
        }
    }
}
