//! What went wrong: where, what the service said, and what to do about it.
use std::fmt;

use http::StatusCode;

use crate::BoxError;

/// Why a session, or the work around it, ended without success. Match on [`Error::kind`]; show it with `{}`.
///
/// ```
/// use dataverse_files_proto::{Error, ErrorKind};
/// let e = Error::new(ErrorKind::NotFound, "look").because("the column is empty");
/// assert_eq!(e.kind(), ErrorKind::NotFound);
/// assert!(!e.is_retryable());
/// assert_eq!(e.to_string(), "look: not found: the column is empty");
/// ```
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    step: &'static str,
    attempts: u32,
    server: Option<Box<ServerError>>,
    source: Option<BoxError>,
}

/// What kind of failure it is; the `dvf` exit codes are made of these.
///
/// ```
/// use dataverse_files_proto::ErrorKind;
/// assert_eq!(ErrorKind::Throttled.to_string(), "throttled by the service");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's own input; nothing was sent.
    #[error("invalid input")]
    Input,
    /// No token, or one the service does not take (401).
    #[error("not authenticated")]
    Unauthenticated,
    /// The token's user may not do this (403).
    #[error("not allowed")]
    Forbidden,
    /// No such record, column or file (404; also an empty column).
    #[error("not found")]
    NotFound,
    /// There is an image, but only its thumbnail: the column kept no full images when it was uploaded (image-columns §5).
    #[error("no full image is stored")]
    NoFullImage,
    /// The service said no for a reason of its own (most 4xx).
    #[error("refused by the service")]
    Refused,
    /// Larger than a limit allows.
    #[error("too large")]
    TooLarge,
    /// The organization cannot do this at all (e.g. ranges of files stored in the database, D22).
    #[error("not supported here")]
    Unsupported,
    /// 429 until the attempts were spent, or a wait longer than the policy allows.
    #[error("throttled by the service")]
    Throttled,
    /// 5xx until the attempts were spent.
    #[error("the service failed")]
    Server,
    /// The service forgot the upload or download twice (U7, D17).
    #[error("the transfer's session expired")]
    SessionExpired,
    /// The commit's answer was lost and the record does not tell whether it happened.
    #[error("the commit may or may not have happened")]
    CommitUnknown,
    /// The file was replaced on the service, or changed on disk, during the transfer.
    #[error("the file changed during the transfer")]
    Changed,
    /// What arrived is not what was announced.
    #[error("the data is damaged")]
    Integrity,
    /// An answer that no document describes.
    #[error("unexpected answer")]
    Protocol,
    /// Connections failed until the attempts were spent.
    #[error("connection failed")]
    Transport,
    /// The local source could not be read.
    #[error("reading the source failed")]
    Source,
    /// The local destination could not be written.
    #[error("writing the destination failed")]
    Sink,
    /// The destination is there already and may not be replaced; also a column that was to be created.
    #[error("it exists already")]
    Exists,
    /// Another process is at work on the destination.
    #[error("locked")]
    Locked,
    /// The caller's own time limit passed.
    #[error("out of time")]
    Deadline,
}

/// The service's own words.
///
/// ```
/// use dataverse_files_proto::ServerError;
/// let said = ServerError {
///     status: http::StatusCode::BAD_REQUEST,
///     code: Some(0x8004_4a02),
///     message: "Attachment file size is too big.".into(),
///     request_id: Some("8a3c".into()),
/// };
/// assert_eq!(said.to_string(), "400 0x80044a02 \"Attachment file size is too big.\" (request id 8a3c)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// HTTP status.
    pub status: StatusCode,
    /// The code of the error envelope; the service often leaves it out (E2).
    pub code: Option<u32>,
    /// The message, at most 1,000 characters of it, without control characters.
    pub message: String,
    /// `x-ms-service-request-id`: what Microsoft's support asks for.
    pub request_id: Option<String>,
}

impl Error {
    /// An error of a kind, at a step.
    #[must_use]
    pub fn new(kind: ErrorKind, step: &'static str) -> Self {
        Self { kind, step, attempts: 0, server: None, source: None }
    }

    /// The caller's own input, with what to do about it.
    #[must_use]
    pub fn input(why: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Input, "input").because(why)
    }

    /// With its cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<BoxError>) -> Self {
        self.source = Some(cause.into());
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    pub(crate) fn said(mut self, server: Option<ServerError>) -> Self {
        self.server = server.map(Box::new);
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// At which step it happened, e.g. `open`, `block`, `commit`.
    #[must_use]
    pub fn step(&self) -> &'static str {
        self.step
    }

    /// How many times the failing request was sent; 0 when none was.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The service's own words, where it had any.
    #[must_use]
    pub fn server(&self) -> Option<&ServerError> {
        self.server.as_deref()
    }

    /// Whether doing the same later, from the checkpoint if there is one, may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use ErrorKind::{Deadline, Server, SessionExpired, Throttled, Transport};
        matches!(self.kind, Throttled | Server | Transport | SessionExpired | Deadline)
    }

    /// What the person at the keyboard can do, where that is known.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        let by_code = self.server().and_then(|s| s.code).and_then(crate::wire::codes::advice);
        by_code.or(match self.kind {
            ErrorKind::Unauthenticated => Some("get a new token for this organization"),
            ErrorKind::Forbidden => {
                Some("the token's user needs a role with access to this record and column")
            }
            ErrorKind::Throttled | ErrorKind::Server | ErrorKind::Transport => Some("try again later"),
            ErrorKind::CommitUnknown => Some("look at the record before uploading again"),
            ErrorKind::Changed => Some("run it again when nothing changes the file"),
            ErrorKind::SessionExpired => Some("start the transfer anew"),
            ErrorKind::NoFullImage => {
                Some("the column kept no full images when it was uploaded; ask for the thumbnail, or upload it again")
            }
            _ => None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind != ErrorKind::Input {
            write!(f, "{}: {}", self.step, self.kind)?;
        }
        match (&self.server, &self.source) {
            (Some(said), None) => write!(f, ": {said}")?,
            (Some(said), Some(why)) => write!(f, ": {said}; {why}")?,
            (None, Some(why)) if self.kind == ErrorKind::Input => write!(f, "{why}")?,
            (None, Some(why)) => write!(f, ": {why}")?,
            (None, None) => {}
        }
        if self.attempts > 1 {
            write!(f, " (after {} attempts)", self.attempts)?;
        }
        match self.advice() {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().and_then(|e| e.source())
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if let Some(code) = self.code {
            write!(f, " 0x{code:08x}")?;
        }
        if !self.message.is_empty() {
            write!(f, " \"{}\"", self.message)?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}
