//! Request bodies: read piece by piece while they are sent.
use std::io;
use std::iter::Peekable;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use dataverse_files_io::{Source, SourceError};
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::exchange::Activity;
use crate::{Body, Failure, Piece};

/// A body on its way: one piece with the connection, the next one being read. Its length is known, so it is never chunked.
struct Outgoing<P: Iterator<Item = Piece>> {
    pieces: Peekable<P>,
    source: Arc<dyn Source>,
    finishes: bool,
    left: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
    activity: Activity,
}

/// What reqwest is given for a body. When the request `finishes` an upload, the source is found unchanged before the last
/// byte leaves, or the body breaks off.
pub(crate) async fn outgoing(
    body: Body,
    source: &Arc<dyn Source>,
    finishes: bool,
    activity: &Activity,
) -> Result<reqwest::Body, Failure> {
    if let Body::Bytes(bytes) = body {
        if finishes {
            let source = source.clone();
            join(spawn_blocking(move || source.verify()).await).map_err(Failure::Source)?;
        }
        return Ok(bytes.into());
    }
    Ok(reqwest::Body::wrap(Outgoing {
        pieces: body.pieces().peekable(),
        source: source.clone(),
        finishes,
        left: body.len(),
        reading: None,
        activity: activity.clone(),
    }))
}

impl<P: Iterator<Item = Piece>> Outgoing<P> {
    fn read_ahead(&mut self) {
        let Some(piece) = self.pieces.next() else { return };
        let verify = self.finishes && self.pieces.peek().is_none();
        let source = self.source.clone();
        self.reading = Some(spawn_blocking(move || {
            let bytes = piece.encode(|range| source.read(range))?;
            if verify {
                source.verify()?;
            }
            Ok(bytes)
        }));
    }
}

impl<P: Iterator<Item = Piece> + Unpin> http_body::Body for Outgoing<P> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.reading.is_none() {
            this.read_ahead();
        }
        let Some(reading) = &mut this.reading else { return Poll::Ready(None) };
        let read = join(ready!(Pin::new(reading).poll(cx)));
        this.reading = None;
        let bytes = read.map_err(SourceError::mark)?;
        this.left = this.left.saturating_sub(bytes.len() as u64);
        this.activity.mark();
        this.read_ahead();
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A source that panics is a source that cannot be read.
fn join<T>(read: Result<io::Result<T>, tokio::task::JoinError>) -> io::Result<T> {
    read.unwrap_or_else(|_| Err(io::Error::other("the source panicked")))
}
