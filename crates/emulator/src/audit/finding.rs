//! What the audit can find.
use std::fmt;
use std::time::Duration;

use crate::core::Now;
use crate::kind::Kind;

/// One thing a client did wrong. Holds no token, no address of the storage origin and no file bytes.
///
/// ```
/// use dataverse_files_emulator::audit::{Finding, Slip};
/// use dataverse_files_emulator::core::Now;
/// use dataverse_files_emulator::kind::Kind;
///
/// let at = Now(std::time::Duration::ZERO);
/// let request = "POST /api/data/v9.2/UploadBlock".to_owned();
/// let finding = Finding { slip: Slip::BlockChanged, kind: Kind::Block, request, nth: 9, at, times: 1 };
/// assert_eq!(
///     finding.to_string(),
///     "wrong: POST /api/data/v9.2/UploadBlock: one block id came with two contents (request 9)"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it was.
    pub slip: Slip,
    /// In which step of a transfer.
    pub kind: Kind,
    /// Method and path of the request where it was first seen, without the query.
    pub request: String,
    /// Which request that was, counted from 1 over both origins.
    pub nth: u64,
    /// When that was.
    pub at: Now,
    /// How often it was seen.
    pub times: u64,
}

/// How much it matters.
///
/// ```
/// use dataverse_files_emulator::audit::{Severity, Slip};
///
/// assert_eq!(Slip::SecondCommit.severity(), Severity::Wrong);
/// assert_eq!(Slip::Expect.severity(), Severity::Note);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Documented as required, and no harm was seen without it.
    Note,
    /// The service may refuse it, or bytes or secrets may be lost.
    Wrong,
}

/// A rule that was broken.
///
/// ```
/// use dataverse_files_emulator::audit::Slip;
///
/// assert_eq!(Slip::PlusInFileName.to_string(), "a raw + in the file name of the query, which means a blank");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Slip {
    /// A request before the time that `Retry-After` named (errors-and-limits §10).
    TooEarly {
        /// Before that time.
        by: Duration,
    },
    /// More requests at the same time than the service takes (errors-and-limits §10).
    TooManyInTheAir {
        /// This one included.
        requests: usize,
    },
    /// One block id of one upload came with two contents (file-columns §3.2, U16).
    BlockChanged,
    /// A second commit of one upload whose first was not refused: it may make the file visible twice (U21).
    SecondCommit,
    /// A body, or a method that usually has one, without `Content-Length`.
    NoContentLength,
    /// The bearer token went to the storage origin (D24).
    TokenToStorage,
    /// `x-ms-transfer-mode` on a request with a session token (U30).
    TransferModeOnChunk,
    /// A raw `+` in the file name of the query, which arrives as a blank (U29).
    PlusInFileName,
    /// A range or block of more than 4 MiB (D6, D25, U15).
    RangeTooWide {
        /// In bytes.
        bytes: u64,
    },
    /// A form of `Range` that is not documented: open-ended, suffix or several (D7).
    RangeForm,
    /// A file name in a header with characters outside ASCII (U10).
    NameOutsideAscii,
    /// A header that every Web API request must have is missing or has another value (errors-and-limits §11).
    Header {
        /// Its name.
        name: &'static str,
        /// Its value in the documentation.
        expected: &'static str,
    },
    /// `Expect: 100-continue` (send-parallel-requests: do not use).
    Expect,
}

impl Slip {
    /// How much it matters.
    pub fn severity(&self) -> Severity {
        match self {
            Slip::Header { .. } | Slip::Expect => Severity::Note,
            _ => Severity::Wrong,
        }
    }

    /// Whether this is the same slip again, not worth a finding of its own.
    pub(super) fn repeats(&self, other: &Slip) -> bool {
        match (self, other) {
            (Slip::Header { name: a, .. }, Slip::Header { name: b, .. }) => a == b,
            (Slip::Expect, Slip::Expect) | (Slip::NoContentLength, Slip::NoContentLength) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slip::TooEarly { by } => write!(f, "came {:.1} s before Retry-After was over", by.as_secs_f64()),
            Slip::TooManyInTheAir { requests } => {
                write!(f, "{requests} requests in the air at once; 52 are too many")
            }
            Slip::BlockChanged => f.write_str("one block id came with two contents"),
            Slip::SecondCommit => f.write_str("a second commit of one upload whose first was not refused"),
            Slip::NoContentLength => f.write_str("no Content-Length"),
            Slip::TokenToStorage => f.write_str("the bearer token went to the storage origin"),
            Slip::TransferModeOnChunk => f.write_str("x-ms-transfer-mode on a request with a session token"),
            Slip::PlusInFileName => f.write_str("a raw + in the file name of the query, which means a blank"),
            Slip::RangeTooWide { bytes } => write!(f, "a range of {bytes} bytes; 4194304 are allowed"),
            Slip::RangeForm => f.write_str("a Range that is not of the form bytes=first-last"),
            Slip::NameOutsideAscii => f.write_str("x-ms-file-name holds characters outside ASCII"),
            Slip::Header { name, expected } => write!(f, "the required header {name}: {expected} is missing"),
            Slip::Expect => f.write_str("Expect: 100-continue"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.slip.severity() {
            Severity::Note => "note",
            Severity::Wrong => "wrong",
        };
        write!(f, "{severity}: {}: {} (request {}", self.request, self.slip, self.nth)?;
        if self.times > 1 { write!(f, ", {} times)", self.times) } else { f.write_str(")") }
    }
}
