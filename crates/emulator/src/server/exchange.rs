//! One request, from its head to the head of its answer.
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;

use super::body::Body;
use super::handling::handled;
use super::line::Line;
use super::pieces::Pieces;
use super::receive;
use super::seat::Answer;
use super::shared::{Shared, lock, now};
use crate::audit::{End, Ticket};
use crate::faults::{Fault, Handling};
use crate::kind::{Kind, Origin};

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
