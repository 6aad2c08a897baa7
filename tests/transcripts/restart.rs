//! Sessions that are forgotten, and files that are replaced.
use dataverse_files_emulator::faults::Fault;
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::DownloadStrategy;
use dataverse_files_proto::UploadStrategy::{Blocks, Chunked};
use dataverse_files_proto::{Download, DownloadPlan, ErrorKind};
use dataverse_files_tests::Place;

use crate::stage::{HELLO, tell};

#[test]
fn a_forgotten_upload_begins_anew_once() {
    tell("restart_blocks", |stage| {
        stage.when([(Kind::Block, 2, Fault::Expire)]);
        stage.upload(Blocks);
    });
    tell("restart_chunked", |stage| {
        stage.when([(Kind::Chunk, 2, Fault::Expire)]);
        stage.upload(Chunked);
    });
}

#[test]
fn an_upload_forgotten_twice_gives_up() {
    tell("restart_spent", |stage| {
        stage.when((1..=9).map(|n| (Kind::Block, n, Fault::Expire)));
        stage.upload(Blocks);
    });
}

#[test]
fn a_file_that_is_replaced_is_fetched_anew_or_not_at_all() {
    use DownloadStrategy::{Blocks, Ranged, Sas};
    for (strategy, way) in
        [(None, "auto"), (Some(Ranged), "ranged"), (Some(Blocks), "blocks"), (Some(Sas), "sas")]
    {
        tell(&format!("replaced_{way}"), |stage| {
            stage.world.organization.put("hello.txt", HELLO);
            let plan = DownloadPlan { window: 1, ..stage.download_plan(strategy) };
            let mut download = Download::new(plan).unwrap();
            while stage.world.sink.is_empty() {
                assert!(stage.world.step(&mut download, &[], 1).is_none());
            }
            stage.world.replace(Place::Column, "hello.txt", b"HELLO WORLD");
            stage.run_download(download);
            assert_eq!(stage.world.sink.whole().unwrap(), b"HELLO WORLD");
        });
    }
    tell("replaced_no_restart", |stage| {
        stage.world.organization.put("hello.txt", HELLO);
        let plan = DownloadPlan { window: 1, may_restart: false, ..stage.download_plan(None) };
        let mut download = Download::new(plan).unwrap();
        while stage.world.sink.is_empty() {
            assert!(stage.world.step(&mut download, &[], 1).is_none());
        }
        stage.world.replace(Place::Column, "hello.txt", b"HELLO WORLD");
        assert_eq!(stage.world.run(&mut download, &[]).unwrap_err().kind(), ErrorKind::Changed);
    });
}
