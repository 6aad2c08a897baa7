//! A look at the record: which file the column holds now (file-columns §1.1).
use http::{Request, response::Parts};

use crate::wire::{get, object};
use crate::{Body, Column, Organization};

pub(crate) fn look(organization: &Organization, column: &Column) -> Request<Body> {
    let name = column.name();
    get(organization, &format!("{}?$select={name},{name}_name", column.record()))
}

/// What the column holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The file's id; `None` for an empty column.
    pub file_id: Option<String>,
    /// Its name as the record has it: exact, whatever a header can carry.
    pub name: Option<String>,
}

pub(crate) fn seen(column: &Column, _: &Parts, body: &[u8]) -> Result<Held, String> {
    let value = object(body)?;
    let name = column.name();
    let Some(file_id) = value.get(name) else { return Err(format!("the answer has no {name}")) };
    let text = |v: &serde_json::Value| v.as_str().map(str::to_owned);
    Ok(Held { file_id: text(file_id), name: text(&value[format!("{name}_name")]) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::{example, ok};

    #[test]
    fn the_documented_exchange() {
        let (contoso, column, _) = example();
        let request = look(&contoso, &column);
        assert_eq!(request.uri().query(), Some("$select=sample_filecolumn,sample_filecolumn_name"));
        assert!(!request.headers().contains_key("content-length"));
        let answer =
            br#"{"sample_filecolumn":"3878e950","sample_filecolumn_name":"25mb.pdf","accountid":"x"}"#;
        let held = Held { file_id: Some("3878e950".into()), name: Some("25mb.pdf".into()) };
        assert_eq!(seen(&column, &ok(), answer), Ok(held));
        let empty = br#"{"sample_filecolumn":null,"sample_filecolumn_name":null}"#;
        assert_eq!(seen(&column, &ok(), empty), Ok(Held::default()));
        assert!(seen(&column, &ok(), b"{}").is_err());
    }
}
