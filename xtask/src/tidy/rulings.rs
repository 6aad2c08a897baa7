//! Rulings on unclear points of the protocol, cited by letter and number: every number that is cited exists.

use super::Finding;
use super::files::File;
use crate::source;

/// The families of docs/protocol.md, each with its last number.
const FAMILIES: [(char, u32); 7] = [('U', 30), ('D', 25), ('X', 7), ('I', 8), ('N', 6), ('M', 4), ('E', 8)];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.is_rust() || file.is_markdown()).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let comments: Vec<String> = match file.is_rust() {
        true => source::split(&file.text).into_iter().map(|line| line.comment).collect(),
        false => file.text.lines().map(str::to_owned).collect(),
    };
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(&comments) {
        for (letter, cited) in citations(line) {
            let last = FAMILIES.iter().find(|(family, _)| *family == letter).map_or(0, |(_, last)| *last);
            if !(1..=last).contains(&cited) {
                let what = format!("there is no ruling {letter}{cited}: {letter}1 to {letter}{last}");
                findings.push(Finding::new(file, number, what));
            }
        }
    }
    findings
}

/// Words of one family letter and one or two digits. Escapes such as `%E9` and longer words (`E0432`) are something else.
fn citations(line: &str) -> Vec<(char, u32)> {
    let mut found = Vec::new();
    let mut rest = line;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| !source::is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end.max(first.len_utf8()));
        let digits = &word[first.len_utf8()..];
        let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
        let escaped = matches!(before, '%' | '{' | '\\' | '+' | '#' | '&' | '=' | '<');
        if is_number && !escaped && FAMILIES.iter().any(|(family, _)| *family == first) {
            found.extend(digits.parse().ok().map(|number| (first, number)));
        }
        before = word.chars().next_back().unwrap_or(first);
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&[File { path: path.into(), text: text.into() }]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn there_are_eighty_eight_rulings() {
        assert_eq!(FAMILIES.iter().map(|(_, last)| last).sum::<u32>(), 88);
    }

    #[test]
    fn a_ruling_that_does_not_exist_is_found() {
        assert_eq!(found("a.rs", "a();\n// see U31\n"), ["a.rs:2: there is no ruling U31: U1 to U30"]);
        assert_eq!(found("docs/a.md", "U1-U30, D1-D25, (X8), E0\n").len(), 2);
    }

    #[test]
    fn existing_rulings_and_look_alikes_pass() {
        let text =
            "// U4, D25 and X1-X7; E0432, %E9, U+00E9, \\u{E9}, 4E9, MD5, D365\nstruct D99; f(\"D99\");\n";
        assert_eq!(found("a.rs", text), Vec::<String>::new());
    }
}
