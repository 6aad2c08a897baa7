//! A table as the seed describes it, column by column.
use crate::core::ids::Ids;
use crate::core::schema::{
    Access, Column, Content, FILE_NAME, Kind, Labels, Source, Table, basic_columns, companions,
};

/// `mimetype` columns (fileattachment reference).
pub(super) const MIME: usize = 256;

/// `filesize` of notes and attachments, in bytes (annotation reference).
pub(super) const FILE_SIZE: Kind = Kind::Integer { min: 0, max: 1_000_000_000 };

/// A table in the making.
pub(super) struct Draft<'a> {
    ids: &'a Ids,
    pub(super) table: Table,
}

impl<'a> Draft<'a> {
    /// With the columns that every table has.
    pub(super) fn new(
        ids: &'a Ids,
        logical: &str,
        schema: &str,
        set: &str,
        key: &str,
        code: u32,
    ) -> Draft<'a> {
        let table = Table {
            metadata_id: ids.named(&format!("table {logical}")),
            logical_name: logical.to_owned(),
            schema_name: schema.to_owned(),
            set_name: set.to_owned(),
            primary_id: key.to_owned(),
            primary_name: None,
            primary_image: None,
            has_notes: false,
            is_activity: false,
            object_type_code: code,
            access: Access::Full,
            custom: false,
            labels: Labels::named(schema),
            version: 1,
            columns: basic_columns(key, |name| ids.named(&column_name(logical, name))),
            keys: Vec::new(),
        };
        Draft { ids, table }
    }

    pub(super) fn primary_name(mut self, name: &str, max: usize) -> Self {
        self.table.primary_name = Some(name.to_owned());
        self.text(name, max)
    }

    pub(super) fn text(self, name: &str, max: usize) -> Self {
        self.add(name, Kind::Text { max }, Source::Client)
    }

    pub(super) fn memo(self, name: &str, max: usize) -> Self {
        self.add(name, Kind::Memo { max }, Source::Client)
    }

    pub(super) fn integer(self, name: &str, min: i64, max: i64) -> Self {
        self.add(name, Kind::Integer { min, max }, Source::Client)
    }

    pub(super) fn lookup(self, name: &str, targets: &[&str]) -> Self {
        let targets = targets.iter().map(|target| (*target).to_owned()).collect();
        self.add(name, Kind::Lookup { targets }, Source::Client)
    }

    /// A file or image column with its companions.
    pub(super) fn files(self, schema_name: &str, kind: Kind) -> Self {
        let companions = companions(schema_name, &kind);
        let of = schema_name.to_lowercase();
        companions
            .into_iter()
            .fold(self.custom(schema_name, kind, Source::File), |draft, (name, kind, part)| {
                draft.custom(&name, kind, Source::Companion { of: of.clone(), part })
            })
    }

    /// The file of a note or an attachment with what is said about it.
    pub(super) fn body(self, name: &str) -> Self {
        self.add("filename", Kind::Text { max: FILE_NAME }, of(name, Content::Name))
            .add("mimetype", Kind::Text { max: MIME }, of(name, Content::Mime))
            .add("filesize", FILE_SIZE, of(name, Content::Size))
            .add(name, Kind::Body, Source::File)
    }

    fn custom(mut self, schema_name: &str, kind: Kind, source: Source) -> Self {
        self = self.add(schema_name, kind, source);
        if let Some(column) = self.table.columns.last_mut() {
            column.custom = true;
        }
        self
    }

    pub(super) fn add(mut self, schema_name: &str, kind: Kind, source: Source) -> Self {
        let id = self.ids.named(&column_name(&self.table.logical_name, &schema_name.to_lowercase()));
        self.table.columns.push(Column::own(id, schema_name, kind, source));
        self
    }
}

/// What a column says about the file in another one.
pub(super) fn of(column: &str, part: Content) -> Source {
    Source::Content { of: column.to_owned(), part }
}

/// What a column's id is derived from.
fn column_name(table: &str, column: &str) -> String {
    format!("column {table} {column}")
}
