//! Files that change under a transfer: never committed, never taken for success.
use std::fs::{self, File};
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime};

use dataverse_files_emulator::faults::{Answer, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::world::{World, bytes, ended, until, words};

const BLOCK: usize = 65_536;

/// The n-th request of a kind is answered 429 with two seconds to wait: time to change something.
fn pause_at(world: &World, kind: Kind, nth: u64) {
    let pause = Fault::Answer(Answer::throttled(RetryAfter::Seconds(2)));
    world.server.set_faults(Faults::script([(kind, nth, pause)]));
}

fn start(world: &World, line: &str) -> Child {
    world.command(words(line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn shorter(world: &World) {
    File::options().write(true).open(world.path("a.bin")).unwrap().set_len(70_000).unwrap();
}

fn rewritten(world: &World) {
    fs::write(world.path("a.bin"), vec![7; 5 * BLOCK]).unwrap();
    let file = File::options().write(true).open(world.path("a.bin")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(9)).unwrap();
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_not_committed() {
    let ways = [("single", Kind::Single, 1), ("chunked", Kind::Chunk, 2), ("blocks", Kind::Block, 3)];
    for engine in ["async", "blocking"] {
        for (strategy, kind, nth) in ways {
            for change in [shorter, rewritten] {
                let world = World::new();
                world.file("a.bin", 5 * BLOCK + if strategy == "chunked" { 4_194_304 } else { 0 });
                let before = world.server.requests_of(kind);
                pause_at(&world, kind, nth);
                let line = format!(
                    "upload a.bin TARGET --strategy {strategy} --block-size {BLOCK} --parallel 1 --engine {engine}"
                );
                let child = start(&world, &line);
                until("it pauses", || world.server.requests_of(kind) == before + nth);
                change(&world);
                let said = ended(child).failed(7);
                assert!(said.contains("changed"), "{line}: {said}");
                let info = world.dvf("info TARGET --json").ok().last_event();
                assert!(info["file_id"].is_null(), "{line}: the column shows {info}");
            }
        }
    }
}

#[test]
fn verify_notices_that_something_else_is_stored() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        world.file("a.bin", 3 * BLOCK);
        fs::write(world.path("other.bin"), bytes(3 * BLOCK + 1)).unwrap();
        pause_at(&world, Kind::Range, 1);
        let child = start(&world, &format!("upload a.bin TARGET --verify --engine {engine}"));
        until("it verifies", || world.server.requests_of(Kind::Range) == 1);
        world.dvf("upload other.bin TARGET").ok();
        let said = ended(child).failed(7);
        assert!(said.contains("SHA-256"), "{said}");
    }
}

#[test]
fn a_file_replaced_during_a_download_comes_whole_and_from_one_of_the_two() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        world.file("a.bin", 9_000_001);
        world.file("other.bin", 8_000_000);
        world.dvf("upload a.bin TARGET").ok();
        pause_at(&world, Kind::Range, 2);
        let child = start(
            &world,
            &format!("download TARGET b.bin --strategy ranged --parallel 1 --engine {engine} --json"),
        );
        until("it pauses", || world.server.requests_of(Kind::Range) == 2);
        world.dvf("upload other.bin TARGET").ok();
        let run = ended(child).ok();
        assert!(run.events().iter().any(|event| event["event"] == "restart"), "{run:?}");
        crate::world::assert_same(&world.path("b.bin"), &bytes(8_000_000));
    }
}
