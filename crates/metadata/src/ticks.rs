//! Time stamps of images: 100 ns ticks since 0001-01-01 UTC (image-columns §7).
use std::fmt;

const PER_SECOND: u64 = 10_000_000;
const SECONDS_PER_DAY: u64 = 86_400;
/// From 0001-01-01 to 1970-01-01.
const DAYS_BEFORE_UNIX: u64 = 719_162;

/// When an image was last changed.
///
/// ```
/// use dataverse_files_metadata::Ticks;
/// let documented = Ticks(637_388_308_718_090_885);
/// assert_eq!(documented.to_string(), "2020-10-20T22:47:51Z");
/// assert_eq!(documented.unix_seconds(), Some(1_603_234_071));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticks(
    /// 100 ns each, since 0001-01-01T00:00:00 UTC.
    pub u64,
);

impl Ticks {
    /// Whole seconds since 1970-01-01 UTC; `None` before.
    #[must_use]
    pub fn unix_seconds(self) -> Option<u64> {
        (self.0 / PER_SECOND).checked_sub(DAYS_BEFORE_UNIX * SECONDS_PER_DAY)
    }
}

impl fmt::Display for Ticks {
    /// RFC 3339 in whole seconds, UTC, as the service writes its other dates.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / PER_SECOND;
        let (year, month, day) = date(seconds / SECONDS_PER_DAY);
        let time = seconds % SECONDS_PER_DAY;
        let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl serde::Serialize for Ticks {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Year, month and day of the day that is so many days after 0001-01-01.
fn date(days: u64) -> (u64, u64, u64) {
    // Periods of 400 years are equal; the last century of each, and the last year of each four, has the odd day.
    let (eras, days) = (days / 146_097, days % 146_097);
    let centuries = (days / 36_524).min(3);
    let days = days - centuries * 36_524;
    let (fours, days) = (days / 1_461, days % 1_461);
    let years = (days / 365).min(3);
    let year = eras * 400 + centuries * 100 + fours * 4 + years + 1;
    let (mut month, mut left) = (1, days - years * 365);
    while left >= length(year, month) {
        left -= length(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

fn length(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut before = (1, 1, 1);
        assert_eq!(date(0), before);
        for day in 1..2 * 146_097 + 366 {
            let (year, month, of_month) = before;
            let expected = if of_month < length(year, month) {
                (year, month, of_month + 1)
            } else if month < 12 {
                (year, month + 1, 1)
            } else {
                (year + 1, 1, 1)
            };
            before = date(day);
            assert_eq!(before, expected, "day {day}");
        }
    }

    #[test]
    fn known_moments() {
        let at = |days: u64| Ticks(days * SECONDS_PER_DAY * PER_SECOND);
        assert_eq!(at(DAYS_BEFORE_UNIX).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(at(DAYS_BEFORE_UNIX).unix_seconds(), Some(0));
        assert_eq!(at(DAYS_BEFORE_UNIX + 11_016).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(Ticks(0).unix_seconds(), None);
        // The largest that the service's 64-bit integers hold.
        assert!(Ticks(i64::MAX.unsigned_abs()).to_string().starts_with("29228-"));
    }
}
