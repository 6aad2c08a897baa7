//! Bugs that other clients have, as promises of `dvf`. The number is that of the list of known bugs.
use std::fs;
use std::process::{Child, Stdio};

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Answer, Fault, Faults, Handling, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::world::{TOKEN, World, assert_same, bytes, ended, until, words};

const MIB: usize = 1_048_576;

#[test]
fn b01_an_exact_multiple_of_the_chunk_size_has_no_empty_chunk() {
    let world = World::new();
    world.file("a.bin", 8 * MIB);
    for engine in ["async", "blocking"] {
        let chunks = world.server.requests_of(Kind::Chunk);
        world.dvf(&format!("upload a.bin TARGET --strategy chunked --engine {engine}")).ok();
        assert_eq!(world.server.requests_of(Kind::Chunk) - chunks, 2, "{engine}");
        let ranges = world.server.requests_of(Kind::Range);
        world.dvf(&format!("download TARGET b.bin --force --strategy ranged --engine {engine}")).ok();
        assert_eq!(world.server.requests_of(Kind::Range) - ranges, 2, "{engine}");
        assert_same(&world.path("b.bin"), &bytes(8 * MIB));
    }
}

#[test]
fn b05_a_token_that_is_refused_in_the_middle_is_read_again_from_its_file() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        world.file("a.bin", 300_000);
        fs::write(world.path("token"), "the token of an hour ago\n").unwrap();
        let pause = Fault::Answer(Answer::throttled(RetryAfter::Seconds(2)));
        world.server.set_faults(Faults::script([(Kind::Single, 1, pause)]));
        let line = format!("upload a.bin TARGET --no-preflight --token-file token --engine {engine} --json");
        let child = start(&world, &line);
        until("the first request is out", || world.server.requests_of(Kind::Single) == 1);
        fs::write(world.path("token"), TOKEN).unwrap();
        let done = ended(child).ok().last_event();
        assert_eq!(
            (&done["event"], &done["requests"]),
            (&"done".into(), &3.into()),
            "throttled, refused, done"
        );
    }
}

#[test]
fn b16_one_byte_above_the_limit_is_above_the_limit() {
    let world = World::new();
    let limit = 10_485_760 * 1_024;
    for (size, code) in [(limit + 1, 8), (limit, 10)] {
        fs::File::create(world.path("big.bin")).unwrap().set_len(size).unwrap();
        // What passes the check would take long: the deadline ends it.
        world.server.set_faults(Faults::script([(Kind::Open, 1, Fault::Silence(Handling::Ignored))]));
        let run = world.dvf("upload big.bin TARGET --strategy chunked --deadline 2");
        assert_eq!(run.code, Some(code), "{size}: {run:?}");
    }
}

#[test]
fn b18_a_typo_creates_nothing() {
    let world = World::new();
    world.file("a.bin", 1_000);
    for engine in ["async", "blocking"] {
        for more in
            ["", "--no-preflight", "--no-preflight --strategy chunked", "--no-preflight --strategy blocks"]
        {
            let target = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolum";
            let run = world.dvf(&format!("upload a.bin {target} --engine {engine} {more}"));
            assert!(matches!(run.code, Some(3 | 8)), "{more}: {run:?}");
            assert!(run.stderr.contains("sample_filecolum"), "{run:?}");
            let run = world.dvf(&format!("info {target}"));
            assert_eq!(run.code, Some(3), "there still is no such column: {run:?}");
        }
    }
    assert_eq!(world.server.requests_of(Kind::Write), 0);
}

#[test]
fn b21_an_organization_that_keeps_files_in_its_database_is_served_in_one_piece() {
    let options = Options { chunking_supported: false, ..Options::default() };
    let world = World::with(Emulator::builder().options(options));
    world.file("a.bin", 9_000_001);
    for engine in ["async", "blocking"] {
        world.dvf(&format!("upload a.bin TARGET --strategy single --engine {engine}")).ok();
        for strategy in ["auto", "single", "blocks"] {
            world.dvf(&format!("download TARGET b.bin --force --strategy {strategy} --engine {engine}")).ok();
            assert_same(&world.path("b.bin"), &bytes(9_000_001));
        }
        for (strategy, says) in [("ranged", "database"), ("sas", "not enabled")] {
            let line = format!("download TARGET b.bin --force --strategy {strategy} --engine {engine}");
            let said = world.dvf(&line).failed(8);
            assert!(said.contains(says), "{strategy}: {said}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn b22_memory_does_not_grow_with_the_file() {
    const FILE: usize = 96 * MIB;
    const MOST_KIB: u64 = 48 * 1_024;
    let world = World::new();
    fs::File::create(world.path("a.bin")).unwrap().set_len(FILE as u64).unwrap();
    for engine in ["async", "blocking"] {
        let line = format!("upload a.bin TARGET --strategy blocks --engine {engine}");
        let peak = peak_near_the_end(&world, &line, Kind::Block, 23);
        assert!(peak < MOST_KIB, "{engine}, up: {peak} KiB");
        world.dvf(&line).ok();
        for dest in ["b.bin --force", "-"] {
            let line = format!("download TARGET {dest} --strategy ranged --engine {engine}");
            let peak = peak_near_the_end(&world, &line, Kind::Range, 23);
            assert!(peak < MOST_KIB, "{engine}, down to {dest}: {peak} KiB");
        }
    }
}

/// Most memory that `dvf` had, in KiB, when its n-th request of a kind stands still. Such requests come one by one.
#[cfg(target_os = "linux")]
fn peak_near_the_end(world: &World, line: &str, kind: Kind, nth: u64) -> u64 {
    let before = world.server.requests_of(kind);
    world.server.set_faults(Faults::script([(kind, nth, Fault::Silence(Handling::Ignored))]));
    let mut command = world.command(words(line));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("it is near its end", || world.server.requests_of(kind) >= before + nth);
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    child.kill().unwrap();
    ended(child);
    world.server.set_faults(Faults::none());
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn b19_every_form_of_retry_after_is_obeyed() {
    let world = World::new();
    world.file("a.bin", 1_000);
    for engine in ["async", "blocking"] {
        for form in [RetryAfter::Seconds(1), RetryAfter::Date(1), RetryAfter::Absent] {
            let throttled = Fault::Answer(Answer::throttled(form));
            world.server.set_faults(Faults::script([(Kind::Single, 1, throttled)]));
            let done = world.dvf(&format!("upload a.bin TARGET --engine {engine} --json")).ok().last_event();
            assert_eq!(done["retries"], 1);
        }
    }
    let early = world.server.audit().iter().filter(|f| f.to_string().contains("Retry-After")).count();
    assert_eq!(early, 0, "{:?}", world.server.audit());
}

fn start(world: &World, line: &str) -> Child {
    world.command(words(line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}
