//! A table's names from its entity set name (metadata §2).
use http::{Request, response::Parts};

use crate::wire::{get, object, text};
use crate::{Body, Organization, Table};

pub(crate) fn by_set(organization: &Organization, set: &str) -> Request<Body> {
    let query =
        format!("$select=LogicalName,EntitySetName,PrimaryIdAttribute&$filter=EntitySetName%20eq%20'{set}'");
    get(organization, &format!("EntityDefinitions?{query}"))
}

/// `Ok(None)` when no table has this set name. A list of one and a bare object both count (M2).
pub(crate) fn named(_: &Parts, body: &[u8]) -> Result<Option<Table>, String> {
    let value = object(body)?;
    let row = match value.get("value") {
        Some(list) => match list.get(0) {
            Some(row) => row,
            None => return Ok(None),
        },
        None => &value,
    };
    let (name, id) = (text(row, "LogicalName")?, text(row, "PrimaryIdAttribute")?);
    Table::new(&name, &id).map(Some).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::{example, ok};

    #[test]
    fn the_documented_exchange() {
        let (contoso, _) = example();
        let request = by_set(&contoso, "accounts");
        assert_eq!(request.uri().path(), "/api/data/v9.2/EntityDefinitions");
        let account = Some(Table::new("account", "accountid").unwrap());
        let row = r#"{"LogicalName":"account","EntitySetName":"accounts","PrimaryIdAttribute":"accountid"}"#;
        assert_eq!(named(&ok(), format!(r#"{{"value":[{row}]}}"#).as_bytes()), Ok(account.clone()));
        assert_eq!(named(&ok(), row.as_bytes()), Ok(account));
        assert_eq!(named(&ok(), br#"{"value":[]}"#), Ok(None));
        assert!(named(&ok(), br#"{"value":[{"LogicalName":"account"}]}"#).is_err());
    }
}
