//! Time as the shell gives it and as the Web API prints it.
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The time since the Unix epoch. The core has no clock: whoever drives it says what time it is.
///
/// ```
/// use std::time::Duration;
/// use dataverse_files_emulator::core::Now;
///
/// let now = Now(Duration::from_secs(1_666_472_505));
/// assert_eq!(now.to_string(), "2022-10-22T21:01:45Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Now(pub Duration);

impl Now {
    /// Later by `by`; the far end of time stands still.
    pub(in crate::core) fn after(self, by: Duration) -> Now {
        Now(self.0.saturating_add(by))
    }

    /// In 100 ns ticks since 0001-01-01, as image time stamps count (image-columns §7).
    pub(in crate::core) fn ticks(self) -> u64 {
        const EPOCH: u64 = 621_355_968_000_000_000;
        let ticks = self.0.as_nanos() / 100;
        EPOCH.saturating_add(u64::try_from(ticks).unwrap_or(u64::MAX))
    }
}

/// `2022-10-22T21:01:45Z`, whole seconds, as records show their dates.
impl std::fmt::Display for Now {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.as_secs();
        let (year, month, day) = civil(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Year, month and day of a day counted from 1970-01-01. Years are counted from March, so that the leap day
/// is the last one, in cycles of 400 years.
fn civil(days: u64) -> (u64, u64, u64) {
    /// Days from 0000-03-01 to 1970-01-01.
    const SHIFT: u64 = 719_468;
    const CYCLE: u64 = 146_097;
    let days = days + SHIFT;
    let in_cycle = days % CYCLE;
    let year = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (days / CYCLE * 400 + year + carry, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Now;

    #[test]
    fn dates_are_right_around_leap_days() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(Now(Duration::from_secs(seconds)).to_string(), text);
        }
    }

    #[test]
    fn ticks_are_those_of_the_documented_time_stamp() {
        let seconds = 1_603_234_071;
        assert_eq!(Now(Duration::new(seconds, 809_088_500)).ticks(), 637_388_308_718_090_885);
    }
}
