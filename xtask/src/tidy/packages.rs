//! Rules for packages: the shared lints are on, and every crate says at its top what it is.

use std::collections::BTreeSet;

use super::Finding;
use super::files::File;

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let manifests = files.iter().filter(|file| is_package(file));
    let mut findings: Vec<Finding> =
        manifests.clone().filter(|file| !shares_lints(&file.text)).map(no_lints).collect();
    let roots: BTreeSet<String> = manifests.flat_map(crate_roots).collect();
    let undocumented =
        files.iter().filter(|file| roots.contains(&file.path) && !opens_with_words(&file.text));
    findings.extend(
        undocumented.map(|file| Finding::new(file, 1, "a crate starts with `//!` and says what it is")),
    );
    findings
}

fn is_package(file: &File) -> bool {
    (file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml"))
        && file.text.lines().any(|line| line.trim() == "[package]")
}

fn no_lints(file: &File) -> Finding {
    Finding::new(file, 1, "needs `[lints]` with `workspace = true`")
}

fn shares_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lines
        .by_ref()
        .take_while(|line| !line.starts_with('['))
        .any(|line| line.replace(' ', "") == "workspace=true")
}

/// Where cargo looks for crates by itself, and where the manifest says they are.
fn crate_roots(manifest: &File) -> Vec<String> {
    let folder = match manifest.folder() {
        "" => String::new(),
        folder => format!("{folder}/"),
    };
    let named = manifest.text.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (key.trim() == "path" && value.ends_with(".rs")).then(|| value.to_owned())
    });
    ["src/lib.rs".to_owned(), "src/main.rs".to_owned()]
        .into_iter()
        .chain(named)
        .map(|path| format!("{folder}{path}"))
        .collect()
}

fn opens_with_words(source: &str) -> bool {
    source
        .lines()
        .next()
        .is_some_and(|line| line.strip_prefix("//!").is_some_and(|words| !words.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(manifest: &str, path: &str, source: &str) -> Vec<String> {
        let manifest = File { path: "crates/a/Cargo.toml".into(), text: manifest.into() };
        let source = File { path: path.into(), text: source.into() };
        check(&[manifest, source]).iter().map(ToString::to_string).collect()
    }

    const GOOD: &str =
        "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n\n[[bin]]\npath = \"made/by.rs\"\n";

    #[test]
    fn a_package_without_the_shared_lints_is_found() {
        let lone = "[package]\nname = \"a\"\n[lints]\n[dependencies]\nworkspace = true\n";
        let message = "crates/a/Cargo.toml:1: needs `[lints]` with `workspace = true`";
        assert_eq!(found(lone, "crates/a/src/lib.rs", "//! A.\n"), [message]);
        assert_eq!(found("[package]\n", "crates/a/src/lib.rs", "//! A.\n"), [message]);
        assert_eq!(found("[workspace]\n", "b.rs", ""), Vec::<String>::new());
    }

    #[test]
    fn a_crate_that_does_not_say_what_it_is_is_found() {
        for path in ["crates/a/src/lib.rs", "crates/a/src/main.rs", "crates/a/made/by.rs"] {
            assert_eq!(found(GOOD, path, "mod a;\n").len(), 1, "{path}");
            assert_eq!(found(GOOD, path, "//!\n").len(), 1, "{path}");
            assert_eq!(found(GOOD, path, "//! A.\n"), Vec::<String>::new());
        }
        assert_eq!(found(GOOD, "crates/a/src/module.rs", "mod a;\n"), Vec::<String>::new());
    }
}
