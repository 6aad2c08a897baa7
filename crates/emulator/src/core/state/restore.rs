//! A state from the rows that a store kept.
use std::fmt;

use serde::de::DeserializeOwned;

use super::journal::SPACES;
use super::uploads::{Piece, Upload};
use super::{Record, State};
use crate::core::guid::Guid;
use crate::core::ids::Ids;
use crate::core::schema::Table;
use crate::store::Row;

/// A row that is none of the core's.
///
/// ```
/// use dataverse_files_emulator::core::{Core, Options};
/// use dataverse_files_emulator::store::Row;
///
/// let row = Row { space: "records".into(), key: "account/1".into(), value: serde_json::Value::Null };
/// let error = Core::restore(Options::default(), 7, vec![row]).unwrap_err();
/// assert!(error.to_string().contains("account/1"));
/// ```
#[derive(Debug)]
pub struct RestoreError {
    space: String,
    key: String,
    reason: String,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RestoreError { space, key, reason } = self;
        write!(
            f,
            "the kept row {space} {key} can not be read: {reason}; the data folder is damaged or of another version"
        )
    }
}

impl std::error::Error for RestoreError {}

impl State {
    /// The organization that was kept; a new one when nothing was.
    pub(in crate::core) fn restored(seed: u64, rows: Vec<Row>) -> Result<State, RestoreError> {
        if rows.is_empty() {
            return Ok(State::seeded(seed));
        }
        let mut state = State::empty(Ids::new(seed));
        let (blocks, rows): (Vec<Row>, Vec<Row>) =
            rows.into_iter().partition(|row| row.space == SPACES.blocks);
        for row in rows.into_iter().chain(blocks) {
            let Row { space, key, value } = row;
            let result = state.take_row(&space, &key, value);
            result.map_err(|reason| RestoreError { space, key, reason })?;
        }
        state.renew();
        Ok(state)
    }

    fn take_row(&mut self, space: &str, key: &str, value: serde_json::Value) -> Result<(), String> {
        if space == SPACES.ids {
            self.ids = read(value)?;
        } else if space == SPACES.definitions {
            let table: Table = read(value)?;
            self.tables.insert(table.logical_name.clone(), table);
        } else if space == SPACES.records {
            let (table, _) = key.split_once('/').ok_or("its key names no table")?;
            let record: Record = read(value)?;
            self.records.entry(table.to_owned()).or_default().insert(record.id, record);
        } else if space == SPACES.files {
            let id = Guid::parse(key).ok_or("its key is no file id")?;
            self.files.insert(id, read(value)?);
        } else if space == SPACES.images {
            let id = Guid::parse(key).ok_or("its key is no image id")?;
            self.images.insert(id, read(value)?);
        } else if space == SPACES.tokens {
            // What does not fit may be a token, which no error repeats.
            let upload = read::<Upload>(value).map_err(|_| "it is no upload")?;
            self.insert_upload(upload);
        } else if space == SPACES.blocks {
            self.take_piece(key, read(value)?)?;
        } else {
            return Err("no such collection".to_owned());
        }
        Ok(())
    }

    fn take_piece(&mut self, key: &str, piece: Piece) -> Result<(), String> {
        let serial = key.split('/').next().and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let upload = serial.and_then(|serial| self.upload_mut(serial)).ok_or("it belongs to no upload")?;
        upload.insert(piece);
        Ok(())
    }
}

fn read<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}
