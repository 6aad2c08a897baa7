//! Uploads in fair weather.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Answer, ErrorBody, Fault, RetryAfter};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::UploadStrategy::{Blocks, Chunked, Single};
use dataverse_files_proto::{Column, ErrorKind, Table, Upload, UploadPlan};

use http::StatusCode;

use crate::stage::{HELLO, tell, tell_with};

#[test]
fn one_patch_takes_the_whole_file() {
    tell("upload_single", |stage| stage.upload(Single));
}

#[test]
fn chunks_go_one_after_the_other_to_the_location() {
    tell("upload_chunked", |stage| stage.upload(Chunked));
}

#[test]
fn blocks_go_in_parallel_and_a_commit_lists_them() {
    tell("upload_blocks", |stage| stage.upload(Blocks));
}

#[test]
fn a_mime_type_asked_for_travels_in_blocks() {
    tell("upload_mime", |stage| {
        let plan =
            UploadPlan { strategy: None, mime: Some("text/markdown".into()), ..stage.upload_plan(Blocks) };
        stage.run_upload(Upload::new(plan).unwrap());
    });
}

#[test]
fn b04_names_arrive_unchanged_every_way() {
    for (strategy, way) in [(Single, "single"), (Chunked, "chunked"), (Blocks, "blocks")] {
        tell(&format!("upload_name_{way}"), |stage| {
            for name in ["r&d #1 50%.txt", "日本 テスト.txt"] {
                let plan = UploadPlan { file_name: name.into(), ..stage.upload_plan(strategy) };
                stage.run_upload(Upload::new(plan).unwrap());
                stage.download(None);
                stage.world.sink.restart();
            }
        });
    }
}

#[test]
fn b01_exact_multiples_have_no_empty_last_part() {
    for (strategy, way) in [(Chunked, "chunked"), (Blocks, "blocks")] {
        tell(&format!("upload_exact_multiple_{way}"), |stage| {
            let plan = UploadPlan { size: 8, ..stage.upload_plan(strategy) };
            let mut upload = Upload::new(plan).unwrap();
            stage.world.run(&mut upload, b"8 bytes.").unwrap();
            stage.show();
        });
    }
}

#[test]
fn a_server_that_binds_the_transfer_gets_its_cookie_back() {
    let options = Options { sticky: true, ..Default::default() };
    tell_with("upload_sticky", &options, |stage| stage.upload(Blocks));
}

#[test]
fn a_file_over_the_limit_is_refused_with_the_documented_code() {
    tell("upload_too_large", |stage| {
        let body = ErrorBody::OData { code: "0x80044a02", message: "Attachment file size is too big." };
        let refusal = Answer { status: StatusCode::BAD_REQUEST, retry_after: RetryAfter::Absent, body };
        stage.when([(Kind::Commit, 1, Fault::Answer(refusal))]);
        stage.upload(Blocks);
    });
}

#[test]
fn b02_an_empty_file_is_refused_before_anything_is_sent() {
    tell("upload_empty", |stage| {
        for strategy in [Single, Chunked, Blocks] {
            let plan = UploadPlan { size: 0, ..stage.upload_plan(strategy) };
            let e = Upload::new(plan).unwrap_err();
            assert_eq!(e.kind(), ErrorKind::Input);
            stage.world.note(&e.to_string());
        }
    });
}

#[test]
fn b18_a_column_that_does_not_exist_is_not_made() {
    tell("upload_unknown_column", |stage| {
        for strategy in [Single, Chunked, Blocks] {
            let column =
                "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolum".parse::<Column>().unwrap();
            let column = column.with_table(Table::new("account", "accountid").unwrap());
            let plan = UploadPlan { target: column.into(), ..stage.upload_plan(strategy) };
            let e = stage.world.run(&mut Upload::new(plan).unwrap(), HELLO).unwrap_err();
            assert!(matches!(e.kind(), ErrorKind::NotFound | ErrorKind::Refused), "{e}");
        }
    });
}

#[test]
fn a_record_that_does_not_exist_is_not_made() {
    tell("upload_unknown_record", |stage| {
        for strategy in [Single, Chunked, Blocks] {
            let column =
                "accounts(00000000-0000-0000-0000-0000000000ff)/sample_filecolumn".parse::<Column>().unwrap();
            let column = column.with_table(Table::new("account", "accountid").unwrap());
            let plan = UploadPlan { target: column.into(), ..stage.upload_plan(strategy) };
            let e = stage.world.run(&mut Upload::new(plan).unwrap(), HELLO).unwrap_err();
            assert_eq!(e.kind(), ErrorKind::NotFound);
        }
    });
}
