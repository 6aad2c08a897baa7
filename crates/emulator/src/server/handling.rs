//! A request that the organization gets to see: its body in, its answer out.
use std::io;
use std::sync::Arc;

use http::HeaderValue;
use http::header::{CONNECTION, CONTENT_RANGE};
use http::request::Parts;
use http_body::Body as _;
use hyper::body::Incoming;

use super::exchange::HungUp;
use super::limits::Limits;
use super::receive::{self, Failure};
use super::refusal;
use super::seat::Answer;
use super::shared::{Shared, lock, now};
use crate::audit::Ticket;
use crate::faults::{self, Fault};
use crate::images::Examined;
use crate::intake::Receiver;
use crate::kind::{Kind, Origin};
use crate::payload::{Content, Stored};
use crate::store::Store;

/// Requests that the organization, or the storage service, answers.
pub(crate) async fn handled(
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
        Ok(Err(answer)) => return Ok(let_go(body, head, &shared.limits, *answer)),
        Err(_) => return Ok(shared.seat.plain(refusal::broken())),
    };
    let received = match Receiver::new(intake, shared.seat.store.clone()) {
        Ok(receiver) => receive::receive(&mut body, receiver, &head.headers, &shared.limits).await,
        Err(error) => Err(Failure::Store(error)),
    };
    let receiver = match received {
        Ok(receiver) => receiver,
        Err(Failure::Gone) => return Err(HungUp),
        Err(Failure::Garbled) => return Ok(shared.seat.plain(refusal::garbled())),
        Err(Failure::TooSlow) => return Ok(shared.seat.plain(refusal::too_slow())),
        Err(Failure::Store(error)) => {
            let answer = shared.seat.plain(refusal::store(&error));
            return Ok(let_go(body, head, &shared.limits, answer));
        }
    };
    let known = head.clone();
    let answer =
        apart(shared, move |shared| conclude(shared, &known, receiver, ticket, fault.as_ref())).await;
    Ok(let_go(body, head, &shared.limits, answer))
}

/// The body is in: what it is, and what comes of it.
fn conclude(
    shared: &Shared,
    head: &Parts,
    receiver: Receiver,
    ticket: Ticket,
    fault: Option<&Fault>,
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
    let publishes = publishes(head) || brings_files(head, &content);
    if publishes {
        // What would otherwise be brought to the disk while everyone waits for the organization.
        if let Err(error) = shared.seat.store.settle() {
            shared.seat.discard(&content);
            return shared.seat.plain(refusal::store(&error));
        }
    }
    if fault == Some(&Fault::Twice) {
        match twin(&content, &*shared.seat.store) {
            Ok(twin) => drop(shared.seat.handle(now(), head, twin, Examined::default())),
            Err(error) => {
                shared.seat.discard(&content);
                return shared.seat.plain(refusal::store(&error));
            }
        }
    }
    let examined = match publishes {
        true => shared.seat.examine(now(), head, &content),
        false => Examined::default(),
    };
    shared.seat.handle(now(), head, content, examined)
}

/// Whether bytes came within the JSON of a record: images, or the file of a note or an attachment.
fn brings_files(head: &Parts, content: &Content) -> bool {
    Kind::of(Origin::Organization, head) == Kind::Write
        && matches!(content, Content::Json { blobs, .. } if !blobs.is_empty())
}

/// Whether a request may make a file visible, so that its bytes have to last from then on.
fn publishes(head: &Parts) -> bool {
    match Kind::of(Origin::Organization, head) {
        Kind::Commit | Kind::Single => true,
        Kind::Chunk => {
            head.headers.get(CONTENT_RANGE).and_then(|range| range.to_str().ok()).is_some_and(|range| {
                let numbers = range.split('-').nth(1).and_then(|rest| rest.split_once('/'));
                let parsed = numbers
                    .and_then(|(last, total)| Some((last.parse::<u64>().ok()?, total.parse::<u64>().ok()?)));
                parsed.is_some_and(|(last, total)| last.checked_add(1) == Some(total))
            })
        }
        _ => false,
    }
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

/// Leaves what is still to come of a body: it is read on beside the answer, or the answer says that it will not be.
fn let_go(body: Incoming, head: &Parts, limits: &Limits, mut answer: Answer) -> Answer {
    if body.size_hint().exact().is_some_and(|left| left > limits.drain) {
        answer.response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    receive::drain(body, &head.headers, limits);
    answer
}

/// On a thread where it may wait for the disk.
async fn apart(shared: &Arc<Shared>, work: impl FnOnce(&Shared) -> Answer + Send + 'static) -> Answer {
    let owned = shared.clone();
    let done = tokio::task::spawn_blocking(move || work(&owned)).await;
    done.unwrap_or_else(|_| shared.seat.plain(refusal::broken()))
}
