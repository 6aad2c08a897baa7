//! Time as sessions see it.
use std::ops::Add;
use std::time::Duration;

/// A moment on the driver's clock, counted from a zero of the driver's choice.
///
/// There is no clock behind it: it can be printed, stored, compared and made up by a test.
///
/// ```
/// use std::time::Duration;
/// use dataverse_files_proto::Moment;
///
/// let later = Moment::default() + Duration::from_secs(2);
/// assert!(later > Moment(Duration::from_millis(1_999)));
/// assert_eq!(later.since(Moment(Duration::from_secs(5))), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub Duration);

impl Moment {
    /// How long ago `earlier` was; zero when it is still to come.
    #[must_use]
    pub fn since(self, earlier: Moment) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;

    fn add(self, wait: Duration) -> Moment {
        Moment(self.0.saturating_add(wait))
    }
}
