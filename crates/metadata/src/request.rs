//! Questions as requests, answers as JSON objects.
use dataverse_files_proto::{Body, Error, Organization};
use http::{HeaderName, HeaderValue, Request, Uri, header};
use serde_json::Value;

/// A GET below the API's root, with the headers every Web API request must have (errors-and-limits §11).
///
/// Every part of `path` is a checked name, a GUID or a literal, so the URL always parses; if it ever did not, the
/// request would go nowhere, not elsewhere.
pub(crate) fn get(organization: &Organization, path: &str) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = format!("{}/{path}", organization.api()).parse::<Uri>().unwrap_or_default();
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("null"));
    for name in ["odata-maxversion", "odata-version"] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static("4.0"));
    }
    request
}

pub(crate) fn object(body: &[u8]) -> Result<Value, String> {
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("the answer is not a JSON object".into()),
        Err(e) => Err(format!("the answer is not JSON: {e}")),
    }
}

/// The rows of a collection.
pub(crate) fn rows<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    value
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .ok_or_else(|| format!("the answer has no {name}"))
}

/// A text property; `None` when it is missing or null.
pub(crate) fn text(row: &Value, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// A name that may stand in a URL as it is.
pub(crate) fn checked(name: &str) -> Result<String, Error> {
    // `Table` has the rule of names: letters, digits and underscores.
    Ok(dataverse_files_proto::Table::new(&name.to_ascii_lowercase(), "id")?.logical_name().to_owned())
}
