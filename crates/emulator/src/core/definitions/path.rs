//! The paths of definitions.
use crate::core::errors;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::odata::arguments;
use crate::core::odata::literal::Literal;
use crate::core::request::Segment;
use crate::core::schema::{Column, Kind};

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(super) enum Path {
    Tables,
    Table(Key),
    Columns(Key, Cast),
    Column(Key, Key, Cast),
    Relationships(Key, Side),
    /// By its schema name or its id.
    Relationship(Key, Side, Literal),
}

/// From which end a relationship is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    One,
    Many,
}

/// How a definition is named.
#[derive(Debug, PartialEq)]
pub(super) enum Key {
    LogicalName(String),
    MetadataId(Guid),
}

/// The type that a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    /// No cast: the properties of every column.
    Any,
    File,
    Image,
    Text,
    Memo,
    Integer,
    BigInt,
    Boolean,
    DateTime,
    Lookup,
}

impl Path {
    /// All segments, `EntityDefinitions` first.
    pub(super) fn parse(segments: &[Segment]) -> Answer<Path> {
        let Some((tables, rest)) = segments.split_first() else { return Ok(Path::Tables) };
        let Some(table) = tables.arguments.as_deref().map(key).transpose()? else {
            return match rest.first() {
                None => Ok(Path::Tables),
                Some(unknown) => Err(not_found(unknown)),
            };
        };
        let Some((attributes, rest)) = rest.split_first() else { return Ok(Path::Table(table)) };
        if let Some(side) = Side::named(&attributes.name) {
            return match (&attributes.arguments, rest) {
                (None, []) => Ok(Path::Relationships(table, side)),
                (Some(arguments), []) => {
                    Ok(Path::Relationship(table, side, key_of(arguments, "SchemaName")?))
                }
                (_, [unknown, ..]) => Err(not_found(unknown)),
            };
        }
        if attributes.name != "Attributes" {
            return Err(not_found(attributes));
        }
        let cast = match rest {
            [] => Cast::Any,
            [cast] => Cast::parse(cast)?,
            [_, unknown, ..] => return Err(not_found(unknown)),
        };
        Ok(match attributes.arguments.as_deref().map(key).transpose()? {
            None => Path::Columns(table, cast),
            Some(column) => Path::Column(table, column, cast),
        })
    }
}

/// `LogicalName='account'` or a bare MetadataId.
fn key(text: &str) -> Answer<Key> {
    match key_of(text, "LogicalName")? {
        Literal::Guid(id) => Ok(Key::MetadataId(id)),
        Literal::Text(name) => Ok(Key::LogicalName(name)),
        _ => Err(no_key(text)),
    }
}

/// The text of a name, or a GUID.
fn key_of(text: &str, name: &str) -> Answer<Literal> {
    let arguments = arguments::split(text);
    let [argument] = arguments.as_slice() else { return Err(no_key(text)) };
    match (argument.name, argument.literal()) {
        (Some(given), Some(literal @ Literal::Text(_))) if given == name => Ok(literal),
        (None | Some("MetadataId"), Some(literal @ Literal::Guid(_))) => Ok(literal),
        _ => Err(no_key(text)),
    }
}

fn no_key(text: &str) -> Fault {
    errors::QUERY_SYNTAX.with(&[&format!("'{text}' is no key.")])
}

impl Side {
    pub(super) fn named(collection: &str) -> Option<Side> {
        [Side::One, Side::Many].into_iter().find(|side| side.collection() == collection)
    }

    /// As URLs name the relationships of a table.
    pub(super) fn collection(self) -> &'static str {
        match self {
            Side::One => "OneToManyRelationships",
            Side::Many => "ManyToOneRelationships",
        }
    }
}

fn not_found(segment: &Segment) -> Fault {
    errors::SEGMENT.with(&[&segment.name])
}

impl Cast {
    const ALL: [Cast; 9] = [
        Cast::File,
        Cast::Image,
        Cast::Text,
        Cast::Memo,
        Cast::Integer,
        Cast::BigInt,
        Cast::Boolean,
        Cast::DateTime,
        Cast::Lookup,
    ];

    fn parse(segment: &Segment) -> Answer<Cast> {
        let name = segment.name.strip_prefix("Microsoft.Dynamics.CRM.");
        let cast = Cast::ALL.into_iter().find(|cast| name.is_some() && cast.type_name() == name);
        cast.filter(|_| segment.arguments.is_none()).ok_or_else(|| not_found(segment))
    }

    /// By the name of its type, without its namespace.
    pub(super) fn named(name: &str) -> Option<Cast> {
        Cast::ALL.into_iter().find(|cast| cast.type_name() == Some(name))
    }

    /// Without its namespace.
    pub(super) fn type_name(self) -> Option<&'static str> {
        Some(match self {
            Cast::Any => return None,
            Cast::File => "FileAttributeMetadata",
            Cast::Image => "ImageAttributeMetadata",
            Cast::Text => "StringAttributeMetadata",
            Cast::Memo => "MemoAttributeMetadata",
            Cast::Integer => "IntegerAttributeMetadata",
            Cast::BigInt => "BigIntAttributeMetadata",
            Cast::Boolean => "BooleanAttributeMetadata",
            Cast::DateTime => "DateTimeAttributeMetadata",
            Cast::Lookup => "LookupAttributeMetadata",
        })
    }

    /// The narrowest cast of a column.
    pub(super) fn of(column: &Column) -> Cast {
        match column.kind {
            Kind::File { .. } => Cast::File,
            Kind::Image { .. } => Cast::Image,
            Kind::Text { .. } | Kind::Body => Cast::Text,
            Kind::Memo { .. } => Cast::Memo,
            Kind::Integer { .. } => Cast::Integer,
            Kind::BigInt => Cast::BigInt,
            Kind::Boolean => Cast::Boolean,
            Kind::DateTime => Cast::DateTime,
            Kind::Lookup { .. } => Cast::Lookup,
            Kind::Id | Kind::Guid | Kind::EntityName => Cast::Any,
        }
    }

    /// Whether a column can be taken for this type.
    pub(super) fn covers(self, column: &Column) -> bool {
        self == Cast::Any || self == Cast::of(column)
    }
}
