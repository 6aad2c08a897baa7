//! The skeleton that Upload, Download and Call share: what `poll` and `handle` do in every session.
use std::collections::VecDeque;

use crate::flights::{Described, Flights, Reply};
use crate::{Error, ErrorKind, Event, Input, Moment, Output, RequestId, Session};

/// What a session adds to the skeleton: how its requests read, and what their answers lead to.
pub(crate) trait Machine {
    /// Names a request of this session.
    type Key: Copy + PartialEq;
    type Outcome;

    /// What the session is called in errors.
    fn name(&self) -> &'static str;
    fn describe(&mut self, key: Self::Key) -> Described;
    fn land(&mut self, now: Moment, reply: Reply<Self::Key>, cx: &mut Context<Self::Key, Self::Outcome>);
}

/// What a machine acts upon.
#[derive(Debug)]
pub(crate) struct Context<K, T> {
    pub flights: Flights<K>,
    events: VecDeque<Event>,
    outcome: Option<Result<T, Error>>,
}

impl<K: Copy + PartialEq, T> Context<K, T> {
    pub fn new(flights: Flights<K>) -> Self {
        Self { flights, events: VecDeque::new(), outcome: None }
    }

    pub fn tell(&mut self, event: Event) {
        self.events.push_back(event);
    }

    /// The end: nothing more is sent, nothing more is heard.
    pub fn finish(&mut self, outcome: Result<T, Error>) {
        self.flights.clear();
        self.outcome.get_or_insert(outcome);
    }

    pub fn fail(&mut self, e: Error) {
        self.finish(Err(e));
    }
}

#[derive(Debug)]
pub(crate) struct Engine<M: Machine> {
    pub machine: M,
    pub cx: Context<M::Key, M::Outcome>,
    over: bool,
}

impl<M: Machine> Engine<M> {
    pub fn new(machine: M, cx: Context<M::Key, M::Outcome>) -> Self {
        Self { machine, cx, over: false }
    }
}

impl<M: Machine> Session for Engine<M> {
    type Outcome = M::Outcome;

    fn poll(&mut self, now: Moment) -> Output<M::Outcome> {
        if let Some(event) = self.cx.events.pop_front() {
            return Output::Event(event);
        }
        if let Some(outcome) = self.cx.outcome.take() {
            self.over = true;
            return Output::Done(outcome);
        }
        if self.over {
            return Output::Wait(None);
        }
        if self.cx.flights.overdue(now) {
            let e = Error::new(ErrorKind::Deadline, self.machine.name());
            self.cx.fail(e.because("the time allowed for it has passed"));
            return self.poll(now);
        }
        match self.cx.flights.launch(now) {
            Some(launch) => {
                let described = self.machine.describe(launch.key);
                Output::Send(self.cx.flights.send(launch, described))
            }
            None => Output::Wait(self.cx.flights.wake()),
        }
    }

    fn handle(&mut self, now: Moment, id: RequestId, input: Input) {
        if let Some(reply) = self.cx.flights.receive(id, input) {
            self.machine.land(now, reply, &mut self.cx);
        }
    }

    fn expects(&self, id: RequestId) -> bool {
        self.cx.flights.expects(id)
    }
}
