//! `…@odata.bind`: references to other records.
use serde_json::{Value, json};

use crate::core::family::ATTACHMENT;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::relationships::ANY_ACTIVITY;
use crate::core::route::{Target, parse_key};
use crate::core::schema::{Content, Source, Table};
use crate::core::{Core, errors, records};

/// Whether a navigation property says which file an attachment shares with others.
pub(super) fn is_shared_content(table: &Table, navigation: &str) -> bool {
    let column = table.column(navigation);
    column.is_some_and(|column| matches!(column.source, Source::Content { part: Content::Id, .. }))
}

/// Set and id out of `accounts(<id>)`, whatever address stands before it.
fn address(value: &Value) -> Option<(&str, &str)> {
    let last = value.as_str()?.rsplit('/').next()?;
    let (set, key) = last.split_once('(')?;
    Some((set, key.strip_suffix(')')?))
}

impl Core {
    /// `objectid_account@odata.bind`: the lookup it sets, and to what.
    pub(super) fn bind(&self, table: &Table, navigation: &str, value: &Value) -> Answer<(String, Value)> {
        let property = format!("{navigation}@odata.bind");
        let fault = || errors::BIND_PROPERTY.with(&[value.as_str().unwrap_or_default(), &property]);
        let reference = table.reference(navigation).ok_or_else(|| {
            errors::BODY_PROPERTY
                .with(&[&property, &format!("Microsoft.Dynamics.CRM.{}", table.logical_name)])
        })?;
        let lookup = reference.column.logical_name.clone();
        if value.is_null() {
            return Ok((lookup, Value::Null));
        }
        let (set, key) = address(value).ok_or_else(fault)?;
        let to = self.state.table_of_set(set).ok_or_else(fault)?;
        let key = parse_key(to, key).map_err(|_| fault())?;
        if !reference.means(to) {
            return Err(fault());
        }
        let target = Target { table: to.logical_name.clone(), key };
        let Some(id) = self.find_id(&target)? else { return Err(records::missing(&target)) };
        // What stands for an activity is not what it is.
        let to = if to.logical_name == ANY_ACTIVITY { self.activity(id).unwrap_or(to) } else { to };
        Ok((lookup, json!({"table": to.logical_name, "id": id})))
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
        let (set, key) = address(value).ok_or_else(fault)?;
        let table = self.state.table_of_set(set).map(|table| table.logical_name.as_str());
        let id = Guid::parse(key);
        let file = match (table, id) {
            (Some(table), None) if table == ATTACHMENT.table => return Err(errors::ATTACHMENT_ID.fault()),
            (Some(table), Some(id)) if table == ATTACHMENT.table => {
                self.state.record(table, id).and_then(|record| record.files.get(ATTACHMENT.body)).copied()
            }
            (Some("attachment"), Some(id)) => Some(id),
            _ => return Err(fault()),
        };
        let held = file.and_then(|id| self.state.files.get(&id));
        let held = held.filter(|file| file.is_attachment());
        held.map(|file| file.id).ok_or_else(|| -> Fault { errors::ATTACHMENT_NOT_FOUND.fault() })
    }
}
