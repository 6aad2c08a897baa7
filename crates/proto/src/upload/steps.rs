//! The steps of an upload as data: what follows from what has become of each. The machine walks this table, a test walks it,
//! and the documentation prints it.
use std::fmt;

/// Where an upload stands with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Which file does the column hold before? Settles a commit in doubt later.
    Before,
    /// Open a session.
    Open,
    /// A block, or a chunk that is not the last.
    Part,
    /// What makes the file visible: the commit, or the last chunk.
    Finish,
    /// Which file does the column hold now?
    Look,
    /// The one request of `single`: it replaces, so it may be repeated.
    Whole,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Good,
    /// It will be sent again; this attempt was certainly not carried out.
    Again,
    /// It may be sent again, but this attempt may have been carried out.
    AgainInDoubt,
    /// The service does not know the session (any more).
    Gone,
    /// A definite no.
    No,
    /// The attempts are spent and the last one may have been carried out.
    Lost,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// On to what this step was for.
    Proceed,
    /// The flights send it again.
    Wait,
    /// Go on without knowing.
    Without,
    /// First see whether it has happened.
    Look,
    /// The same; if it has not, begin anew. Something between us and the service may have sent a commit twice, and
    /// only the refusal of the second one arrived.
    LookThenRestart,
    /// Once: begin anew with a new session. The second time: fail.
    Restart,
    Fail,
    /// Fail with "may or may not have happened".
    Unknown,
}

/// Whether an earlier attempt to finish was left without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    Any,
    None,
    Some,
}

pub(crate) struct Row(pub Kind, pub Fate, pub Doubt, pub Next);

/// The first row that fits counts.
#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    Row(Kind::Before, Fate::Good,         Doubt::Any,  Next::Proceed),
    Row(Kind::Before, Fate::Again,        Doubt::Any,  Next::Wait),
    Row(Kind::Before, Fate::AgainInDoubt, Doubt::Any,  Next::Wait),
    Row(Kind::Before, Fate::Gone,         Doubt::Any,  Next::Without),
    Row(Kind::Before, Fate::No,           Doubt::Any,  Next::Fail),
    Row(Kind::Before, Fate::Lost,         Doubt::Any,  Next::Without),
    Row(Kind::Open,   Fate::Good,         Doubt::Any,  Next::Proceed),
    Row(Kind::Open,   Fate::Again,        Doubt::Any,  Next::Wait),
    Row(Kind::Open,   Fate::AgainInDoubt, Doubt::Any,  Next::Wait),
    Row(Kind::Open,   Fate::Gone,         Doubt::Any,  Next::Fail),
    Row(Kind::Open,   Fate::No,           Doubt::Any,  Next::Fail),
    Row(Kind::Open,   Fate::Lost,         Doubt::Any,  Next::Fail),
    Row(Kind::Part,   Fate::Good,         Doubt::Any,  Next::Proceed),
    Row(Kind::Part,   Fate::Again,        Doubt::Any,  Next::Wait),
    Row(Kind::Part,   Fate::AgainInDoubt, Doubt::Any,  Next::Wait),
    Row(Kind::Part,   Fate::Gone,         Doubt::Any,  Next::Restart),
    Row(Kind::Part,   Fate::No,           Doubt::Any,  Next::Fail),
    Row(Kind::Part,   Fate::Lost,         Doubt::Any,  Next::Fail),
    Row(Kind::Finish, Fate::Good,         Doubt::Any,  Next::Proceed),
    Row(Kind::Finish, Fate::Again,        Doubt::Any,  Next::Wait),
    Row(Kind::Finish, Fate::AgainInDoubt, Doubt::Any,  Next::Look),
    Row(Kind::Finish, Fate::Gone,         Doubt::None, Next::LookThenRestart),
    Row(Kind::Finish, Fate::Gone,         Doubt::Some, Next::Look),
    Row(Kind::Finish, Fate::No,           Doubt::None, Next::Fail),
    Row(Kind::Finish, Fate::No,           Doubt::Some, Next::Look),
    Row(Kind::Finish, Fate::Lost,         Doubt::Any,  Next::Look),
    Row(Kind::Look,   Fate::Good,         Doubt::Any,  Next::Proceed),
    Row(Kind::Look,   Fate::Again,        Doubt::Any,  Next::Wait),
    Row(Kind::Look,   Fate::AgainInDoubt, Doubt::Any,  Next::Wait),
    Row(Kind::Look,   Fate::Gone,         Doubt::Any,  Next::Unknown),
    Row(Kind::Look,   Fate::No,           Doubt::Any,  Next::Unknown),
    Row(Kind::Look,   Fate::Lost,         Doubt::Any,  Next::Unknown),
    Row(Kind::Whole,  Fate::Good,         Doubt::Any,  Next::Proceed),
    Row(Kind::Whole,  Fate::Again,        Doubt::Any,  Next::Wait),
    Row(Kind::Whole,  Fate::AgainInDoubt, Doubt::Any,  Next::Wait),
    Row(Kind::Whole,  Fate::Gone,         Doubt::Any,  Next::Fail),
    Row(Kind::Whole,  Fate::No,           Doubt::Any,  Next::Fail),
    Row(Kind::Whole,  Fate::Lost,         Doubt::Any,  Next::Fail),
];

pub(crate) fn next(kind: Kind, fate: Fate, in_doubt: bool) -> Next {
    let doubt = if in_doubt { Doubt::Some } else { Doubt::None };
    TABLE
        .iter()
        .find(|row| row.0 == kind && row.1 == fate && (row.2 == Doubt::Any || row.2 == doubt))
        .map_or(Next::Fail, |row| row.3)
}

/// The table of an upload's steps as Markdown; `docs/protocol.md` holds a copy that a test compares.
///
/// ```
/// assert!(dataverse_files_proto::upload_steps().starts_with("| step | what became of it |"));
/// ```
#[must_use]
pub fn upload_steps() -> String {
    let mut text = String::from("| step | what became of it | commit in doubt | next |\n|---|---|---|---|\n");
    for Row(kind, fate, doubt, next) in TABLE {
        text.push_str(&format!("| {kind} | {fate} | {doubt} | {next} |\n"));
    }
    text
}

macro_rules! words {
    ($type:ty, $($value:ident => $word:literal),+ $(,)?) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$value => $word),+ })
            }
        }
    };
}

words!(Kind, Before => "before", Open => "open", Part => "part", Finish => "finish", Look => "look", Whole => "whole");
words!(Fate, Good => "good answer", Again => "to be repeated", AgainInDoubt => "to be repeated, maybe carried out",
    Gone => "session unknown", No => "refused", Lost => "attempts spent, maybe carried out");
words!(Next, Proceed => "proceed", Wait => "wait, send again", Without => "go on without it", Look => "look",
    LookThenRestart => "look, then restart once", Restart => "restart once", Fail => "fail", Unknown => "fail: commit unknown");
words!(Doubt, Any => "-", None => "no", Some => "yes");

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Kind; 6] = [Kind::Before, Kind::Open, Kind::Part, Kind::Finish, Kind::Look, Kind::Whole];
    const FATES: [Fate; 6] = [Fate::Good, Fate::Again, Fate::AgainInDoubt, Fate::Gone, Fate::No, Fate::Lost];

    #[test]
    fn every_case_has_exactly_one_row() {
        for (kind, fate, doubt) in KINDS
            .iter()
            .flat_map(|k| FATES.iter().flat_map(move |f| [Doubt::None, Doubt::Some].map(|d| (*k, *f, d))))
        {
            let fits = |row: &&Row| row.0 == kind && row.1 == fate && (row.2 == Doubt::Any || row.2 == doubt);
            assert_eq!(TABLE.iter().filter(fits).count(), 1, "{kind} {fate} {doubt}");
        }
    }

    #[test]
    fn a_commit_that_may_have_happened_is_never_repeated_before_a_look() {
        for row in TABLE.iter().filter(|row| row.0 == Kind::Finish) {
            let doubtful = matches!(row.1, Fate::AgainInDoubt | Fate::Lost) || row.2 == Doubt::Some;
            assert_eq!(doubtful, row.3 == Next::Look, "{} {}", row.0, row.1);
            assert_ne!(row.3, Next::Restart, "{} {}", row.0, row.1);
        }
    }
}
