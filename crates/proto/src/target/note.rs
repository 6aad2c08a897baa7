//! Notes: records of `annotations`.
use std::fmt;

use super::binary::Binary;
use super::{Guid, NOTES, Record, limited};
use crate::Error;

/// A note, written `annotations(<guid>)`; or one to be made on a record, written `accounts(<guid>)/annotations`.
///
/// It holds one file at most, as base64 text (notes-attachments §1).
///
/// ```
/// use dataverse_files_proto::{Note, Target};
/// let contoso = "accounts(00000000-0000-0000-0000-000000000001)".parse().unwrap();
/// let note = Note::on(contoso).subject("Offer").text("As discussed.");
/// assert_eq!(note.to_string(), "accounts(00000000-0000-0000-0000-000000000001)/annotations");
/// assert!(matches!("annotations/3878e950-8e51-ed11-bba1-000d3a9933c9".parse(), Ok(Target::Note(_))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    record: Binary,
    subject: Option<String>,
    text: Option<String>,
}

/// UTF-16 units in `annotation.subject` and `notetext` at most (notes-attachments §1).
const SUBJECT: usize = 500;
const TEXT: usize = 100_000;

impl Note {
    /// A note that is there.
    #[must_use]
    pub fn existing(id: Guid) -> Self {
        Self { record: Binary::existing(id), subject: None, text: None }
    }

    /// A note to be made, of no record (N4).
    #[must_use]
    pub fn alone() -> Self {
        Self { record: Binary::new(None), subject: None, text: None }
    }

    /// A note to be made on a record, whose table must allow notes (`HasNotes`).
    #[must_use]
    pub fn on(parent: Record) -> Self {
        Self { record: Binary::new(Some(parent)), ..Self::alone() }
    }

    /// Its title, 500 characters at most.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Its text, 100,000 characters at most.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The id of a note to be made. Clients make one; who makes it alone must never use it for two notes.
    #[must_use]
    pub fn with_id(mut self, id: Guid) -> Self {
        self.record = self.record.with_id(id);
        self
    }

    /// Its id, where there is one already.
    #[must_use]
    pub fn id(&self) -> Option<&Guid> {
        self.record.id()
    }

    /// Whether it is yet to be made.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.record.is_new()
    }

    /// The record that a new note will belong to.
    #[must_use]
    pub fn parent(&self) -> Option<&Record> {
        self.record.parent()
    }

    pub(super) fn with_parent(self, parent: Record) -> Self {
        Self { record: self.record.with_parent(parent), ..self }
    }

    /// What else is written with its file: `subject` and `notetext`.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let words = [("subject", self.subject.as_deref()), ("notetext", self.text.as_deref())];
        words.into_iter().filter_map(|(name, text)| Some((name, text?)))
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        limited("subject", self.subject.as_deref(), SUBJECT)?;
        limited("text", self.text.as_deref(), TEXT)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.write(NOTES, NOTES, f)
    }
}
