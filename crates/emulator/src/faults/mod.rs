//! Bad weather on request: which request goes wrong, and how.
//!
//! Pure and seeded: the same seed and the same requests in the same order meet the same faults. A server does to its
//! sockets what a [`Fault`] says; a simulation does it to its own network.
use std::time::Duration;

use crate::kind::Kind;
use crate::random::SplitMix;

mod answer;
mod damage;
pub(crate) mod expired;
mod profile;

pub use answer::{Answer, ErrorBody, RetryAfter};
pub use expired::Expired;
pub use profile::{Profile, UnknownProfile};

/// One thing that goes wrong with one request.
///
/// ```
/// use dataverse_files_emulator::faults::{Answer, Fault, Handling, RetryAfter};
///
/// let throttled = Fault::Answer(Answer::throttled(RetryAfter::Seconds(30)));
/// assert_eq!(throttled.handling(), Handling::Ignored);
/// assert_eq!(Fault::Lost.handling(), Handling::Handled);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset when the head has been read: not handled, nothing answered.
    Drop,
    /// Not handled; this is answered in its stead.
    Answer(Answer),
    /// Handled, but this is answered: a gateway that lost patience.
    Masked(Answer),
    /// Handled; the connection is reset before the first byte of the answer.
    Lost,
    /// Handled; the answer stops after this many thousandths of its body. An answer without a body is lost.
    Cut {
        /// 0 stops after the head, 999 just before the end.
        thousandths: u16,
        /// How it stops.
        ending: Ending,
    },
    /// Nothing ever comes back.
    Silence(Handling),
    /// Handled; the body comes in drops.
    Trickle {
        /// Bytes in a drop.
        bytes: u32,
        /// Before each drop.
        pause: Duration,
    },
    /// Handled twice, as a proxy that repeats a request would; the second answer counts.
    Twice,
    /// Handled; the file bytes of the answer are this many fewer, and nothing else tells so.
    Short {
        /// In bytes; the answer keeps at least one.
        bytes: u64,
    },
    /// Handled; the answer states a wrong file size.
    WrongSize,
    /// The upload or download session that the request belongs to is forgotten, as the service does after a while:
    /// this request and all later ones with its token are refused (U21). No effect on a request without one.
    Expire,
}

/// How a connection ends in the middle.
///
/// ```
/// use dataverse_files_emulator::faults::{Ending, Fault};
///
/// let in_the_middle = Fault::Cut { thousandths: 500, ending: Ending::Reset };
/// # let _ = in_the_middle;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// In an orderly way, too early: the announced `Content-Length` is not reached.
    Close,
    /// By a reset.
    Reset,
}

/// Whether a request had its effect.
///
/// ```
/// use dataverse_files_emulator::faults::{Fault, Handling};
///
/// assert_eq!(Fault::Silence(Handling::Handled).handling(), Handling::Handled);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// It had.
    Handled,
    /// It had not.
    Ignored,
}

/// A fault at a place: for tests that need it exactly there.
///
/// ```
/// use dataverse_files_emulator::faults::{Fault, Faults, Placed};
/// use dataverse_files_emulator::kind::Kind;
///
/// let third = Placed { kind: None, nth: 3, fault: Fault::Drop };
/// let mut faults = Faults::custom(vec![third]);
/// let kinds = [Kind::InitializeUpload, Kind::Block, Kind::Commit];
/// assert_eq!(kinds.map(|kind| faults.decide(kind)), [None, None, Some(Fault::Drop)]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Among requests of this kind, or among all.
    pub kind: Option<Kind>,
    /// Counted from 1.
    pub nth: u64,
    /// What happens to that request.
    pub fault: Fault,
}

/// Decides for each request whether it goes wrong.
///
/// ```
/// use dataverse_files_emulator::faults::{Fault, Faults};
/// use dataverse_files_emulator::kind::Kind;
///
/// let mut faults = Faults::script([(Kind::Block, 2, Fault::Lost)]);
/// assert_eq!(faults.decide(Kind::Block), None);
/// assert_eq!(faults.decide(Kind::Block), Some(Fault::Lost));
/// assert_eq!(faults.decide(Kind::Block), None);
///
/// let storm = Faults::profile("storm".parse()?, 7);
/// # let _ = storm;
/// # Ok::<(), dataverse_files_emulator::faults::UnknownProfile>(())
/// ```
#[derive(Clone, Debug)]
pub struct Faults {
    plan: Plan,
    /// Requests so far, by [`Kind::ALL`].
    seen: [u64; Kind::ALL.len()],
}

#[derive(Clone, Debug)]
enum Plan {
    Script(Vec<Placed>),
    Profile { profile: Profile, random: SplitMix, row: u32 },
}

impl Faults {
    /// Fair weather.
    pub fn none() -> Faults {
        Faults::custom(Vec::new())
    }

    /// The weather of a named profile; the seed says which requests it hits.
    pub fn profile(profile: Profile, seed: u64) -> Faults {
        Faults::new(Plan::Profile { profile, random: SplitMix::new(seed), row: 0 })
    }

    /// Exactly these faults. Where two meet on one request the first in the list counts.
    pub fn custom(placed: Vec<Placed>) -> Faults {
        Faults::new(Plan::Script(placed))
    }

    /// Exactly these faults: the n-th request (from 1) of a kind.
    pub fn script(placed: impl IntoIterator<Item = (Kind, u64, Fault)>) -> Faults {
        let place = |(kind, nth, fault)| Placed { kind: Some(kind), nth, fault };
        Faults::custom(placed.into_iter().map(place).collect())
    }

    fn new(plan: Plan) -> Faults {
        Faults { plan, seen: [0; Kind::ALL.len()] }
    }

    /// What goes wrong with the next request, which is of this kind. To be asked once per request.
    pub fn decide(&mut self, kind: Kind) -> Option<Fault> {
        self.seen[kind as usize] += 1;
        let (of_kind, of_all) = (self.seen[kind as usize], self.seen.iter().sum::<u64>());
        match &mut self.plan {
            Plan::Script(placed) => placed
                .iter()
                .find(|place| match place.kind {
                    Some(wanted) => wanted == kind && place.nth == of_kind,
                    None => place.nth == of_all,
                })
                .map(|place| place.fault.clone()),
            Plan::Profile { profile, random, row } => {
                // Weather that never lets up proves nothing but that retries end.
                let fault = if *row < profile.longest_row() { profile.draw(kind, random) } else { None };
                *row = if fault.is_some() { *row + 1 } else { 0 };
                fault
            }
        }
    }
}

impl Fault {
    /// Whether the request has its effect in spite of the fault. [`Fault::Expire`] is for [`Expired`] to decide.
    pub fn handling(&self) -> Handling {
        match self {
            Fault::Drop | Fault::Answer(_) | Fault::Silence(Handling::Ignored) => Handling::Ignored,
            _ => Handling::Handled,
        }
    }
}

#[cfg(test)]
mod tests;
