//! Bytes on their way into a column: by messages, by one PATCH, by ranged PATCHes.
//!
//! Whatever the way, a name is checked first, a size as soon as it is known (U20), and the file becomes visible
//! in one step, [`Core::publish`].
mod chunked;
mod messages;
mod name;
mod opening;
mod publish;
mod single;
mod target;

use http::header;

pub(in crate::core) use self::chunked::number;
pub(in crate::core) use self::opening::CHUNK_SIZE;

use self::chunked::Chunk;
use self::opening::Open;
use self::single::Single;
use super::examine::whole;
use super::fault::{Answer, Fault};
use super::message::Call;
use super::options::{DATABASE_LIMIT, MEGABYTE};
use super::request::Request;
use super::route::Property;
use super::schema::{Access, Column, Kind, Source, Table};
use super::state::Place;
use super::state::uploads::{Upload, Way};
use super::{Core, IGNORED, conditions, errors, guid::Guid, mime, records};
use crate::images::Thumbnailer;
use crate::payload::{Content, Intake, Slice, Stored};

/// The query keys that carry the token of a chunked upload: v9.2 and v9.1 (U1).
const TOKEN_KEYS: [&str; 2] = ["sessiontoken", "FileContinuationToken"];
/// Carries the file name, as a header or in the query.
const FILE_NAME: &str = "x-ms-file-name";

/// What a PATCH of a column is, told by its head alone.
enum Patch {
    Open(Open),
    Chunk(Chunk),
    Single(Single),
}

impl Core {
    /// How the body of a PATCH of a column is taken in; it is refused when the head is wrong already.
    pub(in crate::core) fn upload_intake(
        &self,
        request: &Request<'_>,
        property: &Property,
    ) -> Answer<Intake> {
        Ok(match self.patch(request, property)? {
            Patch::Open(_) => Intake::Bytes { limit: IGNORED },
            Patch::Chunk(chunk) => Intake::Blob { limit: chunk.len() },
            Patch::Single(single) => Intake::Blob { limit: single.limit },
        })
    }

    /// A PATCH of a column.
    pub(in crate::core) fn upload(
        &mut self,
        request: &Request<'_>,
        property: &Property,
        content: &Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        match self.patch(request, property)? {
            Patch::Open(open) => self.open(request, open, content),
            Patch::Chunk(chunk) => self.chunk(request, &chunk, content, thumbnailer),
            Patch::Single(single) => self.single(request, single, content, thumbnailer),
        }
    }

    /// The image that a PATCH of a column with this body completes.
    pub(in crate::core) fn patched_image(
        &self,
        request: &Request<'_>,
        property: &Property,
        stored: Stored,
    ) -> Option<Vec<Slice>> {
        match self.patch(request, property).ok()? {
            Patch::Open(_) => None,
            Patch::Chunk(chunk) => self.completed_image(&chunk, stored),
            Patch::Single(single) => self.is_image(single.place()).then(|| vec![whole(&stored)]),
        }
    }

    /// The column of a place, which stores the bytes of columns, notes or attachments.
    pub(super) fn column_at(&self, place: &Place) -> Answer<&Column> {
        let column = self.table(&place.table)?.column(&place.column);
        let stores = column.filter(|column| column.source == Source::File);
        stores.ok_or_else(|| errors::FILE_ATTRIBUTE_NAME.with(&[&place.column]))
    }

    fn patch(&self, request: &Request<'_>, property: &Property) -> Answer<Patch> {
        let table = self.table(&property.target.table)?;
        if property.raw || matches!(table.access, Access::Read | Access::List) {
            return Err(Fault::method_not_allowed("GET,HEAD,OPTIONS"));
        }
        let column = upload_column(table, &property.column)?;
        check_parameters(request)?;
        let record = self.find(&property.target)?;
        conditions::check_version(request, &record)?;
        let place = place(table, record.id, column);

        let token = TOKEN_KEYS.into_iter().find_map(|key| Some((key, request.query.get(key)?)));
        if let Some((key, token)) = token {
            let upload = self.open_upload(request, token, Way::Chunks, key)?;
            if upload.place != place {
                return Err(errors::FILE_PARAMETER.with(&[key]));
            }
            return Ok(Patch::Chunk(self.plan_chunk(request, upload, column)?));
        }
        match request.header("x-ms-transfer-mode") {
            None => Ok(Patch::Single(self.plan_single(request, place, column)?)),
            Some(mode) if mode.eq_ignore_ascii_case("chunked") => {
                Ok(Patch::Open(self.plan_open(request, place)?))
            }
            Some(mode) => {
                Err(errors::INVALID_ARGUMENT.with(&[&format!("x-ms-transfer-mode: {mode} is unknown.")]))
            }
        }
    }

    /// The upload that a token opened, if its time is not over (U7, U21) and it is on its own server (U28).
    fn open_upload(&self, request: &Request<'_>, token: &str, way: Way, parameter: &str) -> Answer<&Upload> {
        let known = self.state.upload(token).filter(|upload| {
            let over = request.now >= upload.opened.after(self.options.session_lifetime);
            upload.kind == way && !over && has_affinity(request, upload)
        });
        known.ok_or_else(|| errors::FILE_PARAMETER.with(&[parameter]))
    }

    /// A file of this many bytes fits into the column and the organization.
    pub(in crate::core) fn check_size(&self, column: &Column, size: u64) -> Answer<()> {
        let limit = self.max_bytes(column);
        if size > limit {
            let megabytes = |bytes: u64| (bytes / MEGABYTE).to_string();
            return Err(match column.kind {
                Kind::Image { .. } => errors::IMAGE_SIZE.with(&[&megabytes(limit), &megabytes(size)]),
                _ => errors::ATTACHMENT_SIZE.fault(),
            });
        }
        if !self.options.chunking_supported && size > DATABASE_LIMIT {
            return Err(errors::DATABASE_SIZE.with(&[&(DATABASE_LIMIT / MEGABYTE).to_string()]));
        }
        Ok(())
    }

    /// The column that an action's `Target` and `FileAttributeName` name; its record exists (X7).
    pub(in crate::core) fn target_column(&self, call: &Call) -> Answer<(Place, &Column)> {
        let target = call.target()?;
        let table = self.table(target::type_name(target)?)?;
        let id = target::id(target, &table.primary_id)?;
        let column = upload_column(table, call.text("FileAttributeName")?)?;
        match self.state.record(&table.logical_name, id) {
            Some(_) => Ok((place(table, id, column), column)),
            None => Err(records::missing_id(&table.logical_name, id)),
        }
    }
}

fn place(table: &Table, record: Guid, column: &Column) -> Place {
    Place { table: table.logical_name.clone(), record, column: column.logical_name.clone() }
}

/// A column that stores files, by its logical name.
pub(in crate::core) fn upload_column<'a>(table: &'a Table, name: &str) -> Answer<&'a Column> {
    table.file_column(name).ok_or_else(|| errors::FILE_ATTRIBUTE_NAME.with(&[name]))
}

/// The query of an upload holds nothing but the name and the token.
fn check_parameters(request: &Request<'_>) -> Answer<()> {
    let unknown = |name: &&str| !TOKEN_KEYS.contains(name) && *name != FILE_NAME;
    match request.query.names().find(unknown) {
        Some(name) => Err(errors::FILE_PARAMETER.with(&[name])),
        None => Ok(()),
    }
}

/// Whether the cookie that the opening set came back.
fn has_affinity(request: &Request<'_>, upload: &Upload) -> bool {
    let Some(affinity) = &upload.affinity else { return true };
    let cookies = request.head.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| name == "ARRAffinity" && value == affinity)
}

/// The `Content-Type`, when it says more than that there are bytes (U12).
fn content_type(request: &Request<'_>) -> Option<String> {
    let text = request.header(header::CONTENT_TYPE.as_str())?;
    (mime::essence(text) != mime::UNKNOWN).then(|| text.to_owned())
}
