//! Named weather, for `--faults NAME`.
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use super::{Answer, Ending, ErrorBody, Fault, Handling, RetryAfter};
use crate::kind::Kind;
use crate::random::SplitMix;

/// A kind of weather.
///
/// ```
/// use dataverse_files_emulator::faults::Profile;
///
/// let profile: Profile = "lost-answers".parse()?;
/// assert_eq!(profile, Profile::LostAnswers);
/// for profile in Profile::ALL {
///     println!("{:<14}{}", profile.name(), profile.about());
/// }
/// # Ok::<(), dataverse_files_emulator::faults::UnknownProfile>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Nothing goes wrong.
    None,
    /// 429 in all its forms.
    Throttle,
    /// Errors of gateways and of an overloaded service.
    Flaky,
    /// Everything takes long.
    Slow,
    /// What was asked is done, and nobody is told.
    LostAnswers,
    /// Answers break off.
    Cut,
    /// Tokens and sessions run out.
    Expire,
    /// Well-formed answers that are wrong.
    Wrong,
    /// Some requests are never answered.
    Silence,
    /// All of it at once.
    Storm,
}

/// The name of no profile.
///
/// ```
/// use dataverse_files_emulator::faults::Profile;
///
/// let error = "strom".parse::<Profile>().unwrap_err();
/// assert!(error.to_string().contains("there are: none, throttle, flaky"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProfile(String);

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Profile::ALL.iter().map(|profile| profile.name()).collect();
        write!(f, "no faults are called {:?}; there are: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownProfile {}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Profile, UnknownProfile> {
        let found = Profile::ALL.into_iter().find(|profile| profile.name() == name);
        found.ok_or_else(|| UnknownProfile(name.to_owned()))
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 10] = [
        Profile::None,
        Profile::Throttle,
        Profile::Flaky,
        Profile::Slow,
        Profile::LostAnswers,
        Profile::Cut,
        Profile::Expire,
        Profile::Wrong,
        Profile::Silence,
        Profile::Storm,
    ];

    /// What it is called on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Profile::None => "none",
            Profile::Throttle => "throttle",
            Profile::Flaky => "flaky",
            Profile::Slow => "slow",
            Profile::LostAnswers => "lost-answers",
            Profile::Cut => "cut",
            Profile::Expire => "expire",
            Profile::Wrong => "wrong",
            Profile::Silence => "silence",
            Profile::Storm => "storm",
        }
    }

    /// One line about it, for a help text.
    pub fn about(self) -> &'static str {
        match self {
            Profile::None => "nothing goes wrong",
            Profile::Throttle => "429 with Retry-After in seconds, as a date, or without",
            Profile::Flaky => {
                "500, 502 (HTML), 503, 504, torn error bodies and connections reset before anything is read"
            }
            Profile::Slow => "bodies of answers arrive in drops",
            Profile::LostAnswers => {
                "requests are handled but the answer is lost, masked by a 504, or handled twice"
            }
            Profile::Cut => {
                "connections end after the head or in the middle of a body, by reset or too early"
            }
            Profile::Expire => {
                "401 for a token that ran out, upload and download sessions that are forgotten"
            }
            Profile::Wrong => "fewer file bytes than asked for, wrong sizes, torn JSON in errors",
            Profile::Silence => "some requests are never answered, handled or not",
            Profile::Storm => "all of the above at once",
        }
    }

    /// After this many faults in a row one request gets through.
    pub(super) fn longest_row(self) -> u32 {
        match self {
            Profile::None => 0,
            Profile::Slow => u32::MAX,
            _ => 3,
        }
    }

    /// How many requests in a thousand go wrong.
    fn thousandths(self) -> u64 {
        match self {
            Profile::None => 0,
            Profile::Slow => 1000,
            Profile::Silence => 30,
            Profile::Expire | Profile::Wrong => 50,
            _ => 120,
        }
    }

    pub(super) fn draw(self, kind: Kind, random: &mut SplitMix) -> Option<Fault> {
        if random.below(1000) >= self.thousandths() {
            return None;
        }
        Some(match self {
            Profile::None => return None,
            Profile::Throttle => Fault::Answer(Answer::throttled(retry_after(random))),
            Profile::Flaky => flaky(random),
            Profile::Slow => Fault::Trickle { bytes: 16 * 1024, pause: Duration::from_millis(20) },
            Profile::LostAnswers => lost(random),
            Profile::Cut => cut(random),
            Profile::Expire => expire(kind, random),
            Profile::Wrong => wrong(random),
            Profile::Silence => silence(random),
            Profile::Storm => storm(kind, random),
        })
    }
}

fn storm(kind: Kind, random: &mut SplitMix) -> Fault {
    match random.below(100) {
        0..25 => Fault::Answer(Answer::throttled(retry_after(random))),
        25..50 => flaky(random),
        50..70 => lost(random),
        70..90 => cut(random),
        90..94 => expire(kind, random),
        94..97 => wrong(random),
        97..99 => Fault::Trickle { bytes: 64 * 1024, pause: Duration::from_millis(10) },
        _ => silence(random),
    }
}

fn retry_after(random: &mut SplitMix) -> RetryAfter {
    match random.below(4) {
        0 => RetryAfter::Absent,
        1 => RetryAfter::Date(1),
        _ => RetryAfter::Seconds(1),
    }
}

fn flaky(random: &mut SplitMix) -> Fault {
    Fault::Answer(match random.below(7) {
        0 => return Fault::Drop,
        1 => Answer::unexpected(),
        2 => Answer { body: ErrorBody::Torn, ..Answer::unexpected() },
        3 => Answer::gateway(StatusCode::BAD_GATEWAY),
        4 => Answer::gateway(StatusCode::GATEWAY_TIMEOUT),
        5 => Answer::unavailable(RetryAfter::Seconds(1)),
        _ => Answer { body: ErrorBody::Empty, ..Answer::unavailable(RetryAfter::Absent) },
    })
}

fn lost(random: &mut SplitMix) -> Fault {
    match random.below(4) {
        0 => Fault::Masked(Answer::gateway(StatusCode::GATEWAY_TIMEOUT)),
        1 => Fault::Twice,
        _ => Fault::Lost,
    }
}

fn cut(random: &mut SplitMix) -> Fault {
    let thousandths = if random.below(4) == 0 { 0 } else { random.below(1000) as u16 };
    Fault::Cut { thousandths, ending: if random.below(2) == 0 { Ending::Close } else { Ending::Reset } }
}

/// A chunk that is refused ends a whole upload: sessions are forgotten more seldom than tokens run out.
fn expire(kind: Kind, random: &mut SplitMix) -> Fault {
    let token = kind == Kind::Storage || random.below(4) > 0;
    if token { Fault::Answer(Answer::token_expired()) } else { Fault::Expire }
}

fn wrong(random: &mut SplitMix) -> Fault {
    match random.below(4) {
        0 => Fault::WrongSize,
        1 => Fault::Answer(Answer { body: ErrorBody::Torn, ..Answer::unexpected() }),
        _ => Fault::Short { bytes: 1 + random.below(100_000) },
    }
}

fn silence(random: &mut SplitMix) -> Fault {
    Fault::Silence(if random.below(2) == 0 { Handling::Handled } else { Handling::Ignored })
}
