//! The reins of one exchange: how long it may take, how long it may be silent, and how to end it from another thread.
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{NextTimeout, ShutdownHandle, time};

/// One exchange, seen from the thread that wants it done and from the one that does it.
#[derive(Debug, Default)]
pub(crate) struct Control {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Option<Duration>,
    until: Option<Instant>,
    socket: Option<Socket>,
    /// The first byte of the request may have left.
    sent: bool,
    aborted: bool,
}

/// A socket that can be shut down while another thread waits for it.
pub(crate) type Socket = Weak<dyn ShutdownHandle>;

thread_local! {
    /// Sockets outlive exchanges, and serve whichever one their thread carries out.
    static CURRENT: RefCell<Option<Arc<Control>>> = const { RefCell::new(None) };
}

/// While it lives, the exchange is the one that this thread carries out.
pub(crate) struct Current(());

impl Control {
    /// The exchange that this thread carries out.
    pub fn current() -> Option<Arc<Control>> {
        CURRENT.with_borrow(Clone::clone)
    }

    pub fn enter(self: &Arc<Self>) -> Current {
        CURRENT.set(Some(self.clone()));
        Current(())
    }

    /// The time begins to run.
    pub fn start(&self, limit: Duration, idle: Duration) {
        let mut state = self.lock();
        (state.until, state.idle) = (Instant::now().checked_add(limit), Some(idle));
    }

    /// The next wait of a socket: not beyond what `own` allows, nor the exchange's silence, nor its end.
    pub fn limit(&self, own: NextTimeout) -> NextTimeout {
        let state = self.lock();
        let left = state.until.map(|until| until.saturating_duration_since(Instant::now()));
        let bounds = [left, state.idle].into_iter().flatten().map(time::Duration::Exact);
        NextTimeout {
            after: bounds.fold(own.after, |least, bound| if bound < least { bound } else { least }),
            ..own
        }
    }

    /// This socket now serves the exchange.
    pub fn hold(&self, socket: Option<Socket>) {
        let mut state = self.lock();
        state.socket = socket;
        if state.aborted {
            state.shut_down();
        }
    }

    pub fn socket(&self) -> Option<Socket> {
        self.lock().socket.clone()
    }

    pub fn mark_sent(&self) {
        self.lock().sent = true;
    }

    /// Whether the server may know of the request.
    pub fn was_sent(&self) -> bool {
        self.lock().sent
    }

    /// End it: whatever its socket waits for fails at once.
    pub fn abort(&self) {
        let mut state = self.lock();
        state.aborted = true;
        state.shut_down();
    }

    pub fn is_aborted(&self) -> bool {
        self.lock().aborted
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn shut_down(&mut self) {
        if let Some(socket) = self.socket.take().and_then(|socket| socket.upgrade()) {
            socket.shutdown();
        }
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        if let Some(control) = CURRENT.take() {
            // The socket may serve another exchange next: this one must not shut it down any more.
            control.hold(None);
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("sent", &self.sent)
            .field("aborted", &self.aborted)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_longer_than_silence_or_the_end_allow() {
        let control = Control::default();
        let after = |own| *control.limit(NextTimeout { after: own, ..NextTimeout::default() }).after;
        assert!(after(time::Duration::NotHappening) > Duration::from_secs(1_000_000));
        control.start(Duration::from_secs(1_000), Duration::from_secs(60));
        assert_eq!(after(time::Duration::NotHappening), Duration::from_secs(60));
        assert_eq!(after(time::Duration::from_secs(10)), Duration::from_secs(10));
        control.start(Duration::ZERO, Duration::from_secs(60));
        assert_eq!(after(time::Duration::from_secs(10)), Duration::ZERO);
    }

    #[test]
    fn a_socket_that_comes_after_the_abort_is_shut_down_too() {
        use std::sync::atomic::{AtomicBool, Ordering};
        struct Flag(AtomicBool);
        impl ShutdownHandle for Flag {
            fn shutdown(&self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let flag = Arc::new(Flag(AtomicBool::new(false)));
        let control = Control::default();
        control.abort();
        let socket: Arc<dyn ShutdownHandle> = flag.clone();
        control.hold(Some(Arc::downgrade(&socket)));
        assert!(flag.0.load(Ordering::Relaxed));
    }
}
