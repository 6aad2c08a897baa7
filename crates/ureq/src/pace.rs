//! One pace for all transfers of a client: [`Pacer`] decides, this waits.
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use http::response::Parts;

use crate::control::Control;
use crate::{Admission, Moment, Pacer, PacerLimits, Permit};

#[derive(Debug)]
pub(crate) struct Pace {
    zero: Instant,
    pacer: Mutex<Pacer>,
    ended: Condvar,
}

/// Leave for one exchange; dropped, it is given back with what the answer's head said.
#[derive(Debug)]
pub(crate) struct Leave<'a> {
    pace: &'a Pace,
    permit: Option<Permit>,
    pub head: Option<Parts>,
}

impl Pace {
    pub fn new(limits: PacerLimits) -> Self {
        Self { zero: Instant::now(), pacer: Mutex::new(Pacer::new(limits)), ended: Condvar::new() }
    }

    /// The client's clock.
    pub fn now(&self) -> Moment {
        Moment(self.zero.elapsed())
    }

    /// Wait until a request may go out; `None` when it has been aborted meanwhile.
    pub fn enter(&self, control: &Control) -> Option<Leave<'_>> {
        let mut pacer = self.lock();
        while !control.is_aborted() {
            let now = self.now();
            pacer = match pacer.admit(now) {
                Admission::Go(permit) => return Some(Leave { pace: self, permit: Some(permit), head: None }),
                Admission::Full => self.ended.wait(pacer).unwrap_or_else(PoisonError::into_inner),
                Admission::At(moment) => {
                    let waited = self.ended.wait_timeout(pacer, moment.since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        None
    }

    /// Who waits looks again whether it has been aborted.
    pub fn rouse(&self) {
        // Taken, so that nobody is between looking and waiting.
        drop(self.lock());
        self.ended.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Pacer> {
        self.pacer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.pace.lock().observe(self.pace.now(), permit, self.head.as_ref());
            self.pace.ended.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn who_has_to_wait_goes_on_when_another_ends_or_stops_when_aborted() {
        let pace = Pace::new(PacerLimits { in_flight: 1, ..PacerLimits::default() });
        let (goes_on, stops) = (Control::default(), Control::default());
        let first = pace.enter(&Control::default());
        thread::scope(|scope| {
            let one = scope.spawn(|| pace.enter(&goes_on).is_some());
            let two = scope.spawn(|| pace.enter(&stops).is_none());
            stops.abort();
            pace.rouse();
            assert!(two.join().unwrap());
            drop(first);
            assert!(one.join().unwrap());
        });
    }
}
