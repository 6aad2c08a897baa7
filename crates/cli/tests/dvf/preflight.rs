//! What is refused before a byte is sent, and what is left for the service to judge.
use dataverse_files_emulator::faults::{Answer, ErrorBody, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::world::{World, assert_same, bytes};

const NEW: &str = "accounts(00000000-0000-0000-0000-000000000001)/new_contract";
const IMAGE: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";

/// Requests that could have carried any of the file.
fn moved(world: &World) -> u64 {
    let kinds = [Kind::Single, Kind::Open, Kind::Chunk, Kind::InitializeUpload, Kind::Block, Kind::Commit];
    kinds.into_iter().map(|kind| world.server.requests_of(kind)).sum()
}

/// An answer that says no, with a code that says nothing more.
fn no(status: u16) -> Fault {
    let body = ErrorBody::OData { code: "0x80048d19", message: "Not here." };
    Fault::Answer(Answer { status: status.try_into().unwrap(), retry_after: RetryAfter::Absent, body })
}

#[test]
fn a_file_above_a_column_of_10_mb_is_refused_without_sending_it() {
    let world = World::new();
    world.dvf("column create account new_contract --kind file --max-kb 10240").ok();
    world.file("25mb.pdf", 25_870_370);
    for engine in ["async", "blocking"] {
        let run = world.dvf(&format!("upload 25mb.pdf {NEW} --json --engine {engine}"));
        assert_eq!((run.code, &run.last_event()["kind"]), (Some(8), &"too_large".into()));
        assert!(
            run.stderr.contains("25,870,370 bytes") && run.stderr.contains("nothing was sent"),
            "{run:?}"
        );
        assert_eq!(moved(&world), 0);
    }
    for engine in ["async", "blocking"] {
        for strategy in ["auto", "single", "chunked", "blocks"] {
            let line = format!(
                "upload 25mb.pdf {NEW} --no-preflight --json --strategy {strategy} --engine {engine}"
            );
            let run = world.dvf(&line);
            assert_eq!(run.code, Some(8), "{line}: {run:?}");
            assert_eq!(run.last_event()["code"], "0x80044a02", "{line}");
        }
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_the_first_decides() {
    let world = World::new();
    world.dvf("column create account new_contract --kind file --max-kb 1").ok();
    world.file("setup.exe", 1_025);
    let run = world.dvf(&format!("upload setup.exe {NEW} --json"));
    assert_eq!((run.code, &run.last_event()["kind"]), (Some(8), &"too_large".into()));
    for said in ["1,025 bytes", "\"exe\" is blocked", "blockedattachments", "nothing was sent"] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    assert_eq!(moved(&world), 0);
}

#[test]
fn what_is_no_picture_is_not_sent_to_an_image_column() {
    let world = World::new();
    world.file("a.png", 1_000);
    for engine in ["async", "blocking"] {
        let said = world.dvf(&format!("upload a.png {IMAGE} --engine {engine}")).failed(8);
        assert!(said.contains("GIF, JPEG, TIFF, BMP and PNG"), "{said}");
        assert_eq!(moved(&world), 0);
    }
    let run = world.dvf(&format!("upload a.png {IMAGE} --no-preflight --json"));
    assert_eq!((run.code, &run.last_event()["code"]), (Some(8), &"0x80072553".into()));
}

#[test]
fn a_user_who_may_not_read_definitions_moves_files_all_the_same() {
    let world = World::new();
    world.file("a.bin", 70_000);
    for status in [400, 403, 404, 501] {
        for engine in ["async", "blocking"] {
            world.server.set_faults(Faults::script([(Kind::Definition, 1, no(status))]));
            let run = world.dvf(&format!("upload a.bin TARGET -v --engine {engine}")).ok();
            assert!(run.stderr.contains("the service will judge"), "{status}: {}", run.stderr);
            world.server.set_faults(Faults::script([(Kind::Definition, 1, no(status))]));
            let line = format!("download TARGET b.bin --force -v --engine {engine}");
            let run = world.dvf(&line).ok();
            assert!(run.stderr.contains("taken for a file column"), "{status}: {}", run.stderr);
            assert_same(&world.path("b.bin"), &bytes(70_000));
        }
    }
    world.server.set_faults(Faults::script([(Kind::Definition, 1, no(403))]));
    assert_eq!(world.dvf("upload a.bin TARGET").ok().stderr, "", "only -v tells");
}

#[test]
fn settings_that_may_not_be_read_are_left_for_the_service_to_judge() {
    let world = World::new();
    world.file("setup.exe", 10);
    world.server.set_faults(Faults::script([(Kind::Read, 1, no(403))]));
    let run = world.dvf("upload setup.exe TARGET --json");
    assert_eq!((run.code, &run.last_event()["code"]), (Some(8), &"0x80043e09".into()), "{run:?}");
    assert_eq!(moved(&world), 1);
}

#[test]
fn without_preflight_nothing_is_looked_up() {
    let world = World::new();
    world.file("a.bin", 1_000);
    for engine in ["async", "blocking"] {
        let before = world.server.requests();
        world.dvf(&format!("upload a.bin TARGET --no-preflight --engine {engine}")).ok();
        assert_eq!(world.server.requests() - before, 1, "one PATCH");
    }
    assert_eq!(world.server.requests_of(Kind::Definition), 0);
}

#[test]
fn a_column_that_is_not_there_is_refused_by_the_upload_itself() {
    let world = World::new();
    world.file("a.bin", 1_000);
    let target = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolum";
    for engine in ["async", "blocking"] {
        for strategy in ["single", "chunked", "blocks"] {
            let line = format!("upload a.bin {target} --strategy {strategy} --engine {engine}");
            let said = world.dvf(&line).failed(3);
            assert!(said.contains("not found"), "{said}");
        }
    }
}
