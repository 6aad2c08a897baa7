//! The rows: one keyed table in SQLite.
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Error, ErrorCode, params};

use super::with;
use crate::store::{Change, Row};

/// "DVFE" in ASCII, at its documented place in the file: tells our databases from others.
const APPLICATION: i32 = 0x4456_4645;
/// The layout below.
const SCHEMA: i32 = 1;

const LAYOUT: &str = "CREATE TABLE rows (
    space TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (space, key)
) WITHOUT ROWID";

#[derive(Debug)]
pub(super) struct Rows {
    connection: Mutex<Connection>,
}

impl Rows {
    pub(super) fn open(path: &Path) -> io::Result<Rows> {
        let shown = path.display();
        let connection =
            connect(path).map_err(|e| with(&e, format!("the database {shown} cannot be opened")))?;
        Ok(Rows { connection: Mutex::new(connection) })
    }

    pub(super) fn load(&self) -> io::Result<Vec<Row>> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT space, key, value FROM rows").map_err(failed)?;
        let mut found = statement.query([]).map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(failed)? {
            let (space, key): (String, String) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            let text = row.get_ref(2).and_then(|value| Ok(value.as_str()?)).map_err(failed)?;
            let value = serde_json::from_str(text).map_err(|e| {
                io::Error::new(ErrorKind::InvalidData, format!("row {key} of {space} is not JSON: {e}"))
            })?;
            rows.push(Row { space, key, value });
        }
        Ok(rows)
    }

    /// All or nothing; with `durable`, on the disk before this returns.
    pub(super) fn apply(&self, changes: &[Change], durable: bool) -> io::Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        write(&mut self.connection(), changes, durable).map_err(failed)
    }

    pub(super) fn forget(&self, places: &[(String, String)]) -> io::Result<()> {
        let connection = self.connection();
        let mut delete =
            connection.prepare("DELETE FROM rows WHERE space = ?1 AND key = ?2").map_err(failed)?;
        for (space, key) in places {
            delete.execute(params![space, key]).map_err(failed)?;
        }
        Ok(())
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic left open has been rolled back by its own end.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> io::Result<Connection> {
    let connection = Connection::open(path).map_err(failed)?;
    // The folder's lock lets one process in: no other connection has to be told of what is written.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    let number =
        |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0)).map_err(failed);
    let (application, schema) = (number("application_id")?, number("user_version")?);
    if tables > 0 && application != APPLICATION {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is a database of another program"));
    }
    if schema > SCHEMA {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            format!(
                "it was written by a newer version (layout {schema}; this one knows {SCHEMA}); update, or choose another folder"
            ),
        ));
    }
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    if tables == 0 {
        let begin = format!(
            "BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA}; {LAYOUT}; COMMIT"
        );
        connection.execute_batch(&begin).map_err(failed)?;
    }
    Ok(connection)
}

fn write(connection: &mut Connection, changes: &[Change], durable: bool) -> rusqlite::Result<()> {
    // In a write-ahead log NORMAL survives the process, FULL survives a power cut.
    connection.pragma_update(None, "synchronous", if durable { "FULL" } else { "NORMAL" })?;
    let transaction = connection.transaction()?;
    {
        let mut put = transaction
            .prepare_cached("INSERT OR REPLACE INTO rows (space, key, value) VALUES (?1, ?2, ?3)")?;
        let mut delete = transaction.prepare_cached("DELETE FROM rows WHERE space = ?1 AND key = ?2")?;
        for change in changes {
            match &change.value {
                Some(value) => put.execute(params![change.space, change.key, value.to_string()])?,
                None => delete.execute(params![change.space, change.key])?,
            };
        }
    }
    transaction.commit()
}

/// The closest kind, so that a full disk can be told from a broken one without knowing SQLite.
fn failed(error: Error) -> io::Error {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ErrorKind::StorageFull,
        Some(ErrorCode::ReadOnly) => ErrorKind::ReadOnlyFilesystem,
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => ErrorKind::PermissionDenied,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::ResourceBusy,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => ErrorKind::InvalidData,
        _ => ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_full_database_is_a_clear_error_and_half_a_change_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let rows = Rows::open(&dir.path().join("organization.sqlite")).unwrap();
        rows.connection().pragma_update(None, "max_page_count", 20).unwrap();
        let change = |key: &str, len: usize| Change {
            space: "records",
            key: key.into(),
            value: Some(json!("x".repeat(len))),
        };
        rows.apply(&[change("a", 10)], true).unwrap();
        let error = rows.apply(&[change("b", 10), change("c", 1 << 20)], true).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        let keys: Vec<String> = rows.load().unwrap().into_iter().map(|row| row.key).collect();
        assert_eq!(keys, ["a"]);
        rows.apply(&[change("d", 10)], true).unwrap();
    }
}
