//! `dvf ls`
use dataverse_files_metadata::{
    self as metadata, AttachmentDetails, ColumnDefinition, ColumnKind, FileDetails, NoteDetails,
    TableDefinition,
};
use dataverse_files_reqwest::{Attachment, Column, Error, ErrorKind, Guid, Note, Record, Table, Target};

use crate::definition;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::{Entry, Report};

const EXAMPLES: &str = "\
Examples:
  dvf ls 'accounts(00000000-0000-0000-0000-000000000001)'
  dvf ls 'emails(00000000-0000-0000-0000-000000000001)' --json

The last column is the TARGET to download a file by. An image of which only a thumbnail is kept
says so instead of its size. Notes and attachments without a file are not listed.";

/// List the files of a record: those of its file and image columns, its notes and its attachments
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LsArguments {
    /// The record: TABLE(ID)
    #[arg(value_name = "RECORD", value_parser = record)]
    record: Record,
}

/// A record whose files can be in several places; a note is one place itself.
fn record(text: &str) -> Result<Record, String> {
    let record: Record = text.parse().map_err(|e: Error| e.to_string())?;
    match record.set() {
        "annotations" | "activitymimeattachments" => {
            Err(format!("that holds one file and lists none; dvf info '{record}' tells which"))
        }
        _ => Ok(record),
    }
}

pub(crate) fn run(arguments: &LsArguments, invocation: &Invocation) -> Result<(), Failure> {
    let connection = invocation.connect(invocation.site()?)?;
    let engine = &connection.engine;
    let definition = definition::by_set(engine, arguments.record.set())?;
    let table = definition.names()?;
    let record = arguments.record.clone().with_table(table.clone());
    let mut look = Look::new(engine, &invocation.report, record, table);
    look.all(&definition)?;
    let entries = look.finish()?;
    invocation.report.listing(&arguments.record.to_string(), &entries);
    Ok(())
}

/// A walk through the places of one record.
struct Look<'a> {
    engine: &'a Engine,
    report: &'a Report,
    record: Record,
    table: Table,
    entries: Vec<Entry>,
    /// Notes and attachments that hold no file.
    empty: usize,
    /// Whether any place could be read.
    seen: bool,
    /// Why the first one that could not be read could not.
    refused: Option<Failure>,
}

impl<'a> Look<'a> {
    fn new(engine: &'a Engine, report: &'a Report, record: Record, table: Table) -> Look<'a> {
        Look { engine, report, record, table, entries: Vec::new(), empty: 0, seen: false, refused: None }
    }

    /// What the table cannot have is not asked for.
    fn all(&mut self, definition: &TableDefinition) -> Result<(), Failure> {
        let columns = self.engine.call(|organization| Ok(metadata::columns(organization, &self.table)));
        let columns = self.unless_refused(columns, "the table's columns")?.unwrap_or_default();
        let (files, images): (Vec<_>, Vec<_>) =
            columns.iter().partition(|column| column.kind == ColumnKind::File);
        // Images first, because that tells whether the record is there; they are shown after the files.
        let images = self.images(&images)?;
        if !files.is_empty() {
            self.files(&files)?;
        }
        self.entries.extend(images);
        if definition.has_notes {
            self.notes()?;
        }
        if definition.has_attachments() {
            self.attachments()?;
        }
        Ok(())
    }

    fn images(&mut self, columns: &[&ColumnDefinition]) -> Result<Vec<Entry>, Failure> {
        let names: Vec<&str> = columns.iter().map(|column| column.logical_name.as_str()).collect();
        let held = self
            .engine
            .call(|organization| metadata::images(organization, &self.table, &self.record, &names));
        let mut entries = Vec::new();
        for name in self.read(held, "the record's images")?.unwrap_or_default() {
            let column = Column::of(self.record.clone(), &name)?;
            let image = self.engine.call(|organization| Ok(metadata::image_details(organization, &column)));
            let Some(Some(image)) = self.unless_refused(image, &format!("image {name}"))? else { continue };
            let full = image.full_image.as_ref();
            entries.push(Entry {
                kind: "image",
                target: column.to_string(),
                name: None,
                bytes: full.and_then(|full| full.size_in_bytes),
                mime: full.and_then(|full| full.mime.clone()),
                id: image.image_id.clone(),
                subject: None,
                created_on: image.changed_on.map(|at| at.to_string()),
            });
        }
        Ok(entries)
    }

    fn files(&mut self, columns: &[&ColumnDefinition]) -> Result<(), Failure> {
        let files =
            self.engine.call(|organization| Ok(metadata::files(organization, &self.table, &self.record)));
        let files = self.read(files, "the record's files")?.unwrap_or_default();
        let is_of_column =
            |file: &FileDetails| columns.iter().any(|column| column.logical_name == file.column);
        for file in files.into_iter().filter(is_of_column) {
            self.entries.push(Entry {
                kind: "file",
                target: Column::of(self.record.clone(), &file.column)?.to_string(),
                name: file.name,
                bytes: Some(file.size),
                mime: file.mime,
                id: file.file_id,
                subject: None,
                created_on: file.created_on,
            });
        }
        Ok(())
    }

    /// The service lists them in no order of its own; the oldest goes first.
    fn notes(&mut self) -> Result<(), Failure> {
        let notes = self.engine.call(|organization| Ok(metadata::notes(organization, &self.record)));
        let mut notes = self.read(notes, "the record's notes")?.unwrap_or_default();
        notes.sort_by(|a, b| (&a.created_on, &a.note_id).cmp(&(&b.created_on, &b.note_id)));
        for note in notes {
            match note.is_document {
                true => self.entries.push(of_note(note)?),
                false => self.empty += 1,
            }
        }
        Ok(())
    }

    fn attachments(&mut self) -> Result<(), Failure> {
        let found = self.engine.call(|organization| Ok(metadata::attachments(organization, &self.record)));
        let mut found = self.read(found, "the record's attachments")?.unwrap_or_default();
        found.sort_by(|a, b| (&a.name, &a.attachment_id).cmp(&(&b.name, &b.attachment_id)));
        for attachment in found {
            match attachment.holds_file() {
                true => self.entries.push(of_attachment(attachment)?),
                false => self.empty += 1,
            }
        }
        Ok(())
    }

    /// One place of the record.
    fn read<T>(&mut self, told: Result<T, Failure>, what: &str) -> Result<Option<T>, Failure> {
        let told = self.unless_refused(told, what)?;
        self.seen |= told.is_some();
        Ok(told)
    }

    /// `None`, and a warning, for what this user may not read; the rest is worth showing.
    fn unless_refused<T>(&mut self, told: Result<T, Failure>, what: &str) -> Result<Option<T>, Failure> {
        match told {
            Err(failure) if failure.is_of(&[ErrorKind::Forbidden]) => {
                self.report.warn(&format!("{what} may not be read and are left out ({})", failure.message));
                self.refused.get_or_insert(failure);
                Ok(None)
            }
            told => told.map(Some),
        }
    }

    /// A list of nothing because nothing may be read would be a lie.
    fn finish(self) -> Result<Vec<Entry>, Failure> {
        if self.empty > 0 {
            self.report.note(&format!("notes and attachments without a file, not listed: {}", self.empty));
        }
        match self.refused {
            Some(refused) if !self.seen => Err(refused),
            _ => Ok(self.entries),
        }
    }
}

fn of_note(note: NoteDetails) -> Result<Entry, Failure> {
    Ok(Entry {
        kind: "note",
        target: Target::from(Note::existing(note.note_id.parse::<Guid>()?)).to_string(),
        name: note.name,
        bytes: note.size,
        mime: note.mime,
        id: note.note_id,
        subject: note.subject,
        created_on: note.created_on,
    })
}

fn of_attachment(attachment: AttachmentDetails) -> Result<Entry, Failure> {
    let id = attachment.attachment_id.parse::<Guid>()?;
    Ok(Entry {
        kind: "attachment",
        target: Target::from(Attachment::existing(id)).to_string(),
        name: attachment.name,
        bytes: attachment.size,
        mime: attachment.mime,
        id: attachment.attachment_id,
        subject: attachment.subject,
        created_on: None,
    })
}
