//! Records that come as the `Target` of a message, with their file in blocks (notes-attachments §4).
use serde_json::{Map, Value};

use super::body::Body;
use super::content::GivenContent;
use super::edit::Edit;
use crate::core::Core;
use crate::core::family::Holder;
use crate::core::fault::Answer;
use crate::core::guid::Guid;
use crate::core::request::Request;
use crate::core::schema::Table;
use crate::images::Thumbnailer;

/// A record as a message describes it, but for its file.
#[derive(Debug)]
pub(in crate::core) struct WholeRecord {
    /// Logical name.
    pub(in crate::core) table: &'static str,
    pub(in crate::core) id: Guid,
    pub(in crate::core) values: Map<String, Value>,
}

impl Core {
    /// Checks a record that is still without its file, as [`Core::write_whole`] will.
    pub(in crate::core) fn check_whole(
        &self,
        holder: &Holder,
        id: Option<Guid>,
        values: &Map<String, Value>,
    ) -> Answer<()> {
        let table = self.table(holder.table)?;
        let mut edit = self.whole_edit(table, values)?;
        // What a commit refuses to update is new in every other respect.
        let old = id.filter(|_| holder.updates).and_then(|id| self.state.record(holder.table, id));
        self.settle(table, old, &mut edit).map(drop)
    }

    /// Makes the record, or changes the one that is there.
    pub(in crate::core) fn write_whole(
        &mut self,
        request: &Request<'_>,
        record: WholeRecord,
        content: GivenContent,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer<()> {
        let WholeRecord { table, id, values } = record;
        let table = self.table(table)?.clone();
        let mut edit = self.whole_edit(&table, &values)?;
        edit.content = Some(content);
        match self.state.record(&table.logical_name, id) {
            Some(_) => self.update(request, &table, id, edit, thumbnailer),
            None => self.insert(request, &table, id, edit, thumbnailer),
        }
    }

    fn whole_edit(&self, table: &Table, values: &Map<String, Value>) -> Answer<Edit> {
        self.edit(table, Body::plain(values.clone()))
    }
}
