//! Going on in another process.
use dataverse_files_proto::UploadStrategy::{Blocks, Chunked};
use dataverse_files_proto::{
    Checkpoint, Download, DownloadPlan, DownloadStrategy, ErrorKind, Upload, UploadPlan,
};
use dataverse_files_tests::Place;

use crate::stage::{HELLO, Stage, tell};

/// Run until the checkpoint says so, then die; the checkpoint goes through a file.
fn crash_when(stage: &mut Stage, upload: &mut Upload, when: impl Fn(&Checkpoint) -> bool) -> Checkpoint {
    while !upload.checkpoint().is_some_and(|checkpoint| when(&checkpoint)) {
        assert!(stage.world.step(upload, HELLO, 1).is_none(), "it came to its end");
    }
    stage.world.crash();
    let text = serde_json::to_string(&upload.checkpoint().unwrap()).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn blocks_that_are_there_are_not_sent_again() {
    tell("resume_blocks", |stage| {
        let plan = stage.upload_plan(Blocks);
        let mut upload = Upload::new(plan.clone()).unwrap();
        let checkpoint = crash_when(stage, &mut upload, |checkpoint| checkpoint.blocks_done() == 1);
        stage.run_upload(Upload::resume(plan, checkpoint).unwrap());
        assert_eq!(stage.world.organization.commits, 1);
    });
}

#[test]
fn a_commit_that_was_in_the_air_is_looked_into_first() {
    for (strategy, way) in [(Blocks, "blocks"), (Chunked, "chunked")] {
        tell(&format!("resume_in_doubt_{way}"), |stage| {
            let plan = stage.upload_plan(strategy);
            let mut upload = Upload::new(plan.clone()).unwrap();
            let checkpoint = crash_when(stage, &mut upload, Checkpoint::commit_in_doubt);
            stage.run_upload(Upload::resume(plan, checkpoint).unwrap());
            assert_eq!(stage.world.organization.commits, 1);
        });
    }
}

#[test]
fn a_checkpoint_of_another_upload_is_refused() {
    tell("resume_refused", |stage| {
        let plan = stage.upload_plan(Blocks);
        let mut upload = Upload::new(plan.clone()).unwrap();
        let saved = crash_when(stage, &mut upload, |checkpoint| checkpoint.blocks_done() == 1);
        let other = UploadPlan { file_name: "other.txt".into(), ..plan };
        let e = Upload::resume(other, saved).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Input);
    });
}

#[test]
fn a_download_goes_on_with_the_bytes_it_has() {
    use DownloadStrategy::{Blocks, Ranged, Sas};
    for (strategy, way) in [(Ranged, "ranged"), (Blocks, "blocks"), (Sas, "sas")] {
        tell(&format!("resume_download_{way}"), |stage| resume_download(stage, strategy, false));
        tell(&format!("resume_download_replaced_{way}"), |stage| resume_download(stage, strategy, true));
    }
}

fn resume_download(stage: &mut Stage, strategy: DownloadStrategy, replaced: bool) {
    stage.world.organization.put("hello.txt", HELLO);
    let plan = DownloadPlan { window: 1, resumable: true, ..stage.download_plan(Some(strategy)) };
    let mut download = Download::new(plan.clone()).unwrap();
    while download.checkpoint().is_none_or(|c| c.bytes_done() < 5) {
        assert!(stage.world.step(&mut download, &[], 1).is_none());
    }
    let text = serde_json::to_string(&download.checkpoint().unwrap()).unwrap();
    stage.world.crash();
    if replaced {
        stage.world.replace(Place::Column, "hello.txt", b"HELLO WORLD");
    }
    let resume = Some(serde_json::from_str(&text).unwrap());
    stage.run_download(Download::new(DownloadPlan { resume, ..plan }).unwrap());
    let due = if replaced { b"HELLO WORLD".as_slice() } else { HELLO };
    assert_eq!(stage.world.sink.whole().unwrap(), due);
}
