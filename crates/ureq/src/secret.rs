//! An access token, kept out of everything that people or files may see.
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use crate::{BoxError, Failure};

/// What stands where a token stood.
const MASK: &[u8] = b"***";

/// A token that can be sent, and that can be taken out of what comes back.
pub(crate) struct Secret {
    token: String,
    header: HeaderValue,
}

impl Secret {
    pub fn new(token: String) -> Result<Self, Failure> {
        let no = |why: &str| Failure::Token(BoxError::from(why));
        if token.trim().is_empty() {
            return Err(no("the token source gave an empty token"));
        }
        let header = HeaderValue::try_from(format!("Bearer {token}"));
        let mut header = header.map_err(|_| no("the token has characters that no header can carry"))?;
        header.set_sensitive(true);
        Ok(Self { token, header })
    }

    /// The value of `Authorization`.
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The text without the token. A text that was cut off may end with the beginning of one: that goes as well.
    pub fn scrub(&self, text: &[u8], cut_off: bool) -> Bytes {
        let token = self.token.as_bytes();
        let (mut clean, mut rest) = (Vec::with_capacity(text.len()), text);
        while let Some(at) = rest.windows(token.len()).position(|window| window == token) {
            clean.extend_from_slice(&rest[..at]);
            clean.extend_from_slice(MASK);
            rest = &rest[at + token.len()..];
        }
        let begun = (1..token.len().min(rest.len() + 1)).rev().find(|n| rest.ends_with(&token[..*n]));
        let end = rest.len() - begun.filter(|_| cut_off).unwrap_or(0);
        clean.extend_from_slice(&rest[..end]);
        clean.into()
    }

    /// Headers whose value holds the token lose it.
    pub fn scrub_headers(&self, headers: &mut HeaderMap) {
        let token = self.token.as_bytes();
        for value in headers.values_mut() {
            if value.as_bytes().windows(token.len()).any(|window| window == token) {
                *value = HeaderValue::from_static("***");
            }
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_trace_of_the_token_remains() {
        let secret = Secret::new("eyJ0.abc".into()).unwrap();
        let scrub = |text: &str, cut| String::from_utf8(secret.scrub(text.as_bytes(), cut).to_vec()).unwrap();
        assert_eq!(scrub("Bearer eyJ0.abc and eyJ0.abceyJ0.abc", false), "Bearer *** and ******");
        assert_eq!(scrub("nothing here: eyJ0", false), "nothing here: eyJ0");
        assert_eq!(scrub("cut off in the middle: eyJ0.ab", true), "cut off in the middle: ");
        assert_eq!(scrub("", true), "");
        let mut headers = HeaderMap::new();
        headers.insert("x-echo", secret.header());
        headers.insert("x-other", HeaderValue::from_static("eyJ"));
        secret.scrub_headers(&mut headers);
        assert_eq!(
            (&headers["x-echo"], &headers["x-other"]),
            (&"***".parse().unwrap(), &"eyJ".parse().unwrap())
        );
        assert!(!format!("{secret:?} {:?}", secret.header()).contains("eyJ0"));
    }

    #[test]
    fn a_token_that_cannot_be_sent_is_an_error_without_the_token() {
        for no in ["", " ", "two\nlines", "nul\0"] {
            let e = Secret::new(no.into()).unwrap_err();
            assert!(matches!(e, Failure::Token(_)), "{no:?}");
            assert!(!e.to_string().contains("lines"), "{e}");
        }
    }
}
