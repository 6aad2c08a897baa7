//! Records as reads see them: stored ones, and those that other things stand for.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::files::File;
use super::images::Image;
use super::{Place, Record, State};
use crate::core::family::ATTACHMENT;
use crate::core::guid::Guid;
use crate::core::schema::{Access, Column, Content, Kind, Part, Source, Table};
use crate::core::time::Now;

impl State {
    /// All records of a table, in the order of their ids.
    pub(in crate::core) fn rows(&self, table: &Table) -> Vec<Cow<'_, Record>> {
        let made = match table.logical_name.as_str() {
            "fileattachment" => self.files.values().filter(|f| self.is_listed(f)).map(file_row).collect(),
            "attachment" => self.files.values().filter_map(attachment_row).collect(),
            "systemuser" => vec![self.user_row()],
            "activitypointer" => self.tables.values().flat_map(|table| self.activity_rows(table)).collect(),
            "attributeimageconfig" => self.tables.values().flat_map(image_column_rows).collect(),
            "entityimageconfig" => self.tables.values().filter_map(primary_image_row).collect(),
            name => {
                return self
                    .records
                    .get(name)
                    .into_iter()
                    .flat_map(|r| r.values())
                    .map(Cow::Borrowed)
                    .collect();
            }
        };
        let mut made: Vec<Record> = made;
        made.sort_by_key(|record| record.id);
        made.into_iter().map(Cow::Owned).collect()
    }

    /// One record of a table.
    pub(in crate::core) fn row(&self, table: &Table, id: Guid) -> Option<Cow<'_, Record>> {
        match table.access {
            Access::Full | Access::Update => self.record(&table.logical_name, id).map(Cow::Borrowed),
            Access::Read | Access::List => self.rows(table).into_iter().find(|row| row.id == id),
        }
    }

    /// The one user (metadata §11).
    fn user_row(&self) -> Record {
        let values = [("fullname", json!("Emulated user"))];
        definition_row(self.ids.named("user"), 1, values)
    }

    /// An activity is also a row of the table that stands for all of them.
    fn activity_rows(&self, table: &Table) -> Vec<Record> {
        let records = self.records.get(&table.logical_name).filter(|_| table.is_activity);
        let records = records.into_iter().flat_map(|records| records.values());
        let row = |record: &Record| {
            let subject = record.values.get("subject").cloned().unwrap_or_default();
            let values = [("subject", subject), ("activitytypecode", json!(table.logical_name))];
            let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            Record { values, files: BTreeMap::new(), ..record.clone() }
        };
        records.map(row).collect()
    }

    /// The rows of `fileattachment` that belong to a record.
    pub(in crate::core) fn file_rows(&self, record: &Record) -> Vec<Record> {
        self.listed_files(record).map(file_row).collect()
    }

    /// A column's value in a record.
    pub(in crate::core) fn value(&self, table: &Table, record: &Record, column: &Column) -> Value {
        let stored = || record.values.get(&column.logical_name);
        match &column.source {
            Source::Client | Source::Service => match column.kind {
                Kind::Lookup { .. } => {
                    stored().and_then(|lookup| lookup.get("id")).cloned().unwrap_or_default()
                }
                _ => stored().cloned().unwrap_or_default(),
            },
            Source::Owner => match stored().and_then(|lookup| lookup.get("id")) {
                Some(owner) => owner.clone(),
                None => json!(self.ids.named("user")),
            },
            Source::RecordId => record.id.to_string().into(),
            Source::Created => record.created.to_string().into(),
            Source::Modified => record.modified.to_string().into(),
            Source::RowVersion => record.version.into(),
            Source::File => match (&column.kind, record.files.get(&column.logical_name)) {
                (Kind::Body, Some(id)) if !self.files.contains_key(id) => Value::Null,
                // Of an image or a body this tells only that there is one: what a read shows are bytes.
                (_, Some(id)) => json!(id),
                (_, None) => Value::Null,
            },
            Source::Content { of, part } => {
                let file = record.files.get(of).and_then(|id| self.files.get(id));
                content(*part, file, stored())
            }
            Source::Companion { of, part } => {
                let place =
                    Place { table: table.logical_name.clone(), record: record.id, column: of.clone() };
                match part {
                    Part::Name => self.file_at(&place).map_or(Value::Null, |file| json!(file.name)),
                    part => self.image_at(&place).map_or(Value::Null, |image| companion(*part, image)),
                }
            }
        }
    }

    /// Whether a file is one of a file column: full images and the files of notes have no row that can be read.
    pub(super) fn is_listed(&self, file: &File) -> bool {
        let table = self.tables.get(&file.place.table);
        let column = table.and_then(|table| table.column(&file.place.column));
        column.is_some_and(|column| matches!(column.kind, Kind::File { .. }))
    }
}

fn companion(part: Part, image: &Image) -> Value {
    let ticks = image.thumbnail.created.ticks();
    match part {
        Part::Name => Value::Null,
        Part::ImageId => json!(image.id()),
        Part::ImageTimestamp => ticks.into(),
        Part::ImageUrl => {
            let Place { table, column, .. } = &image.thumbnail.place;
            let id = image.id();
            format!("/Image/download.aspx?Entity={table}&Attribute={column}&Id={id}&Timestamp={ticks}").into()
        }
    }
}

/// What a note or an attachment says about its file. Without one its name and type are mere text.
fn content(part: Content, file: Option<&File>, stored: Option<&Value>) -> Value {
    let text = |text: &String| if text.is_empty() { Value::Null } else { json!(text) };
    match (part, file) {
        (Content::Name, Some(file)) => text(&file.name),
        (Content::Mime, Some(file)) => text(&file.mime),
        (Content::Size, Some(file)) => json!(file.size),
        (Content::Id, Some(file)) => json!(file.id),
        (Content::Name | Content::Mime, None) => stored.cloned().unwrap_or_default(),
        (Content::Size | Content::Id, None) => Value::Null,
        (Content::Presence, file) => file.is_some().into(),
    }
}

/// The file of one or more attachments, as the mirror table shows it (notes-attachments §1).
fn attachment_row(file: &File) -> Option<Record> {
    if !file.is_attachment() {
        return None;
    }
    let values =
        [("filename", json!(file.name)), ("mimetype", json!(file.mime)), ("filesize", json!(file.size))];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let (id, version, created) = (file.id, file.version, file.created);
    let files = BTreeMap::from([(ATTACHMENT.body.to_owned(), id)]);
    Some(Record { id, version, created, modified: created, values, files })
}

fn file_row(file: &File) -> Record {
    let Place { table, record, column } = &file.place;
    let values = BTreeMap::from([
        ("filename".to_owned(), json!(file.name)),
        ("mimetype".to_owned(), json!(file.mime)),
        ("filesizeinbytes".to_owned(), json!(file.size)),
        ("regardingfieldname".to_owned(), json!(column)),
        ("objectid".to_owned(), json!({"table": table, "id": record})),
        ("objecttypecode".to_owned(), json!(table)),
        ("objectidtypecode".to_owned(), json!(table)),
    ]);
    let (created, version) = (file.created, file.version);
    Record { id: file.id, version, created, modified: created, values, files: BTreeMap::new() }
}

/// One row per image column: whether it keeps full images (image-columns §5.2).
fn image_column_rows(table: &Table) -> Vec<Record> {
    let images = table.columns.iter().filter_map(|column| match column.kind {
        Kind::Image { full, .. } => Some((column, full)),
        _ => None,
    });
    let row = |(column, full): (&Column, bool)| {
        let values = [
            ("parententitylogicalname", json!(table.logical_name)),
            ("attributelogicalname", json!(column.logical_name)),
            ("canstorefullimage", json!(full)),
        ];
        definition_row(column.metadata_id, table.version, values)
    };
    images.map(row).collect()
}

/// The primary image column of a table (image-columns §6).
fn primary_image_row(table: &Table) -> Option<Record> {
    let column = table.primary_image.as_ref()?;
    let values =
        [("parententitylogicalname", json!(table.logical_name)), ("primaryimageattribute", json!(column))];
    Some(definition_row(table.metadata_id, table.version, values))
}

/// A row that a definition stands for; it changes with the definition.
fn definition_row<const N: usize>(id: Guid, version: u64, values: [(&str, Value); N]) -> Record {
    let epoch = Now(std::time::Duration::ZERO);
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Record { id, version, created: epoch, modified: epoch, values, files: BTreeMap::new() }
}
