//! The whole record as `Target`: how the block messages of notes and attachments name what they write
//! (notes-attachments §4).
use serde_json::{Map, Value, json};

use super::messages::{Committed, size_of};
use crate::core::errors::Code;
use crate::core::family::Holder;
use crate::core::fault::Answer;
use crate::core::guid::Guid;
use crate::core::message::Call;
use crate::core::records::{GivenContent, WholeRecord};
use crate::core::request::Request;
use crate::core::state::Place;
use crate::core::state::uploads::Upload;
use crate::core::{Core, errors, records};
use crate::images::Thumbnailer;
use crate::payload::Slice;

/// The table that `@odata.type` names.
pub(super) fn type_name(target: &Map<String, Value>) -> Answer<&str> {
    let kind = target.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
    let name = kind.trim_start_matches('#').strip_prefix("Microsoft.Dynamics.CRM.");
    name.ok_or_else(|| errors::INVALID_ARGUMENT.with(&["Target has no '@odata.type' of a table."]))
}

/// The record that the primary id names.
pub(super) fn id(target: &Map<String, Value>, key: &str) -> Answer<Guid> {
    let id = target.get(key).and_then(Value::as_str).and_then(Guid::parse);
    id.ok_or_else(|| errors::INVALID_ARGUMENT.with(&[&format!("Target has no GUID in '{key}'.")]))
}

/// A `Target` that says all it must and nothing it must not.
fn whole<'a>(call: &'a Call, holder: &Holder, other_table: &Code) -> Answer<&'a Map<String, Value>> {
    let target = call.target()?;
    let name = type_name(target)?;
    if name != holder.table {
        return Err(other_table.with(&[name]));
    }
    if target.contains_key(holder.body) {
        let text = format!("Target has '{}', whose bytes come in blocks.", holder.body);
        return Err(errors::INVALID_ARGUMENT.with(&[&text]));
    }
    let says = |name: &&&str| {
        let value = target.get(**name);
        value.is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
    };
    match holder.required.iter().find(|name| !says(name)) {
        Some(name) => Err(errors::INVALID_ARGUMENT.with(&[&format!("Target has no '{name}'.")])),
        None => Ok(target),
    }
}

/// The id in a `Target`, which the service makes where it need not have one.
fn given_id(target: &Map<String, Value>, holder: &Holder) -> Answer<Option<Guid>> {
    match target.get(holder.key) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => id(target, holder.key).map(Some),
    }
}

impl Core {
    /// Where an upload will go, by what name, and whether the service gave the record its id.
    pub(super) fn opened_target(&mut self, call: &Call, holder: &Holder) -> Answer<(Place, String, bool)> {
        let target = whole(call, holder, &errors::ENTITY_NOT_SUPPORTED)?;
        let given = given_id(target, holder)?;
        self.check_whole(holder, given, target)?;
        let name = target.get("filename").and_then(Value::as_str).unwrap_or_default().to_owned();
        let record = given.unwrap_or_else(|| self.state.ids.guid());
        let place = Place { table: holder.table.to_owned(), record, column: holder.body.to_owned() };
        Ok((place, name, given.is_none()))
    }

    /// The record that a commit writes: the one of the opening, as the commit describes it (U22).
    pub(super) fn committed_target(
        &self,
        call: &Call,
        holder: &'static Holder,
        upload: &Upload,
    ) -> Answer<WholeRecord> {
        let other = |what: &str| {
            errors::INVALID_ARGUMENT.with(&[&format!("Target names another {what} than at initialize.")])
        };
        let target = call.target()?;
        if type_name(target)? != holder.table || upload.place.table != holder.table {
            return Err(other("table"));
        }
        // A file column of the notes' own table is none of this message's.
        if !upload.place.is_body() {
            return Err(errors::FILE_PARAMETER.with(&["FileContinuationToken"]));
        }
        let target = whole(call, holder, &errors::INVALID_ARGUMENT)?;
        let given = given_id(target, holder)?;
        if given.is_some_and(|given| given != upload.place.record) && !upload.unnamed {
            return Err(other("record"));
        }
        let id = given.unwrap_or(upload.place.record);
        Ok(WholeRecord { table: holder.table, id, values: target.clone() })
    }

    /// Writes the record with the bytes of the blocks; both become visible in one step.
    pub(super) fn commit_target(
        &mut self,
        request: &Request<'_>,
        holder: &Holder,
        target: WholeRecord,
        slices: Vec<Slice>,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<Committed> {
        let id = target.id;
        if !holder.updates && self.state.record(holder.table, id).is_some() {
            return Err(errors::DUPLICATE_RECORD.fault());
        }
        let size = size_of(&slices);
        let content = GivenContent { slices: slices.clone(), size };
        self.write_whole(request, target, content, thumbnailer)?;
        let body = Map::from_iter([
            (holder.answer_id.to_owned(), json!(id)),
            ("FileSizeInBytes".to_owned(), json!(size)),
        ]);
        Ok(Committed { kept: slices, body })
    }

    /// The place that the `Target` of a download names; its record exists (X7).
    pub(in crate::core) fn target_place(&self, call: &Call, holder: &Holder) -> Answer<Place> {
        let target = call.target()?;
        let name = type_name(target)?;
        if name != holder.table {
            return Err(errors::ENTITY_NOT_SUPPORTED.with(&[name]));
        }
        let record = id(target, holder.key)?;
        if self.state.record(holder.table, record).is_none() {
            return Err(records::missing_id(holder.table, record));
        }
        Ok(Place { table: holder.table.to_owned(), record, column: holder.body.to_owned() })
    }
}
