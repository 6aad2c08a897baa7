//! `kill -9` of the emulator, and a start on what it left.
use crate::stage::{BLOCK, ENGINES, SIZE, Stage, dice, point};

#[test]
fn an_upload_outlives_the_service() {
    for engine in ENGINES {
        let (mut dice, seed) = dice(engine);
        let mut stage = Stage::new();
        let line = format!("upload a.bin TARGET --strategy blocks --block-size {BLOCK} --engine {engine}");
        let mut run = stage.world.start(stage.relay.url(), &line);
        // Twice: in the middle, and at the end, where the commit is.
        for at in [point(&mut dice), SIZE] {
            assert!(run.until_done(at), "{seed}: {:?}", run.end());
            stage.emulator.kill();
            stage.emulator.restart();
        }
        let ended = run.end();
        if ended.code != Some(0) {
            assert_eq!(ended.code, Some(5), "{seed}: {ended:?}");
            stage.world.run(stage.relay.url(), &format!("{line} --resume")).done();
        }
        stage.assert_one_whole_file();
    }
}

#[test]
fn a_download_outlives_the_service() {
    for engine in ENGINES {
        let (mut dice, seed) = dice(engine);
        let mut stage = Stage::with_file();
        let line = format!("download TARGET b.bin --strategy blocks --engine {engine}");
        let mut run = stage.world.start(stage.relay.url(), &line);
        assert!(run.until_done(point(&mut dice)), "{seed}: {:?}", run.end());
        stage.emulator.kill();
        stage.emulator.restart();
        let ended = run.end();
        if ended.code != Some(0) {
            assert_eq!(ended.code, Some(5), "{seed}: {ended:?}");
            stage.world.run(stage.relay.url(), &format!("{line} --resume")).done();
        }
        assert!(stage.world.holds("b.bin", &stage.bytes), "{seed}: other bytes");
        stage.assert_one_whole_file();
    }
}

#[test]
fn what_was_committed_is_there_after_kill_9() {
    let mut stage = Stage::new();
    let done = stage.world.run(stage.emulator.url(), "upload a.bin TARGET --strategy blocks").done();
    stage.emulator.kill();
    stage.emulator.restart();
    stage.assert_one_whole_file();
    let record =
        stage.emulator.ask("accounts(00000000-0000-0000-0000-000000000001)?$select=sample_filecolumn");
    assert_eq!(record["sample_filecolumn"], done["file_id"]);
}
