//! The query of a URL.
use percent_encoding::percent_decode_str;

use crate::core::errors;
use crate::core::fault::Answer;

/// Names and values in their order, decoded; a raw `+` is a blank (U29).
#[derive(Debug, Default, PartialEq)]
pub(in crate::core) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(in crate::core) fn parse(text: &str) -> Answer<Query> {
        let pairs = text.split('&').filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decode(name)?, decode(value)?))
        });
        Ok(Query { pairs: pairs.collect::<Answer<_>>()? })
    }

    /// The value of the first parameter of this name.
    pub(in crate::core) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same for servers that do not tell the case of names.
    pub(in crate::core) fn get_ignoring_case(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(in crate::core) fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }
}

fn decode(text: &str) -> Answer<String> {
    let blanks = text.replace('+', " ");
    let decoded = percent_decode_str(&blanks).decode_utf8();
    match decoded {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(errors::QUERY_SYNTAX.with(&["The query is not percent-encoded UTF-8."])),
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn a_raw_plus_is_a_blank_and_an_encoded_one_a_plus() {
        let query = Query::parse("x-ms-file-name=a+b%2Bc%26d%20%231%2050%25.txt").unwrap();
        assert_eq!(query.get("x-ms-file-name"), Some("a b+c&d #1 50%.txt"));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        assert!(Query::parse("x-ms-file-name=%FF").is_err());
    }
}
