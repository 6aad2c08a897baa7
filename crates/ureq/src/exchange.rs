//! One attempt of one request: out, and back.
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use bytes::Bytes;
use dataverse_files_io::Source;
use http::{header, response::Parts};
use ureq::{Agent, BodyReader};

use crate::control::Control;
use crate::failure::failure;
use crate::outgoing::outgoing;
use crate::pace::{Leave, Pace};
use crate::secret::Secret;
use crate::workers::Workers;
use crate::{Failure, Input, Organization, RequestId, TokenSource, Transmit};

/// Longest explanation of an error that is listened to, in bytes.
const LONGEST_ERROR: usize = 64 * 1024;
/// Bytes read from a socket at a time.
const CHUNK: usize = 64 * 1024;

/// What every exchange of a client needs.
pub(crate) struct Wire {
    pub http: Agent,
    pub organization: Organization,
    pub token: Arc<dyn TokenSource>,
    pub pace: Pace,
    pub workers: Workers,
}

pub(crate) type Reply = (RequestId, Input);

/// Where replies go, under the attempt's id. When nobody listens any more, the exchange is aborted.
pub(crate) struct Replies {
    id: RequestId,
    to: SyncSender<Reply>,
    control: Arc<Control>,
    ended: bool,
}

impl Replies {
    pub fn new(id: RequestId, to: SyncSender<Reply>, control: Arc<Control>) -> Self {
        Self { id, to, control, ended: false }
    }

    fn send(&mut self, input: Input) {
        self.ended |= matches!(input, Input::End | Input::Failed(_));
        if self.to.send((self.id, input)).is_err() {
            self.control.abort();
        }
    }
}

impl Drop for Replies {
    /// A thread that panics still reports.
    fn drop(&mut self) {
        if !self.ended {
            self.send(Input::Failed(Failure::Lost("the exchange broke off".into())));
        }
    }
}

/// Carry one attempt out and report everything that comes back.
pub(crate) fn exchange(wire: &Wire, transmit: Transmit, source: &Arc<dyn Source>, mut replies: Replies) {
    let last = match attempt(wire, transmit, source, &mut replies) {
        Ok(()) => Input::End,
        Err(failure) => Input::Failed(failure),
    };
    replies.send(last);
}

fn attempt(
    wire: &Wire,
    transmit: Transmit,
    source: &Arc<dyn Source>,
    replies: &mut Replies,
) -> Result<(), Failure> {
    let control = replies.control.clone();
    let (mut leave, mut secret) = (None, None);
    if wire.organization.owns(transmit.request.uri()) {
        let aborted = || Failure::Lost("the transfer has ended".into());
        leave = Some(wire.pace.enter(&control).ok_or_else(aborted)?);
        let token = wire.token.token(transmit.fresh_token).map_err(Failure::Token)?;
        secret = Some(Secret::new(token)?);
    }
    control.start(transmit.timeout, transmit.idle);
    let _current = control.enter();
    carry_out(wire, transmit, source, replies, secret.as_ref(), &mut leave)
}

fn carry_out(
    wire: &Wire,
    transmit: Transmit,
    source: &Arc<dyn Source>,
    replies: &mut Replies,
    secret: Option<&Secret>,
    leave: &mut Option<Leave<'_>>,
) -> Result<(), Failure> {
    let control = replies.control.clone();
    let (mut head, body) = transmit.request.into_parts();
    if let Some(secret) = secret {
        head.headers.insert(header::AUTHORIZATION, secret.header());
    }
    let body = outgoing(body, source, transmit.finishes)?;
    let answer = wire.http.run(http::Request::from_parts(head, body)).map_err(|e| failure(e, &control))?;
    let (mut head, body) = answer.into_parts();
    let mut body = Incoming { reader: body.into_reader(), control, spare: Vec::new() };
    if let Some(leave) = leave {
        leave.head = Some(head.clone());
    }
    if !head.status.is_success() {
        return refused(head, &mut body, secret, replies);
    }
    if let Some(secret) = secret {
        secret.scrub_headers(&mut head.headers);
    }
    replies.send(Input::Head(head));
    while let Some(chunk) = body.next_chunk()? {
        replies.send(Input::Chunk(chunk));
    }
    Ok(())
}

/// An answer that is not a success: its explanation is collected first, so that no part of the token gets further than here.
fn refused(
    mut head: Parts,
    body: &mut Incoming,
    secret: Option<&Secret>,
    replies: &mut Replies,
) -> Result<(), Failure> {
    let mut said = Vec::new();
    let ended = loop {
        match body.next_chunk() {
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
        None => said.into(),
    };
    if let Some(secret) = secret {
        secret.scrub_headers(&mut head.headers);
    }
    replies.send(Input::Head(head));
    replies.send(Input::Chunk(said));
    ended
}

/// The body of an answer.
struct Incoming {
    reader: BodyReader<'static>,
    control: Arc<Control>,
    spare: Vec<u8>,
}

impl Incoming {
    /// The next bytes, `None` at the end. Small chunks do not hold on to large buffers.
    fn next_chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        self.spare.resize(CHUNK, 0);
        let read = loop {
            match self.reader.read(&mut self.spare) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|e| failure(e.into(), &self.control))?,
            }
        };
        Ok(match read {
            0 => None,
            n if n < CHUNK / 2 => Some(Bytes::copy_from_slice(&self.spare[..n])),
            n => {
                self.spare.truncate(n);
                Some(std::mem::take(&mut self.spare).into())
            }
        })
    }
}
