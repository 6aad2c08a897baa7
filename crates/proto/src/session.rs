//! The contract between sessions and drivers.
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;

use crate::{Body, Error, Moment};

/// One conversation with the service: [`Upload`](crate::Upload), [`Download`](crate::Download) or [`Call`](crate::Call).
///
/// A driver polls until [`Output::Wait`] or [`Output::Done`]; then it hands in the next input, or polls again at the
/// moment `Wait` names. That is the whole loop; nothing else decides anything. See the crate's page for a driver in full.
pub trait Session {
    /// What a successful session gives.
    type Outcome;

    /// What to do next. Costs at most the number of requests in the air. After [`Output::Done`] it only answers
    /// `Wait(None)`.
    fn poll(&mut self, now: Moment) -> Output<Self::Outcome>;

    /// Something came back for a request. Never fails; ids no longer in the air are ignored, so a late reply is harmless.
    fn handle(&mut self, now: Moment, id: RequestId, input: Input);

    /// Whether anything that may still come back for a request is of use. When not, a driver stops it, so that nobody waits
    /// for the rest of an answer that has turned out to be of no use.
    fn expects(&self, id: RequestId) -> bool;
}

/// What a session wants.
///
/// ```
/// use dataverse_files_proto::{Moment, Output};
/// assert!(matches!(Output::<()>::Wait(Some(Moment::default())), Output::Wait(_)));
/// ```
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once per request and moved once; a box would cost more")]
pub enum Output<T> {
    /// Start this exchange; its replies come back by [`Session::handle`].
    Send(Transmit),
    /// Tell whoever watches; bytes of a download are among the events.
    Event(Event),
    /// Nothing to do until an input arrives or this moment passes.
    Wait(Option<Moment>),
    /// The end. Requests still in the air may be dropped.
    Done(Result<T, Error>),
}

/// What came back for one request: a head, any number of chunks, then an end; or a failure at any time.
///
/// ```
/// use dataverse_files_proto::{Failure, Input};
/// let (head, ()) = http::Response::new(()).into_parts();
/// let story = [Input::Head(head), Input::Chunk("hello".into()), Input::End];
/// let other = Input::Failed(Failure::Timeout);
/// # let _ = (story, other);
/// ```
#[derive(Debug)]
pub enum Input {
    /// Status and headers.
    Head(http::response::Parts),
    /// Bytes of the response's body, in order.
    Chunk(Bytes),
    /// The response is complete.
    End,
    /// There is no (whole) response.
    Failed(Failure),
}

/// Something worth telling.
///
/// ```
/// use dataverse_files_proto::Event;
/// let event = Event::Progress { done: 4_194_304, total: 25_870_370 };
/// assert!(matches!(event, Event::Progress { done, total } if done < total));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Downloaded bytes and where they belong. Each byte comes once, unless [`Event::Restart`] takes all back.
    Data {
        /// Position in the file, in bytes.
        offset: u64,
        /// The bytes.
        bytes: Bytes,
    },
    /// Bytes that the service has acknowledged (up) or delivered (down).
    Progress {
        /// In bytes.
        done: u64,
        /// In bytes.
        total: u64,
    },
    /// A request goes out again.
    Retry {
        /// How many attempts of it have failed.
        attempt: u32,
        /// When it may go out.
        at: Moment,
        /// What went wrong, for people.
        why: String,
    },
    /// The transfer begins again from nothing; downloaded bytes so far are void.
    Restart,
}

/// Why a request has no whole response. Drivers map their transport's errors onto this.
///
/// ```
/// use dataverse_files_proto::Failure;
/// assert_eq!(Failure::Timeout.to_string(), "timed out");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The request certainly never reached the server.
    #[error("could not connect: {0}")]
    Connect(#[source] BoxError),
    /// No byte moved for too long, or the whole attempt took too long.
    #[error("timed out")]
    Timeout,
    /// The connection broke; the request may have been carried out.
    #[error("connection lost: {0}")]
    Lost(#[source] BoxError),
    /// The local source could not be read, or changed; never sent again.
    #[error("reading the source: {0}")]
    Source(#[source] io::Error),
    /// No access token could be had; never sent.
    #[error("no access token: {0}")]
    Token(#[source] BoxError),
}

/// Any error of a transport.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Names one attempt of one request. Every attempt has a fresh one, so a late reply is simply unknown.
///
/// ```
/// use std::collections::HashMap;
/// use dataverse_files_proto::RequestId;
/// let in_the_air: HashMap<RequestId, &str> = HashMap::new();
/// # assert!(in_the_air.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(crate) u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// One attempt of one request. Credentials are the driver's to add, and only for the organization's own origin.
pub struct Transmit {
    /// Comes back with every input of this attempt.
    pub id: RequestId,
    /// Method, absolute URL, headers (with `Content-Length` where there is a body) and the body's description.
    pub request: http::Request<Body>,
    /// How long the whole attempt may take.
    pub timeout: Duration,
    /// How long the service may take to begin its answer once the body is sent, and between two chunks of it.
    pub idle: Duration,
    /// The last attempt was answered 401: ask the token source for a token it has not given before.
    pub fresh_token: bool,
    /// This request makes the file visible: before its last byte leaves, the source must have been found unchanged.
    pub finishes: bool,
}

impl fmt::Debug for Transmit {
    /// Without query and headers: both may carry what only the service should see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, path) = (self.request.method(), self.request.uri().path());
        write!(f, "Transmit({} {method} {path}, {} bytes)", self.id, self.request.body().len())
    }
}
