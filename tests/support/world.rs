//! A network with virtual time between one session and one organization: nothing waits, everything is repeatable.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Fault, Faults};
use dataverse_files_emulator::kind::Origin;
use dataverse_files_proto::{
    Column, Error, Event, Failure, Input, Moment, Organization as Contoso, Output, RequestId, Session,
    Transmit,
};
use http::Request;

use crate::organization::{Organization, Served};
use crate::story::Story;
use crate::{Dice, Place, Sink};

/// One organization, one network, one story.
#[derive(Debug)]
pub struct World {
    /// What is at the other end.
    pub organization: Organization,
    /// Where downloaded bytes go.
    pub sink: Sink,
    /// Most requests that were in the air at once.
    pub peak: usize,
    /// Percent of requests that never leave: the connection is refused.
    pub unreachable: u64,
    /// The source is found changed when a request that finishes is about to end.
    pub source_changes: bool,
    now: Moment,
    dice: Dice,
    story: Story,
    air: BinaryHeap<Reverse<(Moment, u64)>>,
    inputs: BTreeMap<u64, (RequestId, Input)>,
    sequence: u64,
    open: HashSet<RequestId>,
}

/// Polls after which a session of a small file can be said to run in circles.
const ENOUGH: usize = 200_000;

/// The process ended in the middle, so many steps after its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crash;

impl World {
    /// When virtual time begins, since the Unix epoch: the client's clock and the organization's agree.
    pub const BEGIN: Duration = crate::organization::BEGIN;

    /// A world in fair weather.
    pub fn new(seed: u64) -> World {
        World::with(seed, Options::default(), Faults::none())
    }

    /// A world whose organization has these options and this weather.
    pub fn with(seed: u64, options: Options, faults: Faults) -> World {
        World {
            organization: Organization::new(options, seed, faults),
            sink: Sink::default(),
            peak: 0,
            unreachable: 0,
            source_changes: false,
            now: Moment::default(),
            dice: Dice::new(seed),
            story: Story::default(),
            air: BinaryHeap::new(),
            inputs: BTreeMap::new(),
            sequence: 0,
            open: HashSet::new(),
        }
    }

    /// The organization as a client knows it.
    pub fn contoso(&self) -> Contoso {
        Contoso::new("https://org.test").unwrap()
    }

    /// The seeded file column.
    pub fn column(&self) -> Column {
        Place::Column.target().column().cloned().unwrap()
    }

    /// What has happened, line by line.
    pub fn story(&self) -> String {
        self.story.text()
    }

    /// Virtual time so far.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Add a line of one's own to the story.
    pub fn note(&mut self, line: &str) {
        self.story.note(self.now, line);
    }

    /// Run a session to its end.
    ///
    /// # Errors
    /// The session's own.
    pub fn run<S: Session>(&mut self, session: &mut S, source: &[u8]) -> Result<S::Outcome, Error> {
        self.run_for(session, source, usize::MAX, |_| {})
            .unwrap_or_else(|Crash| panic!("nobody asked for a crash"))
    }

    /// Run a session to its end, or until the process crashes after so many steps; what is in the air then has reached the
    /// organization, but no answer comes back. `watch` sees the session before each request that finishes it, as a driver
    /// that keeps checkpoints does.
    ///
    /// # Errors
    /// [`Crash`] when the steps were fewer than the session needed.
    pub fn run_for<S: Session>(
        &mut self,
        session: &mut S,
        source: &[u8],
        steps: usize,
        mut watch: impl FnMut(&S),
    ) -> Result<Result<S::Outcome, Error>, Crash> {
        let outcome = self.run_kept(session, source, steps, &mut watch);
        if outcome.is_err() {
            self.crash();
        }
        self.air.clear();
        self.open.clear();
        outcome
    }

    /// The process ends: answers under way reach nobody.
    pub fn crash(&mut self) {
        self.note("crash");
        self.air.clear();
        self.open.clear();
    }

    fn run_kept<S: Session>(
        &mut self,
        session: &mut S,
        source: &[u8],
        steps: usize,
        mut watch: impl FnMut(&S),
    ) -> Result<Result<S::Outcome, Error>, Crash> {
        let mut left = steps;
        for _ in 0..ENOUGH {
            match session.poll(self.now) {
                Output::Send(transmit) => {
                    if transmit.finishes {
                        watch(session);
                    }
                    self.open.insert(transmit.id);
                    self.peak = self.peak.max(self.open.len());
                    self.send(transmit, source);
                }
                Output::Event(Event::Data { offset, bytes }) => {
                    self.story.data(self.now, offset, bytes.len());
                    self.sink.write(offset, &bytes);
                }
                Output::Event(event) => {
                    if event == Event::Restart {
                        self.sink.restart();
                    }
                    self.story.event(self.now, &event);
                }
                Output::Done(outcome) => {
                    self.story.done(self.now, outcome.as_ref().err());
                    return Ok(outcome);
                }
                Output::Wait(until) => {
                    if left == 0 {
                        return Err(Crash);
                    }
                    left -= 1;
                    self.wait(session, until);
                }
            }
        }
        panic!(
            "the session does not come to an end\n{}",
            self.story().lines().take(200).collect::<Vec<_>>().join("\n")
        )
    }

    /// Run some steps of a session and leave it, and all that is in the air, for [`World::run`] to go on with.
    pub fn step<S: Session>(
        &mut self,
        session: &mut S,
        source: &[u8],
        steps: usize,
    ) -> Option<Result<S::Outcome, Error>> {
        self.run_kept(session, source, steps, |_| {}).ok()
    }

    /// Another client puts another file there, in fair weather.
    pub fn replace(&mut self, place: Place, name: &str, bytes: &[u8]) {
        self.note("another client replaces the file");
        self.organization.put_at(place, name, bytes);
    }

    fn wait<S: Session>(&mut self, session: &mut S, until: Option<Moment>) {
        let arrival = self.air.peek().map(|Reverse((at, _))| *at);
        let next = [arrival, until].into_iter().flatten().min();
        let next = next.unwrap_or_else(|| panic!("the session waits for nothing\n{}", self.story()));
        self.now = self.now.max(next);
        if arrival.is_none_or(|at| at > self.now) {
            return;
        }
        let Some(Reverse((_, sequence))) = self.air.pop() else { return };
        let Some((id, input)) = self.inputs.remove(&sequence) else { return };
        if matches!(input, Input::End | Input::Failed(_)) {
            self.open.remove(&id);
        }
        self.story.input(self.now, id, &input);
        session.handle(self.now, id, input);
    }

    fn send(&mut self, transmit: Transmit, source: &[u8]) {
        self.story.send(self.now, &transmit);
        let id = transmit.id;
        let mut at = self.now;
        for (delay, input) in self.exchange(transmit, source) {
            at = at + delay;
            self.sequence += 1;
            self.air.push(Reverse((at, self.sequence)));
            self.inputs.insert(self.sequence, (id, input));
        }
    }

    fn exchange(&mut self, transmit: Transmit, source: &[u8]) -> Vec<(Duration, Input)> {
        let lag = Duration::from_millis(1 + self.dice.below(80));
        if self.dice.chance(self.unreachable) {
            return vec![(lag, Input::Failed(Failure::Connect("refused".into())))];
        }
        if transmit.finishes && self.source_changes {
            let changed = std::io::Error::new(std::io::ErrorKind::InvalidData, "the file has changed");
            return vec![(lag, Input::Failed(Failure::Source(changed)))];
        }
        let idle = transmit.idle;
        let (origin, head, body) = outgoing(transmit, source);
        let Served { response, fault } = self.organization.serve(self.now + lag, origin, &head, &body);
        let Some(response) = response else {
            return match fault {
                Some(Fault::Silence(_)) => vec![(idle, Input::Failed(Failure::Timeout))],
                _ => vec![(lag, Input::Failed(Failure::Lost("reset".into())))],
            };
        };
        let (head, body) = response.into_parts();
        match fault {
            Some(Fault::Silence(_)) => vec![(idle, Input::Failed(Failure::Timeout))],
            Some(Fault::Lost) => vec![(lag, Input::Failed(Failure::Lost("reset".into())))],
            Some(Fault::Cut { .. }) if body.is_empty() => {
                vec![(lag, Input::Failed(Failure::Lost("reset".into())))]
            }
            Some(Fault::Cut { thousandths, .. }) => {
                let keep = body.len() * usize::from(thousandths.min(999)) / 1_000;
                let end = Input::Failed(Failure::Lost("the body ended too early".into()));
                self.answer(lag, head, body.slice(..keep), end)
            }
            _ => self.answer(lag, head, body, Input::End),
        }
    }

    fn answer(
        &mut self,
        lag: Duration,
        head: http::response::Parts,
        mut body: Bytes,
        end: Input,
    ) -> Vec<(Duration, Input)> {
        let mut inputs = vec![(lag, Input::Head(head))];
        while !body.is_empty() {
            let n = 1 + self.dice.below(body.len() as u64) as usize;
            inputs.push((Duration::from_millis(self.dice.below(5)), Input::Chunk(body.split_to(n))));
        }
        inputs.push((Duration::ZERO, end));
        inputs
    }
}

/// The request as it arrives: a driver has read the source and added the token, for the organization alone.
fn outgoing(transmit: Transmit, source: &[u8]) -> (Origin, http::request::Parts, Bytes) {
    let (mut head, body) = transmit.request.into_parts();
    let mut bytes = BytesMut::new();
    for piece in body.pieces() {
        let read = |r: std::ops::Range<u64>| {
            Ok::<_, ()>(Bytes::copy_from_slice(&source[r.start as usize..r.end as usize]))
        };
        bytes.extend_from_slice(&piece.encode(read).unwrap());
    }
    assert_eq!(bytes.len() as u64, body.len(), "the announced length is the real one");
    let host = head.uri.authority().map(ToString::to_string).unwrap_or_default();
    let origin = if host == "org.test" { Origin::Organization } else { Origin::Storage };
    if origin == Origin::Organization {
        head.headers.insert("authorization", http::HeaderValue::from_static("Bearer secret"));
    }
    head.headers.insert("host", host.parse().unwrap());
    head.uri = head.uri.path_and_query().map(|p| p.as_str().parse().unwrap()).unwrap_or_default();
    let (head, ()) = Request::from_parts(head, ()).into_parts();
    (origin, head, bytes.freeze())
}
