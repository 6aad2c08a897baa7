//! One pace for all transfers of a client: [`Pacer`] decides, this waits.
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::response::Parts;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::{Admission, Moment, Pacer, PacerLimits, Permit};

#[derive(Debug)]
pub(crate) struct Pace {
    zero: Instant,
    pacer: Mutex<Pacer>,
    ended: Notify,
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
        Self { zero: Instant::now(), pacer: Mutex::new(Pacer::new(limits)), ended: Notify::new() }
    }

    /// The client's clock.
    pub fn now(&self) -> Moment {
        Moment(self.zero.elapsed())
    }

    /// A moment of that clock; `None` when it is too far away ever to come.
    pub fn instant(&self, moment: Moment) -> Option<Instant> {
        self.zero.checked_add(moment.0)
    }

    /// Wait until a request may go out.
    pub async fn enter(&self) -> Leave<'_> {
        loop {
            // Made before the pacer is asked, so that no end between the two is missed.
            let ended = self.ended.notified();
            let admission = self.lock().admit(self.now());
            match admission {
                Admission::Go(permit) => return Leave { pace: self, permit: Some(permit), head: None },
                Admission::Full => ended.await,
                Admission::At(moment) => match self.instant(moment) {
                    Some(at) => sleep_until(at).await,
                    None => ended.await,
                },
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pacer> {
        self.pacer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.pace.lock().observe(self.pace.now(), permit, self.head.as_ref());
            self.pace.ended.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn who_has_to_wait_goes_on_when_another_ends() {
        let pace = Arc::new(Pace::new(PacerLimits { in_flight: 1, ..PacerLimits::default() }));
        let first = pace.enter().await;
        let waiting = tokio::spawn({
            let pace = pace.clone();
            async move { drop(pace.enter().await) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.unwrap();
    }

    #[tokio::test]
    async fn who_stops_waiting_leaves_its_place_to_others() {
        let pace = Pace::new(PacerLimits { in_flight: 1, ..PacerLimits::default() });
        let task = async {
            let _leave = pace.enter().await;
            std::future::pending::<()>().await;
        };
        assert!(tokio::time::timeout(std::time::Duration::from_millis(1), task).await.is_err());
        drop(pace.enter().await);
    }
}
