//! Questions as requests. Every part of a path is a checked name, a GUID or a literal, so the URL always parses; if it
//! ever did not, the request would go nowhere, not elsewhere.
use dataverse_files_proto::{Body, Error, Organization, Table};
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use serde_json::Value;

/// Asks for definitions as they are now and not as they were up to 30 s ago (metadata §2).
const CONSISTENCY: HeaderName = HeaderName::from_static("consistency");
const STRONG: HeaderValue = HeaderValue::from_static("Strong");

/// A request with the headers every Web API request must have (errors-and-limits §11).
fn request(organization: &Organization, method: Method, path: &str, body: Body) -> Request<Body> {
    let uri = format!("{}/{path}", organization.api()).parse::<Uri>().unwrap_or_default();
    to(uri, method, body)
}

fn to(uri: Uri, method: Method, body: Body) -> Request<Body> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("null"));
    for name in ["odata-maxversion", "odata-version"] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static("4.0"));
    }
    request
}

/// A GET below the API's root.
pub(crate) fn get(organization: &Organization, path: &str) -> Request<Body> {
    request(organization, Method::GET, path, Body::empty())
}

/// A GET of an address that the service gave, such as the next page.
pub(crate) fn get_at(uri: Uri) -> Request<Body> {
    to(uri, Method::GET, Body::empty())
}

/// A DELETE below the API's root.
pub(crate) fn delete(organization: &Organization, path: &str) -> Request<Body> {
    request(organization, Method::DELETE, path, Body::empty())
}

/// A write with a JSON body.
pub(crate) fn write(organization: &Organization, method: Method, path: &str, body: &Value) -> Request<Body> {
    let body = Body::Bytes(body.to_string().into());
    let length = HeaderValue::from(body.len());
    let mut request = request(organization, method, path, body);
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    request
}

/// With one more header.
pub(crate) fn with(mut request: Request<Body>, name: &'static str, value: HeaderValue) -> Request<Body> {
    request.headers_mut().insert(HeaderName::from_static(name), value);
    request
}

/// Against definitions as they are now.
pub(crate) fn strong(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert(CONSISTENCY, STRONG);
    request
}

/// `EntityDefinitions(LogicalName='account')`
pub(crate) fn definition_of(table: &Table) -> String {
    format!("EntityDefinitions(LogicalName='{}')", table.logical_name())
}

/// A logical name that may stand in a URL as it is; logical names are in lower case (metadata §1).
pub(crate) fn logical(name: &str) -> Result<String, Error> {
    checked(&name.to_ascii_lowercase())
}

/// A name that may stand in a URL or a header as it is.
pub(crate) fn checked(name: &str) -> Result<String, Error> {
    // `Table` has the rule of names: letters, digits and underscores, 128 at most.
    Ok(Table::new(name, "id")?.logical_name().to_owned())
}
