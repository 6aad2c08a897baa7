//! Records as reads see them: stored ones, and those that other things stand for.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::files::File;
use super::images::Image;
use super::{Place, Record, State};
use crate::core::guid::Guid;
use crate::core::schema::{Access, Column, Kind, Part, Source, Table};
use crate::core::time::Now;

impl State {
    /// All records of a table, in the order of their ids.
    pub(in crate::core) fn rows(&self, table: &Table) -> Vec<Cow<'_, Record>> {
        let made = match table.logical_name.as_str() {
            "fileattachment" => self.files.values().filter(|f| self.is_listed(f)).map(file_row).collect(),
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
            Access::Read => self.rows(table).into_iter().find(|row| row.id == id),
        }
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
            Source::RecordId => record.id.to_string().into(),
            Source::Created => record.created.to_string().into(),
            Source::Modified => record.modified.to_string().into(),
            Source::RowVersion => record.version.into(),
            Source::File => match (&column.kind, record.files.get(&column.logical_name)) {
                // Of an image this tells only that there is one: what a read shows are bytes.
                (Kind::File { .. } | Kind::Image { .. }, Some(id)) => json!(id),
                _ => Value::Null,
            },
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
