//! What a script learns from `dvf`: one number. docs/cli.md lists them for people.
use dataverse_files_reqwest::ErrorKind;

/// How `dvf` ends. The numbers are a contract: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// A file or folder of this machine could not be read or written during the work, e.g. a full disk.
    Local = 1,
    /// The command line, or what it names, is wrong. Nothing was sent.
    Usage = 2,
    /// No such record, column or file.
    NotFound = 3,
    /// No token, a wrong one, or one without permission.
    Access = 4,
    /// The network or the service failed until the attempts were spent.
    Transport = 5,
    /// Data arrived that is not what was announced, or a file changed during the transfer.
    Integrity = 7,
    /// The service said no, or a limit did.
    Refused = 8,
    /// The destination exists and was left as it is.
    Exists = 9,
    /// `--deadline` passed.
    Deadline = 10,
    /// Another `dvf` is at work on the same thing.
    Locked = 11,
    /// SIGINT or SIGTERM.
    Interrupted = 130,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// `CommitUnknown` counts as transport: an answer was lost, and a look at the record settles it.
    pub(crate) fn of(kind: ErrorKind) -> Exit {
        use ErrorKind::{
            Changed, CommitUnknown, Deadline, Exists, Forbidden, Input, Integrity, Locked, NoFullImage,
            NotFound, Protocol, Refused, Server, SessionExpired, Sink, Source, Throttled, TooLarge,
            Transport, Unauthenticated, Unsupported,
        };
        match kind {
            Input => Exit::Usage,
            NotFound | NoFullImage => Exit::NotFound,
            Unauthenticated | Forbidden => Exit::Access,
            Throttled | Server | SessionExpired | CommitUnknown | Transport => Exit::Transport,
            Changed | Integrity | Protocol => Exit::Integrity,
            Refused | TooLarge | Unsupported => Exit::Refused,
            Source | Sink => Exit::Local,
            Exists => Exit::Exists,
            Locked => Exit::Locked,
            Deadline => Exit::Deadline,
            // A kind of a later version: the service's doing, as far as anyone can tell.
            _ => Exit::Transport,
        }
    }
}

/// The kind's name in JSON.
pub(crate) fn kind_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Input => "input",
        ErrorKind::Unauthenticated => "unauthenticated",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "not_found",
        ErrorKind::NoFullImage => "no_full_image",
        ErrorKind::Refused => "refused",
        ErrorKind::TooLarge => "too_large",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Server => "server",
        ErrorKind::SessionExpired => "session_expired",
        ErrorKind::CommitUnknown => "commit_unknown",
        ErrorKind::Changed => "changed",
        ErrorKind::Integrity => "integrity",
        ErrorKind::Protocol => "protocol",
        ErrorKind::Transport => "transport",
        ErrorKind::Source => "source",
        ErrorKind::Sink => "destination",
        ErrorKind::Exists => "exists",
        ErrorKind::Locked => "locked",
        ErrorKind::Deadline => "deadline",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_documentation() {
        let page = include_str!("../../../docs/cli.md");
        let all = [
            Exit::Local,
            Exit::Usage,
            Exit::NotFound,
            Exit::Access,
            Exit::Transport,
            Exit::Integrity,
            Exit::Refused,
            Exit::Exists,
            Exit::Deadline,
            Exit::Locked,
            Exit::Interrupted,
        ];
        for exit in all {
            assert!(page.contains(&format!("| {} |", exit.code())), "docs/cli.md lacks {exit:?}");
        }
    }

    #[test]
    fn kinds_of_errors_have_the_codes_that_scripts_rely_on() {
        let table = [
            (ErrorKind::Input, 2),
            (ErrorKind::NotFound, 3),
            (ErrorKind::Unauthenticated, 4),
            (ErrorKind::Forbidden, 4),
            (ErrorKind::Throttled, 5),
            (ErrorKind::Server, 5),
            (ErrorKind::Transport, 5),
            (ErrorKind::CommitUnknown, 5),
            (ErrorKind::Integrity, 7),
            (ErrorKind::Changed, 7),
            (ErrorKind::Protocol, 7),
            (ErrorKind::Refused, 8),
            (ErrorKind::TooLarge, 8),
            (ErrorKind::Unsupported, 8),
            (ErrorKind::Exists, 9),
            (ErrorKind::Deadline, 10),
            (ErrorKind::Locked, 11),
            (ErrorKind::Source, 1),
            (ErrorKind::Sink, 1),
        ];
        for (kind, code) in table {
            assert_eq!(Exit::of(kind).code(), code, "{kind:?}");
        }
    }
}
