//! Values as URLs write them.
use serde_json::Value;

use crate::core::guid::Guid;

/// One value in a key, a filter or a function argument.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Guid(Guid),
    Text(String),
    /// A date as it was written; dates of one form compare as text.
    Date(String),
    /// The member of `Microsoft.Dynamics.CRM.AttributeTypeCode'Virtual'`.
    Enum(String),
}

impl Literal {
    /// A bare word: anything but text and enum members.
    pub(super) fn from_word(word: &str) -> Option<Literal> {
        match word {
            "null" => return Some(Literal::Null),
            "true" => return Some(Literal::Boolean(true)),
            "false" => return Some(Literal::Boolean(false)),
            _ => {}
        }
        if let Some(guid) = Guid::parse(word) {
            return Some(Literal::Guid(guid));
        }
        if is_date(word) {
            return Some(Literal::Date(word.to_owned()));
        }
        word.parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Number)
    }

    /// A whole literal: `'it''s'`, `5`, `null`, a bare GUID.
    pub(in crate::core) fn parse(text: &str) -> Option<Literal> {
        let Some(inner) = text.strip_prefix('\'') else { return Literal::from_word(text) };
        let inner = inner.strip_suffix('\'')?;
        let unescaped = inner.replace("''", "'");
        let quotes = inner.matches('\'').count() - unescaped.matches('\'').count();
        (quotes == unescaped.matches('\'').count()).then_some(Literal::Text(unescaped))
    }

    /// As the value of a column.
    pub(in crate::core) fn to_value(&self) -> Value {
        match self {
            Literal::Null => Value::Null,
            Literal::Boolean(flag) => (*flag).into(),
            Literal::Number(number) => number_value(*number),
            Literal::Guid(guid) => guid.to_string().into(),
            Literal::Text(text) | Literal::Date(text) | Literal::Enum(text) => text.clone().into(),
        }
    }
}

/// Whole numbers stay whole in JSON.
fn number_value(number: f64) -> Value {
    match format!("{number}").parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => number.into(),
    }
}

/// `2022-10-22`, with or without a time after it.
fn is_date(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits =
        |from: usize, to: usize| bytes.get(from..to).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let date = digits(0, 4) && digits(5, 7) && digits(8, 10) && bytes[4] == b'-' && bytes[7] == b'-';
    date && matches!(bytes.get(10), None | Some(b'T'))
}

#[cfg(test)]
mod tests {
    use super::Literal;

    #[test]
    fn quotes_inside_text_are_doubled() {
        assert_eq!(Literal::parse("'O''Neil'"), Some(Literal::Text("O'Neil".into())));
        assert_eq!(Literal::parse("''"), Some(Literal::Text(String::new())));
        for wrong in ["'", "'O'Neil'", "'a", "a'", "'''"] {
            assert_eq!(Literal::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(Literal::parse("-2.5"), Some(Literal::Number(-2.5)));
        assert!(matches!(Literal::parse("00000000-0000-0000-0000-000000000001"), Some(Literal::Guid(_))));
        assert!(matches!(Literal::parse("2022-10-22T21:01:45Z"), Some(Literal::Date(_))));
        assert_eq!(Literal::parse("inf"), None);
        assert_eq!(Literal::parse("accounts"), None);
    }
}
