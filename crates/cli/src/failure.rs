//! What is said when a command fails: on standard error for people, as the last line of `--json` for programs.
use std::io;

use dataverse_files_reqwest::{Error, ErrorKind};

use crate::exit::{Exit, kind_name};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// A word for programs; finer than the exit code.
    pub(crate) kind: &'static str,
    /// For people: what failed, at which step, what the service said, what to do.
    pub(crate) message: String,
    /// The service's own error code.
    pub(crate) code: Option<u32>,
    /// What Microsoft's support asks for.
    pub(crate) request_id: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Failure {
        Failure { exit, kind, message: message.into(), code: None, request_id: None }
    }

    /// The command line, or what it names, is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, "usage", message)
    }

    /// A file or folder of this machine.
    pub(crate) fn local(e: &io::Error) -> Failure {
        match e.kind() {
            io::ErrorKind::AlreadyExists => Failure::new(Exit::Exists, "exists", e.to_string()),
            io::ErrorKind::ResourceBusy | io::ErrorKind::WouldBlock => {
                Failure::new(Exit::Locked, "locked", e.to_string())
            }
            _ => Failure::new(Exit::Local, "local", e.to_string()),
        }
    }

    /// Standard output took no more. Whose reader went away need not be told.
    pub(crate) fn stdout(e: &io::Error) -> Failure {
        match e.kind() {
            io::ErrorKind::BrokenPipe => Failure::new(Exit::Local, "broken_pipe", ""),
            _ => Failure::new(Exit::Local, "local", format!("writing to standard output: {e}")),
        }
    }

    /// Whether it is an error of one of these kinds.
    pub(crate) fn is_of(&self, kinds: &[ErrorKind]) -> bool {
        kinds.iter().any(|kind| self.kind == kind_name(*kind))
    }

    /// With what to do about it.
    #[must_use]
    pub(crate) fn advise(mut self, advice: &str) -> Failure {
        self.message = format!("{}; {advice}", self.message);
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let server = error.server();
        Failure {
            exit: Exit::of(error.kind()),
            kind: kind_name(error.kind()),
            code: server.and_then(|said| said.code),
            request_id: server.and_then(|said| said.request_id.clone()),
            message: error.to_string(),
        }
    }
}
