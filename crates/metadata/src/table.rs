//! A table's names and what belongs to it (metadata §2).
use dataverse_files_proto::{Answer, Call, Error, Organization, Table};
use serde_json::{Map, Value};

use crate::answer::{flag, needed, no_table, optional, single, unknown};
use crate::request::{checked, get, logical};

/// What is asked about a table.
const SELECT: &str = "LogicalName,SchemaName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,PrimaryImageAttribute,HasNotes,IsActivity";

/// A table as the organization defines it.
///
/// ```
/// use dataverse_files_metadata::TableDefinition;
/// let email = TableDefinition {
///     logical_name: "email".into(),
///     schema_name: Some("Email".into()),
///     set_name: "emails".into(),
///     primary_id: "activityid".into(),
///     primary_name: Some("subject".into()),
///     primary_image: None,
///     has_notes: true,
///     is_activity: true,
/// };
/// assert_eq!(email.names()?.primary_id(), "activityid");
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableDefinition {
    /// Such as `account`: in definitions and in `@odata.type`.
    pub logical_name: String,
    /// Such as `Account`: in names of relationships.
    pub schema_name: Option<String>,
    /// Such as `accounts`: in addresses of records. Not always the logical name with an `s`.
    pub set_name: String,
    /// The column that holds a record's id, such as `accountid`; `activityid` for activities.
    pub primary_id: String,
    /// The column that names a record for people, such as `name`.
    pub primary_name: Option<String>,
    /// The image column that stands for a record, where there is one: the only one that a create may set.
    pub primary_image: Option<String>,
    /// Whether its records may have notes, and files in them.
    pub has_notes: bool,
    /// Whether it is a kind of activity, such as an e-mail.
    pub is_activity: bool,
}

impl TableDefinition {
    /// The names that transfers and questions about columns need.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](dataverse_files_proto::ErrorKind::Input) when one of them is no name; never for a
    /// definition that [`table`] or [`table_by_set`] brought.
    pub fn names(&self) -> Result<Table, Error> {
        Table::new(&self.logical_name, &self.primary_id)
    }

    /// Whether its records may have attachments (notes-attachments §1).
    ///
    /// ```
    /// # let mut table = dataverse_files_metadata::TableDefinition { logical_name: "email".into(), schema_name: None,
    /// #     set_name: "emails".into(), primary_id: "activityid".into(), primary_name: None, primary_image: None,
    /// #     has_notes: true, is_activity: true };
    /// assert!(table.has_attachments());
    /// table.logical_name = "account".into();
    /// assert!(!table.has_attachments());
    /// ```
    #[must_use]
    pub fn has_attachments(&self) -> bool {
        ["email", "template", "appointment", "activitypointer"].contains(&self.logical_name.as_str())
    }
}

/// A table by its logical name, such as `account`.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// assert!(dataverse_files_metadata::table(&contoso, "account").is_ok());
/// assert!(dataverse_files_metadata::table(&contoso, "no table'").is_err());
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Input`](dataverse_files_proto::ErrorKind::Input) when `logical_name` is no name. The call itself fails
/// with [`ErrorKind::NotFound`](dataverse_files_proto::ErrorKind::NotFound) when there is no such table, whichever of
/// its statuses and codes the service chooses to say so (M4).
pub fn table(organization: &Organization, logical_name: &str) -> Result<Call<TableDefinition>, Error> {
    let name = logical(logical_name)?;
    let request = get(organization, &format!("EntityDefinitions(LogicalName='{name}')?$select={SELECT}"));
    Ok(ask(request, no_table(&name)))
}

/// A table by its entity set name, such as `accounts`.
///
/// ```
/// # use dataverse_files_proto::Organization;
/// let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
/// let call = dataverse_files_metadata::table_by_set(&contoso, "opportunities")?;
/// # let _ = call;
/// # Ok::<(), dataverse_files_proto::Error>(())
/// ```
///
/// # Errors
/// As for [`table`].
pub fn table_by_set(organization: &Organization, set_name: &str) -> Result<Call<TableDefinition>, Error> {
    let set = checked(set_name)?;
    let query = format!("$select={SELECT}&$filter=EntitySetName%20eq%20'{set}'");
    let request = get(organization, &format!("EntityDefinitions?{query}"));
    Ok(ask(request, format!("no table has the set name {set:?}; check its spelling")))
}

fn ask(request: http::Request<dataverse_files_proto::Body>, why: String) -> Call<TableDefinition> {
    let none = why.clone();
    let call = Call::paged("look up table", request, move |_, body| match single(body)? {
        Some(row) => Ok(Answer::Whole(read(&row)?)),
        None => Ok(Answer::Missing(none.clone())),
    });
    call.or_else(move |refusal| unknown(refusal, &why))
}

fn read(row: &Map<String, Value>) -> Result<TableDefinition, String> {
    let primary_id = needed(row.get("PrimaryIdAttribute"), "PrimaryIdAttribute")?;
    let definition = TableDefinition {
        logical_name: needed(row.get("LogicalName"), "LogicalName")?,
        schema_name: optional(row.get("SchemaName")),
        set_name: needed(row.get("EntitySetName"), "EntitySetName")?,
        primary_name: optional(row.get("PrimaryNameAttribute")),
        primary_image: optional(row.get("PrimaryImageAttribute")),
        has_notes: flag(row.get("HasNotes"), "HasNotes")?,
        // Activities share one id column, which tells where the property is not given (metadata §1).
        is_activity: row.get("IsActivity").and_then(Value::as_bool).unwrap_or(primary_id == "activityid"),
        primary_id,
    };
    definition.names().map_err(|e| e.to_string())?;
    Ok(definition)
}

#[cfg(test)]
mod tests {
    use dataverse_files_proto::ErrorKind;

    use super::*;
    use crate::exchange::{API, carry_out, contoso, ok, refusal};

    const BY_NAME: &str = r#"{
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#EntityDefinitions(LogicalName,SchemaName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,PrimaryImageAttribute,HasNotes,IsOptimisticConcurrencyEnabled)/$entity",
        "LogicalName": "account",
        "SchemaName": "Account",
        "EntitySetName": "accounts",
        "PrimaryIdAttribute": "accountid",
        "PrimaryNameAttribute": "name",
        "PrimaryImageAttribute": "entityimage",
        "HasNotes": true,
        "IsOptimisticConcurrencyEnabled": true,
        "MetadataId": "70816501-edb9-4740-a16c-6a5efbc05d84"
    }"#;
    const BY_SET: &str = r#"{
        "@odata.context": "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#EntityDefinitions(LogicalName,EntitySetName,PrimaryIdAttribute,HasNotes)",
        "value": [
            {
                "LogicalName": "account",
                "EntitySetName": "accounts",
                "PrimaryIdAttribute": "accountid",
                "HasNotes": true,
                "MetadataId": "70816501-edb9-4740-a16c-6a5efbc05d84"
            }
        ]
    }"#;

    #[test]
    fn the_documented_exchange_by_logical_name() {
        let (asked, found) = carry_out(table(&contoso(), "Account").unwrap(), &[ok(BY_NAME)]);
        assert_eq!(asked[0].path, format!("{API}EntityDefinitions(LogicalName='account')?$select={SELECT}"));
        let found = found.unwrap();
        assert_eq!((found.set_name.as_str(), found.primary_id.as_str()), ("accounts", "accountid"));
        assert_eq!(found.schema_name.as_deref(), Some("Account"));
        assert_eq!(found.primary_name.as_deref(), Some("name"));
        assert_eq!(found.primary_image.as_deref(), Some("entityimage"));
        assert!(found.has_notes && !found.is_activity);
    }

    #[test]
    fn the_documented_exchange_by_set_name() {
        let (asked, found) = carry_out(table_by_set(&contoso(), "accounts").unwrap(), &[ok(BY_SET)]);
        let query = format!("?$select={SELECT}&$filter=EntitySetName%20eq%20'accounts'");
        assert_eq!(asked[0].path, format!("{API}EntityDefinitions{query}"));
        let found = found.unwrap();
        assert_eq!(found.names().unwrap(), crate::exchange::account());
        assert_eq!((found.primary_image, found.has_notes), (None, true));
    }

    #[test]
    fn a_single_definition_is_taken_from_a_list_too() {
        let (_, found) = carry_out(table(&contoso(), "account").unwrap(), &[ok(BY_SET)]);
        assert_eq!(found.unwrap().set_name, "accounts");
    }

    #[test]
    fn an_unknown_table_is_not_found_whatever_the_service_calls_it() {
        for (status, code) in [
            (404, "0x80060888"),
            (404, "0x80094005"),
            (404, "0x8004024a"),
            (400, "0x80060888"),
            (400, "0x80041102"),
            (404, ""),
        ] {
            let (asked, found) = carry_out(table(&contoso(), "acount").unwrap(), &[refusal(status, code)]);
            let error = found.unwrap_err();
            assert_eq!((error.kind(), asked.len()), (ErrorKind::NotFound, 1), "{status} {code}");
            let text = error.to_string();
            assert!(text.contains("\"acount\"; check its spelling") && text.contains(code), "{text}");
        }
    }

    #[test]
    fn a_set_name_that_no_table_has_is_not_found() {
        let (_, found) = carry_out(table_by_set(&contoso(), "acounts").unwrap(), &[ok(r#"{"value":[]}"#)]);
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("set name \"acounts\""), "{error}");
    }

    #[test]
    fn another_refusal_stays_what_it_is() {
        let (_, found) = carry_out(table(&contoso(), "account").unwrap(), &[refusal(403, "0x80040220")]);
        assert_eq!(found.unwrap_err().kind(), ErrorKind::Forbidden);
        let (_, found) = carry_out(table(&contoso(), "account").unwrap(), &[refusal(405, "")]);
        assert_eq!(found.unwrap_err().kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn an_activity_is_told_by_its_property_or_its_id() {
        let email = |more: &str| {
            let body = format!(
                r#"{{"LogicalName":"email","EntitySetName":"emails","PrimaryIdAttribute":"activityid","HasNotes":null{more}}}"#
            );
            carry_out(table(&contoso(), "email").unwrap(), &[ok(&body)]).1.unwrap()
        };
        assert!(email("").is_activity && email(r#","IsActivity":true"#).is_activity);
        assert!(!email("").has_notes);
    }

    #[test]
    fn a_definition_with_odd_names_is_an_odd_answer() {
        let body = BY_NAME.replace("accountid", "../x");
        let says = vec![ok(&body); 3];
        let (_, found) = carry_out(table(&contoso(), "account").unwrap(), &says);
        assert_eq!(found.unwrap_err().kind(), ErrorKind::Protocol);
    }
}
