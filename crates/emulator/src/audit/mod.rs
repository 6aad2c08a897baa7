//! What a client did wrong though it got away with it.
//!
//! A pure observer: a shell or a simulation tells it what came and what was answered; it changes nothing.
use std::collections::HashMap;

use http::request::Parts;
use http::{StatusCode, response};

use crate::core::Now;
use crate::faults::expired::token;
use crate::kind::{Kind, Origin};
use crate::payload::{Content, Stored};
use crate::store::Digest;

mod finding;
mod head;
mod sessions;

pub use finding::{Finding, Severity, Slip};

use sessions::Sessions;

/// Concurrent requests the service takes (api-limits: "52 or more" is too many at the same time).
const IN_THE_AIR: usize = 52;

/// Requests that were under way when a 429 was answered cannot know of it: what begins within this time after it is
/// taken for one of them.
const UNDER_WAY: std::time::Duration = std::time::Duration::from_millis(250);

/// Findings kept at most; what comes later is only counted where it repeats one.
const MOST: usize = 1000;

/// Watches requests and notes what the rules of the protocol forbid.
///
/// ```
/// use std::time::Duration;
///
/// use dataverse_files_emulator::core::Now;
/// use dataverse_files_emulator::audit::{Audit, End, Slip};
/// use dataverse_files_emulator::faults::{Answer, RetryAfter};
/// use dataverse_files_emulator::kind::Origin;
///
/// let (head, ()) = http::Request::get("/api/data/v9.2/WhoAmI").body(())?.into_parts();
/// let at = |seconds| Now(Duration::from_secs(seconds));
/// let mut audit = Audit::new();
/// let ticket = audit.begin(at(0), Origin::Organization, &head);
/// let (answer, _) = Answer::throttled(RetryAfter::Seconds(30)).response(at(0)).into_parts();
/// audit.end(at(0), ticket, End::Answered(&answer));
/// audit.begin(at(10), Origin::Organization, &head);
/// assert!(audit.findings().iter().any(|finding| matches!(finding.slip, Slip::TooEarly { .. })));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Audit {
    findings: Vec<Finding>,
    /// Requests that have begun and not ended.
    open: HashMap<Ticket, Open>,
    requests: u64,
    /// Not before this a request may come: the last 429 or 503 said so, answered at the second moment.
    until: Option<(Now, Now)>,
    sessions: Sessions,
}

/// One request that the audit watches.
///
/// ```
/// use std::time::Duration;
///
/// use dataverse_files_emulator::audit::{Audit, End, Ticket};
/// use dataverse_files_emulator::core::Now;
/// use dataverse_files_emulator::kind::Origin;
///
/// let now = Now(Duration::ZERO);
/// let (head, ()) = http::Request::get("/api/data/v9.2/WhoAmI").body(())?.into_parts();
/// let mut audit = Audit::new();
/// let ticket: Ticket = audit.begin(now, Origin::Organization, &head);
/// audit.end(now, ticket, End::Lost);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(u64);

/// How a request ended, as the client saw it.
///
/// ```
/// use dataverse_files_emulator::audit::End;
///
/// let (head, ()) = http::Response::new(()).into_parts();
/// assert!(matches!(End::Answered(&head), End::Answered(answer) if answer.status == 200));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum End<'a> {
    /// With this answer.
    Answered(&'a response::Parts),
    /// Without one.
    Lost,
}

#[derive(Clone, Debug)]
struct Open {
    kind: Kind,
    origin: Origin,
    request: String,
    token: Option<u64>,
}

impl Audit {
    /// Nothing seen yet.
    pub fn new() -> Audit {
        Audit::default()
    }

    /// A request has begun: its head has been read.
    pub fn begin(&mut self, now: Now, origin: Origin, head: &Parts) -> Ticket {
        self.requests += 1;
        let ticket = Ticket(self.requests);
        let kind = Kind::of(origin, head);
        let request = match origin {
            Origin::Organization => format!("{} {}", head.method, head.uri.path()),
            // The whole address is the secret there.
            Origin::Storage => format!("{} at the storage origin", head.method),
        };
        self.open.insert(ticket, Open { kind, origin, request, token: None });
        for slip in head::slips(origin, kind, head) {
            self.note(now, ticket, slip);
        }
        if origin == Origin::Organization {
            self.weigh(now, ticket);
        }
        ticket
    }

    /// The body of the request, taken in.
    pub fn content(&mut self, now: Now, ticket: Ticket, head: &Parts, content: &Content) {
        let Some(open) = self.open.get_mut(&ticket) else { return };
        open.token = token(head, content);
        let Some(token) = open.token else { return };
        let slip = match open.kind {
            Kind::Block => block(content).and_then(|(id, stored)| self.sessions.block(token, id, stored)),
            Kind::Commit => self.sessions.commit(token),
            _ => None,
        };
        if let Some(slip) = slip {
            self.note(now, ticket, slip);
        }
    }

    /// The request has ended. Unknown tickets are ignored.
    pub fn end(&mut self, now: Now, ticket: Ticket, end: End<'_>) {
        let Some(open) = self.open.remove(&ticket) else { return };
        if let (Kind::Commit, Some(token)) = (open.kind, open.token) {
            let refused = matches!(end, End::Answered(answer) if answer.status.is_client_error());
            self.sessions.committed(token, refused);
        }
        if open.origin == Origin::Organization
            && let End::Answered(answer) = end
            && [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&answer.status)
            && let Some(until) = head::retry_at(now, &answer.headers)
        {
            let known = self.until.map_or(until, |(known, _)| known.max(until));
            self.until = Some((known, now));
        }
    }

    /// What was found so far, oldest first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Only what is [`Severity::Wrong`], oldest first.
    pub fn wrongs(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.slip.severity() == Severity::Wrong)
    }

    /// Rules about when a request comes.
    fn weigh(&mut self, now: Now, ticket: Ticket) {
        if let Some((until, answered)) = self.until {
            if now >= until {
                self.until = None;
            } else if now.0.saturating_sub(answered.0) > UNDER_WAY {
                self.note(now, ticket, Slip::TooEarly { by: until.0 - now.0 });
            }
        }
        let air = self.open.values().filter(|open| open.origin == Origin::Organization).count();
        if air > IN_THE_AIR {
            self.note(now, ticket, Slip::TooManyInTheAir { requests: air });
        }
    }

    fn note(&mut self, now: Now, ticket: Ticket, slip: Slip) {
        let Some(open) = self.open.get(&ticket) else { return };
        let (kind, request) = (open.kind, open.request.clone());
        let known = |finding: &&mut Finding| finding.kind == kind && finding.slip.repeats(&slip);
        if let Some(finding) = self.findings.iter_mut().find(known) {
            finding.times += 1;
        } else if self.findings.len() < MOST {
            self.findings.push(Finding { slip, kind, request, nth: ticket.0, at: now, times: 1 });
        }
    }
}

fn block(content: &Content) -> Option<(u64, Stored)> {
    let Content::Json { value, blobs } = content else { return None };
    let id = Digest::of(value.get("BlockId")?.as_str()?.as_bytes());
    blobs.values().next().map(|stored| (id, *stored))
}

#[cfg(test)]
mod tests;
