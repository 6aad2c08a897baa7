//! The organization as a pure state machine: request heads and descriptions of bodies in, responses out.
use http::Response;
use http::request::Parts;

use crate::payload::{Content, Intake, Payload};
use crate::store::{Change, Row, Store};

/// What a request led to.
#[derive(Debug)]
pub struct Reply {
    /// The answer.
    pub response: Response<Payload>,
    /// Rows to keep before the answer is sent.
    pub changes: Vec<Change>,
    /// Whether the changes must survive a power cut before the answer is sent (a commit, a record).
    pub durable: bool,
    /// Blobs nobody needs any more, to be removed after `changes` are kept (and after downloads of them end).
    pub freed: Vec<crate::payload::BlobId>,
}
