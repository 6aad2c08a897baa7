//! The examples run to their end against an emulator of their own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
use std::process::Command;

/// What an example prints. `cargo test` builds examples beside the tests.
fn printed(example: &str) -> String {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples").join(format!("async_{example}"));
    let path = path.with_extension(std::env::consts::EXE_EXTENSION);
    let mut run = Command::new(&path);
    for name in ["DATAVERSE_URL", "DATAVERSE_TOKEN", "DATAVERSE_TARGET"] {
        run.env_remove(name);
    }
    let output = run.output().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_upload_tells_its_progress() {
    let printed = printed("upload_with_progress");
    assert!(printed.contains("100 %  20971520 of 20971520 bytes"), "{printed}");
    assert!(printed.contains("done: 7 requests"), "{printed}");
}

#[test]
fn a_download_is_a_stream() {
    let printed = printed("streaming_download");
    assert_eq!(printed, "done: lines.txt has 15000000 bytes in 1000000 lines\n");
}

#[test]
fn an_upload_goes_on_after_an_interruption() {
    let printed = printed("resume");
    assert!(printed.contains("signed out"), "{printed}");
    assert!(printed.contains("done: 25870370 bytes, 6 requests this time"), "{printed}");
}

#[test]
fn a_note_and_an_attachment_hold_a_file() {
    let printed = printed("notes");
    for line in [
        "annotations(",
        "activitymimeattachments(",
        "holds offer.txt, 23 bytes",
        "it says: We offer",
        "leads to 23 bytes",
    ] {
        assert!(printed.contains(line), "{printed}");
    }
}
