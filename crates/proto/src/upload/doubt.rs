//! When it did not go well: what the step table leads to, and how a commit in doubt is settled.
use super::UploadStrategy;
use super::checkpoint::{Before, is_like};
use super::machine::{Cx, IfNot, Step, Uploading};
use super::steps::{self, Fate, Kind, Next};
use crate::flights::Settled;
use crate::wire::odata::{is_chunk_out_of_turn, is_unknown_name, is_unreadable};
use crate::wire::{SINGLE_LIMIT, look};
use crate::{Error, ErrorKind, Event, Moment, Target};

impl Uploading {
    /// Whether another file is there than before, by our name: then the commit has happened.
    pub(super) fn looked(&mut self, now: Moment, held: &[look::Held], cx: &mut Cx) {
        let Some(Before::Held { marks, alike }) = &self.before else { return self.unknown(None, cx) };
        let is_fresh = |held: &&look::Held| {
            held.file_id.is_some() && held.mark().is_some_and(|mark| !marks.iter().any(|known| known == mark))
        };
        let fresh: Vec<&look::Held> = held.iter().filter(is_fresh).collect();
        let ours: Vec<&&look::Held> = fresh.iter().filter(|held| is_like(held, &self.plan)).collect();
        if let ([ours], false) = (&ours[..], alike) {
            return self.finished(ours.file_id.clone(), cx);
        }
        // An e-mail takes any number of attachments: those of others say nothing. Two that could be ours say too much.
        let others = !fresh.is_empty() && !matches!(self.plan.target, Target::Attachment(_));
        let unclear = others || !ours.is_empty();
        match (std::mem::replace(&mut self.if_not, IfNot::Finish), self.finish()) {
            _ if unclear => self.unknown(None, cx),
            (IfNot::Unknown(cause), _) => self.unknown(Some(cause), cx),
            (IfNot::Restart(cause), _) => self.restart(Some(cause), cx),
            (IfNot::Finish, Some(finish)) if self.ready_to_finish() => {
                cx.flights.send_again(finish, self.finishes, now);
            }
            (IfNot::Finish, _) => self.restart(None, cx),
        }
    }

    fn ready_to_finish(&self) -> bool {
        match self.strategy {
            UploadStrategy::Single => true,
            UploadStrategy::Blocks => self.token.is_some() && self.left == 0,
            UploadStrategy::Chunked => self.location.is_some() && self.left == 1,
        }
    }

    pub(super) fn unknown(&self, cause: Option<Error>, cx: &mut Cx) {
        let e = cause.unwrap_or_else(|| Error::new(ErrorKind::CommitUnknown, "commit upload"));
        cx.fail(e.with_kind(ErrorKind::CommitUnknown));
    }

    /// From nothing, with a new session; a second time there is no hope.
    pub(super) fn restart(&mut self, cause: Option<Error>, cx: &mut Cx) {
        if self.restarts_left == 0 {
            return cx.fail(cause.unwrap_or_else(|| Error::new(ErrorKind::SessionExpired, "upload")));
        }
        self.restarts_left -= 1;
        self.begin_anew(cx);
    }

    fn begin_anew(&mut self, cx: &mut Cx) {
        cx.flights.clear();
        if self.strategy == UploadStrategy::Single {
            self.done.clear();
        }
        self.done.fill(false);
        (self.left, self.sent) = (self.done.len(), 0);
        (self.token, self.location, self.in_doubt, self.finishes) = (None, None, false, 0);
        cx.tell(Event::Restart);
        self.begin(cx);
    }

    /// What is not good leads where the table says.
    pub(super) fn not_good(&mut self, now: Moment, step: Step, attempts: u32, settled: Settled, cx: &mut Cx) {
        let kind = self.kind(step);
        let (fate, event, e) = match settled {
            Settled::Again { event, lost: true } => (Fate::AgainInDoubt, Some(event), None),
            Settled::Again { event, lost: false } => (Fate::Again, Some(event), None),
            Settled::No(e) if self.is_refused_repeat(step, attempts, &e) => (Fate::Gone, None, Some(e)),
            Settled::Gone(e) => (Fate::Gone, None, Some(e)),
            Settled::No(e) if kind == Kind::Whole && self.can_be_posted(&e) => {
                self.posts = true;
                return self.begin(cx);
            }
            Settled::No(e) if kind == Kind::Part && self.can_be_single(&e) => {
                self.strategy = UploadStrategy::Single;
                return self.begin_anew(cx);
            }
            Settled::No(e) if kind == Kind::Before && is_unreadable(&e) => (Fate::Gone, None, Some(e)),
            // A new note that is not there has not been made.
            Settled::No(e)
                if kind == Kind::Look && self.plan.target.is_new() && e.kind() == ErrorKind::NotFound =>
            {
                return self.looked(now, &[], cx);
            }
            Settled::No(e) => (Fate::No, None, Some(e)),
            Settled::Lost(e) => (Fate::Lost, None, Some(e)),
            Settled::Good(..) => return,
        };
        let next = steps::next(kind, fate, self.in_doubt);
        if let Some(event) = event {
            cx.tell(event);
        }
        match next {
            Next::Proceed | Next::Wait => {}
            Next::Without if e.as_ref().is_some_and(is_unknown_name) && self.plan.target.turn_to_image() => {
                cx.flights.plan(Step::Before);
            }
            Next::Without => {
                self.before = Some(Before::Unreadable { unreadable: true });
                self.maybe_finish(cx);
            }
            Next::Look | Next::LookThenRestart => {
                (self.finishes, self.in_doubt) = (attempts, true);
                self.if_not = match e {
                    None => IfNot::Finish,
                    Some(e) if next == Next::LookThenRestart => IfNot::Restart(e),
                    Some(e) => IfNot::Unknown(e),
                };
                cx.flights.instead(step, Step::Look);
            }
            Next::Restart => self.restart(e, cx),
            Next::Fail => cx.fail(e.unwrap_or_else(|| Error::new(ErrorKind::Protocol, "upload"))),
            Next::Unknown => self.unknown(e, cx),
        }
    }

    /// Updates make what is not there (X6); should a service not do so, the documents show a POST.
    fn can_be_posted(&self, e: &Error) -> bool {
        self.plan.target.is_new() && matches!(e.kind(), ErrorKind::NotFound | ErrorKind::Unsupported)
    }

    /// Organizations that keep files in the database take no second block (D22): what `auto` began so goes in one request.
    fn can_be_single(&self, e: &Error) -> bool {
        let may = self.plan.strategy.is_none() && self.strategy == UploadStrategy::Blocks;
        let fits = match self.plan.target {
            Target::Column(_) => self.plan.mime.is_none() && self.plan.size < SINGLE_LIMIT,
            Target::Note(_) | Target::Attachment(_) => true,
        };
        may && fits && e.kind() == ErrorKind::Unsupported
    }

    /// A chunk that is refused only when it is repeated: the service took it the first time and cannot take it again.
    fn is_refused_repeat(&self, step: Step, attempts: u32, e: &Error) -> bool {
        let chunk = matches!(step, Step::Part(_)) && self.strategy == UploadStrategy::Chunked;
        chunk && attempts > 1 && is_chunk_out_of_turn(e)
    }
}
