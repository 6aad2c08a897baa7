//! Every strategy, both engines, both versions: what went up comes down, in the documented number of requests.
use crate::world::{World, assert_same, bytes};

const BLOCK: usize = 65_536;
/// One byte, one below, at and above a block, two blocks, and some.
const SIZES: [usize; 6] = [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5 * BLOCK + 1_234];

fn small_chunks() -> World {
    use dataverse_files_emulator::Emulator;
    use dataverse_files_emulator::core::Options;
    let size = BLOCK as u64;
    World::with(Emulator::builder().options(Options {
        chunk_size: size,
        chunk_size_v91: size,
        ..Options::default()
    }))
}

/// Requests that move the file, when nothing goes wrong. The look that can settle a commit in doubt is a look-up.
fn requests(strategy: &str, size: usize) -> u64 {
    let parts = size.div_ceil(BLOCK) as u64;
    match strategy {
        "single" => 1,
        "chunked" => 1 + parts,
        _ => 2 + parts,
    }
}

fn uploads_and_downloads(engine: &str, version: &str) {
    let world = small_chunks();
    for size in SIZES {
        world.file("a.bin", size);
        for strategy in ["single", "chunked", "blocks"] {
            let line = format!(
                "upload a.bin TARGET --strategy {strategy} --block-size {BLOCK} --engine {engine} --api-version {version} --json"
            );
            let done = world.dvf(&line).ok().last_event();
            assert_eq!(done["event"], "done", "{line}");
            assert_eq!(done["bytes"], size);
            assert_eq!(done["strategy"], strategy);
            assert_eq!(done["requests"], requests(strategy, size), "{size} bytes, {line}");
            assert_eq!(done["retries"], 0);
            let up = done["sha256"].clone();
            let line =
                format!("download TARGET b.bin --force --engine {engine} --api-version {version} --json");
            assert_eq!(world.dvf(&line).ok().last_event()["sha256"], up, "{size} bytes, {strategy}");
            assert_same(&world.path("b.bin"), &bytes(size));
        }
    }
}

#[test]
fn async_9_2_uploads_arrive_unchanged_by_every_strategy() {
    uploads_and_downloads("async", "9.2");
}

#[test]
fn async_9_1_uploads_arrive_unchanged_by_every_strategy() {
    uploads_and_downloads("async", "9.1");
}

#[test]
fn blocking_9_2_uploads_arrive_unchanged_by_every_strategy() {
    uploads_and_downloads("blocking", "9.2");
}

#[test]
fn blocking_9_1_uploads_arrive_unchanged_by_every_strategy() {
    uploads_and_downloads("blocking", "9.1");
}

#[test]
fn every_way_to_download_gives_the_same_bytes() {
    let world = World::new();
    let size = 9_000_001;
    world.file("a.bin", size);
    world.dvf("upload a.bin TARGET --strategy blocks").ok();
    for engine in ["async", "blocking"] {
        for version in ["9.2", "9.1"] {
            for strategy in ["auto", "single", "ranged", "blocks", "sas"] {
                let line = format!(
                    "download TARGET b.bin --force --strategy {strategy} --engine {engine} --api-version {version} --json"
                );
                let done = world.dvf(&line).ok().last_event();
                assert_eq!((&done["event"], &done["bytes"]), (&"done".into(), &size.into()), "{line}");
                assert_same(&world.path("b.bin"), &bytes(size));
                if strategy != "auto" {
                    assert_eq!(done["strategy"], strategy, "{line}");
                }
            }
        }
    }
}

#[test]
fn b04_names_with_reserved_and_foreign_characters_arrive_unchanged() {
    let world = World::new();
    for name in ["r&d #1 50%.txt", "日本 テスト.txt", "a+b=c;d.txt", "it's \"quoted\".txt"] {
        let file = world.file("plain.txt", 3 * BLOCK);
        for strategy in ["single", "chunked", "blocks"] {
            let mut line =
                vec!["upload", file.to_str().unwrap(), crate::world::TARGET, "--name", name, "--strategy"];
            line.push(strategy);
            world.run(line).ok();
            let info = world.dvf("info TARGET --json").ok().last_event();
            assert_eq!(info["name"], name, "{strategy}");
        }
    }
}

#[test]
fn a_mime_type_is_kept_by_blocks_and_told_by_info() {
    let world = World::new();
    world.file("a.bin", 10);
    let done = world.dvf("upload a.bin TARGET --mime application/x-test --json").ok().last_event();
    assert_eq!(done["strategy"], "blocks", "only blocks keep a type, so auto chooses them");
    let info = world.dvf("info TARGET --json").ok().last_event();
    assert_eq!(info["mime"], "application/x-test");
    assert_eq!(info["bytes"], 10);
    assert_eq!(info["file_id"], done["file_id"]);
    assert_eq!(info["max_bytes"], 10_485_760_u64 * 1_024);
}

#[test]
fn deleting_empties_the_column_and_deleting_again_is_fine() {
    let world = World::new();
    world.file("a.bin", 10);
    world.dvf("upload a.bin TARGET").ok();
    for engine in ["async", "blocking", "async"] {
        world.dvf(&format!("delete TARGET --engine {engine}")).ok();
    }
    let info = world.dvf("info TARGET --json").ok().last_event();
    assert!(info["file_id"].is_null() && info["bytes"].is_null(), "{info}");
    world.dvf("download TARGET b.bin").failed(3);
    assert!(!world.path("b.bin").exists() && !world.path("b.bin.part").exists());
}

#[test]
fn verify_downloads_again_and_says_so() {
    let world = World::new();
    world.file("a.bin", 70_000);
    for engine in ["async", "blocking"] {
        let done =
            world.dvf(&format!("upload a.bin TARGET --verify --engine {engine} --json")).ok().last_event();
        assert_eq!(done["verified"], true);
        let line = world.dvf(&format!("upload a.bin TARGET --verify --engine {engine}")).ok().text();
        assert!(line.trim_end().ends_with("verified"), "{line}");
    }
}
