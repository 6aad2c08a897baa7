//! Style rules as checks. Each is a function from files to findings, so each is tested with made-up files.

mod bugs;
mod code;
pub(crate) mod files;
mod links;
mod packages;
mod rulings;
mod text;

use std::path::Path;

use crate::failure::Failure;
use files::File;

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(file: &File, line: usize, what: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Reads every text of the workspace and refuses it when a rule is broken.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let files = files::load(root)?;
    let mut findings: Vec<Finding> = Vec::new();
    for check in [text::check, code::check, packages::check, links::check, rulings::check] {
        findings.extend(check(&files));
    }
    let bugs = bugs::check(&files);
    findings.extend(bugs.findings);
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    if let Some(note) = bugs.note {
        println!("note: {note}");
    }
    if findings.is_empty() {
        println!("{} files are tidy", files.len());
        return Ok(());
    }
    Err(Failure::check(format!("{} places are untidy", findings.len())))
}
