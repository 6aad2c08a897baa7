//! Bad weather that passes.
use dataverse_files_emulator::faults::Handling::Handled;
use dataverse_files_emulator::faults::RetryAfter::{Absent, Date, Seconds};
use dataverse_files_emulator::faults::{Answer, Ending, Fault};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::UploadStrategy::{Blocks, Chunked, Single};
use dataverse_files_proto::{
    Download, DownloadPlan, DownloadStrategy, ErrorKind, RetryPolicy, Upload, UploadPlan,
};
use http::StatusCode;
use std::time::Duration;

use crate::stage::{HELLO, retry, tell};

#[test]
fn b19_a_throttled_request_waits_as_long_as_it_is_told() {
    tell("retry_throttled", |stage| {
        stage.when([
            (Kind::InitializeUpload, 1, Fault::Answer(Answer::throttled(Seconds(3)))),
            (Kind::Block, 2, Fault::Answer(Answer::throttled(Date(5)))),
            (Kind::Commit, 1, Fault::Answer(Answer::throttled(Absent))),
        ]);
        stage.upload(Blocks);
    });
}

#[test]
fn a_pause_longer_than_anyone_would_wait_is_an_error_that_says_so() {
    tell("retry_absurd_pause", |stage| {
        stage.when([(Kind::Single, 1, Fault::Answer(Answer::throttled(Seconds(86_400))))]);
        stage.upload(Single);
    });
}

#[test]
fn a_service_that_stumbles_is_asked_again() {
    tell("retry_stumbling", |stage| {
        stage.when([
            (Kind::Open, 1, Fault::Answer(Answer::unavailable(Seconds(2)))),
            (Kind::Chunk, 1, Fault::Answer(Answer::gateway(StatusCode::BAD_GATEWAY))),
            (Kind::Chunk, 3, Fault::Lost),
            (Kind::Chunk, 5, Fault::Drop),
        ]);
        stage.upload(Chunked);
    });
}

#[test]
fn b05_a_token_that_ends_in_the_middle_is_replaced_once() {
    tell("retry_token", |stage| {
        stage.when([(Kind::Block, 2, Fault::Answer(Answer::token_expired()))]);
        stage.upload(Blocks);
        stage.when((1..=2).map(|n| (Kind::Single, n, Fault::Answer(Answer::token_expired()))));
        stage.upload(Single);
    });
}

#[test]
fn a_broken_range_goes_on_where_its_bytes_stopped() {
    tell("retry_broken_range", |stage| {
        stage.world.organization.put("hello.txt", HELLO);
        stage.when([
            (Kind::Range, 2, Fault::Cut { thousandths: 500, ending: Ending::Reset }),
            (Kind::Range, 3, Fault::Cut { thousandths: 0, ending: Ending::Close }),
        ]);
        stage.download(Some(DownloadStrategy::Ranged));
    });
}

#[test]
fn b07_a_short_block_is_asked_for_the_rest() {
    tell("retry_short_block", |stage| {
        stage.world.organization.put("hello.txt", HELLO);
        stage.when([(Kind::DownloadBlock, 1, Fault::Short { bytes: 3 })]);
        stage.download(Some(DownloadStrategy::Blocks));
    });
}

#[test]
fn b23_a_file_shorter_than_announced_is_never_a_success() {
    tell("retry_short_file", |stage| {
        stage.world.organization.put("hello.txt", HELLO);
        stage.when((1..=9).map(|n| (Kind::Value, n, Fault::Short { bytes: 2 })));
        let plan = stage.download_plan(Some(DownloadStrategy::Single));
        let e = stage.world.run(&mut Download::new(plan).unwrap(), &[]).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Integrity);
    });
}

#[test]
fn a_black_hole_is_left_when_the_silence_is_too_long() {
    tell("retry_silence", |stage| {
        stage.when([(Kind::Block, 1, Fault::Silence(Handled))]);
        stage.upload(Blocks);
    });
}

#[test]
fn attempts_are_counted_and_then_given_up() {
    tell("retry_spent", |stage| {
        stage.when((1..=9).map(|n| (Kind::Open, n, Fault::Drop)));
        stage.upload(Chunked);
    });
}

#[test]
fn a_deadline_ends_it() {
    tell("retry_deadline", |stage| {
        let limit = Some(Duration::from_secs(10));
        stage.when((1..=99).map(|n| (Kind::Value, n, Fault::Answer(Answer::unavailable(Absent)))));
        let policy = RetryPolicy { deadline: limit, max_attempts: 99, ..retry() };
        let plan = stage.download_plan(Some(DownloadStrategy::Single));
        let mut download = Download::new(DownloadPlan { retry: policy, ..plan }).unwrap();
        assert_eq!(stage.world.run(&mut download, &[]).unwrap_err().kind(), ErrorKind::Deadline);
    });
}

#[test]
fn a_source_that_changes_is_not_committed() {
    for (strategy, way) in [(Single, "single"), (Chunked, "chunked"), (Blocks, "blocks")] {
        tell(&format!("changed_source_{way}"), |stage| {
            stage.world.source_changes = true;
            let plan = UploadPlan { ..stage.upload_plan(strategy) };
            let e = stage.world.run(&mut Upload::new(plan).unwrap(), HELLO).unwrap_err();
            assert_eq!(e.kind(), ErrorKind::Changed);
            assert_eq!(stage.world.organization.file(), None);
        });
    }
}
