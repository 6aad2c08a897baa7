//! Which image columns of one record hold an image: their ids are columns of the record (image-columns §7).
use dataverse_files_proto::{Call, Error, Organization, Record, Table};
use serde_json::Value;

use crate::answer::{lacks, object, optional};
use crate::request::{get, logical};

/// Which of these image columns hold an image, in the order given: one request, which also tells that the record is
/// there, with no columns at all too. What image it is, [`image_details`](crate::image_details) tells.
///
/// ```
/// # use dataverse_files_proto::{Organization, Record, Table};
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let record: Record = "accounts(00000000-0000-0000-0000-000000000001)".parse()?;
/// let account = Table::new("account", "accountid")?;
/// let call = dataverse_files_metadata::images(&contoso, &account, &record, &["sample_imagecolumn"])?;
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](dataverse_files_proto::ErrorKind::Input) when a column's name is none. The call itself fails
/// with [`ErrorKind::NotFound`](dataverse_files_proto::ErrorKind::NotFound) when there is no such record.
pub fn images(
    organization: &Organization,
    table: &Table,
    record: &Record,
    columns: &[&str],
) -> Result<Call<Vec<String>>, Error> {
    let columns = columns.iter().map(|column| logical(column)).collect::<Result<Vec<_>, _>>()?;
    let ids: String = columns.iter().map(|column| format!(",{column}id")).collect();
    let path = format!("{record}?$select={}{ids}", table.primary_id());
    Ok(Call::new("look up record", get(organization, &path), move |_, body| held(body, &columns)))
}

fn held(body: &[u8], columns: &[String]) -> Result<Vec<String>, String> {
    let record = object(body)?;
    let mut held = Vec::new();
    for column in columns {
        let id = format!("{column}id");
        let value: &Value = record.get(&id).ok_or_else(|| lacks(&id))?;
        held.extend(optional(Some(value)).map(|_| column.clone()));
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::ErrorKind;

    use super::*;
    use crate::exchange::{API, account, carry_out, contoso, ok, refusal};

    const RECORD: &str = "accounts(00000000-0000-0000-0000-000000000001)";

    fn ask(columns: &[&str], answer: &str) -> (String, Result<Vec<String>, Error>) {
        let call = images(&contoso(), &account(), &RECORD.parse().unwrap(), columns).unwrap();
        let (asked, found) = carry_out(call, &vec![ok(answer); 3]);
        (asked[0].path.clone(), found)
    }

    #[test]
    fn only_columns_whose_id_is_not_null_hold_an_image() {
        let answer = r#"{"aid":"7a4814f9-b0b8-ea11-a812-000d3a122b89","bid":null,"accountid":"x"}"#;
        let (asked, found) = ask(&["a", "B"], answer);
        assert_eq!(asked, format!("{API}{RECORD}?$select=accountid,aid,bid"));
        assert_eq!(found.unwrap(), ["a"]);
    }

    #[test]
    fn a_record_without_image_columns_is_looked_for_all_the_same() {
        let (asked, found) = ask(&[], r#"{"accountid":"x"}"#);
        assert_eq!((asked, found.unwrap().len()), (format!("{API}{RECORD}?$select=accountid"), 0));
        let call = images(&contoso(), &account(), &RECORD.parse().unwrap(), &[]).unwrap();
        let error = carry_out(call, &[refusal(404, "0x80040217")]).1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_column_that_is_not_told_of_is_not_taken_for_an_empty_one() {
        assert_eq!(ask(&["a"], r#"{"accountid":"x"}"#).1.unwrap_err().kind(), ErrorKind::Protocol);
    }
}
