//! Change and delete columns (metadata §8, §9).
use dataverse_files_proto::{Answer, Call, Error, ErrorKind, Organization, Table};
use http::{HeaderValue, Method};
use serde_json::{Map, Value};

use crate::answer::{lacks, single, unknown};
use crate::create::check_max_size;
use crate::request::{definition_of, delete, get, logical, strong, with, write};
use crate::{ColumnDefinition, ColumnKind};

/// A property of a column that can be changed.
///
/// ```
/// use dataverse_files_metadata::ColumnChange;
/// let grow = ColumnChange::MaxSizeInKb(131_072);
/// assert_ne!(grow, ColumnChange::MakePrimaryImage);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnChange {
    /// The largest file, in KB of 1,024 bytes. Files that are there already stay, however large (M1: the API allows it,
    /// the designer does not).
    MaxSizeInKb(u64),
    /// Whether images uploaded from now on are kept as they are. Those that are there already do not change
    /// (image-columns §5). For image columns only.
    CanStoreFullImage(bool),
    /// Make it the table's primary image in place of the present one. There is no way back but to make another column
    /// primary (image-columns §6). For image columns only.
    MakePrimaryImage,
}

impl ColumnChange {
    fn check(self, kind: ColumnKind) -> Result<(), Error> {
        match (self, kind) {
            (ColumnChange::MaxSizeInKb(size), _) => check_max_size(kind, size),
            (_, ColumnKind::Image) => Ok(()),
            (_, ColumnKind::File) => Err(Error::input(
                "full images and the primary image are for image columns, not for file columns",
            )),
        }
    }

    fn apply(self, definition: &mut Map<String, Value>) {
        let (name, value) = match self {
            ColumnChange::MaxSizeInKb(size) => ("MaxSizeInKB", Value::from(size)),
            ColumnChange::CanStoreFullImage(can) => ("CanStoreFullImage", Value::from(can)),
            ColumnChange::MakePrimaryImage => ("IsPrimaryImage", Value::from(true)),
        };
        definition.insert(name.to_owned(), value);
    }
}

/// Change a column. Definitions can only be replaced as a whole, so this is two requests: the whole definition as it is
/// now, past every cache, then the same with the changes. Labels of other languages are kept.
///
/// A change by someone else between the two requests is lost: definitions have no ETag to tell it by.
///
/// ```
/// # use dataverse_files_proto::{Organization, Table};
/// # use dataverse_files_metadata::{ColumnDefinition, ColumnKind};
/// use dataverse_files_metadata::{ColumnChange, update_column};
/// # fn looked_up() -> ColumnDefinition {
/// #     ColumnDefinition { logical_name: "sample_filecolumn".into(), schema_name: "sample_FileColumn".into(),
/// #         kind: ColumnKind::File, max_size_in_kb: 32_768, can_store_full_image: false, is_primary_image: false }
/// # }
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let account = Table::new("account", "accountid")?;
/// let column: ColumnDefinition = looked_up();
/// let call = update_column(&contoso, &account, &column, &[ColumnChange::MaxSizeInKb(131_072)])?;
/// # let _ = call;
/// assert!(update_column(&contoso, &account, &column, &[ColumnChange::MakePrimaryImage]).is_err());
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`] when there is no change, when a change is not for columns of this kind, or when the size is above
/// 10,485,760 KB (file) or 30,720 KB (image). The call itself fails with [`ErrorKind::NotFound`] when the column is not
/// there (any more).
pub fn update_column(
    organization: &Organization,
    table: &Table,
    column: &ColumnDefinition,
    changes: &[ColumnChange],
) -> Result<Call<()>, Error> {
    let (kind, changes) = (column.kind, changes.to_vec());
    if changes.is_empty() {
        return Err(Error::input("there is nothing to change"));
    }
    changes.iter().try_for_each(|change| change.check(kind))?;
    let name = logical(&column.logical_name)?;
    let path = format!("{}/Attributes(LogicalName='{name}')", definition_of(table));
    let whole = strong(get(organization, &format!("{path}/{}", kind.cast())));
    let why = no_column(table, &name);
    let (organization, mut step) = (organization.clone(), Step::Get);
    let call = Call::paged("change column", whole, move |_, body| {
        if step == Step::Put {
            return Ok(Answer::Whole(()));
        }
        let Some(mut definition) = single(body)? else { return Ok(Answer::Missing(why.clone())) };
        prepare(&mut definition, kind)?;
        changes.iter().for_each(|change| change.apply(&mut definition));
        step = Step::Put;
        let put = write(&organization, Method::PUT, &path, &Value::Object(definition));
        Ok(Answer::Next(Box::new(with(put, "mscrm.mergelabels", HeaderValue::from_static("true")))))
    });
    let why = no_column(table, &name);
    Ok(call.or_else(move |refusal| match refusal.kind() {
        // A 400 to the PUT is about its content; only a 404 says that there is no such column.
        ErrorKind::NotFound => unknown(refusal, &why),
        _ => None,
    }))
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Get,
    Put,
}

/// The answer as it may be sent back: with its type, without what is about the answer itself.
fn prepare(definition: &mut Map<String, Value>, kind: ColumnKind) -> Result<(), String> {
    for name in ["LogicalName", "SchemaName", "MaxSizeInKB"] {
        // A part of a definition must never be put in place of the whole.
        definition.get(name).filter(|value| !value.is_null()).ok_or_else(|| lacks(name))?;
    }
    definition.remove("@odata.context");
    definition.remove("@odata.etag");
    definition.insert("@odata.type".to_owned(), kind.cast().into());
    Ok(())
}

/// Delete a column with everything that is in it, in every record. There is no way back.
///
/// ```
/// # use dataverse_files_proto::{Organization, Table};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let account = Table::new("account", "accountid")?;
/// let call = dataverse_files_metadata::delete_column(&contoso, &account, "sample_filecolumn")?;
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`] when `name` is no name. The call itself fails with [`ErrorKind::NotFound`] when there is no such
/// column (though not when an earlier attempt of the same call may have deleted it), and with [`ErrorKind::Refused`]
/// when something still uses it (`0x8004F01F`).
pub fn delete_column(organization: &Organization, table: &Table, name: &str) -> Result<Call<()>, Error> {
    let name = logical(name)?;
    let path = format!("{}/Attributes(LogicalName='{name}')", definition_of(table));
    let why = no_column(table, &name);
    let call = Call::new("delete column", strong(delete(organization, &path)), |_, _| Ok(()));
    Ok(call.or_else(move |refusal| match refusal.kind() {
        ErrorKind::NotFound if refusal.attempts() > 1 => Some(Answer::Whole(())),
        ErrorKind::NotFound => unknown(refusal, &why),
        _ => None,
    }))
}

fn no_column(table: &Table, name: &str) -> String {
    let table = table.logical_name();
    format!("table {table:?} has no such column {name:?}; check the spelling of both")
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
