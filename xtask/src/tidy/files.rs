//! The texts of the workspace, read once.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Folders that hold nothing we wrote; `.git` may also be a file.
const SKIPPED: [&str; 6] = [".git", ".dvf", ".venv", "__pycache__", "node_modules", "target"];
/// Files that tools write and only tools read.
const GENERATED: [&str; 1] = ["Cargo.lock"];

/// A text file of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Relative to the root, with `/` between the parts on every system.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// Snapshots hold what programs print, blanks at line ends included.
    pub(crate) fn is_snapshot(&self) -> bool {
        self.path.ends_with(".snap")
    }

    /// The folder of the file, empty for the root.
    pub(crate) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// Every text below `root`, in order of their paths. Files that are not UTF-8 are data and are left out.
pub(crate) fn load(root: &Path) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    walk(root, "", &mut files)
        .map_err(|error| Failure::check(format!("the workspace cannot be read: {error}")))?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            // A target folder has any name, but always cargo's tag.
            if !entry.path().join("CACHEDIR.TAG").exists() {
                walk(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if kind.is_file() && is_ours(&name) {
            let bytes = fs::read(entry.path())?;
            files.extend(String::from_utf8(bytes).ok().map(|text| File { path, text }));
        }
    }
    Ok(())
}

/// Test data may be large and of any kind; what people write has one of these endings, or none.
fn is_ours(name: &str) -> bool {
    if GENERATED.contains(&name) {
        return false;
    }
    const ENDINGS: [&str; 14] =
        ["rs", "md", "toml", "yml", "yaml", "sh", "snap", "json", "js", "mjs", "py", "ps1", "cs", "sql"];
    name.rsplit_once('.').is_none_or(|(stem, ending)| stem.is_empty() || ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_and_data_is_not() {
        for name in ["lib.rs", "README.md", "run", "LICENSE-MIT", ".gitignore", "story.snap"] {
            assert!(is_ours(name), "{name}");
        }
        for name in ["image.png", "blob.bin", "file.part", "Cargo.lock"] {
            assert!(!is_ours(name), "{name}");
        }
    }

    #[test]
    fn a_file_knows_its_folder() {
        let file = |path: &str| File { path: path.into(), text: String::new() };
        assert_eq!(file("docs/cli.md").folder(), "docs");
        assert_eq!(file("README.md").folder(), "");
    }
}
