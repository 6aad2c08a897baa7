//! One request, from its head to the head of its answer.
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use http::header::{CONNECTION, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;

use super::body::Body;
use super::limits::Limits;
use super::line::Line;
use super::pieces::Pieces;
use super::receive::{self, Failure};
use super::refusal;
use super::seat::{Answer, Seat};
use crate::audit::{Audit, End, Ticket};
use crate::core::Now;
use crate::faults::{self, Expired, Fault, Faults, Handling};
use crate::intake::Receiver;
use crate::kind::{Kind, Origin};
use crate::payload::{Content, Stored};
use crate::store::Store;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) seat: Seat,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) expired: Mutex<Expired>,
    pub(crate) audit: Mutex<Audit>,
    pub(crate) requests: [AtomicU64; Kind::ALL.len()],
    pub(crate) limits: Limits,
}

/// The connection ends without an answer.
#[derive(Debug)]
pub(crate) struct HungUp;

impl std::fmt::Display for HungUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection ends without an answer")
    }
}

impl std::error::Error for HungUp {}

/// A request under way: the audit hears of its end however it ends.
struct Flight<'a> {
    shared: &'a Shared,
    ticket: Ticket,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        lock(&self.shared.audit).end(now(), self.ticket, End::Lost);
    }
}

/// Serves one request.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    origin: Origin,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Body>, HungUp> {
    let (head, body) = request.into_parts();
    let head = Arc::new(head);
    let kind = Kind::of(origin, &head);
    shared.requests[kind as usize].fetch_add(1, Ordering::Relaxed);
    let ticket = lock(&shared.audit).begin(now(), origin, &head);
    let flight = Flight { shared: &shared, ticket };
    let fault = lock(&shared.faults).decide(kind);

    let answer = match &fault {
        Some(fault) if fault.handling() == Handling::Ignored => {
            ignored(&shared, fault, &head, body, &line).await?
        }
        _ => handled(&shared, origin, &head, body, ticket, fault.clone()).await?,
    };
    finish(flight, answer, fault.as_ref(), line).await
}

/// Requests that have no effect.
async fn ignored(
    shared: &Shared,
    fault: &Fault,
    head: &Parts,
    body: Incoming,
    line: &Line,
) -> Result<Answer, HungUp> {
    match fault {
        Fault::Answer(answer) => {
            receive::drain(body, &head.headers, &shared.limits);
            Ok(shared.seat.plain(answer.response(now())))
        }
        Fault::Silence(_) => {
            receive::drain(body, &head.headers, &shared.limits);
            tokio::time::sleep(shared.limits.silence).await;
            Err(HungUp)
        }
        _ => {
            line.reset();
            Err(HungUp)
        }
    }
}

/// Requests that the organization, or the storage service, answers.
async fn handled(
    shared: &Arc<Shared>,
    origin: Origin,
    head: &Arc<Parts>,
    mut body: Incoming,
    ticket: Ticket,
    fault: Option<Fault>,
) -> Result<Answer, HungUp> {
    if origin == Origin::Storage {
        receive::drain(body, &head.headers, &shared.limits);
        let head = head.clone();
        return Ok(apart(shared, move |shared| shared.seat.storage(now(), &head)).await);
    }
    let asked = {
        let (shared, head) = (shared.clone(), head.clone());
        tokio::task::spawn_blocking(move || shared.seat.intake(now(), &head)).await
    };
    let intake = match asked {
        Ok(Ok(intake)) => intake,
        Ok(Err(answer)) => {
            receive::drain(body, &head.headers, &shared.limits);
            return Ok(*answer);
        }
        Err(_) => return Ok(shared.seat.plain(refusal::broken())),
    };
    let received = match Receiver::new(intake, shared.seat.store.clone()) {
        Ok(receiver) => receive::receive(&mut body, receiver, &head.headers, &shared.limits).await,
        Err(error) => Err(Failure::Store(error)),
    };
    let receiver = match received {
        Ok(receiver) => receiver,
        Err(Failure::Gone) => return Err(HungUp),
        Err(Failure::TooSlow) => return Ok(shared.seat.plain(refusal::too_slow())),
        Err(Failure::Store(error)) => {
            receive::drain(body, &head.headers, &shared.limits);
            return Ok(shared.seat.plain(refusal::store(&error)));
        }
    };
    let close = beyond_draining(&body, head, &shared.limits);
    receive::drain(body, &head.headers, &shared.limits);
    let head = head.clone();
    let mut answer =
        apart(shared, move |shared| conclude(shared, &head, receiver, ticket, fault.as_ref())).await;
    if close {
        answer.response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(answer)
}

/// The body is in: what it is, and what comes of it.
fn conclude(
    shared: &Shared,
    head: &Parts,
    receiver: Receiver,
    ticket: Ticket,
    fault: Option<Fault>,
) -> Answer {
    let content = match receiver.finish() {
        Ok(content) => content,
        Err(error) => return shared.seat.plain(refusal::store(&error)),
    };
    lock(&shared.audit).content(now(), ticket, head, &content);
    let mut expired = lock(&shared.expired);
    if fault == Some(&Fault::Expire) {
        expired.add(head, &content);
    }
    if expired.covers(head, &content) {
        drop(expired);
        shared.seat.discard(&content);
        return shared.seat.plain(faults::Answer::session_expired().response(now()));
    }
    drop(expired);
    if fault == Some(&Fault::Twice) {
        match twin(&content, &*shared.seat.store) {
            Ok(twin) => drop(shared.seat.handle(now(), head, twin)),
            Err(error) => {
                shared.seat.discard(&content);
                return shared.seat.plain(refusal::store(&error));
            }
        }
    }
    shared.seat.handle(now(), head, content)
}

/// The same content with bytes of its own, so that the first of two requests can keep or free them alone.
fn twin(content: &Content, store: &dyn Store) -> io::Result<Content> {
    let copy = |stored: &Stored| {
        const PIECE: u64 = 64 * 1024;
        let mut writer = store.create()?;
        for start in (0..stored.len).step_by(PIECE as usize) {
            writer.write(&store.read(stored.id, start..stored.len.min(start + PIECE))?)?;
        }
        writer.finish()
    };
    Ok(match content {
        Content::Blob(stored) => Content::Blob(copy(stored)?),
        Content::Json { value, blobs } => {
            let blobs = blobs.iter().map(|(name, stored)| Ok((name.clone(), copy(stored)?)));
            Content::Json { value: value.clone(), blobs: blobs.collect::<io::Result<_>>()? }
        }
        other => other.clone(),
    })
}

/// Sends the answer on its way, as far as the fault lets it.
async fn finish(
    flight: Flight<'_>,
    answer: Answer,
    fault: Option<&Fault>,
    line: Arc<Line>,
) -> Result<Response<Body>, HungUp> {
    let shared = flight.shared;
    let mut response = answer.response;
    match fault {
        Some(Fault::Masked(masked)) => response = masked.response(now()),
        Some(fault) => fault.damage(&mut response),
        None => {}
    }
    let len = Pieces::len_of(response.body());
    match fault {
        Some(Fault::Silence(Handling::Handled)) => {
            tokio::time::sleep(shared.limits.silence).await;
            return Err(HungUp);
        }
        Some(Fault::Lost) => {
            line.reset();
            return Err(HungUp);
        }
        Some(Fault::Cut { .. }) if len == 0 => {
            line.reset();
            return Err(HungUp);
        }
        // What is announced must not be what arrives: that is the point of it.
        Some(Fault::Cut { .. }) => {
            response.headers_mut().insert(CONTENT_LENGTH, len.into());
        }
        _ => {}
    }
    let (head, payload) = response.into_parts();
    lock(&shared.audit).end(now(), flight.ticket, End::Answered(&head));
    let mut body = Body::new(payload, answer.lease, shared.seat.store.clone());
    match fault {
        Some(Fault::Cut { thousandths, ending }) => {
            let after = len * u64::from((*thousandths).min(999)) / 1000;
            body = body.cut(after, *ending, line);
        }
        Some(Fault::Trickle { bytes, pause }) => body = body.drops(*bytes, *pause),
        _ => {}
    }
    Ok(Response::from_parts(head, body))
}

/// Whether more is still to come than will be read.
fn beyond_draining(body: &Incoming, head: &Parts, limits: &Limits) -> bool {
    let left = http_body::Body::size_hint(body).exact().or_else(|| receive::announced(&head.headers));
    left.is_some_and(|left| left > limits.drain)
}

/// On a thread where it may wait for the disk.
async fn apart(shared: &Arc<Shared>, work: impl FnOnce(&Shared) -> Answer + Send + 'static) -> Answer {
    let owned = shared.clone();
    let done = tokio::task::spawn_blocking(move || work(&owned)).await;
    done.unwrap_or_else(|_| shared.seat.plain(refusal::broken()))
}

pub(crate) fn now() -> Now {
    // A clock before 1970 is as good as one at 1970.
    Now(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(seat: Seat, faults: Faults, limits: Limits) -> Shared {
        Shared {
            seat,
            faults: Mutex::new(faults),
            expired: Mutex::default(),
            audit: Mutex::default(),
            requests: Default::default(),
            limits,
        }
    }
}
