//! The small questions that go with transfers.
use crate::wire::{delete, look, table};
use crate::{Answer, Call, Column, Error, Guid, Organization, Table};

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

/// What a file column holds.
///
/// ```
/// use dataverse_files_proto::Held;
/// let empty = Held { file_id: None, name: None };
/// assert!(empty.file_id.is_none());
/// ```
pub use crate::wire::look::Held;

/// Which file a column holds: its id and its name (file-columns §1.1).
///
/// ```
/// # use dataverse_files_proto::{Column, Organization, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// let call = query::held(&contoso, &column);
/// # let _ = call;
/// ```
#[must_use]
pub fn held(organization: &Organization, column: &Column) -> Call<Held> {
    let of = column.clone();
    Call::new("look at record", look::look(organization, column), move |head, body| {
        look::seen(&of, head, body)
    })
}

/// Empty a column. That there is nothing (any more) is fine (X2).
///
/// ```
/// # use dataverse_files_proto::{Column, Organization, query};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
/// let call = query::delete(&contoso, &column);
/// # let _ = call;
/// ```
#[must_use]
pub fn delete(organization: &Organization, column: &Column) -> Call<()> {
    Call::new("delete", delete::by_column(organization, column), delete::deleted).or_absent(|| ())
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
