//! `--url embedded`: an organization in a folder, without any server.
use std::fs;
use std::process::Stdio;

use crate::world::{Run, TARGET, assert_same, bytes, dvf, ended, run, until, words};

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        fs::write(place.0.path().join("README.md"), bytes(70_000)).unwrap();
        place
    }

    fn dvf(&self, line: &str) -> Run {
        run(dvf(self.0.path()).args(words(line)))
    }
}

#[test]
fn a_file_goes_up_in_one_process_and_comes_back_in_another() {
    for engine in ["async", "blocking"] {
        let place = Place::new();
        let line =
            place.dvf(&format!("--url embedded --engine {engine} upload README.md TARGET")).ok().text();
        assert!(line.starts_with("README.md: 70,000 bytes to accounts("), "{line}");
        assert_eq!(line.lines().count(), 1, "one concise line");
        assert!(place.0.path().join(".dvf").is_dir(), "the default folder");
        place.dvf(&format!("--url embedded --engine {engine} download TARGET copy.md")).ok();
        assert_same(&place.0.path().join("copy.md"), &bytes(70_000));
        place.dvf("--url embedded delete TARGET").ok();
        place.dvf("--url embedded download TARGET again.md").failed(3);
    }
}

#[test]
fn the_folder_can_be_named_and_two_folders_are_two_organizations() {
    let place = Place::new();
    place.dvf("--url embedded:one upload README.md TARGET").ok();
    place.dvf("--url embedded:two download TARGET copy.md").failed(3);
    place.dvf("--url embedded:one download TARGET copy.md").ok();
    assert!(!place.0.path().join(".dvf").exists());
    place.dvf("--url embedded: info TARGET").failed(2);
}

#[test]
fn a_folder_in_use_is_exit_code_11() {
    let place = Place::new();
    let mut command = dvf(place.0.path());
    command.args(words("--url embedded upload - TARGET --name a.bin --no-preflight"));
    let mut first = dvf(place.0.path());
    first.args(words("emulator --data .dvf")).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = first.spawn().unwrap();
    until("the emulator has its folder", || place.0.path().join(".dvf").is_dir());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(server.stdout.take().unwrap()), &mut line)
        .unwrap();
    let said = place.dvf("--url embedded info TARGET").failed(11);
    assert!(said.contains("embedded"), "{said}");
    server.kill().unwrap();
    ended(server);
    place.dvf("--url embedded info TARGET").ok();
}

#[test]
fn a_target_with_slashes_is_the_same_target() {
    let place = Place::new();
    place
        .dvf(
            "--url embedded upload README.md accounts/00000000-0000-0000-0000-000000000001/sample_filecolumn",
        )
        .ok();
    let info = place.dvf("--url embedded --json info TARGET").ok().last_event();
    assert_eq!((&info["target"], &info["bytes"]), (&TARGET.into(), &70_000.into()));
}
