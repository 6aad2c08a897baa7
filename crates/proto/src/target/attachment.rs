//! Attachments of e-mails and e-mail templates: records of `activitymimeattachments`.
use std::fmt;

use super::binary::Binary;
use super::{ATTACHMENTS, Guid, NEW_ATTACHMENT, Record, limited};
use crate::Error;

/// An attachment, written `activitymimeattachments(<guid>)`; or one to be made, written `emails(<guid>)/attachments`.
///
/// Blocks can only make a new one, with an id of the service's: a file that is there is replaced by one request
/// (notes-attachments §4).
///
/// ```
/// use dataverse_files_proto::{Attachment, Target};
/// let email = "emails(00000000-0000-0000-0000-000000000001)".parse().unwrap();
/// let attachment = Attachment::on(email).subject("The contract");
/// assert_eq!(attachment.to_string(), "emails(00000000-0000-0000-0000-000000000001)/attachments");
/// assert_eq!(attachment.id(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    record: Binary,
    subject: Option<String>,
}

/// UTF-16 units in `activitymimeattachment.subject` at most (notes-attachments §1).
const SUBJECT: usize = 2000;

impl Attachment {
    /// An attachment that is there.
    #[must_use]
    pub fn existing(id: Guid) -> Self {
        Self { record: Binary::existing(id), subject: None }
    }

    /// An attachment to be made, of an e-mail or an e-mail template.
    #[must_use]
    pub fn on(parent: Record) -> Self {
        Self { record: Binary::new(Some(parent)), subject: None }
    }

    /// Its title, 2,000 characters at most.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The id of an attachment to be made; only one that is made by blocks gets another. Clients make one; who makes it
    /// alone must never use it for two attachments.
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

    /// The e-mail or template that a new one will belong to.
    #[must_use]
    pub fn parent(&self) -> Option<&Record> {
        self.record.parent()
    }

    pub(super) fn with_parent(self, parent: Record) -> Self {
        Self { record: self.record.with_parent(parent), ..self }
    }

    /// What else is written with its file.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.subject.as_deref().map(|subject| ("subject", subject)).into_iter()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        limited("subject", self.subject.as_deref(), SUBJECT)
    }
}

impl fmt::Display for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.write(ATTACHMENTS, NEW_ATTACHMENT, f)
    }
}
