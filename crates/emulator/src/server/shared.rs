//! What all connections have in common.
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::limits::Limits;
use super::seat::Seat;
use crate::audit::Audit;
use crate::core::Now;
use crate::faults::{Expired, Faults};
use crate::kind::Kind;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) seat: Seat,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) expired: Mutex<Expired>,
    pub(crate) audit: Mutex<Audit>,
    pub(crate) requests: [AtomicU64; Kind::ALL.len()],
    pub(crate) limits: Limits,
}

impl Shared {
    pub(crate) fn new(seat: Seat, faults: Faults, limits: Limits) -> Shared {
        Shared {
            seat,
            faults: Mutex::new(faults),
            expired: Mutex::default(),
            audit: Mutex::default(),
            requests: Default::default(),
            limits,
        }
    }
}

pub(crate) fn now() -> Now {
    // A clock before 1970 is as good as one at 1970.
    Now(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
