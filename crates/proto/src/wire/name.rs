//! File names on the wire: what a header can carry, what a query must encode, what came back.
use std::borrow::Cow;

use http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::Error;

/// Longest file name, in UTF-16 units as .NET counts characters (`fileattachment.filename`: 255).
const LONGEST_NAME: usize = 255;
/// Longest MIME type (`fileattachment.mimetype`: 256).
const LONGEST_MIME: usize = 256;

/// Everything but RFC 3986's unreserved characters: a blank is `%20` and a plus `%2B`, never `+` (U29).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Refuse what the service cannot keep before anything is sent.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::input("the file needs a name"));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::input(format!(
            "the file name {name:?} has control characters; choose another one"
        )));
    }
    let length = name.encode_utf16().count();
    if length > LONGEST_NAME {
        let why = format!(
            "the file name has {length} characters; {LONGEST_NAME} are the most, choose a shorter one"
        );
        return Err(Error::input(why));
    }
    Ok(())
}

pub(crate) fn check_mime(mime: &str) -> Result<(), Error> {
    let halves: Vec<&str> = mime.splitn(2, '/').collect();
    let printable = mime.bytes().all(|b| (0x20..0x7f).contains(&b));
    if mime.len() > LONGEST_MIME
        || !printable
        || halves.len() != 2
        || halves.iter().any(|h| h.trim().is_empty())
    {
        return Err(Error::input(format!("{mime:?} is not a MIME type such as application/pdf")));
    }
    Ok(())
}

/// As a query value.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// As a header, where it can be one: ASCII that no proxy trims (U8, U10).
pub(crate) fn as_header(name: &str) -> Option<HeaderValue> {
    let inner = name.trim() == name && name.bytes().all(|b| (0x20..0x7f).contains(&b));
    inner.then(|| HeaderValue::from_str(name).ok()).flatten()
}

/// A name that came in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub name: String,
    /// Whether it can be read in one way only; if not, the record knows better (D13).
    pub certain: bool,
}

/// Read `x-ms-file-name`: one pair of quotes is not part of it (D14); bytes above ASCII and `%XX` are a guess (D13).
pub(crate) fn heard(headers: &HeaderMap) -> Option<Heard> {
    let bytes = headers.get("x-ms-file-name")?.as_bytes();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    };
    let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(&text);
    if bare.is_empty() {
        return None;
    }
    let certain = bare.is_ascii() && !bare.contains('%');
    let name = percent_decode_str(bare).decode_utf8().map_or_else(|_| bare.to_owned(), Cow::into_owned);
    Some(Heard { name, certain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b04_any_name_travels_in_the_query() {
        assert_eq!(encode("r&d #1 50%.txt"), "r%26d%20%231%2050%25.txt");
        assert_eq!(encode("日本 +.txt"), "%E6%97%A5%E6%9C%AC%20%2B.txt");
        assert_eq!(encode("a-b_c~d.pdf"), "a-b_c~d.pdf");
    }

    #[test]
    fn only_a_name_that_survives_becomes_a_header() {
        assert_eq!(as_header("r&d #1.txt").unwrap(), "r&d #1.txt");
        for no in ["日本.txt", " a", "a ", "a\tb", "a\r\nb: c"] {
            assert_eq!(as_header(no), None, "{no:?}");
        }
    }

    #[test]
    fn a_name_the_service_cannot_keep_is_refused() {
        let longest = "x".repeat(255);
        assert!(check_name(&longest).is_ok());
        for no in ["", "a\nb", "a\u{7f}", "a\u{85}b", &(longest + "y"), &"𝄞".repeat(128)] {
            assert!(check_name(no).is_err(), "{no:?}");
        }
        assert!(check_mime("application/pdf").is_ok() && check_mime("text/plain; charset=utf-8").is_ok());
        for no in ["", "pdf", "a/", "/b", "a/b\r\nc", &format!("a/{}", "b".repeat(255))] {
            assert!(check_mime(no).is_err(), "{no:?}");
        }
    }

    #[test]
    fn a_heard_name_says_whether_it_is_certain() {
        let hear = |bytes: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ms-file-name", HeaderValue::from_bytes(bytes).unwrap());
            heard(&headers).map(|h| (h.name, h.certain))
        };
        assert_eq!(hear(b"25mb.pdf"), Some(("25mb.pdf".into(), true)));
        assert_eq!(hear(b"\"sample.txt\""), Some(("sample.txt".into(), true)));
        assert_eq!(hear("日本.txt".as_bytes()), Some(("日本.txt".into(), false)));
        assert_eq!(hear(b"%E6%97%A5.txt"), Some(("日.txt".into(), false)));
        assert_eq!(hear(b"50%.txt"), Some(("50%.txt".into(), false)));
        assert_eq!(hear(b"caf\xe9.txt"), Some(("café.txt".into(), false)));
        assert_eq!(hear(b"\"\""), None);
    }
}
