//! Records that belong to another one, and the one they belong to: by URL and by `$expand`.
use std::borrow::Cow;

use http::StatusCode;

use super::read::{Shape, check_names};
use super::text::{Entity, Nested};
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::odata::options::{Expand, ReadOptions};
use crate::core::relationships::{PARENT, Reference, Relationship};
use crate::core::request::Request;
use crate::core::route::Navigation;
use crate::core::schema::Table;
use crate::core::state::Record;
use crate::core::{Core, answer, errors};

impl Core {
    /// A request to a navigation property.
    pub(in crate::core) fn navigation(&self, request: &Request<'_>, navigation: &Navigation) -> Answer {
        if !request.reads() {
            return Err(Fault::method_not_allowed(super::READ));
        }
        let Navigation { target, name, count } = navigation;
        let record = self.find(target)?;
        let table = self.table(&target.table)?;
        if let Some(relationship) = table.relationship(name) {
            let children = self.table(relationship.children)?;
            let rows = self.related(table, &record, &relationship);
            return match count {
                true => self.count_of(request, children, rows),
                false => self.page(request, children, rows),
            };
        }
        let reference = table.reference(name).filter(|_| !count);
        let reference = reference.ok_or_else(|| errors::SEGMENT.with(&["$count"]))?;
        match self.referred(table, &record, &reference) {
            Some((parent, row)) => {
                let shape = self.shape(request, parent, ReadOptions::parse(&request.query)?)?;
                self.entity(request, parent, &row, &shape, StatusCode::OK)
            }
            None => Ok(answer::empty(StatusCode::NO_CONTENT)),
        }
    }

    /// The names of an `$expand` are known (M4), whatever there is to expand.
    pub(super) fn check_expand(&self, table: &Table, expand: &Expand) -> Answer<()> {
        let Expand { name, select, filter, order, top } = expand;
        if let Some(relationship) = table.relationship(name) {
            let children = self.table(relationship.children)?;
            check_names(children, select.as_deref())?;
            self.filtered(children, Vec::new(), filter.as_ref())?;
            return self.sort(children, &mut [], order);
        }
        let reference = table.reference(name).ok_or_else(|| Fault::query_name(name))?;
        if filter.is_some() || !order.is_empty() || top.is_some() {
            let text = format!("{name} is one record: there is nothing to choose.");
            return Err(errors::QUERY_SYNTAX.with(&[&text]));
        }
        let target = reference.named.or(reference.targets.first().map(String::as_str));
        check_names(self.table(target.unwrap_or_default())?, select.as_deref())
    }

    /// What an `$expand` adds to a record.
    pub(super) fn expanded(
        &self,
        table: &Table,
        record: &Record,
        expand: &Expand,
        outer: &Shape,
    ) -> Answer<(String, Nested)> {
        let shape = outer.inner(expand);
        let nested = if let Some(relationship) = table.relationship(&expand.name) {
            let children = self.table(relationship.children)?;
            let rows = self.related(table, record, &relationship);
            let mut rows = self.filtered(children, rows, expand.filter.as_ref())?;
            self.sort(children, &mut rows, &expand.order)?;
            rows.truncate(expand.top.unwrap_or(usize::MAX));
            let rows = rows.iter().map(|row| self.object(children, row, &shape));
            Nested::Many(rows.collect::<Answer<Vec<Entity>>>()?)
        } else {
            let reference = table.reference(&expand.name).ok_or_else(|| Fault::query_name(&expand.name))?;
            let parent = self.referred(table, record, &reference);
            let parent = parent.map(|(parent, row)| self.object(parent, &row, &shape)).transpose()?;
            Nested::One(parent.map(Box::new))
        };
        Ok((expand.name.clone(), nested))
    }

    /// The rows of a collection.
    fn related<'a>(
        &'a self,
        table: &Table,
        record: &Record,
        relationship: &Relationship,
    ) -> Vec<Cow<'a, Record>> {
        let children = relationship.children;
        if children == "fileattachment" {
            return self.state.file_rows(record).into_iter().map(Cow::Owned).collect();
        }
        let ids = self.state.children(children, PARENT, &table.logical_name, record.id);
        ids.into_iter().filter_map(|id| self.state.record(children, id)).map(Cow::Borrowed).collect()
    }

    /// The record that a lookup leads to, when it is one that the name means.
    fn referred<'a>(
        &'a self,
        table: &Table,
        record: &Record,
        reference: &Reference<'_>,
    ) -> Option<(&'a Table, Cow<'a, Record>)> {
        let column = reference.column;
        let id = self.state.value(table, record, column).as_str().and_then(Guid::parse)?;
        let stored = record.values.get(&column.logical_name).and_then(|lookup| lookup.get("table")?.as_str());
        let name = stored.or(reference.targets.first().map(String::as_str))?;
        let parent = self.state.tables.get(name).filter(|parent| reference.means(parent))?;
        self.state.row(parent, id).map(|row| (parent, row))
    }
}
