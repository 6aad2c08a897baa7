//! `kill -9`, Ctrl-C, and going on afterwards.
use std::fs;
use std::process::{Child, Stdio};

use dataverse_files_emulator::faults::{Answer, Fault, Faults, Handling, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::emulator::signal;
use crate::world::{World, assert_same, bytes, ended, until, words};

const BLOCK: usize = 65_536;
const BLOCKS: u64 = 20;
/// This block has to wait for two seconds: after the wait a checkpoint is due that speaks of the blocks before it.
const PAUSED: u64 = 6;
/// This request for a block is never answered, so the upload stands still there, and the test knows where.
const STUCK: u64 = 12;

/// An upload of 20 blocks, one by one, that stands still at the eleventh: its sixth is sent twice.
fn stuck_upload(world: &World, engine: &str, more: &str) -> Child {
    world.file("a.bin", BLOCK * BLOCKS as usize);
    let pause = Fault::Answer(Answer::throttled(RetryAfter::Seconds(2)));
    let faults = [(Kind::Block, PAUSED, pause), (Kind::Block, STUCK, Fault::Silence(Handling::Ignored))];
    world.server.set_faults(Faults::script(faults));
    let before = world.server.requests_of(Kind::Block);
    let line = format!(
        "upload a.bin TARGET --strategy blocks --block-size {BLOCK} --parallel 1 --engine {engine} {more}"
    );
    let child = world.command(words(&line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the upload stands still", || world.server.requests_of(Kind::Block) == before + STUCK);
    child
}

fn resume(world: &World, engine: &str) -> u64 {
    world.server.set_faults(Faults::none());
    let (blocks, commits) = (world.server.requests_of(Kind::Block), world.server.requests_of(Kind::Commit));
    let line = format!(
        "upload a.bin TARGET --strategy blocks --block-size {BLOCK} --engine {engine} --resume --json"
    );
    let done = world.dvf(&line).ok().last_event();
    assert_eq!(done["event"], "done");
    assert_eq!(world.server.requests_of(Kind::Commit), commits + 1, "exactly one commit");
    world.dvf("download TARGET b.bin --force").ok();
    assert_same(&world.path("b.bin"), &bytes(BLOCK * BLOCKS as usize));
    assert_eq!(world.checkpoints(), Vec::<std::path::PathBuf>::new(), "success removes the checkpoint");
    world.server.requests_of(Kind::Block) - blocks
}

#[test]
fn after_kill_9_resume_sends_fewer_blocks_and_commits_once() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        let mut child = stuck_upload(&world, engine, "");
        assert_eq!(
            world.checkpoints().iter().filter(|p| p.extension().is_some_and(|e| e == "json")).count(),
            1
        );
        child.kill().unwrap();
        ended(child);
        let sent = resume(&world, engine);
        assert!(sent <= BLOCKS - (PAUSED - 1), "{engine}: {sent} blocks");
    }
}

#[test]
fn ctrl_c_keeps_the_checkpoint_and_says_how_to_go_on() {
    for engine in ["async", "blocking"] {
        for name in ["INT", "TERM"] {
            let world = World::new();
            let child = stuck_upload(&world, engine, "");
            signal(&child, name);
            let said = ended(child).failed(130);
            assert!(said.contains("interrupted") && said.contains("--resume"), "{said}");
            let sent = resume(&world, engine);
            assert!(sent <= BLOCKS - (PAUSED - 1), "{engine}: {sent} blocks");
        }
    }
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let world = World::new();
    let child = stuck_upload(&world, "blocking", "");
    signal(&child, "INT");
    signal(&child, "INT");
    assert_eq!(ended(child).code, Some(130));
}

#[test]
fn the_deadline_keeps_the_checkpoint_too() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        let said = ended(stuck_upload(&world, engine, "--deadline 4")).failed(10);
        assert!(said.contains("--resume"), "{said}");
        let sent = resume(&world, engine);
        assert!(sent <= BLOCKS - (STUCK - 2), "what was acknowledged is not sent again: {sent}");
    }
}

#[test]
fn a_run_without_resume_begins_anew() {
    let world = World::new();
    let mut child = stuck_upload(&world, "async", "");
    child.kill().unwrap();
    ended(child);
    world.server.set_faults(Faults::none());
    let before = world.server.requests_of(Kind::Block);
    world.dvf(&format!("upload a.bin TARGET --strategy blocks --block-size {BLOCK}")).ok();
    assert_eq!(world.server.requests_of(Kind::Block) - before, BLOCKS);
    assert_eq!(world.checkpoints(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_file_that_changed_is_not_gone_on_with() {
    let world = World::new();
    let mut child = stuck_upload(&world, "async", "");
    child.kill().unwrap();
    ended(child);
    world.server.set_faults(Faults::none());
    fs::write(world.path("a.bin"), "another file").unwrap();
    fs::write(world.path("a.bin"), bytes(BLOCK * 3)).unwrap();
    let line = format!("upload a.bin TARGET --strategy blocks --block-size {BLOCK} --resume");
    let said = world.dvf(&line).failed(2);
    assert!(said.contains("without --resume"), "{said}");
    assert_eq!(world.server.requests_of(Kind::Commit), 0);
}

#[test]
fn resume_without_a_checkpoint_begins_anew_and_says_so() {
    let world = World::new();
    world.file("a.bin", 3 * BLOCK);
    let run = world.dvf(&format!("upload a.bin TARGET --strategy blocks --block-size {BLOCK} --resume")).ok();
    assert!(run.stderr.contains("no checkpoint"), "{run:?}");
    let run = world.dvf("download TARGET b.bin --resume").ok();
    assert!(run.stderr.contains("no checkpoint"), "{run:?}");
    assert_same(&world.path("b.bin"), &bytes(3 * BLOCK));
}

#[test]
fn the_same_upload_twice_at_once_is_exit_code_11() {
    let world = World::new();
    let mut child = stuck_upload(&world, "async", "");
    let line = format!("upload a.bin TARGET --strategy blocks --block-size {BLOCK}");
    let said = world.dvf(&line).failed(11);
    assert!(said.contains("another dvf"), "{said}");
    child.kill().unwrap();
    ended(child);
}

/// A download of 9 MB by ranges whose third range is never answered.
fn stuck_download(world: &World, engine: &str, more: &str) -> Child {
    world.file("a.bin", 9_000_001);
    world.dvf("upload a.bin TARGET").ok();
    let ranges = world.server.requests_of(Kind::Range);
    world.server.set_faults(Faults::script([(Kind::Range, 3, Fault::Silence(Handling::Ignored))]));
    let line = format!("download TARGET b.bin --strategy ranged --parallel 1 --engine {engine} {more}");
    let child = world.command(words(&line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the download stands still", || world.server.requests_of(Kind::Range) == ranges + 3);
    child
}

#[test]
fn a_download_goes_on_after_its_deadline_and_fetches_only_what_is_missing() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        let said = ended(stuck_download(&world, engine, "--deadline 2")).failed(10);
        assert!(said.contains("--resume"), "{said}");
        assert!(world.path("b.bin.part").exists() && world.path("b.bin.part.json").exists());
        assert!(!world.path("b.bin").exists(), "never a part under the final name");
        world.server.set_faults(Faults::none());
        let before = world.server.requests_of(Kind::Range);
        world.dvf(&format!("download TARGET b.bin --strategy ranged --resume --engine {engine}")).ok();
        assert_same(&world.path("b.bin"), &bytes(9_000_001));
        assert!(world.server.requests_of(Kind::Range) - before < 3, "{engine}");
        assert!(!world.path("b.bin.part").exists() && !world.path("b.bin.part.json").exists());
    }
}

#[test]
fn a_download_survives_kill_9() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        let mut child = stuck_download(&world, engine, "");
        child.kill().unwrap();
        ended(child);
        assert!(!world.path("b.bin").exists());
        world.server.set_faults(Faults::none());
        world.dvf(&format!("download TARGET b.bin --strategy ranged --resume --engine {engine}")).ok();
        assert_same(&world.path("b.bin"), &bytes(9_000_001));
    }
}

#[test]
fn a_part_that_lost_its_bytes_is_not_trusted() {
    let world = World::new();
    ended(stuck_download(&world, "async", "--deadline 2")).failed(10);
    world.server.set_faults(Faults::none());
    fs::write(world.path("b.bin.part"), "short").unwrap();
    let run = world.dvf("download TARGET b.bin --strategy ranged --resume").ok();
    assert!(run.stderr.contains("begins anew"), "{run:?}");
    assert_same(&world.path("b.bin"), &bytes(9_000_001));
}

#[test]
fn two_downloads_to_one_file_do_not_mix() {
    let world = World::new();
    let mut child = stuck_download(&world, "blocking", "");
    let said = world.dvf("download TARGET b.bin").failed(11);
    assert!(said.contains("b.bin.part"), "{said}");
    child.kill().unwrap();
    ended(child);
}

#[test]
fn an_interrupted_download_without_a_checkpoint_leaves_nothing() {
    for engine in ["async", "blocking"] {
        let world = World::new();
        world.file("a.bin", 1_000);
        world.dvf("upload a.bin TARGET").ok();
        let before = world.server.requests();
        world.server.set_faults(Faults::script([(Kind::Value, 1, Fault::Silence(Handling::Ignored))]));
        let line = format!("download TARGET b.bin --strategy single --engine {engine}");
        let child =
            world.command(words(&line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        until("the download is asked for", || world.server.requests() > before);
        signal(&child, "INT");
        let said = ended(child).failed(130);
        assert!(!said.contains("--resume"), "{said}");
        assert!(!world.path("b.bin.part").exists() && !world.path("b.bin").exists(), "{engine}");
        world.server.set_faults(Faults::none());
    }
}
