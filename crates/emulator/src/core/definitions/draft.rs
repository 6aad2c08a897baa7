//! A column as its definition describes it, checked.
use super::column::{self, THUMBNAIL_SIDE};
use super::given::{Given, fault};
use super::path::Cast;
use crate::core::errors;
use crate::core::fault::Answer;
use crate::core::guid::Guid;
use crate::core::schema::{Column, FILE_KB, IMAGE_KB, Kind, Labels, Required, Source, Table, companions};
use crate::core::state::State;
use crate::core::time::Now;

/// `MaxSizeInKB` of a file column that says nothing: 32 MB (metadata §3).
const DEFAULT_FILE_KB: u32 = 32_768;
/// `MaxSizeInKB` of an image column that says nothing: 10 MB (metadata §4).
const DEFAULT_IMAGE_KB: u32 = 10_240;
/// Characters in a text column that says nothing.
const DEFAULT_LENGTH: i64 = 100;
/// Characters in a text column at most.
const TEXT_LENGTH: i64 = 4000;
/// Characters in a text column of several lines at most.
const MEMO_LENGTH: i64 = 1_048_576;

/// A column in the making.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) schema_name: String,
    labels: Labels,
    required: Required,
    pub(super) kind: Kind,
    /// `IsPrimaryName`.
    pub(super) names_the_record: bool,
}

impl Draft {
    pub(super) fn read(table: &str, given: &Given) -> Answer<Draft> {
        let schema_name = given.schema_name()?.to_owned();
        let cast =
            Cast::named(given.type_name()?).ok_or_else(|| fault("'@odata.type' is no type of a column"))?;
        let kind = kind(table, &schema_name.to_lowercase(), cast, given, None)?;
        let labels = Labels {
            display: given.label("DisplayName")?.unwrap_or_else(|| schema_name.clone()),
            description: given.label("Description")?,
        };
        let required = given.required_level()?.unwrap_or(Required::Never);
        let names_the_record = given.boolean("IsPrimaryName")?.unwrap_or_default();
        Ok(Draft { schema_name, labels, required, kind, names_the_record })
    }

    /// Adds the column and its companions to a table; the column's id. The first image column is the primary one
    /// (image-columns §6).
    pub(super) fn add(self, now: Now, state: &mut State, table: &mut Table) -> Answer<Guid> {
        let Draft { schema_name, labels, required, kind, .. } = self;
        let logical_name = schema_name.to_lowercase();
        check_free(table, &schema_name, &kind)?;
        let metadata_id = state.ids.guid();
        let changed = Some((now, now));
        let stores_files = matches!(kind, Kind::File { .. } | Kind::Image { .. });
        if matches!(kind, Kind::Image { .. }) {
            table.primary_image.get_or_insert_with(|| logical_name.clone());
        }
        let source = if stores_files { Source::File } else { Source::Client };
        let parts = companions(&schema_name, &kind);
        table.columns.push(Column {
            metadata_id,
            logical_name: logical_name.clone(),
            schema_name,
            labels,
            required,
            kind,
            source,
            custom: true,
            changed,
        });
        for (schema_name, kind, part) in parts {
            table.columns.push(Column {
                metadata_id: state.ids.guid(),
                logical_name: schema_name.to_lowercase(),
                labels: Labels::named(&schema_name),
                schema_name,
                required: Required::Never,
                kind,
                source: Source::Companion { of: logical_name.clone(), part },
                custom: true,
                changed,
            });
        }
        Ok(metadata_id)
    }
}

/// A file or image column as the definition that replaces it describes it.
pub(super) fn replaced(now: Now, table: &Table, column: &Column, given: &Given) -> Answer<Column> {
    let cast = Cast::of(column);
    let named =
        Cast::named(given.type_name()?).ok_or_else(|| fault("'@odata.type' is no type of a column"))?;
    if named != cast {
        return Err(fault("'@odata.type' is not that of the column"));
    }
    given.check_names(&column::object(table, column, cast), "AttributeMetadata")?;
    given.check_same("LogicalName", &column.logical_name)?;
    given.check_same("SchemaName", &column.schema_name)?;
    given.check_same("MetadataId", &column.metadata_id.to_string())?;
    let kind = kind(&table.logical_name, &column.logical_name, cast, given, Some(column))?;
    let labels = Labels {
        display: given.label("DisplayName")?.unwrap_or_else(|| column.labels.display.clone()),
        description: given.label("Description")?.or_else(|| column.labels.description.clone()),
    };
    let required = given.required_level()?.unwrap_or(column.required);
    let changed = Some((column.changed.map_or(now, |(created, _)| created), now));
    Ok(Column { kind, labels, required, changed, ..column.clone() })
}

/// The type and the limits of a column. Of one that exists (`old`) they have to be given: a definition is replaced as a
/// whole (metadata §8).
fn kind(table: &str, name: &str, cast: Cast, given: &Given, old: Option<&Column>) -> Answer<Kind> {
    match cast {
        Cast::File => {
            given.check_type("FileType")?;
            let range = || errors::FILE_MAX_SIZE.with(&[&FILE_KB.to_string()]);
            let max_kb = max_kb(given, old, DEFAULT_FILE_KB)?;
            Ok(Kind::File { max_kb: within(max_kb, FILE_KB).ok_or_else(range)? })
        }
        Cast::Image => {
            given.check_type("ImageType")?;
            let range = || errors::IMAGE_MAX_SIZE.with(&[name, table, "0", &IMAGE_KB.to_string()]);
            let max_kb = max_kb(given, old, DEFAULT_IMAGE_KB)?;
            check_sides(given)?;
            let full = given.boolean("CanStoreFullImage")?;
            if old.is_some() && full.is_none() {
                return Err(missing("CanStoreFullImage"));
            }
            Ok(Kind::Image {
                max_kb: within(max_kb, IMAGE_KB).ok_or_else(range)?,
                full: full.unwrap_or_default(),
            })
        }
        Cast::Text => Ok(Kind::Text { max: length(given, TEXT_LENGTH)? }),
        Cast::Memo => Ok(Kind::Memo { max: length(given, MEMO_LENGTH)? }),
        Cast::Integer => {
            let limit = |name, default| Ok(given.number(name)?.unwrap_or(default));
            Ok(Kind::Integer {
                min: limit("MinValue", i64::from(i32::MIN))?,
                max: limit("MaxValue", i64::from(i32::MAX))?,
            })
        }
        Cast::BigInt => Ok(Kind::BigInt),
        Cast::Boolean => Ok(Kind::Boolean),
        Cast::DateTime => Ok(Kind::DateTime),
        // Lookups come with a relationship.
        Cast::Lookup | Cast::Any => Err(errors::NOT_SUPPORTED.fault()),
    }
}

fn max_kb(given: &Given, old: Option<&Column>, default: u32) -> Answer<i64> {
    match (given.number("MaxSizeInKB")?, old) {
        (Some(max_kb), _) => Ok(max_kb),
        (None, None) => Ok(default.into()),
        (None, Some(_)) => Err(missing("MaxSizeInKB")),
    }
}

fn missing(name: &str) -> crate::core::fault::Fault {
    errors::INVALID_ARGUMENT
        .with(&[&format!("A definition is replaced as a whole, and '{name}' is missing.")])
}

fn within(number: i64, limit: u32) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number <= limit)
}

fn length(given: &Given, limit: i64) -> Answer<usize> {
    let length = given.number("MaxLength")?.unwrap_or(DEFAULT_LENGTH);
    let fitting = usize::try_from(length).ok().filter(|_| (1..=limit).contains(&length));
    fitting.ok_or_else(|| errors::INVALID_ARGUMENT.with(&[&format!("MaxLength is 1 to {limit}.")]))
}

/// Thumbnails are of one size (image-columns §5).
fn check_sides(given: &Given) -> Answer<()> {
    for name in ["MaxHeight", "MaxWidth"] {
        if given.number(name)?.is_some_and(|side| side != i64::from(THUMBNAIL_SIDE)) {
            return Err(errors::INVALID_ARGUMENT.with(&[&format!("{name} is always {THUMBNAIL_SIDE}.")]));
        }
    }
    Ok(())
}

/// Neither the column nor what comes with it takes a name that is taken.
fn check_free(table: &Table, schema_name: &str, kind: &Kind) -> Answer<()> {
    let taken = |name: &str| table.column(&name.to_lowercase());
    let exists = |name: &str| Err(errors::COLUMN_EXISTS.with(&[name, &table.logical_name]));
    match taken(schema_name) {
        Some(Column { source: Source::Companion { .. }, .. }) => return exists(schema_name),
        Some(_) => {
            let text = format!("An attribute with the specified name {schema_name} already exists");
            return Err(errors::DUPLICATE_COLUMN.with(&[&text]));
        }
        None => {}
    }
    match companions(schema_name, kind).iter().find(|(name, ..)| taken(name).is_some()) {
        Some((name, ..)) => exists(name),
        None => Ok(()),
    }
}
