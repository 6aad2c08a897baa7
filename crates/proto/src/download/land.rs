//! What the answers with file bytes lead to.
use http::{StatusCode, response::Parts};

use super::DownloadStrategy;
use super::machine::{Cx, Downloading, Step, Suspicion};
use super::origin::Address;
use super::part::Unfit;
use crate::flights::{Reply, Settled, What};
use crate::wire::odata::is_out_of_range;
use crate::wire::value::{Announced, announced, is_page};
use crate::{ApiVersion, Error, ErrorKind, Event, Failure, Moment};

/// Why a head is not what it should be.
enum Wrong {
    /// Asking again may help.
    Odd(ErrorKind, String),
    /// It speaks of another file.
    Changed(&'static str),
    No(ErrorKind, String),
}

impl Downloading {
    pub(super) fn land_part(&mut self, now: Moment, i: u32, mut reply: Reply<Step>, cx: &mut Cx) {
        let Some(part) = self.parts.get_mut(i as usize) else { return };
        let what = match reply.take() {
            What::Head(head) => match self.head(i, &head, cx) {
                Ok(()) => return,
                Err(Wrong::Changed(why)) => return self.changed(why, cx),
                Err(Wrong::No(kind, why)) => {
                    return cx.fail(Error::new(kind, self.step_name(Step::Part(i))).because(why));
                }
                Err(Wrong::Odd(kind, why)) => {
                    cx.flights.abandon(reply.key);
                    What::Odd(kind, why)
                }
            },
            What::Chunk(bytes) => match part.take(bytes) {
                Ok(Some((offset, bytes))) => {
                    self.given_out += bytes.len() as u64;
                    cx.tell(Event::Data { offset, bytes });
                    let resumed = self.plan.resume.as_ref().map_or(0, super::DownloadCheckpoint::bytes_done);
                    let done = self.given_out + resumed;
                    if self.plan.limit.is_some_and(|limit| done > limit) {
                        let e = Error::new(ErrorKind::TooLarge, "download");
                        return cx.fail(e.because("more bytes than allowed"));
                    }
                    return cx.tell(Event::Progress { done, total: self.total.unwrap_or(done) });
                }
                Ok(None) => return,
                Err(Unfit::Another) => return self.changed("its bytes are not those that came before", cx),
                Err(Unfit::Odd(_)) if self.may_be_another(reply.key, cx) => return,
                Err(Unfit::Odd(why)) => {
                    cx.flights.abandon(reply.key);
                    What::Odd(ErrorKind::Integrity, why)
                }
            },
            // All bytes are here, whatever became of the end of the answer.
            What::StreamEnd | What::Failed(_) if part.is_complete() => return self.part_done(cx),
            What::StreamEnd if part.end.is_none() && part.moved => {
                part.end = Some(part.next);
                self.total = Some(part.next);
                return self.part_done(cx);
            }
            What::StreamEnd if part.moved && part.is_well_ended() && !self.whole => {
                // Fewer bytes than asked for: the next request goes on where they stopped.
                return cx.flights.resume(now, reply.key);
            }
            What::StreamEnd if part.is_null() && self.mode == DownloadStrategy::Record => {
                return cx.fail(self.no_file(Step::Part(i)));
            }
            What::StreamEnd if part.is_well_ended() && self.may_be_another(reply.key, cx) => {
                return;
            }
            What::StreamEnd => self.short(i),
            other => other,
        };
        let Some(part) = self.parts.get_mut(i as usize) else { return };
        // Bytes that arrived are progress: only attempts in vain count.
        if std::mem::take(&mut part.moved) {
            reply.attempts = 1;
        }
        let settled = cx.flights.settle(now, self.step_name(Step::Part(i)), reply.with(what));
        self.part_failed(settled, cx);
    }

    pub(super) fn no_file(&self, step: Step) -> Error {
        let why = match self.plan.target.column() {
            Some(column) => format!("{column} is empty"),
            None => format!("{} holds no file", self.plan.target),
        };
        Error::new(ErrorKind::NotFound, self.step_name(step)).because(why)
    }

    fn short(&self, i: u32) -> What {
        let part = &self.parts[i as usize];
        if !part.is_well_ended() {
            return What::Odd(ErrorKind::Integrity, "the answer is not the whole base64 that was due".into());
        }
        let (got, due) = (part.at(), part.end.unwrap_or_default());
        match part.moved {
            true => What::Failed(Failure::Lost(format!("the body ended at byte {got} of {due}").into())),
            false => What::Odd(ErrorKind::Integrity, format!("the body ended at byte {got} of {due}")),
        }
    }

    /// The content of a note does not say its size: when it is not the one that the record told, either it is another file
    /// by now or the answer is damaged. A look tells which.
    fn may_be_another(&mut self, key: Step, cx: &mut Cx) -> bool {
        let unsaid = self.whole && !self.address.is_elsewhere() && self.plan.target.column().is_none();
        if !(unsaid && self.looked.held().is_some() && self.suspicion == Suspicion::None) {
            return false;
        }
        self.suspicion = Suspicion::Open;
        cx.flights.abandon(key);
        cx.flights.plan(Step::Still);
        true
    }

    /// Compare a head with what is known, and learn from it what is not.
    fn head(&mut self, i: u32, head: &Parts, cx: &mut Cx) -> Result<(), Wrong> {
        if self.mode == DownloadStrategy::Blocks {
            return match head.status {
                StatusCode::OK => Ok(()),
                other => Err(Wrong::Odd(ErrorKind::Protocol, format!("{other} where a block was due"))),
            };
        }
        match head.status {
            StatusCode::NO_CONTENT if self.plan.target.is_image() && !self.plan.is_thumbnail() => {
                cx.flights.clear();
                cx.flights.plan(Step::Why);
                return Ok(());
            }
            StatusCode::NO_CONTENT => {
                cx.fail(self.no_file(Step::Part(i)));
                return Ok(());
            }
            _ => {}
        }
        if !self.address.is_elsewhere() && is_page(head) {
            return Err(Wrong::Odd(ErrorKind::Protocol, "a web page came where a file was due".into()));
        }
        if !self.address.is_elsewhere() && self.plan.target.column().is_none() {
            // Nothing in these heads speaks of the file: the record was asked before (notes-attachments §5.1).
            return match head.status {
                StatusCode::OK => Ok(()),
                other => Err(Wrong::Odd(ErrorKind::Protocol, format!("{other} where the file was due"))),
            };
        }
        let said = announced(head).map_err(|why| Wrong::Odd(ErrorKind::Integrity, why))?;
        self.compare(i, &said)?;
        if self.plan.organization.version() == ApiVersion::V9_1 && self.mode == DownloadStrategy::Ranged {
            let next = said.location.as_deref().and_then(|l| self.plan.organization.resolve(l));
            self.address = next.map_or(Address::OfTarget, Address::Next);
        }
        if self.mime.is_none() {
            self.mime = said.mime.clone();
        }
        if self.name.is_none() {
            self.name = said.name.clone();
        }
        if self.parts[i as usize].end.is_none() {
            self.first_answer(&said, cx)?;
        }
        Ok(())
    }

    fn compare(&self, i: u32, said: &Announced) -> Result<(), Wrong> {
        let part = &self.parts[i as usize];
        let odd = |why: String| Err(Wrong::Odd(ErrorKind::Integrity, why));
        if said.start.is_some_and(|start| start != part.at()) {
            return odd(format!("bytes from {} were asked for, not from {:?}", part.at(), said.start));
        }
        let asked = part.end.or((!self.whole).then_some(part.at() + self.plan.part_size));
        if !said.whole && said.end.is_some_and(|end| asked.is_some_and(|asked| end > asked)) {
            return odd("more bytes than were asked for".into());
        }
        if let (Some(known), Some(total)) = (self.total, said.total)
            && known != total
        {
            return Err(Wrong::Changed("its size is not what it was at the beginning"));
        }
        let names = self.name.as_ref().zip(said.name.as_ref());
        if names.is_some_and(|(known, told)| {
            !self.address.is_elsewhere() && known.certain == told.certain && known != told
        }) {
            return Err(Wrong::Changed("its name is not what it was at the beginning"));
        }
        let alone = i == 0 && part.at() == 0 && self.planned == 1;
        match (said.whole, self.whole) {
            (true, false) if !alone => odd("the whole file where a range was asked for".into()),
            (false, true)
                if said.start.is_some_and(|s| s != 0) || said.end.is_some_and(|e| Some(e) != said.total) =>
            {
                odd("a range where the whole file was asked for".into())
            }
            _ => Ok(()),
        }
    }

    /// The first answer says how large the file is; now the rest can be planned.
    fn first_answer(&mut self, said: &Announced, cx: &mut Cx) -> Result<(), Wrong> {
        let Some(total) = said.total else {
            if self.plan.is_thumbnail() {
                return Ok(());
            }
            let why = "the answer does not say how large the file is, as those of image columns do not";
            return Err(Wrong::Odd(ErrorKind::Integrity, why.into()));
        };
        if let Some(limit) = self.plan.limit.filter(|limit| total > *limit) {
            return Err(Wrong::No(
                ErrorKind::TooLarge,
                format!("{total} bytes are more than the {limit} allowed"),
            ));
        }
        self.total = Some(total);
        if said.whole {
            (self.whole, self.mode) =
                (true, if self.address.is_elsewhere() { self.mode } else { DownloadStrategy::Single });
        }
        let end = if self.whole { total } else { total.min(self.plan.part_size) };
        if end < total && self.looked.is_due() {
            // Several answers will have to be of one file. What this one brings cannot be told from what a look after it
            // would find, so it is left aside: the parts begin behind the look.
            cx.flights.abandon(Step::Part(0));
            (self.parts, self.planned, self.address) = (Vec::new(), 0, Address::OfTarget);
            cx.flights.plan(Step::Held);
            return Ok(());
        }
        self.parts[0].end = Some(end);
        if end < total {
            self.lay_out(cx);
        }
        Ok(())
    }

    fn part_done(&mut self, cx: &mut Cx) {
        self.top_up(cx);
        self.maybe_done(cx);
    }

    fn part_failed(&mut self, settled: Settled, cx: &mut Cx) {
        let auto = self.plan.strategy.is_none() && self.given_out == 0;
        let e = match settled {
            Settled::Again { event, .. } => return cx.tell(event),
            // A 2xx always streams; this cannot be reached from a well-behaved driver.
            Settled::Good(..) => Error::new(ErrorKind::Protocol, "download"),
            Settled::Gone(e) => return self.renew(e, cx),
            Settled::No(e) | Settled::Lost(e) => e,
        };
        match (e.kind(), self.mode) {
            (ErrorKind::Unsupported, DownloadStrategy::Ranged) if auto => {
                self.fall_back(DownloadStrategy::Single, cx);
            }
            // Files in the database come in one block; of notes and attachments nobody says so beforehand (D22).
            (ErrorKind::Unsupported, DownloadStrategy::Blocks) if !self.whole && self.given_out == 0 => {
                cx.flights.clear();
                self.lay_out_whole();
                self.planned = 1;
                cx.flights.plan(Step::Part(0));
            }
            (ErrorKind::TooLarge, DownloadStrategy::Single) if auto && e.server().is_some() => {
                self.fall_back(DownloadStrategy::Blocks, cx);
            }
            // What could be had a moment ago cannot be had now: another file, or none, has taken its place.
            (kind, _) if self.total.is_some() && (kind == ErrorKind::NotFound || is_out_of_range(&e)) => {
                self.changed("the file is not there any more", cx);
            }
            (ErrorKind::Forbidden, DownloadStrategy::Sas) => self.renew(e, cx),
            _ => cx.fail(e),
        }
    }

    /// The token or the URL is not good any more: get another one and go on, as long as that brings anything.
    fn renew(&mut self, e: Error, cx: &mut Cx) {
        let can = matches!(self.mode, DownloadStrategy::Sas | DownloadStrategy::Blocks);
        if !can || self.renewed_at == Some(self.given_out) {
            return cx.fail(e);
        }
        if self.given_out > 0 && self.looked.held().is_none() {
            return self.changed(
                "its session is over, and whether the next one is of the same file nobody can tell",
                cx,
            );
        }
        self.renewed_at = Some(self.given_out);
        self.renewing = self.given_out > 0;
        cx.flights.clear();
        self.planned = 0;
        cx.flights.plan(Step::Open);
    }
}
