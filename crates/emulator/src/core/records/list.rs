//! Many records: filter, order, pages.
use std::borrow::Cow;
use std::cmp::Ordering;

use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::text::{self, Entity};
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::odata::filter::{Filter, compare};
use crate::core::odata::options::{Order, ReadOptions};
use crate::core::options::BYTE_ORDER_MARK;
use crate::core::request::Request;
use crate::core::schema::{Column, Table};
use crate::core::state::Record;
use crate::core::{Core, answer, errors};

/// Where a page starts: its number and the last row of the page before.
#[derive(Debug)]
struct SkipToken {
    skipped: usize,
    last: Guid,
}

impl SkipToken {
    fn parse(text: &str) -> Answer<SkipToken> {
        let parts = text.split_once(' ').and_then(|(skipped, last)| {
            Some(SkipToken { skipped: skipped.parse().ok()?, last: Guid::parse(last)? })
        });
        parts.ok_or_else(|| errors::QUERY_SYNTAX.with(&["$skiptoken is none of this organization."]))
    }

    /// The first row of the page. When the last row of the page before is gone, counting has to do.
    fn start(&self, rows: &[Cow<'_, Record>]) -> usize {
        let last = rows.iter().position(|row| row.id == self.last);
        last.map_or(self.skipped.min(rows.len()), |at| at + 1)
    }
}

impl Core {
    pub(super) fn list(&self, request: &Request<'_>, table: &Table) -> Answer {
        self.page(request, table, self.state.rows(table))
    }

    /// `…/$count`: text behind the byte order mark that servers send (notes-attachments §5.1).
    pub(in crate::core) fn count(&self, request: &Request<'_>, table: &str) -> Answer {
        if !request.reads() {
            return Err(Fault::method_not_allowed(super::READ));
        }
        let table = self.table(table)?;
        self.count_of(request, table, self.state.rows(table))
    }

    pub(super) fn count_of(
        &self,
        request: &Request<'_>,
        table: &Table,
        rows: Vec<Cow<'_, Record>>,
    ) -> Answer {
        let options = ReadOptions::parse(&request.query)?;
        let rows = self.filtered(table, rows, options.filter.as_ref())?;
        Ok(answer::text(format!("{BYTE_ORDER_MARK}{}", rows.len())))
    }

    /// One page out of rows that belong to `table`.
    pub(super) fn page(&self, request: &Request<'_>, table: &Table, rows: Vec<Cow<'_, Record>>) -> Answer {
        let options = ReadOptions::parse(&request.query)?;
        let (top, count) = (options.top, options.count);
        let skip = options.skip_token.as_deref().map(SkipToken::parse).transpose()?;
        let mut rows = self.filtered(table, rows, options.filter.as_ref())?;
        self.sort(table, &mut rows, &options.order)?;
        let shape = self.shape(request, table, options)?;

        let start = skip.map_or(0, |skip| skip.start(&rows));
        let wished = request.prefer.page_size.unwrap_or(self.options.page_size);
        // A page of its own size makes no sense within a few rows: `$top` wins.
        let size = top.unwrap_or_else(|| wished.min(self.options.page_size));
        let end = rows.len().min(start.saturating_add(size));
        let shown = rows.get(start..end).unwrap_or_default();
        let records = shown.iter().map(|row| self.object(table, row, &shape));
        let records = records.collect::<Answer<Vec<Entity>>>()?;

        let mut body = serde_json::Map::new();
        if count {
            body.insert("@odata.count".to_owned(), rows.len().into());
        }
        if let Some(last) = shown.last().filter(|_| end < rows.len() && top.is_none()) {
            body.insert("@odata.nextLink".to_owned(), next_link(request, end, last.id).into());
        }
        let context = shape.set_context(request, table);
        let body = text::page(answer::with_context(context, body), records);
        Ok(answer::json_payload(StatusCode::OK, body))
    }

    pub(super) fn filtered<'a>(
        &self,
        table: &Table,
        mut rows: Vec<Cow<'a, Record>>,
        filter: Option<&Filter>,
    ) -> Answer<Vec<Cow<'a, Record>>> {
        let Some(filter) = filter else { return Ok(rows) };
        filter.check(&|name: &str| table.property(name).map(Column::class))?;
        rows.retain(|row| filter.matches(&|name: &str| self.named_value(table, row, name)));
        Ok(rows)
    }

    pub(super) fn sort(&self, table: &Table, rows: &mut [Cow<'_, Record>], order: &[Order]) -> Answer<()> {
        if let Some(unknown) = order.iter().find(|order| table.property(&order.property).is_none()) {
            return Err(Fault::query_name(&unknown.property));
        }
        rows.sort_by(|a, b| {
            let compared = order.iter().map(|Order { property, descending }| {
                let (a, b) = (self.named_value(table, a, property), self.named_value(table, b, property));
                let ordering = nulls_first(&a, &b);
                if *descending { ordering.reverse() } else { ordering }
            });
            compared.fold(Ordering::Equal, Ordering::then).then(a.id.cmp(&b.id))
        });
        Ok(())
    }

    fn named_value(&self, table: &Table, row: &Record, name: &str) -> Value {
        table.property(name).map_or(Value::Null, |column| self.state.value(table, row, column))
    }
}

fn nulls_first(a: &Value, b: &Value) -> Ordering {
    (!a.is_null()).cmp(&!b.is_null()).then_with(|| compare(a, b).unwrap_or(Ordering::Equal))
}

/// The request once more, from the row after `last` on.
fn next_link(request: &Request<'_>, skipped: usize, last: Guid) -> String {
    let uri = &request.head.uri;
    let kept = uri.query().unwrap_or_default().split('&').filter(|part| {
        let name = part.split('=').next().unwrap_or_default();
        !part.is_empty() && !matches!(name, "$skiptoken" | "%24skiptoken")
    });
    let token = format!("{skipped} {last}");
    let token = format!("$skiptoken={}", utf8_percent_encode(&token, NON_ALPHANUMERIC));
    let query: Vec<&str> = kept.chain([token.as_str()]).collect();
    format!("{}{}?{}", request.origin(), uri.path(), query.join("&"))
}
