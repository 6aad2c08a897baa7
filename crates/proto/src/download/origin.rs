//! What is known of a file before its bytes come: what a look has found, and where the bytes are.
use http::Uri;

use crate::wire::look::Held;
use crate::wire::sas::Shared;

/// What a look before the first byte has found.
#[derive(Debug)]
pub(super) enum Looked {
    NotYet,
    /// It may not be read, or not in this form.
    Unreadable,
    At(Held),
}

impl Looked {
    pub fn held(&self) -> Option<&Held> {
        match self {
            Looked::At(held) => Some(held),
            Looked::NotYet | Looked::Unreadable => None,
        }
    }

    pub fn is_due(&self) -> bool {
        matches!(self, Looked::NotYet)
    }
}

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Address {
    /// At the target's own URL.
    OfTarget,
    /// The older service names the place of the next range (D8).
    Next(Uri),
    /// In a session of blocks.
    Token(String),
    Shared(Shared),
}

impl Address {
    /// Whether it is of another origin, with other manners (D20).
    pub fn is_elsewhere(&self) -> bool {
        matches!(self, Address::Shared(_))
    }
}
