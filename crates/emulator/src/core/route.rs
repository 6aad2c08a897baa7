//! What a URL means. The only place that reads paths.
use std::collections::BTreeSet;

use http::StatusCode;

use super::fault::Answer;
use super::guid::Guid;
use super::message::Message;
use super::odata::arguments;
use super::odata::literal::Literal;
use super::request::{Request, Segment};
use super::schema::{Kind, Table};
use super::{Core, errors};

/// A resource of the organization.
#[derive(Debug, PartialEq)]
pub(in crate::core) enum Route {
    /// The service document.
    Root,
    /// `$metadata`.
    Metadata,
    /// `$batch`.
    Batch,
    /// An action or function, with what stands in its parentheses.
    Message(Message, String),
    /// Everything below `EntityDefinitions`.
    Definitions,
    /// All records of a table, by its logical name.
    Set(String),
    /// `$count` of a table.
    Count(String),
    Record(Target),
    Property(Property),
    Navigation(Navigation),
}

/// One record, which may not exist.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) struct Target {
    /// Logical name.
    pub(in crate::core) table: String,
    pub(in crate::core) key: Key,
}

/// How a URL names a record.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) enum Key {
    Id(Guid),
    /// Values of an alternate key's columns.
    Alternate(Vec<(String, Literal)>),
}

/// One column of one record.
#[derive(Debug, PartialEq)]
pub(in crate::core) struct Property {
    pub(in crate::core) target: Target,
    /// Logical name of the column.
    pub(in crate::core) column: String,
    /// Whether `/$value` follows.
    pub(in crate::core) raw: bool,
}

/// The records that belong to one record, or the one it belongs to.
#[derive(Debug, PartialEq)]
pub(in crate::core) struct Navigation {
    pub(in crate::core) target: Target,
    /// Name of the navigation property.
    pub(in crate::core) name: String,
    /// Whether `/$count` follows.
    pub(in crate::core) count: bool,
}

impl Core {
    /// The resource of a request; 404 when a segment names nothing (M4).
    pub(in crate::core) fn resolve(&self, request: &Request<'_>) -> Answer<Route> {
        let (first, rest) = request.segments.split_first().ok_or_else(|| errors::SEGMENT.with(&[""]))?;
        let name = first.name.as_str();
        if rest.is_empty() {
            match name {
                "" if first.arguments.is_none() => return Ok(Route::Root),
                "$metadata" => return Ok(Route::Metadata),
                "$batch" => return Ok(Route::Batch),
                _ => {}
            }
            if let Some(message) = Message::parse(name) {
                return Ok(Route::Message(message, first.arguments.clone().unwrap_or_default()));
            }
        }
        if name == "EntityDefinitions" {
            return Ok(Route::Definitions);
        }
        let table = self.state.table_of_set(name).ok_or_else(|| errors::SEGMENT.with(&[name]))?;
        match &first.arguments {
            None => set_route(table, rest),
            Some(key) => record_route(table, key, rest),
        }
    }
}

fn set_route(table: &Table, rest: &[Segment]) -> Answer<Route> {
    let name = table.logical_name.clone();
    match rest {
        [] => Ok(Route::Set(name)),
        [Segment { name: count, arguments: None }] if count == "$count" => Ok(Route::Count(name)),
        [unknown, ..] => Err(errors::SEGMENT.with(&[&unknown.name])),
    }
}

fn record_route(table: &Table, key: &str, rest: &[Segment]) -> Answer<Route> {
    let target = Target { table: table.logical_name.clone(), key: parse_key(table, key)? };
    let Some((property, rest)) = rest.split_first() else { return Ok(Route::Record(target)) };
    let unknown = |segment: &Segment| errors::SEGMENT.with(&[&segment.name]);
    if property.arguments.is_some() {
        return Err(unknown(property));
    }
    if table.property(&property.name).is_none()
        && (table.relationship(&property.name).is_some() || table.reference(&property.name).is_some())
    {
        let count = match rest {
            [] => false,
            [Segment { name, arguments: None }] if name == "$count" => true,
            [other, ..] => return Err(unknown(other)),
        };
        return Ok(Route::Navigation(Navigation { target, name: property.name.clone(), count }));
    }
    let column = table.property(&property.name).ok_or_else(|| {
        // Real servers were seen to answer 400 for the name that images do not have (file-columns §1).
        let image = property.name.strip_suffix("_name").and_then(|of| table.column(of));
        let image = image.is_some_and(|column| matches!(column.kind, Kind::Image { .. }));
        if image { unknown(property).with_status(StatusCode::BAD_REQUEST) } else { unknown(property) }
    })?;
    let raw = match rest {
        [] => false,
        [Segment { name, arguments: None }] if name == "$value" => true,
        [other, ..] => return Err(unknown(other)),
    };
    Ok(Route::Property(Property { target, column: column.logical_name.clone(), raw }))
}

/// A bare GUID, `<primary id>=<GUID>`, or the columns of an alternate key.
pub(in crate::core) fn parse_key(table: &Table, text: &str) -> Answer<Key> {
    let malformed = || errors::QUERY_SYNTAX.with(&[&format!("'{text}' is no key.")]);
    let mut values = Vec::new();
    for argument in arguments::split(text) {
        let literal = argument.literal().ok_or_else(malformed)?;
        match (argument.name, literal) {
            (None, Literal::Guid(id)) => return Ok(Key::Id(id)),
            (Some(name), Literal::Guid(id)) if name == table.primary_id => return Ok(Key::Id(id)),
            (Some(name), literal) => values.push((name.to_owned(), literal)),
            (None, _) => return Err(malformed()),
        }
    }
    if values.is_empty() {
        return Err(malformed());
    }
    let names: BTreeSet<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
    let defined =
        table.keys.iter().any(|key| key.iter().map(String::as_str).collect::<BTreeSet<_>>() == names);
    match defined && names.len() == values.len() {
        true => Ok(Key::Alternate(values)),
        false => Err(errors::KEY_NOT_DEFINED.with(&[&table.logical_name])),
    }
}
