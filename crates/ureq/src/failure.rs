//! What ureq's errors mean to a session.
use std::io;

use dataverse_files_io::SourceError;
use ureq::Error;

use crate::Failure;
use crate::control::Control;

/// URLs are left out: they may carry what only the service should see.
pub(crate) fn failure(e: Error, control: &Control) -> Failure {
    if let Error::Io(io) = &e
        && let Some(own) = SourceError::find(io)
    {
        return Failure::Source(own);
    }
    // Before timeouts: a connection that took too long to make has carried nothing.
    if !control.was_sent() {
        return Failure::Connect(text(&e).into());
    }
    match e {
        Error::Timeout(_) => Failure::Timeout,
        Error::Io(io) if io.kind() == io::ErrorKind::TimedOut => Failure::Timeout,
        e => Failure::Lost(text(&e).into()),
    }
}

fn text(e: &Error) -> String {
    match e {
        Error::Timeout(reason) => format!("timed out ({reason})"),
        Error::BadUri(_) | Error::RequireHttpsOnly(_) => "the URL cannot be used".into(),
        Error::Io(io) => io.to_string(),
        Error::Other(other) => other.to_string(),
        e => e.to_string(),
    }
}
