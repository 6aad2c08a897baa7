//! What notes and attachments do not take, refused before it is sent, and what makes no sense on a command line.
use dataverse_files_emulator::faults::{Answer, ErrorBody, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::notes::NEW;
use crate::world::{TARGET, World, assert_same, bytes};

const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)/attachments";
const NOTE: &str = "annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)";
const ATTACHMENT: &str = "activitymimeattachments(3878e950-8e51-ed11-bba1-000d3a9933c9)";
const ENGINES: [&str; 2] = ["async", "blocking"];

/// Requests that were neither questions about definitions nor about settings.
fn moved(world: &World) -> u64 {
    world.server.requests()
        - world.server.requests_of(Kind::Definition)
        - world.server.requests_of(Kind::Read)
}

fn no(status: u16) -> Fault {
    let body = ErrorBody::OData { code: "0x80040220", message: "Not for you." };
    Fault::Answer(Answer { status: status.try_into().unwrap(), retry_after: RetryAfter::Absent, body })
}

#[test]
fn a_note_takes_3_932_160_bytes_and_one_more_is_refused_without_sending_it() {
    let world = World::new();
    world.file("fits.bin", 3_932_160);
    world.file("over.bin", 3_932_161);
    for engine in ENGINES {
        for target in [NEW, EMAIL] {
            world.dvf(&format!("upload fits.bin {target} --engine {engine}")).ok();
            let before = moved(&world);
            let run = world.dvf(&format!("upload over.bin {target} --json --engine {engine}"));
            assert_eq!((run.code, &run.last_event()["kind"]), (Some(8), &"too_large".into()), "{run:?}");
            for said in [
                "3,932,161 bytes",
                "3,932,160 at most",
                "maxuploadfilesize is 5,242,880",
                "administrator",
                "dvf organization set-limit 5242884",
                "nothing was sent",
            ] {
                assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
            }
            assert_eq!(moved(&world), before);
        }
    }
    for line in ["--strategy single", "--strategy blocks --block-size 65536", "--engine blocking"] {
        let run = world.dvf(&format!("upload over.bin {NEW} --no-preflight --json {line}"));
        assert_eq!((run.code, &run.last_event()["code"]), (Some(8), &"0x80044a02".into()), "{run:?}");
        assert!(run.stderr.contains("dvf organization set-limit"), "{}", run.stderr);
    }
    world.dvf("organization set-limit 5242884").ok();
    world.dvf(&format!("upload over.bin {NEW} --verify")).ok();
}

#[test]
fn a_file_of_25_870_370_bytes_goes_in_and_comes_back_once_the_limit_is_raised() {
    let world = World::new();
    world.file("25mb.pdf", 25_870_370);
    let lines = |target: &str, engine: &str| {
        format!("upload 25mb.pdf {target} --strategy blocks --json --engine {engine}")
    };
    for (engine, target) in ENGINES.iter().flat_map(|engine| [(engine, NEW), (engine, EMAIL)]) {
        let before = moved(&world);
        let run = world.dvf(&lines(target, engine));
        assert_eq!((run.code, &run.last_event()["kind"]), (Some(8), &"too_large".into()), "{run:?}");
        assert!(run.stderr.contains("nothing was sent"), "{run:?}");
        assert_eq!(moved(&world), before);
        let run = world.dvf(&format!("{} --no-preflight", lines(target, engine)));
        assert_eq!((run.code, &run.last_event()["code"]), (Some(8), &"0x80044a02".into()), "{run:?}");
    }
    world.dvf("organization set-limit 131072000").ok();
    for (engine, target) in ENGINES.iter().flat_map(|engine| [(engine, NEW), (engine, EMAIL)]) {
        let done = world.dvf(&lines(target, engine)).ok().last_event();
        assert_eq!(done["requests"], 9, "an opening, seven blocks and a commit");
        let created = done["created"].as_str().unwrap();
        for way in ["blocks", "single", "sas"] {
            let line = format!("download {created} back.pdf --force --strategy {way} --engine {engine}");
            world.dvf(&line).ok();
            assert_same(&world.path("back.pdf"), &bytes(25_870_370));
        }
    }
}

#[test]
fn what_no_organization_takes_costs_no_request() {
    let world = World::new();
    let file = std::fs::File::create(world.path("huge.bin")).unwrap();
    file.set_len(98_304_001).unwrap();
    let said = world.dvf(&format!("upload huge.bin {NEW}")).failed(8);
    assert!(said.contains("98304000 bytes"), "{said}");
    assert_eq!(world.server.requests(), 0);
}

#[test]
fn a_table_without_notes_takes_none() {
    let world = World::new();
    world.file("a.txt", 10);
    let template = "templates(00000000-0000-0000-0000-000000000001)/annotations";
    for engine in ENGINES {
        let said = world.dvf(&format!("upload a.txt {template} --engine {engine}")).failed(8);
        assert!(said.contains("table template have no notes") && said.contains("nothing was sent"), "{said}");
    }
    assert_eq!(moved(&world), 0);
}

#[test]
fn blocked_extensions_are_refused_and_empty_files_and_odd_names_too() {
    let world = World::new();
    world.file("setup.exe", 10);
    world.file("empty.txt", 0);
    world.file("a.txt", 10);
    for target in [NEW, EMAIL] {
        let said = world.dvf(&format!("upload setup.exe {target}")).failed(8);
        assert!(said.contains("\"exe\" is blocked") && said.contains("nothing was sent"), "{said}");
        assert!(world.dvf(&format!("upload empty.txt {target}")).failed(2).contains("empty"));
        let long = "x".repeat(256);
        assert!(world.dvf(&format!("upload a.txt {target} --name {long}")).failed(2).contains("255"));
        world.run(["upload", "a.txt", target, "--name", "a\nb"]).failed(2);
        world.dvf(&format!("upload a.txt {target} --mime pdf")).failed(2);
        let title = "x".repeat(2_001);
        assert!(world.dvf(&format!("upload a.txt {target} --subject {title}")).failed(2).contains("subject"));
    }
    assert_eq!(moved(&world), 0);
}

#[test]
fn the_organizations_lists_of_types_are_kept_before_anything_is_sent() {
    let world = World::new();
    world.file("a.txt", 10);
    let told = world.dvf("organization --json").ok().last_event();
    let organization = format!("organizations({})", told["organization_id"].as_str().unwrap());
    world.patch(&organization, r#"{"blockedmimetypes":"text/plain"}"#);
    for target in [NEW, EMAIL] {
        let said = world.dvf(&format!("upload a.txt {target}")).failed(8);
        assert!(said.contains("text/plain is blocked") && said.contains("nothing was sent"), "{said}");
        world.dvf(&format!("upload a.txt {target} --mime a/b")).ok();
    }
    world.patch(&organization, r#"{"allowedmimetypes":"text/plain;image/png"}"#);
    for target in [NEW, EMAIL] {
        world.dvf(&format!("upload a.txt {target}")).ok();
        let said = world.dvf(&format!("upload a.txt {target} --mime a/b")).failed(8);
        assert!(said.contains("a/b is not among those") && said.contains("nothing was sent"), "{said}");
    }
    let text = world.dvf("organization").ok().text();
    assert!(text.contains("text/plain image/png") && text.contains("not looked at"), "{text}");
}

#[test]
fn what_only_the_service_knows_comes_with_advice() {
    let world = World::new();
    world.file("a.txt", 10);
    for engine in ENGINES {
        let line = format!("upload a.txt {NEW} --name a<b>.txt --json --engine {engine}");
        let run = world.dvf(&line);
        assert_eq!((run.code, &run.last_event()["code"]), (Some(8), &"0x80044a08".into()), "{run:?}");
        assert!(run.stderr.contains("--name"), "{}", run.stderr);
    }
}

#[test]
fn settings_that_may_not_be_read_are_left_for_the_service_to_judge() {
    let world = World::new();
    world.file("setup.exe", 10);
    for engine in ENGINES {
        world.server.set_faults(Faults::script([(Kind::Read, 1, no(403))]));
        let run = world.dvf(&format!("upload setup.exe {NEW} --json --engine {engine}"));
        assert_eq!((run.code, &run.last_event()["code"]), (Some(8), &"0x80043e09".into()), "{run:?}");
    }
}

#[test]
fn a_parent_that_is_not_there_is_refused() {
    let world = World::new();
    world.file("a.txt", 10);
    for engine in ENGINES {
        for parent in [
            "accounts(00000000-0000-0000-0000-00000000dead)/annotations",
            "emails(00000000-0000-0000-0000-00000000dead)/attachments",
        ] {
            let said = world.dvf(&format!("upload a.txt {parent} --engine {engine}")).failed(3);
            assert!(said.contains("dead"), "{said}");
        }
        let said = world.dvf(&format!(
            "upload a.txt nothings(00000000-0000-0000-0000-000000000001)/annotations --engine {engine}"
        ));
        assert!(said.failed(3).contains("nothings"));
        let logical = "account(00000000-0000-0000-0000-000000000001)";
        for line in [format!("upload a.txt {logical}/annotations"), format!("ls {logical}")] {
            let said = world.dvf(&format!("{line} --engine {engine}")).failed(3);
            assert!(said.contains("in addresses it is accounts"), "{said}");
        }
    }
}

#[test]
fn options_that_a_target_does_not_have_are_usage_errors_and_cost_no_request() {
    let world = World::new();
    world.file("a.txt", 10);
    for (line, says) in [
        (format!("upload a.txt {TARGET} --subject x"), "leave --subject out"),
        (format!("upload a.txt {TARGET} --text x"), "leave --text out"),
        (format!("upload a.txt {EMAIL} --text x"), "leave --text out"),
        (format!("upload a.txt {NEW} --strategy chunked"), "no chunks"),
        (format!("upload a.txt {ATTACHMENT} --strategy blocks"), "only make new attachments"),
        (format!("download {NOTE} b --size full"), "leave --size out"),
        (format!("download {ATTACHMENT} b --size thumbnail"), "leave --size out"),
        (format!("download {NOTE} b --strategy ranged"), "no ranges"),
        (format!("download {TARGET} b --strategy record"), "only notes and attachments"),
        (format!("delete --content {TARGET}"), "leave --content out"),
        (
            "upload a.txt accounts(00000000-0000-0000-0000-000000000001)/attachments".to_owned(),
            "/annotations",
        ),
        ("upload a.txt accounts(00000000-0000-0000-0000-000000000001)".to_owned(), "annotations(<guid>)"),
        ("upload a.txt accounts/sample_filecolumn".to_owned(), "annotations(<guid>)"),
        ("upload a.txt accounts(00000000-0000-0000-0000-000000000001)/note".to_owned(), "01)/annotations"),
        ("download emails(00000000-0000-0000-0000-000000000001)/attachment".to_owned(), "01)/attachments"),
    ] {
        let said = world.dvf(&line).failed(2);
        assert!(said.contains(says), "{line}: {said}");
    }
    for command in ["download", "delete", "info", "link"] {
        let said = world.dvf(&format!("{command} {NEW}")).failed(2);
        assert!(said.contains("annotations(<guid>)") && said.contains("dvf ls"), "{said}");
        let said = world.dvf(&format!("{command} {EMAIL}")).failed(2);
        assert!(said.contains("activitymimeattachments(<guid>)"), "{said}");
    }
    assert_eq!(world.server.requests(), 0);
}
