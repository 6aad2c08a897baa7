//! `GetFileSasUrl` (file-columns §7.4).
use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, json};

use crate::core::family::Holder;
use crate::core::fault::{Answer, Fault};
use crate::core::guid::Guid;
use crate::core::odata::arguments::split;
use crate::core::records;
use crate::core::request::Request;
use crate::core::schema::{Column, Kind, Table};
use crate::core::state::Place;
use crate::core::upload::upload_column;
use crate::core::{Core, answer, errors};

/// Why there are no such addresses with a key of the organization's own (files-images-overview).
const IN_THE_DATABASE: &str = "Feature not enabled for this organization: it has an encryption key of its own, so its files are stored in the database and no shared access URL leads to them.";

impl Core {
    /// An anonymous address of a file, for an hour.
    pub(in crate::core) fn get_file_sas_url(&self, request: &Request<'_>, arguments: &str) -> Answer {
        let target = argument(request, arguments, "Target")?;
        let column = argument(request, arguments, "FileAttributeName")?;
        let (set, id) = odata_id(&target)?;
        let table = self.state.table_of_set(&set).ok_or_else(|| errors::SEGMENT.with(&[&set]))?;
        let column = sas_column(table, unquote(&column).unwrap_or(&column))?;
        if self.state.record(&table.logical_name, id).is_none() {
            return Err(records::missing_id(&table.logical_name, id));
        }
        if !self.options.chunking_supported {
            return Err(errors::FILE_STORE_OFF.saying(IN_THE_DATABASE));
        }
        let place =
            Place { table: table.logical_name.clone(), record: id, column: column.logical_name.clone() };
        let file = self.whole_file(&place).map_err(|fault| match column.kind {
            // Only originals can be had this way, and this column keeps none (getfilesasurl).
            Kind::Image { full: false, .. } => {
                errors::IMAGE_WITHOUT_FULL.with(&[&column.logical_name, &table.logical_name])
            }
            _ => fault,
        })?;
        let expiry = request.now.after(self.options.sas_lifetime).to_string();
        let result = json!({
            "FileName": file.name,
            "FileSizeInBytes": file.size,
            "MimeType": file.mime,
            "SasUrl": self.sas_url(file.id, &expiry),
        });
        let context = request.context("Microsoft.Dynamics.CRM.GetFileSasUrlResponse");
        let body = Map::from_iter([("Result".to_owned(), result)]);
        Ok(answer::json(StatusCode::OK, answer::with_context(context, body)))
    }

    fn sas_url(&self, file: Guid, expiry: &str) -> String {
        let signature = self.sas_signature(file, expiry);
        let expiry = utf8_percent_encode(expiry, NON_ALPHANUMERIC);
        format!(
            "{}/files/{file}?sv=2024-11-04&se={expiry}&sr=b&sp=r&sig={signature}",
            self.options.storage_origin
        )
    }

    /// What proves that a URL of this file was given out until then.
    pub(super) fn sas_signature(&self, file: Guid, expiry: &str) -> String {
        self.state.ids.signature(&format!("sas {file} {expiry}"))
    }
}

/// The column whose file is meant: that of a note or an attachment has no name here (getfilesasurl).
fn sas_column<'a>(table: &'a Table, name: &str) -> Answer<&'a Column> {
    let body = Holder::of(&table.logical_name).and_then(|holder| table.column(holder.body));
    match body.filter(|_| name.is_empty()) {
        Some(body) => Ok(body),
        None => upload_column(table, name),
    }
}

/// A function's argument: in place, or by an alias in the query.
fn argument(request: &Request<'_>, arguments: &str, name: &str) -> Answer<String> {
    let missing = || errors::INVALID_ARGUMENT.with(&[&format!("The parameter '{name}' is missing.")]);
    let arguments = split(arguments);
    let argument = arguments.iter().find(|argument| argument.name == Some(name)).ok_or_else(missing)?;
    match argument.value.starts_with('@') {
        true => request.query.get(argument.value).map(str::to_owned).ok_or_else(missing),
        false => Ok(argument.value.to_owned()),
    }
}

/// Without one pair of quotes of either kind (D23); `None` when there are none.
fn unquote(text: &str) -> Option<&str> {
    let text = text.trim();
    ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

/// Set name and key out of `{'@odata.id':'accounts(<id>)'}`.
fn odata_id(text: &str) -> Answer<(String, Guid)> {
    let fault = || -> Fault { errors::INVALID_ARGUMENT.with(&["Target names no record by '@odata.id'."]) };
    let inner = text.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}')).ok_or_else(fault)?;
    let (name, reference) = inner.split_once(':').ok_or_else(fault)?;
    if unquote(name) != Some("@odata.id") {
        return Err(fault());
    }
    let reference = unquote(reference).ok_or_else(fault)?;
    let (set, key) = reference.rsplit('/').next().and_then(|last| last.split_once('(')).ok_or_else(fault)?;
    let id = key.strip_suffix(')').and_then(Guid::parse).ok_or_else(fault)?;
    Ok((set.to_owned(), id))
}

#[cfg(test)]
mod tests {
    use super::odata_id;

    #[test]
    fn either_quotes_and_any_form_of_the_address_name_a_record() {
        let id = "00000000-0000-0000-0000-000000000001";
        for text in [
            format!("{{'@odata.id':'accounts({id})'}}"),
            format!("{{\"@odata.id\":\"accounts({id})\"}}"),
            format!(
                "{{ \"@odata.id\" : \"https://contoso.crm.dynamics.com/api/data/v9.2/accounts({id})\" }}"
            ),
        ] {
            let (set, found) = odata_id(&text).unwrap();
            assert_eq!((set.as_str(), found.to_string().as_str()), ("accounts", id), "{text}");
        }
    }

    #[test]
    fn other_texts_name_none() {
        for text in [
            "",
            "{}",
            "accounts(1)",
            "{'@odata.id':'accounts'}",
            "{'id':'accounts(x)'}",
            "{'@odata.id':5}",
            "{'@odata.id':'accounts({00000000-0000-0000-0000-000000000001})'}",
        ] {
            assert!(odata_id(text).is_err(), "{text}");
        }
    }
}
