//! Stand-in until the core brings its own.
use std::time::Duration;

/// Since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Now(pub Duration);
