//! What a story came to.
use dataverse_files_proto::ErrorKind;

/// How a story ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It did what it said.
    Good,
    /// It gave up and said so, and nothing is worse than before.
    GaveUp(ErrorKind),
    /// It said that the file is there, and it is not.
    Lost,
    /// A file that is partly one thing and partly another.
    Torn,
    /// The file became visible more than once.
    Twice,
    /// It failed, and said more or less than it knew: a file is there of which it said that it is not.
    Silent(ErrorKind),
}

impl Verdict {
    pub(crate) fn is_bad(&self) -> bool {
        !matches!(self, Verdict::Good | Verdict::GaveUp(_))
    }
}
