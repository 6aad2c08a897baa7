//! One attempt of one request: out, and back.
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use dataverse_files_io::Source;
use http::{header, response::Parts};
use http_body::Body as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use crate::failure::failure;
use crate::outgoing::outgoing;
use crate::pace::{Leave, Pace};
use crate::secret::Secret;
use crate::{Failure, Input, Organization, RequestId, TokenSource, Transmit};

/// Longest explanation of an error that is listened to, in bytes.
const LONGEST_ERROR: usize = 64 * 1024;

/// What every exchange of a client needs.
pub(crate) struct Wire {
    pub http: reqwest::Client,
    pub organization: Organization,
    pub token: Arc<dyn TokenSource>,
    pub pace: Pace,
}

pub(crate) type Reply = (RequestId, Input);

/// Where replies go, under the attempt's id. When nobody listens any more, they vanish.
struct Replies {
    id: RequestId,
    to: mpsc::Sender<Reply>,
}

impl Replies {
    async fn send(&self, input: Input) {
        let _ = self.to.send((self.id, input)).await;
    }
}

/// When something last moved.
#[derive(Clone, Debug)]
pub(crate) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub fn mark(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carry one attempt out and report everything that comes back.
pub(crate) async fn exchange(
    wire: Arc<Wire>,
    transmit: Transmit,
    source: Arc<dyn Source>,
    to: mpsc::Sender<Reply>,
) {
    let replies = Replies { id: transmit.id, to };
    let last = match attempt(&wire, transmit, &source, &replies).await {
        Ok(()) => Input::End,
        Err(failure) => Input::Failed(failure),
    };
    replies.send(last).await;
}

async fn attempt(
    wire: &Wire,
    transmit: Transmit,
    source: &Arc<dyn Source>,
    replies: &Replies,
) -> Result<(), Failure> {
    let limit = transmit.timeout;
    if !wire.organization.owns(transmit.request.uri()) {
        return within(limit, carry_out(wire, transmit, source, replies, None, &mut None)).await;
    }
    let mut leave = Some(wire.pace.enter().await);
    let secret = credential(wire, transmit.fresh_token, limit).await?;
    within(limit, carry_out(wire, transmit, source, replies, Some(secret), &mut leave)).await
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    timeout(limit, work).await.unwrap_or(Err(Failure::Timeout))
}

async fn credential(wire: &Wire, fresh: bool, limit: Duration) -> Result<Secret, Failure> {
    let slow = |_| Failure::Token(format!("the token source took longer than {} s", limit.as_secs()).into());
    let token = timeout(limit, wire.token.token(fresh)).await.map_err(slow)?;
    Secret::new(token.map_err(Failure::Token)?)
}

async fn carry_out(
    wire: &Wire,
    transmit: Transmit,
    source: &Arc<dyn Source>,
    replies: &Replies,
    secret: Option<Secret>,
    leave: &mut Option<Leave<'_>>,
) -> Result<(), Failure> {
    let Transmit { request, idle, finishes, .. } = transmit;
    let (mut head, body) = request.into_parts();
    if let Some(secret) = &secret {
        head.headers.insert(header::AUTHORIZATION, secret.header());
    }
    let activity = Activity::new();
    let body = outgoing(body, source, finishes, &activity).await?;
    let request = http::Request::from_parts(head, body).try_into().map_err(failure)?;
    let answer = unless_silent(idle, &activity, wire.http.execute(request)).await?.map_err(failure)?;
    let (head, mut body) = http::Response::from(answer).into_parts();
    if let Some(leave) = leave {
        leave.head = Some(head.clone());
    }
    if !head.status.is_success() {
        return refused(idle, head, body, secret.as_ref(), replies).await;
    }
    replies.send(Input::Head(head)).await;
    while let Some(chunk) = next_chunk(idle, &mut body).await? {
        replies.send(Input::Chunk(chunk)).await;
    }
    Ok(())
}

/// An answer that is not a success: its explanation is collected first, so that no part of the token gets further than here.
async fn refused(
    idle: Duration,
    mut head: Parts,
    mut body: reqwest::Body,
    secret: Option<&Secret>,
    replies: &Replies,
) -> Result<(), Failure> {
    let mut said = BytesMut::new();
    let ended = loop {
        match next_chunk(idle, &mut body).await {
            Ok(Some(chunk)) => said.extend_from_slice(&chunk[..chunk.len().min(LONGEST_ERROR - said.len())]),
            Ok(None) => break Ok(()),
            Err(failure) => break Err(failure),
        }
        if said.len() == LONGEST_ERROR {
            break Ok(());
        }
    };
    let cut_off = ended.is_err() || said.len() == LONGEST_ERROR;
    let said = match secret {
        Some(secret) => secret.scrub(&said, cut_off),
        None => said.freeze(),
    };
    if let Some(secret) = secret {
        secret.scrub_headers(&mut head.headers);
    }
    replies.send(Input::Head(head)).await;
    replies.send(Input::Chunk(said)).await;
    ended
}

/// The next bytes of an answer, `None` at its end.
async fn next_chunk(idle: Duration, body: &mut reqwest::Body) -> Result<Option<Bytes>, Failure> {
    loop {
        let frame = timeout(idle, poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)));
        match frame.await.map_err(|_| Failure::Timeout)? {
            None => return Ok(None),
            Some(frame) => match frame.map_err(failure)?.into_data() {
                Ok(chunk) if !chunk.is_empty() => return Ok(Some(chunk)),
                _ => {}
            },
        }
    }
}

/// What `work` gives, unless nothing moves for `idle`.
async fn unless_silent<T>(
    idle: Duration,
    activity: &Activity,
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    let mut work = pin!(work);
    loop {
        let seen = activity.last();
        match timeout_at(seen + idle, work.as_mut()).await {
            Ok(done) => return Ok(done),
            Err(_) if activity.last() > seen => {}
            Err(_) => return Err(Failure::Timeout),
        }
    }
}
