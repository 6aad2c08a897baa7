//! What stands between the parentheses of a key or a function.
use super::literal::Literal;

/// One `name=value`, or a value alone.
#[derive(Debug, PartialEq)]
pub(in crate::core) struct Argument<'a> {
    pub(in crate::core) name: Option<&'a str>,
    pub(in crate::core) value: &'a str,
}

/// The arguments, split at commas outside quotes; none of an empty text.
pub(in crate::core) fn split(text: &str) -> Vec<Argument<'_>> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    split_outside(text, ',').into_iter().map(argument).collect()
}

fn argument(text: &str) -> Argument<'_> {
    let text = text.trim();
    let name = text.split_once('=').filter(|(name, _)| !name.contains(['\'', '"']));
    match name {
        Some((name, value)) => Argument { name: Some(name.trim()), value: value.trim() },
        None => Argument { name: None, value: text },
    }
}

impl Argument<'_> {
    pub(in crate::core) fn literal(&self) -> Option<Literal> {
        Literal::parse(self.value)
    }
}

/// Parts between separators that stand outside single quotes and parentheses.
pub(in crate::core) fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut depth) = (0, false, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::{Argument, split};

    #[test]
    fn commas_and_equal_signs_inside_quotes_are_text() {
        let arguments = split("accountnumber='A,1=x',name='b'");
        assert_eq!(
            arguments,
            [
                Argument { name: Some("accountnumber"), value: "'A,1=x'" },
                Argument { name: Some("name"), value: "'b'" }
            ]
        );
        assert_eq!(split("'a=b'"), [Argument { name: None, value: "'a=b'" }]);
        assert!(split(" ").is_empty());
    }
}
