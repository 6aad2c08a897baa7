//! Answers as JSON objects. What is wrong with one is said in words; the call asks again before it gives up.
use dataverse_files_proto::{Answer, Error, ErrorKind};
use serde_json::{Map, Value};

pub(crate) fn object(body: &[u8]) -> Result<Value, String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(o)) if o.contains_key("error") => Err("an error inside an answer of success".into()),
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("the answer is not a JSON object".into()),
        Err(e) => Err(format!("the answer is not JSON: {e}")),
    }
}

/// The one object that is asked for: bare, or alone in a list (M2); `None` for an empty list.
pub(crate) fn single(body: &[u8]) -> Result<Option<Map<String, Value>>, String> {
    let mut one = match object(body)? {
        Value::Object(object) => object,
        _ => return Ok(None),
    };
    match one.remove("value") {
        None => Ok(Some(one)),
        Some(Value::Array(list)) => match list.into_iter().next() {
            Some(Value::Object(row)) => Ok(Some(row)),
            Some(_) => Err("a row of the answer is not an object".into()),
            None => Ok(None),
        },
        Some(_) => Err("the answer's value is not a list".into()),
    }
}

/// The rows of a collection.
pub(crate) fn rows<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    let list = value.get(name).and_then(Value::as_array).map(Vec::as_slice);
    list.ok_or_else(|| lacks(name))
}

/// A text property that must be there.
pub(crate) fn needed(value: Option<&Value>, name: &str) -> Result<String, String> {
    optional(value).ok_or_else(|| lacks(name))
}

/// A text property; `None` when it is missing, null or empty.
pub(crate) fn optional(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A whole number that must be there.
pub(crate) fn number(value: Option<&Value>, name: &str) -> Result<u64, String> {
    value.and_then(Value::as_u64).ok_or_else(|| lacks(name))
}

/// A Boolean property that must be there; null counts as false.
pub(crate) fn flag(value: Option<&Value>, name: &str) -> Result<bool, String> {
    match value {
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::Null) => Ok(false),
        _ => Err(lacks(name)),
    }
}

pub(crate) fn lacks(name: &str) -> String {
    format!("the answer has no {name}")
}

/// What a refusal means to a question that asks by name alone: 400 and 404, with several codes, all say that there is
/// nothing of that name (M4). The service's words are kept.
pub(crate) fn unknown<T>(refusal: &Error, why: &str) -> Option<Answer<T>> {
    let said = refusal.server()?;
    let nothing = matches!(refusal.kind(), ErrorKind::NotFound | ErrorKind::Refused)
        && matches!(said.status.as_u16(), 400 | 404);
    nothing.then(|| Answer::Missing(format!("{why} ({said})")))
}

/// The words for a table that is not there.
pub(crate) fn no_table(logical_name: &str) -> String {
    format!("no table has the logical name {logical_name:?}; check its spelling")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_definition_is_read_bare_and_from_a_list_of_one() {
        for body in [r#"{"LogicalName":"account"}"#, r#"{"value":[{"LogicalName":"account"}]}"#] {
            let one = single(body.as_bytes()).unwrap().unwrap();
            assert_eq!(one["LogicalName"], "account", "{body}");
        }
        assert_eq!(single(br#"{"value":[]}"#), Ok(None));
        for odd in ["", "[]", "7", "<html>", r#"{"value":7}"#, r#"{"value":[7]}"#, r#"{"error":{"code":""}}"#]
        {
            assert!(single(odd.as_bytes()).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(needed(None, "SchemaName").unwrap_err(), "the answer has no SchemaName");
        assert_eq!(
            number(Some(&Value::from("7")), "MaxSizeInKB").unwrap_err(),
            "the answer has no MaxSizeInKB"
        );
        assert!(flag(None, "HasNotes").is_err());
        assert_eq!(flag(Some(&Value::Null), "HasNotes"), Ok(false));
        assert_eq!(optional(Some(&Value::from(""))), None);
    }
}
