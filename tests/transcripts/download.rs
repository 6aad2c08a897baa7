//! Downloads in fair weather, and what they fall back on.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Ending, Fault};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::DownloadStrategy::{Blocks, Ranged, Sas, Single};
use dataverse_files_proto::{Download, DownloadPlan, ErrorKind, Target};
use dataverse_files_tests::Place;

use crate::stage::{HELLO, Stage, tell, tell_with};

fn with_file(stage: &mut Stage) {
    stage.world.organization.put("hello.txt", HELLO);
}

#[test]
fn every_way_down() {
    for (strategy, way) in [(Single, "single"), (Ranged, "ranged"), (Blocks, "blocks"), (Sas, "sas")] {
        tell(&format!("download_{way}"), |stage| {
            with_file(stage);
            stage.download(Some(strategy));
        });
    }
}

#[test]
fn auto_needs_one_request_for_a_small_file() {
    tell("download_auto_small", |stage| {
        stage.world.organization.put("tiny.txt", b"abc");
        stage.download(None);
    });
}

#[test]
fn auto_takes_ranges_for_a_larger_one() {
    tell("download_auto_large", |stage| {
        with_file(stage);
        stage.download(None);
    });
}

#[test]
fn b21_auto_takes_what_a_database_can_give() {
    let options = Options { chunking_supported: false, ..Options::default() };
    tell_with("download_auto_database", &options, |stage| {
        with_file(stage);
        stage.download(None);
    });
    let options = Options { single_download_limit: Some(8), ..options };
    tell_with("download_auto_one_block", &options, |stage| {
        with_file(stage);
        let column: Target =
            "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap();
        let plan = DownloadPlan { target: column, ..stage.download_plan(None) };
        stage.run_download(Download::new(plan).unwrap());
    });
}

#[test]
fn an_empty_column_has_no_file() {
    tell("download_empty_column", |stage| {
        for strategy in [None, Some(Single), Some(Ranged), Some(Blocks), Some(Sas)] {
            stage.download(strategy);
        }
    });
}

#[test]
fn a_limit_is_kept_before_any_byte() {
    tell("download_limit", |stage| {
        with_file(stage);
        let mut download =
            Download::new(DownloadPlan { limit: Some(10), ..stage.download_plan(None) }).unwrap();
        let e = stage.world.run(&mut download, &[]).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::TooLarge);
    });
}

#[test]
fn a_file_in_one_answer_that_broke_is_asked_for_again_and_compared() {
    let cut = || Fault::Cut { thousandths: 500, ending: Ending::Reset };
    let whole = |stage: &Stage, strategy| DownloadPlan { part_size: 64, ..stage.download_plan(strategy) };
    for (name, kind, strategy) in [("auto", Kind::Range, None), ("single", Kind::Value, Some(Single))] {
        tell(&format!("download_broken_{name}"), |stage| {
            with_file(stage);
            stage.when([(kind, 1, cut())]);
            stage.run_download(Download::new(whole(stage, strategy)).unwrap());
        });
        tell(&format!("download_broken_and_replaced_{name}"), |stage| {
            with_file(stage);
            stage.when([(kind, 1, cut())]);
            let mut download = Download::new(whole(stage, strategy)).unwrap();
            while stage.world.sink.whole().is_none_or(|bytes| bytes.is_empty()) {
                assert!(stage.world.step(&mut download, &[], 1).is_none());
            }
            stage.world.replace(Place::Column, "hello.txt", b"HELLO WORLD");
            stage.run_download(download);
        });
    }
}
