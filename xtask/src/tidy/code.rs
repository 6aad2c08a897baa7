//! Rules for Rust source: length, names of modules, markers, tests that do not run, waits.

use super::Finding;
use super::files::File;
use crate::source::{self, Line};

/// Lines a file may have (docs/testing.md); the median should be far below.
const LONGEST: usize = 400;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "manager", "managers"];
/// Marks of work that is not done, in comments.
const MARKS: [&str; 4] = ["TODO", "FIXME", "XXX", "HACK"];
/// The same, in code.
const MACROS: [&str; 3] = ["dbg!", "todo!", "unimplemented!"];
/// Lets a sleep in a test pass, with the reason behind it.
const REASON: &str = "waits:";

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    files.iter().filter(|file| file.is_rust()).flat_map(check_file).chain(marks_in_prose(files)).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let lines = source::split(&file.text);
    let mut findings = name_of(file).into_iter().collect::<Vec<_>>();
    let length = file.text.lines().count();
    if length > LONGEST {
        findings.push(Finding::new(file, LONGEST + 1, format!("{length} lines; split above {LONGEST}")));
    }
    let mut in_tests = is_test_file(&file.path);
    for (number, line) in (1..).zip(&lines) {
        in_tests |= opens_tests(&lines, number);
        findings.extend(check_line(line, in_tests).into_iter().map(|what| Finding::new(file, number, what)));
    }
    findings
}

fn check_line(line: &Line, in_tests: bool) -> Vec<String> {
    let mut broken = Vec::new();
    for mark in MARKS.iter().filter(|mark| source::words(&line.comment, mark).next().is_some()) {
        broken.push(format!("`{mark}`: finish it or write an issue"));
    }
    for call in MACROS.iter().filter(|call| source::words(&line.code, call).next().is_some()) {
        broken.push(format!("`{call}` is for work in progress"));
    }
    if is_ignored(line) {
        broken.push("a test that does not run holds no promise".into());
    }
    if let Some(name) = EMPTY_NAMES.iter().find(|name| declares_module(&line.code, name)) {
        broken.push(format!("a module named `{name}` says nothing about what is inside"));
    }
    if in_tests && sleeps(&line.code) && !gives_reason(&line.comment) {
        broken.push(format!(
            "a sleep hides a race; wait for the event itself, or say `// {REASON} …` on this line"
        ));
    }
    broken
}

/// A test attribute, or a code block of the documentation that is never compiled.
fn is_ignored(line: &Line) -> bool {
    let code = line.code.replace(' ', "");
    let attribute = code.contains("#[ignore") || (code.contains("cfg_attr(") && code.contains(",ignore"));
    let block = line.comment.trim_start_matches(['/', '!', ' ']).strip_prefix("```");
    attribute || block.is_some_and(|info| info.split(',').any(|word| word.trim() == "ignore"))
}

fn declares_module(code: &str, name: &str) -> bool {
    source::words(code, "mod").any(|at| {
        let rest = code[at + "mod".len()..].trim_start();
        rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(source::is_word))
    })
}

fn name_of(file: &File) -> Option<Finding> {
    let mut parts = file.path.trim_end_matches(".rs").split('/');
    let name = parts.find(|part| EMPTY_NAMES.contains(part))?;
    Some(Finding::new(file, 1, format!("`{name}` says nothing about what is inside")))
}

fn is_test_file(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    file == "tests.rs"
        || file.ends_with("_tests.rs")
        || folders.split('/').any(|part| matches!(part, "tests" | "examples" | "benches"))
}

/// Whether an inline test module starts here; by our custom it is the last thing in its file.
fn opens_tests(lines: &[Line], number: usize) -> bool {
    let is_inline =
        || lines.get(number).is_some_and(|next| next.code.contains("mod ") && next.code.contains('{'));
    lines[number - 1].code.contains("#[cfg(test)]") && is_inline()
}

/// A call of a free function `sleep` or `sleep_until`; methods of our own virtual clocks are not meant.
fn sleeps(code: &str) -> bool {
    ["sleep(", "sleep_until(", "sleep_ms("].iter().any(|call| {
        source::words(code, call).any(|at| {
            let before = code[..at].trim_end();
            !before.ends_with('.') && !before.ends_with("fn")
        })
    })
}

fn gives_reason(comment: &str) -> bool {
    comment.trim().strip_prefix(REASON).is_some_and(|reason| !reason.trim().is_empty())
}

/// Marks of unfinished work in documents and scripts.
fn marks_in_prose(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| !file.is_rust() && !file.is_snapshot()) {
        for (number, line) in (1..).zip(file.text.lines()) {
            for mark in MARKS.iter().filter(|mark| source::words(line, mark).next().is_some()) {
                findings.push(Finding::new(file, number, format!("`{mark}`: finish it or write an issue")));
            }
        }
    }
    findings
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
