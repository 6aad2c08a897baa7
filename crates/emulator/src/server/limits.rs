//! How much one client may take of the server.
use std::time::Duration;

/// Bounds on what connections may hold, so that a slow or hostile client cannot hold it for ever.
///
/// ```
/// use dataverse_files_emulator::server::Limits;
///
/// let limits = Limits { connections: 8, ..Limits::default() };
/// assert_eq!(limits.connections, 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time, both origins together; more wait. 256: five times what the service takes (52).
    pub connections: usize,
    /// From the last answer to the end of the next head; idle connections end with it. 60 s.
    pub head: Duration,
    /// Without a byte of a body that is arriving, or without the client taking a byte of an answer. 60 s.
    pub stall: Duration,
    /// Bytes a second that a body must bring on the average, after the first `stall`. 1 KiB.
    pub pace: u64,
    /// Bytes of a body that nobody wants any more, read so that the client comes to read the answer. 256 MiB.
    pub drain: u64,
    /// A request that is not to be answered is let go after this. 10 minutes.
    pub silence: Duration,
    /// Given to requests under way when the server stops. 5 s.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 256,
            head: Duration::from_secs(60),
            stall: Duration::from_secs(60),
            pace: 1024,
            drain: 256 << 20,
            silence: Duration::from_secs(600),
            farewell: Duration::from_secs(5),
        }
    }
}
