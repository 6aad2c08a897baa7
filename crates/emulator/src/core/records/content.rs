//! The rules of notes and attachments (notes-attachments §1 to §3, §6), whichever way their bytes come.
use serde_json::{Value, json};

use super::edit::Edit;
use crate::core::examine::whole;
use crate::core::family::Holder;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::schema::Table;
use crate::core::state::files::NewFile;
use crate::core::state::{Place, Record};
use crate::core::time::Now;
use crate::core::{Core, errors, mime};
use crate::payload::{Slice, Stored};

/// The bytes of a note or an attachment as a request brings them.
#[derive(Debug)]
pub(in crate::core) struct GivenContent {
    pub(in crate::core) slices: Vec<Slice>,
    /// In bytes.
    pub(in crate::core) size: u64,
}

impl GivenContent {
    pub(super) fn whole(stored: &Stored) -> GivenContent {
        GivenContent { slices: vec![whole(stored)], size: stored.len }
    }
}

/// What becomes of the file of a record that is written.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Logical name of the column; empty in tables without such a one.
    column: String,
    fate: Fate,
}

#[derive(Debug, Default)]
enum Fate {
    /// It stays as it is, or stays away.
    #[default]
    Kept,
    /// The same bytes by another name.
    Described {
        name: Option<String>,
        mime: Option<String>,
    },
    Replaced {
        name: String,
        mime: String,
        content: GivenContent,
    },
    Shared(Guid),
}

impl Core {
    /// Checks what a note or an attachment would be after an edit, and completes it by what follows from it. Records
    /// of other tables are what they are.
    pub(super) fn settle(&self, table: &Table, old: Option<&Record>, edit: &mut Edit) -> Answer<Settled> {
        let Some(holder) = Holder::of(&table.logical_name) else { return Ok(Settled::default()) };
        settle_parent(holder, old, edit)?;
        let fate = match (edit.content.take(), edit.reused.take()) {
            (Some(_), Some(_)) => return Err(too_much(holder.body)),
            (None, Some(file)) => {
                // The shared file takes the place of the one that was there; it may be the same.
                edit.emptied.clear();
                self.shared(edit, file)?
            }
            (Some(content), None) => self.replaced(table, old, edit, content)?,
            (None, None) => self.described(edit)?,
        };
        Ok(Settled { column: holder.body.to_owned(), fate })
    }

    /// Makes it so. The record exists by now.
    pub(super) fn put_content(&mut self, now: Now, table: &Table, record: Guid, settled: Settled) {
        let Settled { column, fate } = settled;
        let place = Place { table: table.logical_name.clone(), record, column };
        match fate {
            Fate::Kept => {}
            Fate::Described { name, mime } => {
                self.state.describe_file(&place, name.as_deref(), mime.as_deref());
            }
            Fate::Replaced { name, mime, content: GivenContent { slices, size } } => {
                self.state.put_file(now, NewFile { place, name, mime, size, slices });
            }
            Fate::Shared(file) => self.state.share_file(now, &place, file),
        }
    }

    /// A new file. What its body does not say about it was said before, or is not known.
    fn replaced(
        &self,
        table: &Table,
        old: Option<&Record>,
        edit: &mut Edit,
        content: GivenContent,
    ) -> Answer<Fate> {
        self.check_body(content.size)?;
        let text = |name: &str| match edit.values.get(name) {
            Some(value) => value.clone(),
            None => {
                let column = table.column(name);
                old.zip(column).map(|(old, column)| self.state.value(table, old, column)).unwrap_or_default()
            }
        };
        let name = text("filename").as_str().unwrap_or_default().to_owned();
        let mime =
            text("mimetype").as_str().filter(|mime| !mime.is_empty()).unwrap_or(mime::UNKNOWN).to_owned();
        self.check_attachment_name(&name)?;
        self.check_given_mime(&mime)?;
        if !name.is_empty() {
            edit.values.insert("filename".to_owned(), json!(name));
        }
        edit.values.insert("mimetype".to_owned(), json!(mime));
        Ok(Fate::Replaced { name, mime, content })
    }

    /// Another name or another type, with the file or without one.
    fn described(&self, edit: &Edit) -> Answer<Fate> {
        let given =
            |name: &str| edit.values.get(name).map(|value| value.as_str().unwrap_or_default().to_owned());
        let (name, mime) = (given("filename"), given("mimetype"));
        if name.is_none() && mime.is_none() {
            return Ok(Fate::Kept);
        }
        if let Some(name) = &name {
            self.check_attachment_name(name)?;
        }
        if let Some(mime) = mime.as_ref().filter(|mime| !mime.is_empty()) {
            self.check_given_mime(mime)?;
        }
        // Of a file that stays the type is known, or known to be unknown.
        let mime = mime.map(|mime| if mime.is_empty() { mime::UNKNOWN.to_owned() } else { mime });
        Ok(Fate::Described { name, mime })
    }

    /// The file of another attachment, with its name and its type (notes-attachments §3).
    fn shared(&self, edit: &mut Edit, id: Guid) -> Answer<Fate> {
        if let Some(given) = ["filename", "mimetype"].into_iter().find(|name| has(edit, name)) {
            return Err(too_much(given));
        }
        let file = self.state.files.get(&id).ok_or_else(|| errors::ATTACHMENT_NOT_FOUND.fault())?;
        edit.values.insert("filename".to_owned(), json!(file.name));
        edit.values.insert("mimetype".to_owned(), json!(file.mime));
        Ok(Fate::Shared(id))
    }

    /// A size that the organization takes as of now (N2, U19).
    pub(in crate::core) fn check_body(&self, size: u64) -> Answer<()> {
        if size == 0 {
            return Err(errors::ATTACHMENT_EMPTY.fault());
        }
        match size > self.state.largest_body() {
            true => Err(errors::ATTACHMENT_SIZE.fault()),
            false => Ok(()),
        }
    }
}

fn has(edit: &Edit, name: &str) -> bool {
    edit.values.get(name).is_some_and(|value| !value.is_null())
}

fn too_much(name: &str) -> Fault {
    errors::INVALID_ARGUMENT
        .with(&[&format!("An attachment that is used again by 'attachmentid' has no '{name}' of its own.")])
}

/// `objecttypecode` says of which table the parent is: it follows from the binding, and where a client says it, it has
/// to be true. Attachments are not without either (notes-attachments §1).
fn settle_parent(holder: &Holder, old: Option<&Record>, edit: &mut Edit) -> Answer<()> {
    let missing = |what: &str| {
        errors::INVALID_ARGUMENT.with(&[&format!("{what} is missing: an attachment belongs to a record.")])
    };
    let bound = edit.values.get("objectid");
    let code = edit.values.get("objecttypecode");
    if holder.needs_parent {
        let null = |value: Option<&Value>| value.map_or(old.is_none(), Value::is_null);
        if null(bound) {
            return Err(missing("'objectid_email@odata.bind' or 'objectid_template@odata.bind'"));
        }
        if null(code) {
            return Err(missing("'objecttypecode'"));
        }
    }
    let parent = bound.or_else(|| old?.values.get("objectid"));
    let table = parent.and_then(|parent| parent.get("table")).cloned().unwrap_or_default();
    if let (Some(code), Some(table)) = (code.and_then(Value::as_str), table.as_str())
        && code != table
    {
        let text = format!("objecttypecode is '{code}' and the record it belongs to is one of '{table}'.");
        return Err(errors::INVALID_ARGUMENT.with(&[&text]));
    }
    if bound.is_some() || code.is_some() {
        edit.values.insert("objecttypecode".to_owned(), table);
    }
    Ok(())
}
