//! The threads that carry exchanges out. They belong to the client, are started when they are needed, and end by themselves.
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Most threads of one client: a few more than requests it may have in the air (api-limits: 52).
const MOST: usize = 64;
/// A thread without work ends after this long.
const REST: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

/// Takes jobs. Dropped, it lets its threads end once they are done; it does not wait for them, so a server that hangs holds
/// nobody up.
#[derive(Default)]
pub(crate) struct Workers {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl Workers {
    /// Have it done on another thread.
    ///
    /// # Errors
    /// When there is no thread and none can be started; the job is then forgotten.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut state = self.shared.lock();
        state.jobs.push_back(Box::new(job));
        if state.jobs.len() <= state.idle || state.threads >= MOST {
            self.shared.changed.notify_one();
            return Ok(());
        }
        let shared = self.shared.clone();
        match thread::Builder::new().name("dataverse-files".into()).spawn(move || shared.work()) {
            Ok(_) => state.threads += 1,
            Err(_) if state.threads > 0 => {}
            Err(e) => {
                state.jobs.pop_back();
                return Err(e);
            }
        }
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let _counted = Counted(self);
        while let Some(job) = self.next_job() {
            // A panic has been reported by the exchange; other jobs wait for this thread.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    fn next_job(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            let waited = self.changed.wait_timeout(state, REST).unwrap_or_else(PoisonError::into_inner);
            state = waited.0;
            state.idle -= 1;
            if waited.1.timed_out() && state.jobs.is_empty() {
                return None;
            }
        }
    }
}

/// A thread that ends is not counted any more.
struct Counted<'a>(&'a Shared);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.lock().threads -= 1;
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn no_job_waits_behind_one_that_hangs() {
        let workers = Workers::default();
        let (release, hang) = mpsc::channel::<()>();
        workers.run(move || assert!(hang.recv().is_err())).unwrap();
        let (done, all) = mpsc::channel();
        for _ in 0..200 {
            let done = done.clone();
            workers.run(move || done.send(()).unwrap()).unwrap();
        }
        for _ in 0..200 {
            all.recv_timeout(Duration::from_secs(5)).unwrap();
        }
        assert!(workers.shared.lock().threads <= MOST);
        drop(release);
    }

    #[test]
    fn a_job_that_panics_takes_no_other_with_it() {
        let workers = Workers::default();
        let (done, all) = mpsc::channel();
        for _ in 0..MOST * 2 {
            // Quietly: this is no failure of the test.
            workers.run(|| std::panic::resume_unwind(Box::new("a job's own panic"))).unwrap();
        }
        workers.run(move || done.send(()).unwrap()).unwrap();
        all.recv_timeout(Duration::from_secs(5)).unwrap();
    }
}
