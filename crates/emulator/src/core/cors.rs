//! Browser programs of other origins (E8).
use http::request::Parts;
use http::{HeaderName, Method, Response, StatusCode, header};

use super::answer;
use crate::payload::Payload;

/// What the organization answers to at all (errors-and-limits §11).
const METHODS: &str = "OPTIONS,GET,HEAD,POST,PATCH,PUT,DELETE";
/// Seconds that a browser may keep the answer.
const MAX_AGE: u64 = 3600;

/// `OPTIONS` needs no token: browsers send none with a preflight.
pub(in crate::core) fn is_options(head: &Parts) -> bool {
    head.method == Method::OPTIONS
}

/// 204; origin, method and headers come back as they were asked for.
pub(in crate::core) fn preflight(head: &Parts) -> Response<Payload> {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    answer::set(&mut response, header::ALLOW, METHODS);
    if !head.headers.contains_key(header::ORIGIN) {
        return response;
    }
    reflect(
        head,
        &mut response,
        &header::ACCESS_CONTROL_REQUEST_METHOD,
        header::ACCESS_CONTROL_ALLOW_METHODS,
    );
    reflect(
        head,
        &mut response,
        &header::ACCESS_CONTROL_REQUEST_HEADERS,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
    );
    answer::set_number(&mut response, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    response
}

/// Lets the asking origin read an answer.
pub(in crate::core) fn allow_origin(head: &Parts, response: &mut Response<Payload>) {
    if let Some(origin) = head.headers.get(header::ORIGIN) {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer::set(response, header::VARY, "Origin");
    }
}

fn reflect(head: &Parts, response: &mut Response<Payload>, from: &HeaderName, to: HeaderName) {
    if let Some(value) = head.headers.get(from) {
        response.headers_mut().insert(to, value.clone());
    }
}
