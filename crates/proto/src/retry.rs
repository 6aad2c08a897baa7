//! How often, how long and how patiently.
use std::time::Duration;

/// When a request goes out again, and when to give up.
///
/// ```
/// use std::time::Duration;
/// use dataverse_files_proto::RetryPolicy;
/// let patient = RetryPolicy { deadline: Some(Duration::from_secs(3_600)), ..RetryPolicy::default() };
/// assert_eq!(patient.max_attempts, 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in vain of one request before its session fails. Progress starts the count anew.
    pub max_attempts: u32,
    /// Wait before the second attempt; later ones wait up to twice as long each, with jitter.
    pub base: Duration,
    /// Longest wait of our own choice.
    pub cap: Duration,
    /// Longest `Retry-After` that is obeyed; when the service asks for more, the session fails at once and says so.
    /// The service counts in windows of 300 s (api-limits), so an honest wait is never longer.
    pub longest_wait: Duration,
    /// How long the service may be silent: before its answer begins, and between two chunks of it.
    pub idle: Duration,
    /// Slowest acceptable line in bytes per second; an attempt may take `idle` plus its bytes at this rate.
    pub min_rate: u64,
    /// Time for the whole session.
    pub deadline: Option<Duration>,
    /// Seconds since the Unix epoch at [`Moment`](crate::Moment) zero: only to read a `Retry-After` date when the answer has no `Date`.
    pub unix_zero: Duration,
    /// Seed of the jitter: the only randomness of a session, so equal seeds give equal runs.
    pub seed: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 8,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(30),
            longest_wait: Duration::from_secs(600),
            idle: Duration::from_secs(60),
            min_rate: 32 * 1024,
            deadline: None,
            unix_zero: Duration::ZERO,
            seed: 0,
        }
    }
}

impl RetryPolicy {
    /// Time for an attempt that moves so many bytes.
    pub(crate) fn timeout(&self, bytes: u64) -> Duration {
        self.idle.saturating_add(Duration::from_secs(bytes / self.min_rate.max(1)))
    }

    /// Wait before the attempt after `attempts`: jittered, never earlier than the service asked.
    pub(crate) fn wait(&self, attempts: u32, asked: Option<Duration>, jitter: &mut Jitter) -> Duration {
        let top = self.base.saturating_mul(1 << attempts.min(16)).min(self.cap);
        let own = self.base + top.saturating_sub(self.base).mul_f64(jitter.unit());
        own.max(asked.unwrap_or_default())
    }
}

/// SplitMix64: a few lines, every seed good.
#[derive(Clone, Debug)]
pub(crate) struct Jitter(pub(crate) u64);

impl Jitter {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_never_undercut_the_service() {
        let (policy, mut jitter) = (RetryPolicy::default(), Jitter(1));
        for attempts in 1..40 {
            let own = policy.wait(attempts, None, &mut jitter);
            assert!(own >= policy.base && own <= policy.cap, "{attempts}: {own:?}");
            let asked = Duration::from_secs(77);
            assert!(policy.wait(attempts, Some(asked), &mut jitter) >= asked);
        }
    }

    #[test]
    fn a_large_attempt_gets_more_time() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.timeout(0), policy.idle);
        assert_eq!(policy.timeout(4_194_304), policy.idle + Duration::from_secs(128));
    }
}
