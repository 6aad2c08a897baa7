//! Rules for every text: ends of lines and files, paths of one machine, words that do not belong here.

use super::Finding;
use super::files::File;

/// Where people's own files lie; a path below these is true on one machine only. Put together here, because
/// this file is read by its own rule.
const MACHINE: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers\\"),
];

/// Placeholders, invented people and boasts.
const WORDS: [&str; 8] = [
    concat!("lorem", " ipsum"),
    concat!("foo", "bar"),
    concat!("john", " doe"),
    concat!("jane", " doe"),
    concat!("al", "ice"),
    concat!("blazing", "ly"),
    concat!("blazing", " fast"),
    concat!("world", "-class"),
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        if !file.is_snapshot() && line.ends_with([' ', '\t']) {
            findings.push(Finding::new(file, number, "blanks at the end of the line"));
        }
        for folder in MACHINE {
            if machine_path(line, folder) {
                findings.push(Finding::new(file, number, format!("`{folder}…` is a path of one machine")));
            }
        }
        let lower = line.to_lowercase();
        for word in WORDS {
            if crate::source::words(&lower, word).next().is_some() {
                findings.push(Finding::new(file, number, format!("`{word}` does not belong here")));
            }
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        findings.push(Finding::new(file, file.text.lines().count(), "no newline at the end of the file"));
    }
    findings
}

/// Whether an absolute path below `folder` starts in this line; `~/…`, `../…` and addresses are something else.
fn machine_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '}' | ')' | '*' | '>')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&[File { path: path.into(), text: text.into() }]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn blanks_at_line_ends_and_missing_newlines_are_found() {
        assert_eq!(
            found("a.md", "one \ntwo\t\nthree"),
            [
                "a.md:1: blanks at the end of the line",
                "a.md:2: blanks at the end of the line",
                "a.md:3: no newline at the end of the file",
            ]
        );
        assert_eq!(found("a.md", ""), Vec::<String>::new());
        assert_eq!(found("a.snap", "one \n"), Vec::<String>::new());
    }

    #[test]
    fn paths_of_one_machine_are_found_and_others_are_not() {
        let home = MACHINE[0];
        assert_eq!(found("a.toml", &format!("path = \"{home}me/x\"\n")).len(), 1);
        assert_eq!(found("a.md", &format!("{home}me/x\n")).len(), 1);
        assert_eq!(
            found("a.md", &format!("https://example.com{home}x and ..{home}x\n")),
            Vec::<String>::new()
        );
    }

    #[test]
    fn listed_words_are_found_as_whole_words() {
        let word = WORDS[4];
        assert_eq!(found("a.rs", &format!("// {} uploads\n", word.to_uppercase())).len(), 1);
        assert_eq!(found("a.rs", &format!("// m{word} and {word}x\n")), Vec::<String>::new());
    }
}
