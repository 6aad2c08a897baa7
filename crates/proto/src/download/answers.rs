//! What the answers to the questions around the bytes lead to: tables, sessions, looks.
use http::response::Parts;

use super::DownloadStrategy;
use super::machine::{Cx, Downloading, Step, Suspicion};
use super::origin::{Address, Looked};
use crate::flights::{Reply, Settled, What};
use crate::wire::look::Held;
use crate::wire::name::Heard;
use crate::wire::odata::is_unknown_name;
use crate::wire::{download_block, look, sas, table};
use crate::{Error, ErrorKind, Event, Moment};

impl Downloading {
    pub(super) fn land_question(&mut self, now: Moment, step: Step, reply: Reply<Step>, cx: &mut Cx) {
        let attempts = reply.attempts;
        let name = self.step_name(step);
        let settled = match cx.flights.settle(now, name, reply) {
            Settled::Good(head, body) => match self.answered(step, &head, &body, cx) {
                Ok(()) => return,
                Err(why) => {
                    let odd = Reply::again(step, attempts, What::Odd(ErrorKind::Protocol, why));
                    cx.flights.settle(now, name, odd)
                }
            },
            other => other,
        };
        match settled {
            Settled::Again { event, .. } => cx.tell(event),
            Settled::Good(..) => {}
            Settled::Gone(e) | Settled::No(e) | Settled::Lost(e) => self.unanswered(step, e, cx),
        }
    }

    /// A look is a precaution: the file can do without, unless it is not there.
    fn unanswered(&mut self, step: Step, e: Error, cx: &mut Cx) {
        let gone = e.kind() == ErrorKind::NotFound && !is_unknown_name(&e);
        match step {
            Step::Held | Step::Still | Step::Name if gone => cx.fail(e),
            // Only image columns have no `…_name`: this is one.
            Step::Held if is_unknown_name(&e) && self.plan.target.turn_to_image() => {
                cx.flights.plan(Step::Held);
            }
            Step::Held => {
                self.looked = Looked::Unreadable;
                self.resume_or_begin(cx);
            }
            Step::Open if self.plan.target.is_image() && is_refusal(&e) => {
                self.refusal = Some(e);
                cx.flights.plan(Step::Why);
            }
            Step::Why => cx.fail(self.refusal.take().unwrap_or(e)),
            Step::Name => self.done(cx),
            // Whoever looked before the first byte has to look after the last one.
            Step::Still => cx.fail(e),
            Step::Open | Step::Table | Step::Part(_) => cx.fail(e),
        }
    }

    fn answered(&mut self, step: Step, head: &Parts, body: &[u8], cx: &mut Cx) -> Result<(), String> {
        match step {
            Step::Table => match table::named(head, body)? {
                Some(table) => {
                    self.plan.target = self.plan.target.clone().with_table(table);
                    cx.flights.plan(Step::Open);
                }
                None => {
                    let set = self.plan.target.unknown_table().unwrap_or_default();
                    let why = format!("no table has the set name {set:?}");
                    cx.fail(Error::new(ErrorKind::NotFound, "look up table").because(why));
                }
            },
            Step::Open if self.mode == DownloadStrategy::Sas => {
                let shared = sas::opened(&self.plan.organization, head, body)?;
                self.mime.clone_from(&shared.mime);
                let (size, name) = (shared.size, shared.name.clone());
                self.address = Address::Shared(shared);
                self.opened(size, name, true, cx);
            }
            Step::Open => {
                let opened = download_block::opened(head, body)?;
                self.address = Address::Token(opened.token);
                self.opened(opened.size, opened.name, opened.in_blocks, cx);
            }
            Step::Held => {
                let held = look::seen_one(&self.plan.target, head, body)?;
                if self.plan.target.column().is_none() {
                    return self.found(held, cx);
                }
                self.looked = Looked::At(held);
                self.resume_or_begin(cx);
            }
            Step::Still => {
                let now = look::seen_one(&self.plan.target, head, body)?;
                let before = self.looked.held().and_then(Held::mark);
                let (same, renewing) = (now.mark() == before, std::mem::take(&mut self.renewing));
                match self.suspicion {
                    _ if !same => self.changed("another file has taken its place", cx),
                    Suspicion::Open => {
                        self.suspicion = Suspicion::Closed;
                        cx.flights.plan(Step::Part(0));
                    }
                    _ if renewing => self.plan_unfinished(cx),
                    _ => self.name_it(cx),
                }
            }
            Step::Name => {
                let held = look::seen_one(&self.plan.target, head, body)?;
                self.looked = Looked::At(held);
                if let Some(name) = self.looked.held().and_then(|held| held.name.clone()) {
                    self.name = Some(Heard { name, certain: true });
                }
                self.done(cx);
            }
            Step::Why => {
                let held = look::seen_one(&self.plan.target, head, body)?;
                let e = self.refusal.take().unwrap_or_else(|| Error::new(ErrorKind::NotFound, "download"));
                cx.fail(match held.file_id {
                    Some(_) => e.with_kind(ErrorKind::NoFullImage),
                    None => Error::new(ErrorKind::NotFound, "download")
                        .because(format!("{} has no image", self.plan.target)),
                });
            }
            Step::Part(_) => {}
        }
        Ok(())
    }

    /// The record of a note or an attachment says what its file is called and how large it is.
    fn found(&mut self, held: Held, cx: &mut Cx) -> Result<(), String> {
        if held.file_id.is_none() {
            cx.fail(self.no_file(Step::Held));
            return Ok(());
        }
        if let Some((size, limit)) = held.size.zip(self.plan.limit).filter(|(size, limit)| size > limit) {
            let why = format!("{size} bytes are more than the {limit} allowed");
            cx.fail(Error::new(ErrorKind::TooLarge, "look at record").because(why));
            return Ok(());
        }
        if self.plan.strategy.is_none() && held.size.is_some_and(|size| size > self.plan.part_size) {
            (self.mode, self.whole) = (DownloadStrategy::Blocks, false);
        }
        self.mime.clone_from(&held.mime);
        if self.whole {
            self.total = held.size;
        }
        self.looked = Looked::At(held);
        self.resume_or_begin(cx);
        Ok(())
    }

    /// A session is open and says how large the file is.
    fn opened(&mut self, size: u64, name: Option<String>, in_blocks: bool, cx: &mut Cx) {
        let name = name.map(|name| Heard { name, certain: true });
        let renamed = self.name.is_some() && name.is_some() && self.name != name;
        if self.total.is_some_and(|known| known != size) || (self.total.is_some() && renamed) {
            return self.changed("another file has taken its place", cx);
        }
        if let Some(limit) = self.plan.limit.filter(|limit| size > *limit) {
            let why = format!("{size} bytes are more than the {limit} allowed");
            return cx.fail(Error::new(ErrorKind::TooLarge, "open download").because(why));
        }
        self.total = Some(size);
        self.name = name.or_else(|| self.name.take());
        if self.renewing {
            return cx.flights.plan(Step::Still);
        }
        if !in_blocks && size > 0 {
            if self.parts.is_empty() {
                self.lay_out_whole();
            }
            self.whole = true;
            self.planned = self.parts.len();
            return cx.flights.plan(Step::Part(0));
        }
        match self.parts.is_empty() {
            true => self.lay_out(cx),
            false => self.plan_unfinished(cx),
        }
    }

    /// After a renewal: the parts are laid out, some have bytes.
    fn plan_unfinished(&mut self, cx: &mut Cx) {
        let last = self.plan.ahead.map_or(usize::MAX, |ahead| self.complete.saturating_add(ahead.max(1)));
        self.planned = self.parts.len().min(last);
        for i in (self.complete..self.planned).filter(|i| !self.parts[*i].is_complete()) {
            cx.flights.plan(Step::Part(i as u32));
        }
    }

    /// The look before has an answer: a resumed download now knows whether its bytes are of the same file.
    fn resume_or_begin(&mut self, cx: &mut Cx) {
        let Some(from) = &self.plan.resume else { return self.begin(cx) };
        let same =
            from.is_sound() && self.looked.held().is_some_and(|h| h.mark() == Some(from.mark.as_str()));
        if !same {
            self.plan.resume = None;
            cx.tell(Event::Restart);
        } else if self.mode == DownloadStrategy::Ranged {
            self.total = Some(from.size);
        }
        self.begin(cx);
    }
}

/// What the service says when there is no full image to open (image-columns §10).
fn is_refusal(e: &Error) -> bool {
    matches!(e.kind(), ErrorKind::NotFound | ErrorKind::Refused)
}
