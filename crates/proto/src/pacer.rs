//! One pace for all sessions of a client: the service counts per user, not per file (api-limits).
use std::collections::VecDeque;
use std::time::Duration;

use http::response::Parts;

use crate::Moment;
use crate::wire::header_text;
use crate::wire::odata::retry_after;

/// What one client allows itself.
///
/// ```
/// use dataverse_files_proto::PacerLimits;
/// assert_eq!(PacerLimits::default().in_flight, 51);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacerLimits {
    /// Most requests in the air at once. The service refuses 52 or more of one user; an `x-ms-dop-hint` lowers it further.
    pub in_flight: usize,
    /// Most requests in `window`. `None`, the default: the limits differ between environments and count per web server, so
    /// the documents tell clients to react and not to count. The usual figure is 6,000.
    pub requests: Option<u32>,
    /// The service's sliding window.
    pub window: Duration,
    /// A `Retry-After` beyond this is left to the session that got it, which fails and says so.
    pub longest_wait: Duration,
}

impl Default for PacerLimits {
    fn default() -> Self {
        Self {
            in_flight: 51,
            requests: None,
            window: Duration::from_secs(300),
            longest_wait: Duration::from_secs(600),
        }
    }
}

/// Says when the next request of a client may go out. Pure: drivers ask it before each exchange and tell it each answer.
///
/// ```
/// use std::time::Duration;
/// use dataverse_files_proto::{Admission, Moment, Pacer, PacerLimits};
///
/// let mut pacer = Pacer::new(PacerLimits::default());
/// let now = Moment::default();
/// let Admission::Go(permit) = pacer.admit(now) else { panic!() };
/// let throttled = http::Response::builder().status(429).header("retry-after", "7").body(()).unwrap();
/// pacer.observe(now, permit, Some(&throttled.into_parts().0));
/// let Admission::At(later) = pacer.admit(now) else { panic!() };
/// assert_eq!(later, now + Duration::from_secs(7), "every session of the client waits");
/// ```
#[derive(Debug)]
pub struct Pacer {
    limits: PacerLimits,
    gate: Moment,
    in_flight: usize,
    hint: Option<usize>,
    /// When the requests of the window went out, oldest first.
    sent: VecDeque<Moment>,
}

/// Whether a request may go out.
///
/// ```
/// use dataverse_files_proto::{Admission, Moment};
/// let wait = Admission::At(Moment::default());
/// assert!(!matches!(wait, Admission::Go(_)));
/// ```
#[derive(Debug)]
pub enum Admission {
    /// Now. Give the permit back with [`Pacer::observe`].
    Go(Permit),
    /// Ask again at this moment.
    At(Moment),
    /// Ask again when one of the client's requests has ended.
    Full,
}

/// One request's leave to be in the air.
///
/// ```
/// use dataverse_files_proto::{Admission, Moment, Pacer, PacerLimits, Permit};
/// let mut pacer = Pacer::new(PacerLimits::default());
/// let Admission::Go(permit) = pacer.admit(Moment::default()) else { panic!() };
/// let _: &Permit = &permit;
/// pacer.observe(Moment::default(), permit, None);
/// ```
#[derive(Debug)]
#[must_use = "a permit that is not given back blocks a place for ever"]
pub struct Permit(());

impl Pacer {
    /// A pacer that has seen nothing yet.
    #[must_use]
    pub fn new(limits: PacerLimits) -> Self {
        Self { limits, gate: Moment::default(), in_flight: 0, hint: None, sent: VecDeque::new() }
    }

    /// May a request go out now?
    pub fn admit(&mut self, now: Moment) -> Admission {
        if now < self.gate {
            return Admission::At(self.gate);
        }
        let most = self.limits.in_flight.min(self.hint.unwrap_or(usize::MAX)).max(1);
        if self.in_flight >= most {
            return Admission::Full;
        }
        if let Some(requests) = self.limits.requests {
            while self.sent.front().is_some_and(|at| *at + self.limits.window <= now) {
                self.sent.pop_front();
            }
            match self.sent.front() {
                Some(oldest) if self.sent.len() >= requests as usize => {
                    return Admission::At(*oldest + self.limits.window);
                }
                _ => self.sent.push_back(now),
            }
        }
        self.in_flight += 1;
        Admission::Go(Permit(()))
    }

    /// A request is over: with the head of its answer, or without one. The permit is given back at the end of the exchange,
    /// not at its head: the service counts until then.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is spent here")]
    pub fn observe(&mut self, now: Moment, permit: Permit, head: Option<&Parts>) {
        let Permit(()) = permit;
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(head) = head else { return };
        if let Some(hint) = header_text(&head.headers, "x-ms-dop-hint").and_then(|h| h.parse::<usize>().ok())
        {
            self.hint = Some(hint.max(1));
        }
        if !matches!(head.status.as_u16(), 429 | 503) {
            return;
        }
        // A date without a `Date` beside it cannot be read here; the session that got it waits all the same.
        let dated = head.headers.contains_key("date");
        let asked = retry_after(&head.headers, Duration::ZERO).filter(|_| dated || is_seconds(head));
        if let Some(wait) = asked.filter(|wait| *wait <= self.limits.longest_wait) {
            self.gate = self.gate.max(now + wait);
        }
    }
}

fn is_seconds(head: &Parts) -> bool {
    header_text(&head.headers, "retry-after").is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, headers: &[(&str, &str)]) -> Parts {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(()).unwrap().into_parts().0
    }

    fn go(pacer: &mut Pacer, now: Moment) -> Permit {
        match pacer.admit(now) {
            Admission::Go(permit) => permit,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_more_in_the_air_than_the_service_suggests() {
        let (mut pacer, now) =
            (Pacer::new(PacerLimits { in_flight: 3, ..PacerLimits::default() }), Moment::default());
        let mut permits: Vec<Permit> = (0..3).map(|_| go(&mut pacer, now)).collect();
        assert!(matches!(pacer.admit(now), Admission::Full));
        pacer.observe(now, permits.remove(0), Some(&head(204, &[("x-ms-dop-hint", "2")])));
        assert!(matches!(pacer.admit(now), Admission::Full), "two are still in the air, and two is the hint");
        pacer.observe(now, permits.remove(0), None);
        let _again = go(&mut pacer, now);
    }

    #[test]
    fn a_budget_slides_with_its_window() {
        let window = Duration::from_secs(300);
        let limits = PacerLimits { requests: Some(2), window, ..PacerLimits::default() };
        let (mut pacer, start) = (Pacer::new(limits), Moment::default());
        for at in [start, start + Duration::from_secs(10)] {
            let permit = go(&mut pacer, at);
            pacer.observe(at, permit, None);
        }
        let Admission::At(when) = pacer.admit(start + Duration::from_secs(20)) else { panic!() };
        assert_eq!(when, start + window);
        let _permit = go(&mut pacer, when);
    }

    #[test]
    fn a_foolish_pause_does_not_stop_the_client_for_ever() {
        let (mut pacer, now) = (Pacer::new(PacerLimits::default()), Moment::default());
        for (name, value) in [("retry-after", "99999999"), ("retry-after", "soon"), ("x-ms-dop-hint", "0")] {
            let permit = go(&mut pacer, now);
            pacer.observe(now, permit, Some(&head(429, &[(name, value)])));
        }
        let _permit = go(&mut pacer, now);
    }
}
