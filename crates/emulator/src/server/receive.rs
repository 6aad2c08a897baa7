//! Bodies of requests on their way in.
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, EXPECT};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};

use super::limits::Limits;
use super::line::too_slow;
use crate::intake::{Flow, Receiver};

/// A piece up to this long is taken in where it arrives: handing it to another thread costs more than the write.
const SMALL: usize = 8 * 1024;

/// Why a body did not come in whole.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The client went away in the middle.
    Gone,
    /// What it sent is no HTTP, e.g. a chunk without a size.
    Garbled,
    /// It did not keep up.
    TooSlow,
    /// The store failed.
    Store(io::Error),
}

/// Takes a whole body in, or as much of it as settles what it is.
pub(crate) async fn receive(
    body: &mut Incoming,
    mut receiver: Receiver,
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<Receiver, Failure> {
    if let Some(length) = announced(headers)
        && receiver.announce(length) == Flow::Enough
    {
        return Ok(receiver);
    }
    let (since, mut seen) = (Instant::now(), 0);
    while let Some(piece) = next(body, limits.stall).await? {
        seen += piece.len() as u64;
        let flow;
        (receiver, flow) = push(receiver, piece).await.map_err(Failure::Store)?;
        if flow == Flow::Enough {
            break;
        }
        if too_slow(since, seen, limits.stall, limits.pace) {
            return Err(Failure::TooSlow);
        }
    }
    Ok(receiver)
}

/// Reads on what nobody wants, beside the answer: a client that writes first and reads afterwards gets to read.
pub(crate) fn drain(mut body: Incoming, headers: &HeaderMap, limits: &Limits) {
    // A client that asks first is told by the answer itself not to send.
    if body.is_end_stream() || headers.contains_key(EXPECT) {
        return;
    }
    let limits = limits.clone();
    tokio::spawn(async move {
        let (since, mut seen) = (Instant::now(), 0);
        while seen <= limits.drain && !too_slow(since, seen, limits.stall, limits.pace) {
            match next(&mut body, limits.stall).await {
                Ok(Some(piece)) => seen += piece.len() as u64,
                Ok(None) | Err(_) => return,
            }
        }
    });
}

/// The length a head announces for its body.
pub(crate) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn next(body: &mut Incoming, stall: Duration) -> Result<Option<Bytes>, Failure> {
    loop {
        match timeout(stall, body.frame()).await {
            Err(_) => return Err(Failure::TooSlow),
            Ok(None) => return Ok(None),
            Ok(Some(Err(error))) => return Err(why(&error)),
            Ok(Some(Ok(frame))) => {
                // Trailers say nothing here.
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

fn why(error: &hyper::Error) -> Failure {
    let reading = std::error::Error::source(error).and_then(|source| source.downcast_ref::<io::Error>());
    match reading.map(io::Error::kind) {
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => Failure::Garbled,
        _ => Failure::Gone,
    }
}

async fn push(mut receiver: Receiver, piece: Bytes) -> io::Result<(Receiver, Flow)> {
    if piece.len() <= SMALL {
        let flow = receiver.push(&piece)?;
        return Ok((receiver, flow));
    }
    let pushing = tokio::task::spawn_blocking(move || {
        let flow = receiver.push(&piece)?;
        Ok((receiver, flow))
    });
    pushing.await.map_err(io::Error::other)?
}
