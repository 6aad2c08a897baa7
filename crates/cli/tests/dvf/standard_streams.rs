//! `-` both ways.
use std::io::Read;
use std::process::Stdio;

use crate::world::{TARGET, TOKEN, World, bytes, run, run_with_input, words};

#[test]
fn standard_input_goes_up_and_comes_back_on_standard_output() {
    let world = World::new();
    for engine in ["async", "blocking"] {
        for size in [1, 100_000, 9_000_001] {
            let input = bytes(size);
            let line = format!("upload - TARGET --name piped.bin --engine {engine} --json");
            let done = run_with_input(&mut world.command(words(&line)), &input).ok().last_event();
            assert_eq!((&done["bytes"], &done["name"]), (&size.into(), &"piped.bin".into()));
            for strategy in ["auto", "single", "ranged", "blocks", "sas"] {
                let line = format!("download TARGET - --strategy {strategy} --parallel 3 --engine {engine}");
                let run = world.dvf(&line).ok();
                assert!(run.stdout == input, "{size} bytes, {line}");
            }
        }
    }
}

#[test]
fn with_standard_output_taken_json_goes_to_standard_error() {
    let world = World::new();
    world.file("a.bin", 5_000);
    world.dvf("upload a.bin TARGET").ok();
    let run = world.dvf("download TARGET - --json").ok();
    assert!(run.stdout == bytes(5_000));
    let last: serde_json::Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["bytes"]), (&"done".into(), &5_000.into()));
    assert!(last["sha256"].is_string());
}

#[test]
fn empty_standard_input_is_refused() {
    let world = World::new();
    let mut command = world.command(words("upload - TARGET --name a.bin"));
    let said = run_with_input(&mut command, b"").failed(2);
    assert!(said.contains("is empty"), "{said}");
    assert_eq!(world.server.requests(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_error_message() {
    let world = World::new();
    world.file("a.bin", 9_000_000);
    world.dvf("upload a.bin TARGET").ok();
    for engine in ["async", "blocking"] {
        let mut command = world.command(words(&format!("download TARGET - --engine {engine}")));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 1_000];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let run = crate::world::ended(child);
        assert_eq!(first[..], bytes(1_000));
        assert_eq!(run.stderr, "", "{engine}");
        assert_ne!(run.code, Some(0), "it did not write everything");
    }
}

#[test]
fn a_token_comes_from_standard_input_or_from_a_file() {
    let world = World::new();
    let mut command = world.command(words("info TARGET --token -"));
    run_with_input(command.env_remove("DATAVERSE_TOKEN"), format!("{TOKEN}\n").as_bytes()).ok();
    std::fs::write(world.path("token"), format!("{TOKEN}\n")).unwrap();
    for engine in ["async", "blocking"] {
        let mut command = world.command(words(&format!("info TARGET --token-file token --engine {engine}")));
        run(command.env_remove("DATAVERSE_TOKEN")).ok();
    }
    let mut command = world.command(["upload", "-", TARGET, "--name", "a", "--token", "-"]);
    let said = run_with_input(&mut command, b"x").failed(2);
    assert!(said.contains("--token-file"), "{said}");
}
