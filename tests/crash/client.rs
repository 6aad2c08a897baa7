//! `kill -9` of `dvf`.
use crate::stage::{BLOCK, BLOCKS, ENGINES, SIZE, Stage, dice, point};

/// What is to be made, and where all of its kind are.
const NEW: [(&str, &str); 2] = [
    ("accounts(00000000-0000-0000-0000-000000000001)/annotations", "annotations"),
    ("emails(00000000-0000-0000-0000-000000000001)/attachments", "activitymimeattachments"),
];

#[test]
fn an_upload_that_was_killed_goes_on_with_fewer_blocks_and_one_commit() {
    for engine in ENGINES {
        let (mut dice, seed) = dice(engine);
        let stage = Stage::new();
        let line = format!("upload a.bin TARGET --strategy blocks --block-size {BLOCK} --engine {engine}");
        let mut run = stage.world.start(stage.relay.url(), &line);
        assert!(run.until_done(point(&mut dice)), "{seed}: {:?}", run.end());
        run.kill();
        assert_eq!(stage.relay.count("/CommitFileBlocksUpload"), 0, "{seed}");

        let before = stage.relay.count("/UploadBlock");
        let done = stage.world.run(stage.relay.url(), &format!("{line} --resume")).done();
        let blocks = stage.relay.count("/UploadBlock") - before;
        assert!((1..BLOCKS as usize).contains(&blocks), "{seed}: {blocks} blocks");
        assert_eq!(done["bytes"], SIZE, "{seed}");
        assert_eq!(stage.relay.count("/CommitFileBlocksUpload"), 1, "{seed}");
        stage.assert_one_whole_file();
    }
}

#[test]
fn a_note_or_attachment_that_was_killed_goes_on_and_is_made_once() {
    for (engine, (new, set)) in ENGINES.into_iter().zip(NEW) {
        let (mut dice, seed) = dice(engine);
        let stage = Stage::new();
        stage.world.run(stage.emulator.url(), "organization set-limit 131072000").done();
        let line = format!("upload a.bin {new} --strategy blocks --block-size {BLOCK} --engine {engine}");
        let mut run = stage.world.start(stage.relay.url(), &line);
        assert!(run.until_done(point(&mut dice)), "{seed}: {:?}", run.end());
        run.kill();
        assert!(
            stage.emulator.ask(&format!("{set}?$select=filename"))["value"].as_array().unwrap().is_empty()
        );

        let before = stage.relay.count("/UploadBlock");
        let done = stage.world.run(stage.relay.url(), &format!("{line} --resume")).done();
        let blocks = stage.relay.count("/UploadBlock") - before;
        assert!((1..BLOCKS as usize).contains(&blocks), "{seed}: {blocks} blocks");
        let made = done["created"].as_str().unwrap();
        let there = stage.emulator.ask(&format!("{set}?$select=filename"));
        assert_eq!(there["value"].as_array().unwrap().len(), 1, "{seed}: {there}");
        stage.world.run(stage.emulator.url(), &format!("download {made} back.bin")).done();
        assert!(stage.world.holds("back.bin", &stage.bytes), "{seed}: other bytes");
    }
}

#[test]
fn a_download_that_was_killed_goes_on_with_fewer_ranges() {
    for engine in ENGINES {
        let (mut dice, seed) = dice(engine);
        let stage = Stage::with_file();
        let line = format!("download TARGET b.bin --strategy ranged --engine {engine}");
        let mut run = stage.world.start(stage.relay.url(), &line);
        assert!(run.until_done(point(&mut dice)), "{seed}: {:?}", run.end());
        run.kill();
        assert!(!stage.world.path("b.bin").exists(), "{seed}: a part under the final name");

        let before = stage.relay.count("/$value");
        stage.world.run(stage.relay.url(), &format!("{line} --resume")).done();
        let ranges = stage.relay.count("/$value") - before;
        assert!((1..16).contains(&ranges), "{seed}: {ranges} ranges");
        assert!(stage.world.holds("b.bin", &stage.bytes), "{seed}: other bytes");
        assert!(!stage.world.path("b.bin.part").exists(), "{seed}");
    }
}
