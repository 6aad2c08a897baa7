//! The `Prefer` request header (errors-and-limits §11).
use http::{HeaderMap, HeaderName};

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What the client would like, out of all `Prefer` headers of a request.
#[derive(Debug, Default, PartialEq)]
pub(in crate::core) struct Prefer {
    /// `return=representation`: the record in the answer to a write.
    pub(in crate::core) representation: bool,
    /// `odata.maxpagesize=<n>`, at least 1.
    pub(in crate::core) page_size: Option<usize>,
    /// Names or prefixes of `odata.include-annotations`.
    annotations: Vec<String>,
}

impl Prefer {
    pub(in crate::core) fn of(headers: &HeaderMap) -> Prefer {
        let mut prefer = Prefer::default();
        for text in headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok()) {
            for preference in split(text, ',') {
                prefer.note(preference);
            }
        }
        prefer
    }

    /// Whether the annotation of this name is asked for: by `*`, by name or by `prefix*`.
    pub(in crate::core) fn wants_annotation(&self, name: &str) -> bool {
        self.annotations.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => pattern == name,
        })
    }

    /// Whether any annotation is asked for; conditional reads answer in full then.
    pub(in crate::core) fn wants_annotations(&self) -> bool {
        !self.annotations.is_empty()
    }

    fn note(&mut self, preference: &str) {
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "return" => self.representation = value.eq_ignore_ascii_case("representation"),
            "odata.maxpagesize" => self.page_size = value.parse().ok().filter(|size| *size > 0),
            "odata.include-annotations" => {
                self.annotations = value.split(',').map(|name| name.trim().to_owned()).collect();
            }
            _ => {}
        }
    }
}

/// Parts between separators that stand outside double quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::Prefer;

    fn prefer(text: &str) -> Prefer {
        let mut headers = HeaderMap::new();
        headers.insert("prefer", text.parse().unwrap());
        Prefer::of(&headers)
    }

    #[test]
    fn a_quoted_list_is_one_preference() {
        let wish = prefer(
            "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.PowerApps.CDS.ErrorDetails*\", \
             return=representation, odata.maxpagesize=3",
        );
        assert!(wish.representation);
        assert_eq!(wish.page_size, Some(3));
        assert!(wish.wants_annotation("Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"));
        assert!(!wish.wants_annotation("Microsoft.PowerApps.CDS.HelpLink"));
    }

    #[test]
    fn a_page_of_no_rows_is_no_preference() {
        assert_eq!(prefer("odata.maxpagesize=0").page_size, None);
        assert_eq!(prefer("odata.maxpagesize=many").page_size, None);
    }
}
