//! Bugs of other clients and emulators, each held off by a test of ours that carries its number: `b01_…`.

use super::Finding;
use super::files::File;
use crate::source;

/// What a bug without a test means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// A broken rule.
    Refused,
    /// A reminder, for the time when suites are still being written.
    #[cfg_attr(not(test), expect(dead_code, reason = "the other way of the switch"))]
    Noted,
}

/// The switch: every number has its test, and none may lose it.
const MISSING: Missing = Missing::Refused;

/// Number and name of every bug.
const BUGS: [(u32, &str); 23] = [
    (1, "an extra empty chunk at exact multiples"),
    (2, "an empty file sends a malformed range or nothing"),
    (3, "without the server's chunk size: success, no bytes"),
    (4, "names that are not ASCII, or hold reserved signs, break"),
    (5, "one token for the whole file"),
    (6, "the server's file name leaves the folder"),
    (7, "offsets advance by what was asked, not by what came"),
    (8, "sizes of 32 bits"),
    (9, "a commit with the wrong list name"),
    (10, "blocks joined in order of arrival"),
    (11, "DownloadBlock wants what the real one has not"),
    (12, "DeleteFile ignores the file id"),
    (13, "an upload leaves the old file behind"),
    (14, "the last block is refused because its length is clipped"),
    (15, "missing and repeated blocks crash"),
    (16, "the size limit is compared in whole kilobytes"),
    (17, "the destination is emptied before the first byte came"),
    (18, "a typo creates a column"),
    (19, "429 and Retry-After are not obeyed"),
    (20, "headers leak from one request into the next"),
    (21, "IsChunkingSupported is ignored"),
    (22, "the whole file is held in memory"),
    (23, "what came is not compared with what was announced"),
];

/// What the look for tests brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) findings: Vec<Finding>,
    pub(super) note: Option<String>,
}

pub(super) fn check(files: &[File]) -> Report {
    check_as(files, MISSING)
}

fn check_as(files: &[File], missing: Missing) -> Report {
    let held: Vec<u32> =
        files.iter().filter(|file| file.is_rust()).flat_map(|file| numbers(&file.text)).collect();
    let open = || BUGS.iter().filter(|(number, _)| !held.contains(number));
    match missing {
        Missing::Noted => {
            let names: Vec<String> = open().map(|(number, _)| format!("B{number}")).collect();
            let note = (!names.is_empty()).then(|| format!("no test yet for {}", names.join(", ")));
            Report { note, ..Report::default() }
        }
        Missing::Refused => {
            Report { findings: open().map(|(number, what)| lacks(*number, what)).collect(), note: None }
        }
    }
}

fn lacks(number: u32, what: &str) -> Finding {
    Finding { path: "tests".into(), line: 1, what: format!("no test `b{number:02}_…` holds off: {what}") }
}

/// The numbers in names of functions such as `fn b07_short_block_is_an_error()`.
fn numbers(text: &str) -> Vec<u32> {
    let lines = source::split(text);
    let names = lines.iter().flat_map(|line| {
        source::words(&line.code, "fn").map(|at| line.code[at + 2..].trim_start()).collect::<Vec<_>>()
    });
    names.filter_map(number).collect()
}

fn number(name: &str) -> Option<u32> {
    let (digits, rest) = name.strip_prefix('b')?.split_at_checked(2)?;
    if rest.starts_with('_') { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Vec<File> {
        vec![File { path: "tests/a.rs".into(), text: text.into() }]
    }

    fn all_but(left_out: u32) -> String {
        let numbers = BUGS.iter().map(|(number, _)| *number).filter(|number| *number != left_out);
        numbers.map(|number| format!("pub async fn b{number:02}_held() {{}}\n")).collect()
    }

    #[test]
    fn the_table_counts_without_a_gap() {
        assert!(BUGS.iter().map(|(number, _)| *number).eq(1..=23));
    }

    #[test]
    fn a_bug_without_a_test_is_named() {
        let report = check_as(&file(&all_but(7)), Missing::Noted);
        assert!(report.findings.is_empty());
        assert_eq!(report.note.as_deref(), Some("no test yet for B7"));
        let report = check_as(&file(&all_but(23)), Missing::Refused);
        assert_eq!((report.findings.len(), report.note), (1, None));
    }

    #[test]
    fn all_bugs_held_leave_nothing_to_say() {
        assert_eq!(check_as(&file(&all_but(0)), Missing::Refused), Report::default());
    }

    #[test]
    fn prose_and_look_alikes_hold_nothing_off() {
        let text =
            "// fn b01_a() {}\nlet a = \"fn b02_a()\"; b03_a(); fn b4_a() {} fn b055() {} fn xb06_a() {}\n";
        assert_eq!(numbers(text), Vec::<u32>::new());
    }
}
