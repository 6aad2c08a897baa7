//! The transcripts: one snapshot per story, written by the tests themselves.
//!
//! insta notes every snapshot file that a run touches in the file that `INSTA_SNAPSHOT_REFERENCES_FILE` names.
//! What lies in the folder and is not in that list belongs to a story that nobody tells any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::Cargo;
use crate::failure::Failure;

/// Where the snapshots of the suite are.
const FOLDER: &str = "tests";

/// What to do with a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Take what the tests produce as the new truth.
    Write,
    /// Refuse it.
    Check,
}

impl Mode {
    fn advice(self) -> &'static str {
        match self {
            Self::Write => {
                "the suite `transcripts` failed, see above; repeat it with:\n  cargo xtask snapshots"
            }
            Self::Check => {
                "a transcript differs or its test failed, see above; when the new one is right:\n  \
                 cargo xtask snapshots\nrepeat it with:\n  cargo xtask snapshots --check"
            }
        }
    }
}

/// Runs the suite `transcripts` and compares the files on disk with those that it used.
pub(crate) fn run(root: &Path, mode: Mode) -> Result<(), Failure> {
    let list = std::env::temp_dir().join(format!("dataverse-files-snapshots-{}.txt", std::process::id()));
    let _ = fs::remove_file(&list);
    let ran = suite(mode, &list).run(root);
    let used = fs::read_to_string(&list).unwrap_or_default();
    let _ = fs::remove_file(&list);
    ran.map_err(|_| Failure::check(mode.advice()))?;
    settle(&root.join(FOLDER), &used, mode)
}

/// The whole workspace is named so that features, and with them compiled crates, are those of `cargo xtask test`.
fn suite(mode: Mode, list: &Path) -> Cargo {
    let cargo = Cargo::new("test --quiet --workspace --test transcripts")
        .env("INSTA_SNAPSHOT_REFERENCES_FILE", list.to_string_lossy());
    match mode {
        Mode::Write => cargo.env("INSTA_UPDATE", "always"),
        Mode::Check => cargo.env("INSTA_UPDATE", "no").env("CI", "true"),
    }
}

fn settle(folder: &Path, used: &str, mode: Mode) -> Result<(), Failure> {
    let used: BTreeSet<PathBuf> = used.lines().map(|line| real(Path::new(line))).collect();
    if used.is_empty() {
        return Err(Failure::check("the suite `transcripts` compared no snapshot"));
    }
    let mut present = Vec::new();
    find(folder, &mut present)
        .map_err(|error| Failure::check(format!("the snapshots in {FOLDER}/ cannot be listed: {error}")))?;
    let orphans: Vec<PathBuf> = present.into_iter().filter(|file| !used.contains(&real(file))).collect();
    match mode {
        Mode::Write => remove(&orphans)?,
        Mode::Check if !orphans.is_empty() => return Err(unused(&orphans)),
        Mode::Check => {}
    }
    println!("{} snapshots in use", used.len());
    Ok(())
}

fn remove(orphans: &[PathBuf]) -> Result<(), Failure> {
    for file in orphans {
        fs::remove_file(file)
            .map_err(|error| Failure::check(format!("{} cannot be removed: {error}", file.display())))?;
        println!("removed {}: no test uses it", file.display());
    }
    Ok(())
}

fn unused(orphans: &[PathBuf]) -> Failure {
    let names: Vec<String> = orphans.iter().map(|file| format!("  {}", file.display())).collect();
    Failure::check(format!(
        "no test uses these snapshots; `cargo xtask snapshots` removes them:\n{}",
        names.join("\n")
    ))
}

/// The one name of a file that may be reached through `..` or a link.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "snap") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn with(name: &str, files: &[&str]) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder.join("snapshots")).unwrap();
            for file in files {
                fs::write(folder.join("snapshots").join(file), "story\n").unwrap();
            }
            Self(folder)
        }

        fn used(&self, files: &[&str]) -> String {
            files.iter().map(|file| format!("{}/snapshots/../snapshots/{file}\n", self.0.display())).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_snapshot_that_no_test_uses_fails_the_check_and_stays() {
        let folder = Folder::with("check", &["a.snap", "b.snap", "notes.txt"]);
        let failure = settle(&folder.0, &folder.used(&["a.snap"]), Mode::Check).unwrap_err().to_string();
        assert!(failure.contains("b.snap") && !failure.contains("a.snap"), "{failure}");
        assert!(folder.0.join("snapshots/b.snap").exists());
    }

    #[test]
    fn writing_removes_what_no_test_uses() {
        let folder = Folder::with("write", &["a.snap", "b.snap", "notes.txt"]);
        settle(&folder.0, &folder.used(&["a.snap", "a.snap"]), Mode::Write).unwrap();
        assert!(folder.0.join("snapshots/a.snap").exists());
        assert!(folder.0.join("snapshots/notes.txt").exists());
        assert!(!folder.0.join("snapshots/b.snap").exists());
    }

    #[test]
    fn a_suite_that_used_nothing_is_refused_and_removes_nothing() {
        let folder = Folder::with("nothing", &["a.snap"]);
        assert!(settle(&folder.0, "", Mode::Write).is_err());
        assert!(folder.0.join("snapshots/a.snap").exists());
    }

    #[test]
    fn a_check_never_writes() {
        let line = suite(Mode::Check, Path::new("list")).line();
        assert!(line.contains("INSTA_UPDATE=no") && line.contains("CI=true"), "{line}");
    }
}
