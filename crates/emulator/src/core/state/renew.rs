//! What an organization that was kept by an older version lacks: tables and columns that a new one starts with.
use super::State;
use super::journal::SPACES;
use crate::core::schema::{Column, Kind, Table};
use crate::core::seed;

impl State {
    /// Adds them, and lets columns mean what they mean by now. What clients made or deleted stays so: custom columns
    /// are left alone. Nothing changes where nothing is missing.
    pub(super) fn renew(&mut self) {
        for seeded in seed::tables(&self.ids) {
            let renewed = match self.tables.get(&seeded.logical_name) {
                Some(kept) => renewed(kept, &seeded),
                None => seeded,
            };
            if self.tables.get(&renewed.logical_name) != Some(&renewed) {
                self.journal.put_durably(SPACES.definitions, renewed.logical_name.clone(), &renewed);
                self.tables.insert(renewed.logical_name.clone(), renewed);
            }
        }
        self.connect_tables();
    }
}

fn renewed(kept: &Table, seeded: &Table) -> Table {
    let mut table = kept.clone();
    for column in seeded.columns.iter().filter(|column| !column.custom) {
        match table.columns.iter_mut().find(|old| old.logical_name == column.logical_name) {
            Some(old) => {
                old.kind = kind(&old.kind, column);
                old.source = column.source.clone();
                old.required = column.required;
            }
            None => table.columns.push(column.clone()),
        }
    }
    table
}

/// A lookup leads where it led, and where it leads in a new organization.
fn kind(kept: &Kind, seeded: &Column) -> Kind {
    match (kept, &seeded.kind) {
        (Kind::Lookup { targets: kept }, Kind::Lookup { targets: seeded }) => {
            let more = seeded.iter().filter(|target| !kept.contains(target));
            Kind::Lookup { targets: kept.iter().chain(more).cloned().collect() }
        }
        (_, kind) => kind.clone(),
    }
}
