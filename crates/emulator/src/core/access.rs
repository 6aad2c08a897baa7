//! Who may ask (errors-and-limits §12).
use http::request::Parts;
use http::{HeaderMap, header};

use super::errors;
use super::fault::{Answer, Fault};
use super::{Core, Options};

/// What follows `Bearer ` in the `Authorization` header.
pub(in crate::core) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl Core {
    /// Any bearer token will do, unless the options name the only one.
    pub(in crate::core) fn authorize(&self, head: &Parts) -> Answer<()> {
        let Some(token) = bearer(&head.headers) else {
            return Err(self.unauthorized(head, errors::NOT_AUTHENTICATED.fault()));
        };
        match &self.options.required_token {
            Some(required) if !same(required, token) => {
                Err(self.unauthorized(head, errors::TOKEN_INVALID.fault()))
            }
            _ => Ok(()),
        }
    }

    /// Adds where a token can be had.
    fn unauthorized(&self, head: &Parts, fault: Fault) -> Fault {
        let Options { scheme, .. } = &self.options;
        let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let tenant = self.state.ids.named("tenant");
        let authority = format!("https://login.microsoftonline.com/{tenant}/oauth2/authorize");
        let challenge = format!("Bearer authorization_uri={authority}, resource_id={scheme}://{host}/");
        fault.with_header(header::WWW_AUTHENTICATE, challenge)
    }
}

/// Compares without stopping at the first difference, so that time tells nothing about a token.
pub(in crate::core) fn same(a: &str, b: &str) -> bool {
    let differing = a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differing == 0
}
