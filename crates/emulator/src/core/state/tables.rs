//! Definitions that change, and what goes with them.
use super::journal::SPACES;
use super::{Place, State};
use crate::core::guid::Guid;
use crate::core::schema::{Kind, Table};
use crate::core::time::Now;

impl State {
    /// Writes a table's definition as a whole, with a new version.
    pub(in crate::core) fn put_table(&mut self, mut table: Table) {
        table.version = self.ids.version();
        self.journal.put_durably(SPACES.definitions, table.logical_name.clone(), &table);
        self.tables.insert(table.logical_name.clone(), table);
        self.connect_tables();
    }

    /// Removes a table with its records and files.
    pub(in crate::core) fn delete_table(&mut self, name: &str) {
        let records: Vec<Guid> = self.records.get(name).into_iter().flatten().map(|(id, _)| *id).collect();
        for id in records {
            self.delete_record(name, id);
        }
        self.close_uploads(|place| place.table == name);
        if self.tables.remove(name).is_some() {
            self.journal.remove_durably(SPACES.definitions, name.to_owned());
        }
        self.connect_tables();
    }

    /// Removes a column's values and files from all records; the definition is the caller's.
    pub(in crate::core) fn empty_column(&mut self, now: Now, table: &str, column: &str) {
        let records = self.records.get(table).into_iter().flat_map(|records| records.values());
        let filled = records.filter(|r| r.files.contains_key(column) || r.values.contains_key(column));
        for id in filled.map(|record| record.id).collect::<Vec<Guid>>() {
            let place = Place { table: table.to_owned(), record: id, column: column.to_owned() };
            if self.remove_file(now, &place) {
                continue;
            }
            if let Some(mut record) = self.record(table, id).cloned() {
                record.values.remove(column);
                self.put_record(table, record);
            }
        }
        self.close_uploads(|place| place.table == table && place.column == column);
    }

    /// Files and notes can belong to the records of every table that has them: the lookups follow the definitions.
    pub(super) fn connect_tables(&mut self) {
        let names = |has: &dyn Fn(&Table) -> bool| -> Vec<String> {
            self.tables.values().filter(|table| has(table)).map(|table| table.logical_name.clone()).collect()
        };
        let with_files = names(&|table| table.has_files());
        let with_notes = names(&|table| table.has_notes);
        self.retarget("fileattachment", with_files);
        self.retarget("annotation", with_notes);
    }

    /// Sets what the lookup `objectid` of a table leads to.
    fn retarget(&mut self, name: &str, targets: Vec<String>) {
        let Some(mut table) = self.tables.get(name).cloned() else { return };
        let Some(lookup) = table.columns.iter_mut().find(|column| column.logical_name == "objectid") else {
            return;
        };
        let wanted = Kind::Lookup { targets };
        if lookup.kind != wanted {
            lookup.kind = wanted;
            self.journal.put_durably(SPACES.definitions, name.to_owned(), &table);
            self.tables.insert(name.to_owned(), table);
        }
    }
}
