//! `…@odata.bind`: references to other records.
use serde_json::{Value, json};

use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::schema::{Column, Content, Kind, Source, Table};
use crate::core::{Core, errors, records};

/// The table that stands for all activities in the name of a navigation property (notes-attachments §1).
const ANY_ACTIVITY: &str = "activitypointer";

/// Whether a navigation property says which file an attachment shares with others.
pub(super) fn is_shared_content(table: &Table, navigation: &str) -> bool {
    let column = table.column(navigation);
    column.is_some_and(|column| matches!(column.source, Source::Content { part: Content::Id, .. }))
}

/// The lookup that a navigation property sets, and the table that the name tells: `objectid_account`. Where records of
/// several tables can be meant the name has to tell which.
fn lookup<'a>(table: &'a Table, navigation: &'a str) -> Option<(&'a Column, &'a [String], Option<&'a str>)> {
    table.columns.iter().find_map(|column| {
        let Kind::Lookup { targets } = &column.kind else { return None };
        let rest = navigation.strip_prefix(column.logical_name.as_str())?;
        match rest.strip_prefix('_') {
            None => (rest.is_empty() && targets.len() == 1).then_some((column, targets.as_slice(), None)),
            Some(named) => {
                let known = targets.iter().any(|target| target == named);
                known.then_some((column, targets.as_slice(), Some(named)))
            }
        }
    })
}

/// Set and id out of `accounts(<id>)`, whatever address stands before it.
fn reference(value: &Value) -> Option<(&str, &str)> {
    let last = value.as_str()?.rsplit('/').next()?;
    let (set, key) = last.split_once('(')?;
    Some((set, key.strip_suffix(')')?))
}

impl Core {
    /// `objectid_account@odata.bind`: the lookup it sets, and to what.
    pub(super) fn bind(&self, table: &Table, navigation: &str, value: &Value) -> Answer<(String, Value)> {
        let property = format!("{navigation}@odata.bind");
        let fault = || errors::BIND_PROPERTY.with(&[value.as_str().unwrap_or_default(), &property]);
        let (column, targets, named) = lookup(table, navigation).ok_or_else(|| {
            errors::BODY_PROPERTY
                .with(&[&property, &format!("Microsoft.Dynamics.CRM.{}", table.logical_name)])
        })?;
        if value.is_null() {
            return Ok((column.logical_name.clone(), Value::Null));
        }
        let (set, key) = reference(value).ok_or_else(fault)?;
        let id = Guid::parse(key).ok_or_else(fault)?;
        let to = self.state.table_of_set(set).ok_or_else(fault)?;
        let fits = match named {
            Some(ANY_ACTIVITY) => to.is_activity || to.logical_name == ANY_ACTIVITY,
            Some(named) => named == to.logical_name,
            None => true,
        };
        if !fits || !targets.contains(&to.logical_name) {
            return Err(fault());
        }
        let found = match to.logical_name.as_str() {
            ANY_ACTIVITY => self.activity(id),
            _ => self.state.row(to, id).map(|_| to),
        };
        match found {
            Some(found) => Ok((column.logical_name.clone(), json!({"table": found.logical_name, "id": id}))),
            None => Err(records::missing_id(&to.logical_name, id)),
        }
    }

    /// The table of the activity with this id.
    fn activity(&self, id: Guid) -> Option<&Table> {
        let mut activities = self.state.tables.values().filter(|table| table.is_activity);
        activities.find(|table| self.state.record(&table.logical_name, id).is_some())
    }

    /// `attachmentid@odata.bind`: the file of an attachment, named by its own row or by a record that holds it (N6).
    pub(super) fn content_to_share(&self, value: &Value) -> Answer<Guid> {
        let fault =
            || errors::BIND_PROPERTY.with(&[value.as_str().unwrap_or_default(), "attachmentid@odata.bind"]);
        let (set, key) = reference(value).ok_or_else(fault)?;
        let table = self.state.table_of_set(set).map(|table| table.logical_name.as_str());
        let id = Guid::parse(key);
        let file = match (table, id) {
            (Some("activitymimeattachment"), None) => return Err(errors::ATTACHMENT_ID.fault()),
            (Some(holder @ "activitymimeattachment"), Some(id)) => {
                self.state.record(holder, id).and_then(|record| record.files.get("body")).copied()
            }
            (Some("attachment"), Some(id)) => Some(id),
            _ => return Err(fault()),
        };
        let held = file.and_then(|id| self.state.files.get(&id));
        let held = held.filter(|file| file.place.table == "activitymimeattachment");
        held.map(|file| file.id).ok_or_else(|| -> Fault { errors::ATTACHMENT_NOT_FOUND.fault() })
    }
}
