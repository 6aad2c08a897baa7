//! Notes and e-mail attachments: up, down, in doubt, away.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Answer, Ending, Fault};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::DownloadStrategy::{Record, Sas, Single};
use dataverse_files_proto::UploadStrategy::{self, Blocks};
use dataverse_files_proto::{DownloadStrategy, ErrorKind, Upload, query};
use dataverse_files_tests::Place;
use http::StatusCode;

use crate::stage::{HELLO, Stage, tell, tell_with};

/// A note and an attachment are told of in the same words.
const NEW: [(&str, Place); 2] = [("note", Place::NewNote), ("attachment", Place::NewAttachment)];
const THERE: [(&str, Place); 2] = [("note", Place::Note), ("attachment", Place::Attachment)];

fn put(stage: &mut Stage, place: Place) {
    stage.world.organization.put_at(place, "hello.txt", HELLO);
}

#[test]
fn a_new_record_is_made_with_its_file_or_by_blocks() {
    for (name, place) in NEW {
        tell(&format!("{name}_new"), |stage| stage.upload_to(place, None));
        tell(&format!("{name}_new_blocks"), |stage| stage.upload_to(place, Some(Blocks)));
    }
}

#[test]
fn a_file_that_is_there_is_replaced() {
    for (name, place) in THERE {
        tell(&format!("{name}_replaced"), |stage| {
            put(stage, place);
            stage.upload_to(place, None);
        });
    }
    tell("note_replaced_blocks", |stage| {
        put(stage, Place::Note);
        stage.upload_to(Place::Note, Some(Blocks));
    });
    tell("note_missing", |stage| {
        stage.upload_to(Place::Note, None);
        stage.upload_to(Place::Note, Some(Blocks));
    });
}

#[test]
fn a_request_whose_answer_is_lost_is_sent_again_and_makes_one_record() {
    for (name, place) in NEW {
        tell(&format!("{name}_new_lost"), |stage| {
            stage.when([(Kind::Write, 1, Fault::Lost)]);
            stage.upload_to(place, None);
        });
    }
}

#[test]
fn a_commit_whose_answer_is_lost_is_looked_for() {
    for (name, place) in NEW {
        tell(&format!("{name}_commit_happened"), |stage| {
            stage.when([(Kind::Commit, 1, Fault::Lost)]);
            stage.upload_to(place, Some(Blocks));
        });
        tell(&format!("{name}_commit_not_happened"), |stage| {
            stage.when([(Kind::Commit, 1, Fault::Drop)]);
            stage.upload_to(place, Some(Blocks));
        });
    }
    tell("note_replaced_commit_happened", |stage| {
        stage.world.organization.put_at(Place::Note, "old.txt", b"old");
        stage.when([(Kind::Commit, 1, Fault::Lost)]);
        stage.upload_to(Place::Note, Some(Blocks));
    });
}

#[test]
fn what_cannot_be_told_of_a_note_is_not_told() {
    tell("note_replaced_by_its_like", |stage| {
        put(stage, Place::Note);
        stage.when([(Kind::Commit, 1, Fault::Lost)]);
        stage.upload_to(Place::Note, Some(Blocks));
    });
}

#[test]
fn a_service_that_makes_nothing_out_of_an_update_gets_a_post() {
    let missing = || Fault::Answer(Answer::gateway(StatusCode::NOT_FOUND));
    for (name, place) in NEW {
        tell(&format!("{name}_posted"), |stage| {
            stage.when([(Kind::Write, 1, missing()), (Kind::Write, 2, Fault::Lost)]);
            stage.upload_to(place, None);
        });
    }
}

#[test]
fn an_upload_that_is_gone_on_with_makes_the_note_it_was_begun_with() {
    tell("note_resumed", |stage| {
        let plan = stage.plan_to(Place::NewNote, Some(Blocks));
        let mut upload = Upload::new(plan.clone()).unwrap();
        let checkpoint = loop {
            assert!(stage.world.step(&mut upload, HELLO, 1).is_none());
            if let Some(checkpoint) = upload.checkpoint().filter(|checkpoint| checkpoint.blocks_done() > 0) {
                break checkpoint;
            }
        };
        stage.world.crash();
        // Another process makes another id.
        let plan = dataverse_files_proto::UploadPlan { target: Place::NewNote.target_with(8), ..plan };
        stage.world.run(&mut Upload::resume(plan, checkpoint).unwrap(), HELLO).unwrap();
        let called = stage.world.organization.called("hello.txt");
        let called: Vec<String> = called.iter().map(ToString::to_string).collect();
        stage.world.note(&format!("records of this name: {called:?}"));
    });
}

#[test]
fn a_file_comes_back_in_every_way() {
    for (name, place) in THERE {
        let ways: [(&str, Option<DownloadStrategy>); 4] =
            [("auto", None), ("single", Some(Single)), ("record", Some(Record)), ("sas", Some(Sas))];
        for (way, strategy) in ways {
            tell(&format!("{name}_down_{way}"), |stage| {
                put(stage, place);
                stage.download_from(place, strategy);
            });
        }
    }
    let marked = Options { value_byte_order_mark: true, ..Options::default() };
    tell_with("note_down_byte_order_mark", &marked, |stage| {
        put(stage, Place::Note);
        stage.download_from(Place::Note, Some(Single));
    });
}

#[test]
fn a_broken_answer_goes_on_and_the_record_is_looked_at_again() {
    for (way, strategy) in [("single", Single), ("record", Record)] {
        tell(&format!("note_down_{way}_broken"), |stage| {
            put(stage, Place::Note);
            let kind = if strategy == Single { (Kind::Value, 1) } else { (Kind::Read, 2) };
            stage.when([(kind.0, kind.1, Fault::Cut { thousandths: 900, ending: Ending::Reset })]);
            stage.download_from(Place::Note, Some(strategy));
        });
    }
}

#[test]
fn a_note_without_a_file_is_not_found() {
    tell("note_empty", |stage| {
        put(stage, Place::Note);
        for _ in 0..2 {
            let mut clear = query::delete_content(&stage.contoso(), Place::Note.target()).unwrap();
            stage.world.run(&mut clear, &[]).unwrap();
        }
        stage.download_from(Place::Note, None);
        stage.download_from(Place::Note, Some(DownloadStrategy::Blocks));
    });
}

#[test]
fn a_record_is_deleted_and_a_deleted_one_is_no_error() {
    for (name, place) in THERE {
        tell(&format!("{name}_deleted"), |stage| {
            put(stage, place);
            for _ in 0..2 {
                let mut delete = query::delete(&stage.contoso(), place.target()).unwrap();
                stage.world.run(&mut delete, &[]).unwrap();
            }
            let mut held = query::held(&stage.contoso(), place.target()).unwrap();
            assert_eq!(stage.world.run(&mut held, &[]).unwrap_err().kind(), ErrorKind::NotFound);
        });
    }
}

#[test]
fn a_url_can_be_had_of_each() {
    for (name, place) in THERE {
        tell(&format!("{name}_linked"), |stage| {
            put(stage, place);
            let link =
                stage.world.run(&mut query::link(&stage.contoso(), place.target()).unwrap(), &[]).unwrap();
            assert_eq!((link.size, link.expires.as_deref()), (11, Some("2023-11-14T23:13:20Z")));
        });
    }
}

#[test]
fn more_than_the_organization_takes_is_refused_whatever_the_way() {
    for (name, place) in NEW {
        tell(&format!("{name}_too_large"), |stage| {
            stage.world.organization.limit_records(12);
            for strategy in [UploadStrategy::Single, Blocks] {
                stage.upload_to(place, Some(strategy));
            }
        });
    }
}
