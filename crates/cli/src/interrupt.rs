//! SIGINT and SIGTERM: the first one ends the work in an orderly way, the second one at once.
//!
//! The work runs on a thread of its own. When it does not end soon after the signal, because it waits for a server, the
//! process ends without it: every checkpoint on disk is whole at any time, and what must not stay is registered here.
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::exit::Exit;
use crate::failure::Failure;

/// Time for the work to end by itself after the first signal.
const GRACE: Duration = Duration::from_secs(2);
/// The same for a server, which lets its clients finish.
const SERVER_GRACE: Duration = Duration::from_secs(8);

/// What the work and the signal know of each other.
#[derive(Debug, Default)]
pub(crate) struct Interrupt {
    signalled: AtomicBool,
    wake: Notify,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the work is serving others.
    serves: bool,
    /// How to go on later, once there is something to go on from.
    resume: Option<String>,
    /// Half a file that nothing will go on from.
    scratch: Option<PathBuf>,
}

enum Message {
    Signal,
    Ended(Result<(), Failure>),
}

impl Interrupt {
    pub(crate) fn is_signalled(&self) -> bool {
        self.signalled.load(Ordering::Relaxed)
    }

    /// Ends when the signal comes.
    pub(crate) async fn signalled(&self) {
        while !self.is_signalled() {
            self.wake.notified().await;
        }
    }

    /// Blocks until the signal comes. For a server.
    pub(crate) fn wait(&self) {
        let mut state = self.state();
        state.serves = true;
        while !self.is_signalled() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// From now on the work can be gone on with, in these words.
    pub(crate) fn can_resume(&self, how: impl Into<String>) {
        let mut state = self.state();
        state.resume = Some(how.into());
        state.scratch = None;
    }

    /// This file is worth nothing when the work ends early, until [`Interrupt::can_resume`].
    pub(crate) fn scratch(&self, path: Option<PathBuf>) {
        self.state().scratch = path;
    }

    /// How to go on later, if there is something to go on from.
    pub(crate) fn resume(&self) -> Option<String> {
        self.state().resume.clone()
    }

    /// The signal's own outcome.
    pub(crate) fn failure(&self) -> Failure {
        let failure = Failure::new(Exit::Interrupted, "interrupted", "interrupted");
        match self.resume() {
            Some(how) => failure.advise(&how),
            None => failure,
        }
    }

    /// The process ends without the work.
    fn give_up(&self, failure: Failure) -> Failure {
        if let Some(path) = self.state().scratch.take() {
            // There is nobody to tell that it could not be removed.
            let _ = fs::remove_file(path);
        }
        failure
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(&self) {
        // Under the lock, so that `wait` cannot miss it between its look and its sleep.
        let state = self.state();
        self.signalled.store(true, Ordering::Relaxed);
        self.changed.notify_all();
        drop(state);
        self.wake.notify_one();
    }

    fn grace(&self) -> Duration {
        if self.state().serves { SERVER_GRACE } else { GRACE }
    }
}

/// Do the work on a thread of its own, and be there for signals meanwhile.
pub(crate) fn guard(
    interrupt: &Interrupt,
    until: Option<Instant>,
    work: impl FnOnce() -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    let (sender, messages) = mpsc::channel();
    catch_signals(sender.clone())?;
    thread::Builder::new()
        .name("dvf".into())
        .spawn(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(died()));
            sender.send(Message::Ended(result))
        })
        .map_err(|e| Failure::local(&e))?;
    match receive(&messages, until) {
        Ok(Message::Ended(result)) => return result,
        Ok(Message::Signal) => interrupt.signal(),
        Err(RecvTimeoutError::Timeout) => return Err(interrupt.give_up(out_of_time())),
        Err(RecvTimeoutError::Disconnected) => return Err(died()),
    }
    match messages.recv_timeout(interrupt.grace()) {
        Ok(Message::Ended(Ok(()))) => Ok(()),
        Ok(_) | Err(RecvTimeoutError::Disconnected) => Err(interrupt.failure()),
        Err(RecvTimeoutError::Timeout) => Err(interrupt.give_up(interrupt.failure())),
    }
}

/// Sessions keep the deadline themselves; this is for work that hangs in something else.
fn receive(messages: &Receiver<Message>, until: Option<Instant>) -> Result<Message, RecvTimeoutError> {
    match until {
        None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(until) => messages.recv_timeout(until.saturating_duration_since(Instant::now()) + GRACE),
    }
}

fn out_of_time() -> Failure {
    Failure::new(Exit::Deadline, "deadline", "out of time (--deadline)")
}

fn catch_signals(sender: mpsc::Sender<Message>) -> Result<(), Failure> {
    let before = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if before.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        // Nobody listens any more when the work has just ended.
        let _ = sender.send(Message::Signal);
    })
    .map_err(|e| Failure::new(Exit::Local, "local", format!("signals cannot be caught: {e}")))
}

fn died() -> Failure {
    Failure::new(Exit::Local, "internal", "an error in dvf itself, told above")
}
