//! The socket under a connection: it notices a client that takes nothing, and it can be reset on purpose.
use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// Bytes that count as progress: a window that opens by a few bytes now and then is none.
const PROGRESS: usize = 16 * 1024;

/// A hand on a connection from outside of it.
#[derive(Debug, Default)]
pub(crate) struct Line {
    reset: AtomicBool,
    blocked: AtomicBool,
}

impl Line {
    /// The connection ends with a reset instead of in an orderly way.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }

    /// Whether bytes wait for the client to take others first.
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked.load(Ordering::Relaxed)
    }
}

/// A TCP stream whose writes must get on.
pub(crate) struct Socket {
    stream: TcpStream,
    line: Arc<Line>,
    stall: Duration,
    /// Runs while the client takes nothing.
    wait: Option<Pin<Box<Sleep>>>,
    /// Bytes taken since the wait began.
    taken: usize,
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("line", &self.line).finish_non_exhaustive()
    }
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, line: Arc<Line>, stall: Duration) -> Socket {
        Socket { stream, line, stall, wait: None, taken: 0 }
    }

    fn paced(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.line.blocked.store(written.is_pending(), Ordering::Relaxed);
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.taken += bytes;
                if self.taken >= PROGRESS {
                    self.wait = None;
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let wait = self.wait.get_or_insert_with(|| {
                    self.taken = 0;
                    Box::pin(sleep(self.stall))
                });
                match wait.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.line.reset.load(Ordering::Relaxed) {
            // Without it the end is an orderly one: a weaker fault, not a wrong one.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.paced(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The least time a body may take so far without being too slow: the first stall, then the pace.
pub(crate) fn too_slow(since: Instant, seen: u64, stall: Duration, pace: u64) -> bool {
    since.elapsed() > stall + Duration::from_secs(seen / pace.max(1))
}
