//! Why a task ended without success, and which exit code says so.

use std::fmt;
use std::process::ExitCode;

/// The reason a task stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The command line asked for something that does not exist; exit code 2.
    Usage(String),
    /// A check refused the workspace, or a program it needs did not run; exit code 1.
    Check(String),
}

impl Failure {
    /// A refused check.
    pub(crate) fn check(what: impl Into<String>) -> Self {
        Self::Check(what.into())
    }

    /// 2 for a wrong command line, 1 for everything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Check(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(out, "xtask: {what}\nrun `cargo xtask --help` for the list of tasks"),
            Self::Check(what) => write!(out, "xtask: {what}"),
        }
    }
}
