//! Every retry decision of the workspace: what becomes of a request that has landed.
use std::time::Duration;

use super::{Flights, Reply, Retry, Settled, What};
use crate::wire::odata::{Verdict, judge, judge_failure};
use crate::{Error, ErrorKind, Event, Failure, Moment};

impl<K: Copy + PartialEq> Flights<K> {
    /// Decide what becomes of a landed request.
    pub fn settle(&mut self, now: Moment, step: &'static str, reply: Reply<K>) -> Settled {
        let Reply { key, attempts, fresh_token, what } = reply;
        let unix_now = self.policy.unix_zero.saturating_add(now.0);
        let (verdict, said, cause, lost) = match what {
            What::Whole(head, body) => match judge(&head, &body, unix_now) {
                (Verdict::Good, _) => {
                    self.window = (self.window + 1).min(self.widest);
                    return Settled::Good(head, body);
                }
                (verdict, said) => (verdict, said, None, !head.status.is_client_error()),
            },
            What::Failed(failure) => {
                let lost = matches!(failure, Failure::Timeout | Failure::Lost(_));
                (judge_failure(&failure), None, Some(failure.to_string()), lost)
            }
            What::Odd(kind, why) => (Verdict::Again { kind, asked: None, times: 3 }, None, Some(why), true),
            What::Head(_) | What::Chunk(_) | What::StreamEnd => {
                let why = Some("an answer in pieces where a whole one was due".to_owned());
                (Verdict::No(ErrorKind::Protocol), None, why, true)
            }
        };
        let why = said.as_ref().map(ToString::to_string).or_else(|| cause.clone()).unwrap_or_default();
        let fail = |kind| {
            let e = Error::new(kind, step).after(attempts).said(said);
            match cause {
                Some(cause) => e.because(cause),
                None => e,
            }
        };
        match verdict {
            Verdict::Good | Verdict::Gone => Settled::Gone(fail(ErrorKind::SessionExpired)),
            Verdict::FreshToken if fresh_token => Settled::No(fail(ErrorKind::Unauthenticated)),
            Verdict::FreshToken => {
                self.retries.push(Retry { key, attempts, at: now, fresh_token: true });
                Settled::Again { event: Event::Retry { attempt: attempts, at: now, why }, lost: false }
            }
            Verdict::No(kind) if lost => Settled::Lost(fail(kind)),
            Verdict::No(kind) => Settled::No(fail(kind)),
            Verdict::Again { kind, asked, times } => match self.again(now, key, attempts, kind, asked, times)
            {
                Ok(at) => Settled::Again { event: Event::Retry { attempt: attempts, at, why }, lost },
                Err(Some(too_long)) => {
                    let wait = format!("the service asks for a pause of {} s", too_long.as_secs());
                    Settled::No(fail(kind).because(wait))
                }
                Err(None) if lost => Settled::Lost(fail(kind)),
                Err(None) => Settled::No(fail(kind)),
            },
        }
    }

    /// Queue another attempt and say when it is due; an error when there have been enough, or (with the wait) when the
    /// service asks for more patience than there is.
    fn again(
        &mut self,
        now: Moment,
        key: K,
        attempts: u32,
        kind: ErrorKind,
        asked: Option<Duration>,
        times: u32,
    ) -> Result<Moment, Option<Duration>> {
        if let Some(asked) = asked.filter(|a| *a > self.policy.longest_wait) {
            return Err(Some(asked));
        }
        if attempts >= self.policy.max_attempts.min(times) {
            return Err(None);
        }
        let at = now + self.policy.wait(attempts, asked, &mut self.jitter);
        self.gate = self.gate.max(now + asked.unwrap_or_default());
        if kind != ErrorKind::Integrity {
            self.window = (self.window / 2).max(1);
        }
        self.retries.push(Retry { key, attempts, at, fresh_token: false });
        Ok(at)
    }
}
