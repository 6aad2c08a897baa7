//! What goes into the flights and what comes out of them.
use bytes::Bytes;
use http::{Request, response::Parts};

use crate::{Body, Error, ErrorKind, Event, Failure, RequestId};

/// Requests sent so far.
///
/// ```
/// let counts = dataverse_files_proto::Counts { requests: 9, lookups: 1, retries: 0 };
/// assert_eq!(counts.requests + counts.lookups, 10);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that move the file: opening, parts, commit; each attempt counts.
    pub requests: u64,
    /// Requests that only look at the record, e.g. to settle a commit in doubt; each attempt counts.
    pub lookups: u64,
    /// How many of all these were not the first attempt.
    pub retries: u64,
}

/// A request that is due; describe it and [`Flights::send`] it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Launch<K> {
    pub key: K,
    pub id: RequestId,
    pub fresh_token: bool,
}

/// How a request is described to the flights.
pub(crate) struct Described {
    pub request: Request<Body>,
    /// File bytes that should come back.
    pub expect: u64,
    /// A 2xx body is handed on chunk by chunk.
    pub streams: bool,
    pub finishes: bool,
    pub lookup: bool,
    /// Whether it goes to the organization, which may bind the transfer to one of its servers.
    pub home: bool,
}

impl Described {
    /// A small question to the organization, whose answer is read whole.
    pub fn question(request: Request<Body>) -> Self {
        Self { request, expect: 0, streams: false, finishes: false, lookup: true, home: true }
    }
}

/// Something that came back, with the request it belongs to.
#[derive(Debug)]
pub(crate) struct Reply<K> {
    pub key: K,
    pub attempts: u32,
    pub fresh_token: bool,
    pub what: What,
}

impl<K> Reply<K> {
    /// A reply that was judged good and turned out not to be.
    pub fn again(key: K, attempts: u32, what: What) -> Self {
        Self { key, attempts, fresh_token: false, what }
    }

    /// What came back, leaving the rest of the reply to be settled later.
    pub fn take(&mut self) -> What {
        std::mem::replace(&mut self.what, What::StreamEnd)
    }

    pub fn with(self, what: What) -> Self {
        Self { what, ..self }
    }
}

#[derive(Debug)]
pub(crate) enum What {
    /// Only for streamed 2xx answers.
    Head(Parts),
    Chunk(Bytes),
    StreamEnd,
    Whole(Parts, Bytes),
    Failed(Failure),
    /// An answer that arrived whole but is not what the documents say; repeating the request may help.
    Odd(ErrorKind, String),
}

/// What has become of a request.
#[derive(Debug)]
pub(crate) enum Settled {
    Good(Parts, Bytes),
    /// Queued for another attempt; `lost` when this one may have been carried out.
    Again {
        event: Event,
        lost: bool,
    },
    /// The transfer's session is gone.
    Gone(Error),
    /// A definite no: it has not been carried out.
    No(Error),
    /// The attempts are spent, and the last one may have been carried out.
    Lost(Error),
}
