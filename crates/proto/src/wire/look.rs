//! A look at the record: which file the column holds now (file-columns §1.1).
use http::{Request, response::Parts};

use crate::wire::{get, object};
use crate::{Body, Column, Organization};

pub(crate) fn look(organization: &Organization, column: &Column) -> Request<Body> {
    let name = column.name();
    let select = if column.is_image() { format!("{name}id") } else { format!("{name},{name}_name") };
    get(organization, &format!("{}?$select={select}", column.record()))
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
    let property = if column.is_image() { format!("{name}id") } else { name.to_owned() };
    let file_id = value.get(&property).ok_or_else(|| format!("the answer has no {property}"))?;
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

    #[test]
    fn an_image_has_an_id_of_its_own_and_no_name() {
        let (contoso, column, _) = example();
        let column = column.as_image();
        assert_eq!(look(&contoso, &column).uri().query(), Some("$select=sample_filecolumnid"));
        let held = Held { file_id: Some("7a4814f9".into()), name: None };
        assert_eq!(seen(&column, &ok(), br#"{"sample_filecolumnid":"7a4814f9"}"#), Ok(held));
    }
}
