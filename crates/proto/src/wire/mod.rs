//! Requests out, answers in: one file per message, each with its builder, its parser and the documented exchange as its
//! test. Pure functions; no other room knows what a message looks like.
pub(crate) mod base64;
pub(crate) mod chunked;
pub(crate) mod codes;
pub(crate) mod commit;
pub(crate) mod data;
pub(crate) mod delete;
pub(crate) mod download_block;
pub(crate) mod entity;
pub(crate) mod initialize;
pub(crate) mod look;
pub(crate) mod name;
pub(crate) mod odata;
pub(crate) mod record;
pub(crate) mod sas;
pub(crate) mod single;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod upload_block;
pub(crate) mod value;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use serde_json::Value;

use crate::{Body, Organization};

/// Largest block or chunk in bytes, either way (file-column-data; U15, D6).
pub(crate) const LARGEST_BLOCK: u64 = 4_194_304;
/// One request takes less than this (file-column-data; U13).
pub(crate) const SINGLE_LIMIT: u64 = 134_217_728;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const JSON_UTF8: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// A request with the headers every Web API request must have (errors-and-limits §11).
pub(crate) fn request(method: Method, uri: Uri, body: Body) -> Request<Body> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, JSON);
    headers.insert(HeaderName::from_static("odata-maxversion"), HeaderValue::from_static("4.0"));
    headers.insert(HeaderName::from_static("odata-version"), HeaderValue::from_static("4.0"));
    headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("null"));
    if method == Method::POST || method == Method::PATCH || method == Method::PUT {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request
}

/// An absolute URL below the API's root. Every part of it has been checked or encoded, so it always parses.
pub(crate) fn url(organization: &Organization, path: &str) -> Uri {
    format!("{}/{path}", organization.api()).parse().unwrap_or_default()
}

pub(crate) fn get(organization: &Organization, path: &str) -> Request<Body> {
    request(Method::GET, url(organization, path), Body::empty())
}

/// A message (an OData action) with its parameters.
pub(crate) fn action(organization: &Organization, name: &str, parameters: &Value) -> Request<Body> {
    message(organization, name, Body::Bytes(parameters.to_string().into()))
}

pub(crate) fn message(organization: &Organization, name: &str, body: Body) -> Request<Body> {
    let mut request = request(Method::POST, url(organization, name), body);
    request.headers_mut().insert(header::CONTENT_TYPE, JSON_UTF8);
    request
}

pub(crate) fn object(body: &[u8]) -> Result<Value, String> {
    let value: Value = serde_json::from_slice(body).map_err(|e| format!("the answer is not JSON: {e}"))?;
    match &value {
        Value::Object(o) if o.contains_key("error") => Err("an error inside an answer of success".into()),
        Value::Object(_) => Ok(value),
        _ => Err("the answer is not a JSON object".into()),
    }
}

/// A property that must be there as text.
pub(crate) fn text(value: &Value, name: &str) -> Result<String, String> {
    match value[name].as_str() {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(format!("the answer has no {name}")),
    }
}

pub(crate) fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
