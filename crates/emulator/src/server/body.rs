//! Answers on their way out: file bytes are read from the store piece by piece, one piece ahead of the client.
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};

use super::leases::Lease;
use super::line::Line;
use super::pieces::Pieces;
use crate::faults::Ending;
use crate::payload::Payload;
use crate::store::Store;

/// How often it is looked whether all that comes before a cut is on its way.
const FLUSH: Duration = Duration::from_millis(5);

/// The body of an answer.
pub(crate) struct Body {
    state: State,
    store: Arc<dyn Store>,
    /// Known only for what is made already: the service announces no length of file bytes (D2).
    exact: Option<u64>,
    /// Keeps what is read in the store.
    _lease: Lease,
    cut: Option<Cut>,
    drops: Option<Drops>,
}

enum State {
    Ready(Pieces),
    Reading(JoinHandle<(Pieces, io::Result<Option<Bytes>>)>),
    Done,
}

/// Ends the body too early.
struct Cut {
    left: u64,
    ending: Ending,
    line: Arc<Line>,
    /// Runs while what came before the end gets out.
    wait: Option<Pin<Box<Sleep>>>,
}

/// Lets the body out in drops.
struct Drops {
    bytes: usize,
    pause: Duration,
    held: Bytes,
    wait: Pin<Box<Sleep>>,
}

impl Body {
    pub(crate) fn new(payload: Payload, lease: Lease, store: Arc<dyn Store>) -> Body {
        let literal = matches!(payload, Payload::Bytes(_));
        let pieces = Pieces::of(payload);
        let exact = literal.then(|| pieces.len());
        Body { state: State::Ready(pieces), store, exact, _lease: lease, cut: None, drops: None }
    }

    /// Stops after this many bytes.
    pub(crate) fn cut(mut self, after: u64, ending: Ending, line: Arc<Line>) -> Body {
        self.cut = Some(Cut { left: after, ending, line, wait: None });
        self
    }

    /// Comes in drops of this many bytes, with a pause before each.
    pub(crate) fn drops(mut self, bytes: u32, pause: Duration) -> Body {
        let wait = Box::pin(sleep(pause));
        self.drops = Some(Drops { bytes: bytes.max(1) as usize, pause, held: Bytes::new(), wait });
        self
    }

    /// The next piece out of the store.
    fn piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            match &mut self.state {
                State::Done => return Poll::Ready(None),
                State::Ready(_) => {
                    let State::Ready(mut pieces) = std::mem::replace(&mut self.state, State::Done) else {
                        continue;
                    };
                    if let Some(literal) = pieces.literal() {
                        self.state = State::Ready(pieces);
                        return Poll::Ready(Some(Ok(literal)));
                    }
                    if pieces.len() > 0 {
                        self.read(pieces);
                    }
                }
                State::Reading(reading) => {
                    let done = ready!(Pin::new(reading).poll(cx));
                    self.state = State::Done;
                    let (pieces, piece) = match done {
                        Ok(done) => done,
                        Err(failed) => return Poll::Ready(Some(Err(io::Error::other(failed)))),
                    };
                    if matches!(piece, Ok(Some(_))) && pieces.len() > 0 {
                        self.read(pieces);
                    }
                    return Poll::Ready(piece.transpose());
                }
            }
        }
    }

    fn read(&mut self, mut pieces: Pieces) {
        let store = self.store.clone();
        self.state = State::Reading(tokio::task::spawn_blocking(move || {
            let piece = pieces.next(&*store);
            (pieces, piece)
        }));
    }

    /// The next drop of a piece, or the piece itself.
    fn drop_of(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let Some(drops) = &mut self.drops else { return self.piece(cx) };
        ready!(drops.wait.as_mut().poll(cx));
        if drops.held.is_empty() {
            match ready!(self.piece(cx)) {
                Some(Ok(piece)) => self.hold(piece),
                end => return Poll::Ready(end),
            }
        }
        let Some(drops) = &mut self.drops else { return Poll::Ready(None) };
        drops.wait = Box::pin(sleep(drops.pause));
        let bytes = drops.bytes.min(drops.held.len());
        Poll::Ready(Some(Ok(drops.held.split_to(bytes))))
    }

    fn hold(&mut self, piece: Bytes) {
        if let Some(drops) = &mut self.drops {
            drops.held = piece;
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(cut) = &mut self.cut
            && cut.left == 0
        {
            return cut.end(cx);
        }
        let mut piece = match ready!(self.drop_of(cx)) {
            Some(Ok(piece)) => piece,
            end => return Poll::Ready(end.map(|failed| failed.map(Frame::data))),
        };
        if let Some(cut) = &mut self.cut {
            piece.truncate(usize::try_from(cut.left).unwrap_or(usize::MAX));
            cut.left -= piece.len() as u64;
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.exact == Some(0) && self.cut.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.exact.map(SizeHint::with_exact).unwrap_or_default()
    }
}

impl Cut {
    fn end<T>(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, io::Error>>> {
        loop {
            let Some(wait) = &mut self.wait else {
                // The connection is flushed whenever a body has nothing.
                self.wait = Some(Box::pin(sleep(FLUSH)));
                continue;
            };
            ready!(wait.as_mut().poll(cx));
            if !self.line.is_blocked() {
                break;
            }
            self.wait = None;
        }
        if self.ending == Ending::Reset {
            self.line.reset();
        }
        Poll::Ready(Some(Err(io::Error::other("the answer was cut off on purpose"))))
    }
}
