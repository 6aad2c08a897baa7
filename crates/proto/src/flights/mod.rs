//! The requests of a session that are planned, waiting or in the air. Shared by every session; knows no message.
//!
//! Every retry decision of the workspace is made here and in `settle`: how often, when, how many at once, when to give up.
mod reply;
mod settle;

use std::collections::VecDeque;

use bytes::BytesMut;
use http::response::Parts;

pub use self::reply::Counts;
pub(crate) use self::reply::{Described, Launch, Reply, Settled, What};

use crate::affinity::Affinity;
use crate::retry::Jitter;
use crate::{Failure, Input, Moment, RequestId, RetryPolicy, Transmit};

/// Longest answer kept in memory for parsing, in bytes. Messages are small; file bytes are streamed, never kept.
const KEEP: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Flights<K> {
    policy: RetryPolicy,
    jitter: Jitter,
    ids: u64,
    widest: usize,
    window: usize,
    /// Nothing takes off before this moment: the service asked for a pause.
    gate: Moment,
    /// Never sent yet, in order. A retry never waits in here, so asking for the next wake stays cheap.
    planned: VecDeque<K>,
    retries: Vec<Retry<K>>,
    air: Vec<Flight<K>>,
    deadline: Option<Moment>,
    affinity: Affinity,
    pub counts: Counts,
}

#[derive(Debug)]
struct Retry<K> {
    key: K,
    attempts: u32,
    at: Moment,
    fresh_token: bool,
}

#[derive(Debug)]
struct Flight<K> {
    key: K,
    attempts: u32,
    id: RequestId,
    head: Option<Parts>,
    body: BytesMut,
    streams: bool,
    home: bool,
    fresh_token: bool,
}

impl<K: Copy + PartialEq> Flights<K> {
    pub fn new(policy: RetryPolicy, window: usize, affinity: Affinity) -> Self {
        let widest = window.max(1);
        Self {
            jitter: Jitter(policy.seed),
            policy,
            ids: 0,
            widest,
            window: widest,
            gate: Moment::default(),
            planned: VecDeque::new(),
            retries: Vec::new(),
            air: Vec::new(),
            deadline: None,
            affinity,
            counts: Counts::default(),
        }
    }

    pub fn plan(&mut self, key: K) {
        self.planned.push_back(key);
    }

    /// Ahead of everything that has never been sent.
    pub fn plan_next(&mut self, key: K) {
        self.planned.push_front(key);
    }

    /// Whether it is planned, in the air, or waits to be sent again.
    pub fn pending(&self, key: K) -> bool {
        self.flying(key) || self.retries.iter().any(|r| r.key == key) || self.planned.contains(&key)
    }

    /// Forget everything; replies still under way become unknown.
    pub fn clear(&mut self) {
        self.planned.clear();
        self.retries.clear();
        self.air.clear();
    }

    /// One at a time from now on: what follows has an order.
    pub fn narrow(&mut self) {
        (self.widest, self.window) = (1, 1);
    }

    pub fn launch(&mut self, now: Moment) -> Option<Launch<K>> {
        if now < self.gate || self.air.len() >= self.window {
            return None;
        }
        let (key, attempts, fresh_token) = match self.retries.iter().position(|r| r.at <= now) {
            Some(i) => {
                let due = self.retries.remove(i);
                (due.key, due.attempts, due.fresh_token)
            }
            None => (self.planned.pop_front()?, 0, false),
        };
        self.ids += 1;
        let id = RequestId(self.ids);
        self.counts.retries += u64::from(attempts > 0);
        let attempts = attempts + 1;
        let (head, body) = (None, BytesMut::new());
        self.air.push(Flight { key, attempts, id, head, body, streams: false, home: false, fresh_token });
        Some(Launch { key, id, fresh_token })
    }

    pub fn send(&mut self, launch: Launch<K>, described: Described) -> Transmit {
        let Described { mut request, expect, streams, finishes, lookup, home } = described;
        if home {
            self.affinity.add_to(request.headers_mut());
        }
        if let Some(flight) = self.air.iter_mut().find(|f| f.id == launch.id) {
            (flight.streams, flight.home) = (streams, home);
        }
        let count = if lookup { &mut self.counts.lookups } else { &mut self.counts.requests };
        *count += 1;
        let idle = if finishes { self.policy.idle.saturating_mul(2) } else { self.policy.idle };
        let timeout = self.policy.timeout(request.body().len() + expect).max(idle);
        Transmit { id: launch.id, request, timeout, idle, fresh_token: launch.fresh_token, finishes }
    }

    /// `None` for requests no longer in the air, and while an answer is still incomplete.
    pub fn receive(&mut self, id: RequestId, input: Input) -> Option<Reply<K>> {
        let at = self.air.iter().position(|f| f.id == id)?;
        let flight = &mut self.air[at];
        let streaming = flight.streams && flight.head.as_ref().is_some_and(|h| h.status.is_success());
        let what = match input {
            Input::Head(parts) => {
                if flight.home {
                    self.affinity.learn(&parts.headers);
                }
                let streamed = flight.streams && parts.status.is_success();
                flight.head = Some(parts.clone());
                if !streamed {
                    return None;
                }
                What::Head(parts)
            }
            Input::Chunk(bytes) if streaming => What::Chunk(bytes),
            Input::Chunk(bytes) => {
                let room = KEEP.saturating_sub(flight.body.len()).min(bytes.len());
                flight.body.extend_from_slice(&bytes[..room]);
                return None;
            }
            Input::End if streaming => What::StreamEnd,
            Input::End => match flight.head.take() {
                Some(head) => What::Whole(head, flight.body.split().freeze()),
                None => What::Failed(Failure::Lost("an answer without a head".into())),
            },
            // The status line is the answer; what broke off is only its explanation.
            Input::Failed(Failure::Lost(_) | Failure::Timeout)
                if flight.head.as_ref().is_some_and(|h| !h.status.is_success()) =>
            {
                let (head, body) = (flight.head.take()?, flight.body.split().freeze());
                What::Whole(head, body)
            }
            Input::Failed(failure) => What::Failed(failure),
        };
        let (key, attempts, fresh_token) = (flight.key, flight.attempts, flight.fresh_token);
        if !matches!(what, What::Head(_) | What::Chunk(_)) {
            self.air.swap_remove(at);
        }
        Some(Reply { key, attempts, fresh_token, what })
    }

    /// Drop a request whose answer has turned out odd before its end, to be settled as `What::Odd`.
    pub fn abandon(&mut self, key: K) {
        self.air.retain(|f| f.key != key);
    }

    /// Whether it is in the air.
    pub fn flying(&self, key: K) -> bool {
        self.air.iter().any(|f| f.key == key)
    }

    /// Whether this attempt is in the air.
    pub fn expects(&self, id: RequestId) -> bool {
        self.air.iter().any(|f| f.id == id)
    }

    /// Send `other` where a retry of `key` was due; at once when there was none.
    pub fn instead(&mut self, key: K, other: K) {
        match self.retries.iter_mut().find(|r| r.key == key) {
            Some(retry) => (retry.key, retry.attempts, retry.fresh_token) = (other, 0, false),
            None => self.plan_next(other),
        }
    }

    /// Queue it with the attempts it has had, after something else has been tried in its place.
    pub fn send_again(&mut self, key: K, attempts: u32, at: Moment) {
        self.retries.push(Retry { key, attempts, at, fresh_token: false });
    }

    /// Queue it once more although it was not judged a failure, e.g. the rest of a part that came short.
    pub fn resume(&mut self, now: Moment, key: K) {
        self.retries.push(Retry { key, attempts: 0, at: now, fresh_token: false });
    }

    /// True once the session's own time is up; it starts at the first call.
    pub fn overdue(&mut self, now: Moment) -> bool {
        let Some(limit) = self.policy.deadline else { return false };
        now >= *self.deadline.get_or_insert(now + limit)
    }

    /// When polling again could send something, or runs out of time.
    pub fn wake(&self) -> Option<Moment> {
        let retry = self.retries.iter().map(|r| r.at.max(self.gate)).min();
        let planned = (!self.planned.is_empty()).then_some(self.gate);
        let next = [retry, planned].into_iter().flatten().min().filter(|_| self.air.len() < self.window);
        [next, self.deadline].into_iter().flatten().min()
    }
}
