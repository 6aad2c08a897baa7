//! What a person finds when looking around.
use crate::world::{dvf, run, words};

#[test]
fn help_and_version_succeed_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let version = run(dvf(folder.path()).arg("--version")).ok().text();
    assert_eq!(version.trim_end(), concat!("dvf ", env!("CARGO_PKG_VERSION")));
    for command in [
        "",
        "upload",
        "download",
        "delete",
        "info",
        "ls",
        "link",
        "columns",
        "column",
        "organization",
        "emulator",
    ] {
        let run = run(dvf(folder.path()).args(words(&format!("{command} --help")))).ok();
        let text = run.text();
        assert!(text.contains("Usage: dvf") && text.contains("Examples:"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn help_names_the_exit_codes_and_the_faults() {
    let folder = tempfile::tempdir().unwrap();
    let text = run(dvf(folder.path()).arg("--help")).ok().text();
    for code in ["9 the destination exists", "130 interrupted", "11\nlocked"] {
        let flat = text.replace('\n', " ");
        assert!(flat.contains(&code.replace('\n', " ")), "{text}");
    }
    let text = run(dvf(folder.path()).args(["emulator", "--help"])).ok().text();
    assert!(text.contains("lost-answers"), "{text}");
}

#[test]
fn help_never_shows_a_token_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = dvf(folder.path());
    let text = run(command.env("DATAVERSE_TOKEN", "s3cret").args(["upload", "--help"])).ok().text();
    assert!(text.contains("DATAVERSE_TOKEN") && !text.contains("s3cret"), "{text}");
}

#[test]
fn nothing_at_all_is_a_usage_error_with_help() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(&mut dvf(folder.path()));
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("Usage: dvf"), "{}", run.stderr);
}
