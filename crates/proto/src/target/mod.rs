//! What a transfer is about: a column of a record, a note, or an attachment.
mod attachment;
mod binary;
mod column;
mod guid;
mod note;
mod record;
mod table;

use std::fmt;
use std::str::FromStr;

pub use self::attachment::Attachment;
pub use self::column::Column;
pub use self::guid::Guid;
pub use self::note::Note;
pub use self::record::Record;
pub use self::table::Table;

use crate::Error;

/// Where a file is, or will be. Every transfer takes one; see its variants for how they are written.
///
/// ```
/// use dataverse_files_proto::Target;
/// let id = "00000000-0000-0000-0000-000000000001";
/// let of = |text: String| text.parse::<Target>().unwrap();
/// assert!(matches!(of(format!("accounts({id})/sample_filecolumn")), Target::Column(_)));
/// assert!(matches!(of(format!("annotations({id})")), Target::Note(note) if !note.is_new()));
/// assert!(matches!(of(format!("accounts({id})/annotations")), Target::Note(note) if note.is_new()));
/// assert!(matches!(of(format!("emails({id})/attachments")), Target::Attachment(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file or image column: `accounts(<guid>)/sample_filecolumn`.
    Column(Column),
    /// A note: `annotations(<guid>)`, or `accounts(<guid>)/annotations` for one to be made.
    Note(Note),
    /// An attachment: `activitymimeattachments(<guid>)`, or `emails(<guid>)/attachments` for one to be made.
    Attachment(Attachment),
}

/// Entity set names (notes-attachments §1).
pub(crate) const NOTES: &str = "annotations";
pub(crate) const ATTACHMENTS: &str = "activitymimeattachments";
/// How the creation of an attachment is written.
const NEW_ATTACHMENT: &str = "attachments";
/// What can have attachments (notes-attachments §1).
const WITH_ATTACHMENTS: [&str; 4] = ["emails", "templates", "appointments", "activitypointers"];

impl Target {
    /// The column, where it is one.
    #[must_use]
    pub fn column(&self) -> Option<&Column> {
        match self {
            Target::Column(column) => Some(column),
            Target::Note(_) | Target::Attachment(_) => None,
        }
    }

    /// Whether it is a column that is known to hold images.
    #[must_use]
    pub fn is_image(&self) -> bool {
        self.column().is_some_and(Column::is_image)
    }

    /// Whether it is a note or an attachment that an upload makes.
    #[must_use]
    pub fn is_new(&self) -> bool {
        match self {
            Target::Column(_) => false,
            Target::Note(note) => note.is_new(),
            Target::Attachment(attachment) => attachment.is_new(),
        }
    }

    /// Whether it is a new note or attachment without an id: one must be made first ([`Target::with_id`]).
    #[must_use]
    pub fn needs_id(&self) -> bool {
        match self {
            Target::Column(_) => false,
            Target::Note(note) => note.id().is_none(),
            Target::Attachment(attachment) => attachment.id().is_none(),
        }
    }

    /// With the id of a note or an attachment that is to be made. Columns stay as they are.
    #[must_use]
    pub fn with_id(self, id: Guid) -> Self {
        match self {
            Target::Note(note) => Target::Note(note.with_id(id)),
            Target::Attachment(attachment) => Target::Attachment(attachment.with_id(id)),
            column @ Target::Column(_) => column,
        }
    }

    /// A column that turns out to hold images, because only theirs have no `…_name`; `false` for what cannot be one, or is
    /// known to be.
    pub(crate) fn turn_to_image(&mut self) -> bool {
        match self {
            Target::Column(column) if !column.is_image() => {
                *column = column.clone().as_image();
                true
            }
            _ => false,
        }
    }

    /// What it is once it is there, under this id.
    pub(crate) fn made(&self, id: Guid) -> Self {
        match self {
            Target::Note(_) => Note::existing(id).into(),
            Target::Attachment(_) => Attachment::existing(id).into(),
            column @ Target::Column(_) => column.clone(),
        }
    }

    /// The record that the file is in: that of the column, the note or the attachment itself; `None` while it has no id.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        let (set, id) = match self {
            Target::Column(column) => return Some(column.record().clone()),
            Target::Note(note) => (NOTES, note.id()?),
            Target::Attachment(attachment) => (ATTACHMENTS, attachment.id()?),
        };
        Record::new(set, id.clone()).ok()
    }

    /// The entity set name whose table has to be looked up ([`query::table`](crate::query::table)) before messages can name
    /// the record, or a new note or attachment its parent; `None` when all names are known.
    #[must_use]
    pub fn unknown_table(&self) -> Option<&str> {
        let record = match self {
            Target::Column(column) => Some(column.record()),
            Target::Note(note) => note.parent(),
            Target::Attachment(attachment) => attachment.parent(),
        };
        record.filter(|record| record.table().is_none()).map(Record::set)
    }

    /// With the names of the table that [`unknown_table`](Self::unknown_table) asks for.
    #[must_use]
    pub fn with_table(self, table: Table) -> Self {
        match self {
            Target::Column(column) => Target::Column(column.with_table(table)),
            Target::Note(note) => match note.parent().cloned() {
                Some(parent) => Target::Note(note.with_parent(parent.with_table(table))),
                None => Target::Note(note),
            },
            Target::Attachment(attachment) => match attachment.parent().cloned() {
                Some(parent) => Target::Attachment(attachment.with_parent(parent.with_table(table))),
                None => Target::Attachment(attachment),
            },
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Target::Column(_) => Ok(()),
            Target::Note(note) => note.check(),
            Target::Attachment(attachment) => attachment.check(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Column(column) => column.fmt(f),
            Target::Note(note) => note.fmt(f),
            Target::Attachment(attachment) => attachment.fmt(f),
        }
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (set, id, rest) = split(text).ok_or_else(|| no_target(text))?;
        let record = Record::new(set, id.parse()?)?;
        Ok(match (set, rest) {
            (NOTES, None | Some("documentbody")) => Note::existing(record.id().clone()).into(),
            (ATTACHMENTS, None | Some("body")) => Attachment::existing(record.id().clone()).into(),
            (_, Some(NOTES)) => Note::on(record).into(),
            (_, Some(NEW_ATTACHMENT)) if WITH_ATTACHMENTS.contains(&set) => Attachment::on(record).into(),
            (_, Some(NEW_ATTACHMENT)) => {
                return Err(Error::input(format!(
                    "{set} have no attachments, only {} have; a note takes a file, too: {record}/{NOTES}",
                    WITH_ATTACHMENTS.join(", ")
                )));
            }
            (_, Some(column)) => Column::of(record, column)?.into(),
            (_, None) => return Err(no_target(text)),
        })
    }
}

fn no_target(text: &str) -> Error {
    Error::input(format!(
        "{text:?} is not a target; write it like accounts(<guid>)/sample_filecolumn, annotations(<guid>), \
         activitymimeattachments(<guid>), or accounts(<guid>)/annotations and emails(<guid>)/attachments for a new one"
    ))
}

macro_rules! from {
    ($($type:ident),+) => {$(
        impl From<$type> for Target {
            fn from(it: $type) -> Self {
                Target::$type(it)
            }
        }

        impl From<&$type> for Target {
            fn from(it: &$type) -> Self {
                Target::$type(it.clone())
            }
        }
    )+};
}

from!(Column, Note, Attachment);

impl From<&Target> for Target {
    fn from(it: &Target) -> Self {
        it.clone()
    }
}

/// `set(id)`, `set/id`, and a name behind either.
fn split(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let parts: Vec<&str> = text.trim().trim_matches('/').split('/').collect();
    let (record, rest) = parts.split_first()?;
    match (record.strip_suffix(')').and_then(|r| r.split_once('(')), rest) {
        (Some((set, id)), []) => Some((set, id, None)),
        (Some((set, id)), [name]) => Some((set, id, Some(name))),
        (None, [id]) => Some((record, id, None)),
        (None, [id, name]) => Some((record, id, Some(name))),
        _ => None,
    }
}

/// Names go into URLs and messages as they are: letters, digits and underscores only.
fn name(what: &str, text: &str) -> Result<String, Error> {
    let good = text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if good {
        return Ok(text.to_owned());
    }
    Err(Error::input(format!("{text:?} is not the name of a {what} (letters, digits, underscores)")))
}

/// A text column takes so many UTF-16 units, as .NET counts characters.
fn limited(what: &str, text: Option<&str>, most: usize) -> Result<(), Error> {
    let length = text.map_or(0, |text| text.encode_utf16().count());
    if length > most {
        return Err(Error::input(format!("the {what} has {length} characters; {most} are the most")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-0000-0000-000000000001";

    fn of(text: &str) -> Result<Target, Error> {
        text.replace("ID", ID).parse()
    }

    #[test]
    fn every_form_of_a_target_is_read_and_written() {
        for (text, written) in [
            ("accounts(ID)/Doc", "accounts(ID)/doc"),
            ("accounts/ID/doc", "accounts(ID)/doc"),
            ("annotations(ID)", "annotations(ID)"),
            ("annotations/ID", "annotations(ID)"),
            ("annotations(ID)/documentbody", "annotations(ID)"),
            ("activitymimeattachments(ID)", "activitymimeattachments(ID)"),
            ("activitymimeattachments/ID/body", "activitymimeattachments(ID)"),
            ("accounts(ID)/annotations", "accounts(ID)/annotations"),
            ("accounts/ID/annotations", "accounts(ID)/annotations"),
            ("emails(ID)/attachments", "emails(ID)/attachments"),
            ("templates/ID/attachments", "templates(ID)/attachments"),
        ] {
            assert_eq!(of(text).unwrap().to_string(), written.replace("ID", ID), "{text}");
        }
    }

    #[test]
    fn a_target_that_is_none_is_refused_with_every_form_there_is() {
        for no in [
            "",
            "accounts",
            "accounts(1)/x",
            "accounts(ID)",
            "accounts(ID)/x/y",
            "accounts(ID)/../x",
            "annotations",
        ] {
            assert!(of(no).is_err(), "{no}");
        }
        let said = of("accounts(ID)").unwrap_err().to_string();
        for form in ["/sample_filecolumn", "annotations(<guid>)", "emails(<guid>)/attachments"] {
            assert!(said.contains(form), "{said}");
        }
        assert!(of("accounts(ID)/attachments").unwrap_err().to_string().contains("emails"));
    }

    #[test]
    fn only_names_that_are_not_known_are_asked_for() {
        let email = Table::new("email", "activityid").unwrap();
        let new = of("emails(ID)/attachments").unwrap();
        assert_eq!(new.unknown_table(), Some("emails"));
        assert_eq!(new.with_table(email).unknown_table(), None);
        assert_eq!(of("annotations(ID)").unwrap().unknown_table(), None);
        assert_eq!(of("accounts(ID)/doc").unwrap().unknown_table(), Some("accounts"));
    }

    #[test]
    fn what_is_to_be_made_gets_its_id_first_and_is_named_by_its_parent_until_it_is_there() {
        let id: Guid = "3878e950-8e51-ed11-bba1-000d3a9933c9".parse().unwrap();
        for (text, there) in [
            ("accounts(ID)/annotations", "annotations"),
            ("emails(ID)/attachments", "activitymimeattachments"),
        ] {
            let new = of(text).unwrap();
            assert!(new.needs_id() && new.is_new() && new.record().is_none());
            let new = new.with_id(id.clone());
            assert!(!new.needs_id() && new.is_new());
            assert_eq!(new.to_string(), text.replace("ID", ID));
            let made = new.made(id.clone());
            assert!(!made.is_new());
            assert_eq!(made.to_string(), format!("{there}({id})"));
        }
    }

    #[test]
    fn words_that_do_not_fit_are_refused() {
        let note = |length: usize| Target::from(Note::alone().subject("x".repeat(length))).check();
        assert!(note(500).is_ok() && note(501).is_err());
        assert!(Target::from(Note::alone().text("x".repeat(100_001))).check().is_err());
    }
}
