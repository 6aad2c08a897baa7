//! A commit whose answer never came.
use dataverse_files_emulator::faults::Handling::{Handled, Ignored};
use dataverse_files_emulator::faults::{Answer, Fault};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::UploadStrategy::{Blocks, Chunked};
use http::StatusCode;

use crate::stage::{HELLO, tell};

#[test]
fn a_commit_that_happened_is_found_by_a_look() {
    tell("doubt_happened", |stage| {
        stage.when([(Kind::Commit, 1, Fault::Lost)]);
        stage.upload(Blocks);
    });
    tell("doubt_masked", |stage| {
        stage.world.organization.put("hello.txt", b"another file of the same name");
        stage.when([(Kind::Commit, 1, Fault::Masked(Answer::gateway(StatusCode::GATEWAY_TIMEOUT)))]);
        stage.upload(Blocks);
    });
    tell("doubt_silence", |stage| {
        stage.when([(Kind::Commit, 1, Fault::Silence(Handled))]);
        stage.upload(Blocks);
    });
}

#[test]
fn a_commit_that_did_not_happen_is_sent_again_after_a_look() {
    tell("doubt_not_happened", |stage| {
        stage.when([(Kind::Commit, 1, Fault::Silence(Ignored))]);
        stage.upload(Blocks);
    });
}

#[test]
fn the_last_chunk_is_a_commit_too() {
    tell("doubt_last_chunk", |stage| {
        stage.when([(Kind::Chunk, 3, Fault::Lost)]);
        stage.upload(Chunked);
    });
    tell("doubt_last_chunk_not_happened", |stage| {
        stage.when([(Kind::Chunk, 3, Fault::Drop)]);
        stage.upload(Chunked);
    });
}

#[test]
fn a_commit_that_a_proxy_sent_twice_is_found_too() {
    tell("doubt_twice", |stage| {
        stage.when([(Kind::Commit, 1, Fault::Twice)]);
        stage.upload(Blocks);
    });
}

#[test]
fn what_cannot_be_told_is_not_told() {
    tell("doubt_unknown", |stage| {
        stage.world.organization.put("old.txt", HELLO);
        let lost = (1..=9).map(|n| (Kind::Commit, n, Fault::Drop));
        let no_look = (2..=9).map(|n| (Kind::Read, n, Fault::Answer(Answer::unexpected())));
        stage.when(lost.chain(no_look));
        stage.upload(Blocks);
    });
}
