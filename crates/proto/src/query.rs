//! The small questions that go with transfers.
use crate::wire::{delete, entity, look, sas, table};
use crate::{Answer, Call, Error, Guid, Organization, Record, Table, Target};

/// A table's logical name and primary id column, from its entity set name. The set name is not always the logical name
/// with an `s` (metadata §1), so it is asked for.
///
/// ```
/// # use dataverse_files_proto::{Organization, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// assert!(query::table(&contoso, "opportunities").is_ok());
/// assert!(query::table(&contoso, "no table'").is_err());
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) when `set` is no name. The call itself fails with
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when no table has it.
pub fn table(organization: &Organization, set: &str) -> Result<Call<Table>, Error> {
    let checked = Table::new(set, set)?;
    let request = table::by_set(organization, checked.logical_name());
    let set = set.to_owned();
    Ok(Call::paged("look up table", request, move |head, body| {
        Ok(match table::named(head, body)? {
            Some(table) => Answer::Whole(table),
            None => Answer::Missing(format!("no table has the set name {set:?}; check its spelling")),
        })
    }))
}

/// What a column, a note or an attachment holds.
///
/// ```
/// use dataverse_files_proto::Held;
/// let empty = Held::default();
/// assert!(empty.file_id.is_none());
/// ```
pub use crate::wire::look::Held;

/// Which file a column, a note or an attachment holds: its id and its name, and of notes and attachments its size and type
/// (file-columns §1.1, notes-attachments §3).
///
/// ```
/// # use dataverse_files_proto::{Organization, Target, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column: Target = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// assert!(query::held(&contoso, &column).is_ok());
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) for a note or an attachment that is yet to be made.
pub fn held(organization: &Organization, target: impl Into<Target>) -> Result<Call<Held>, Error> {
    let target = target.into();
    there(&target)?;
    let request = look::look(organization, &target);
    Ok(Call::new("look at record", request, move |head, body| look::seen_one(&target, head, body)))
}

/// Empty a column, or delete a note or an attachment with all it says. That there is nothing (any more) is fine (X2).
///
/// ```
/// # use dataverse_files_proto::{Organization, Target, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let note: Target = "annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)".parse().unwrap();
/// assert!(query::delete(&contoso, &note).is_ok());
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) for a note or an attachment that is yet to be made.
pub fn delete(organization: &Organization, target: impl Into<Target>) -> Result<Call<()>, Error> {
    let target = target.into();
    let record = there(&target)?;
    let request = match &target {
        Target::Column(column) => delete::content(organization, &record, column.name()),
        Target::Note(_) | Target::Attachment(_) => delete::record(organization, &record),
    };
    Ok(Call::new("delete", request, delete::deleted).or_absent(|| ()))
}

/// Delete the file and leave the rest: of a note or an attachment its title and text stay. Of a column it is the same as
/// [`delete`].
///
/// ```
/// # use dataverse_files_proto::{Organization, Target, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let note: Target = "annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)".parse().unwrap();
/// assert!(query::delete_content(&contoso, &note).is_ok());
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) for a note or an attachment that is yet to be made.
pub fn delete_content(organization: &Organization, target: impl Into<Target>) -> Result<Call<()>, Error> {
    let target = target.into();
    let record = there(&target)?;
    let Some(binary) = entity::binary(&target) else { return delete(organization, target) };
    let request = delete::content(organization, &record, binary.body);
    Ok(Call::new("delete content", request, delete::deleted).or_absent(|| ()))
}

/// A shared access URL: who has it can download the file without a token, until it ends.
///
/// ```
/// # use dataverse_files_proto::{Organization, Target, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column: Target = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// let call = query::link(&contoso, &column);
/// # let _ = call;
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// Keep it from whoever should not have the file.
    pub url: String,
    /// When it ends, as its own text says it, e.g. `2026-11-25T23:17:02Z`; one hour after it was made where it does not
    /// say (getfilesasurl).
    pub expires: Option<String>,
    /// In bytes.
    pub size: u64,
    /// The file's name.
    pub name: Option<String>,
    /// The file's MIME type.
    pub mime: Option<String>,
}

impl std::fmt::Debug for Link {
    /// Without the URL: who has it has the file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("size", &self.size)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Ask for a shared access URL (file-columns §7.4). Image columns give one only when they store full images, and
/// organizations with a key of their own give none.
///
/// ```
/// # use dataverse_files_proto::{Organization, Target, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let note: Target = "annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)".parse().unwrap();
/// assert!(query::link(&contoso, &note).is_ok());
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) for a note or an attachment that is yet to be made.
pub fn link(organization: &Organization, target: impl Into<Target>) -> Result<Call<Link>, Error> {
    let target = target.into();
    let request = sas::open(organization, &target).ok_or_else(|| not_there(&target))?;
    let organization = organization.clone();
    Ok(Call::new("get shared access URL", request, move |head, body| {
        let shared = sas::opened(&organization, head, body)?;
        Ok(Link {
            expires: shared.expires(),
            url: shared.url.to_string(),
            size: shared.size,
            name: shared.name,
            mime: shared.mime,
        })
    }))
}

fn there(target: &Target) -> Result<Record, Error> {
    target.record().ok_or_else(|| not_there(target))
}

fn not_there(target: &Target) -> Error {
    Error::input(format!("{target} is yet to be made; upload its file first, or name one that is there"))
}

/// Delete a file by its id, wherever it is. That there is no such file (any more) is fine (X3).
///
/// ```
/// # use dataverse_files_proto::{Organization, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let call = query::delete_file(&contoso, &"3878e950-8e51-ed11-bba1-000d3a9933c9".parse().unwrap());
/// # let _ = call;
/// ```
#[must_use]
pub fn delete_file(organization: &Organization, file_id: &Guid) -> Call<()> {
    Call::new("delete file", delete::by_file_id(organization, file_id), delete::deleted).or_absent(|| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Input, Moment, Output, Session};

    #[test]
    fn a_set_name_of_no_table_is_not_found_at_once() {
        let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
        let mut call = table(&contoso, "acounts").unwrap();
        let Output::Send(first) = call.poll(Moment::default()) else { panic!("nothing is asked") };
        let (head, ()) = http::Response::new(()).into_parts();
        for input in [Input::Head(head), Input::Chunk(r#"{"value":[]}"#.into()), Input::End] {
            call.handle(Moment::default(), first.id, input);
        }
        let Output::Done(Err(error)) = call.poll(Moment::default()) else { panic!("it is asked again") };
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("acounts"), "{error}");
    }
}
