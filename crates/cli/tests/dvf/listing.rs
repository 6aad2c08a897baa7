//! `dvf ls`: everything a record holds, wherever it is.
use dataverse_files_emulator::faults::{Answer, ErrorBody, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::images::picture;
use crate::notes::{ACCOUNT, NEW};
use crate::world::{TARGET, World, assert_same, bytes};

const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)";
const IMAGE: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";
const ENGINES: [&str; 2] = ["async", "blocking"];

/// A world whose account has a file, an image and a note.
fn full() -> (World, String) {
    let world = World::new();
    world.file("25mb.pdf", 70_000);
    world.file("a.txt", 7);
    picture(&world, "a.png", 200, 200);
    world.dvf("upload 25mb.pdf TARGET").ok();
    world.dvf(&format!("upload a.png {IMAGE}")).ok();
    let note = world.create(&format!("upload a.txt {NEW} --subject Offer"));
    (world, note)
}

fn forbidden() -> Fault {
    let body = ErrorBody::OData { code: "0x80040220", message: "Not for you." };
    Fault::Answer(Answer { status: 403.try_into().unwrap(), retry_after: RetryAfter::Absent, body })
}

#[test]
fn every_place_of_a_record_is_listed_with_what_it_is_downloaded_by() {
    let (world, note) = full();
    for engine in ENGINES {
        let events = world.dvf(&format!("ls {ACCOUNT} --json --engine {engine}")).ok().events();
        let (done, files) = events.split_last().unwrap();
        assert_eq!((&done["event"], &done["command"]), (&"done".into(), &"ls".into()));
        assert_eq!((&done["target"], &done["files"]), (&ACCOUNT.into(), &3.into()));
        let kinds: Vec<_> = files.iter().map(|file| file["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["file", "image", "note"]);
        let [file, image, in_note] = files else { panic!("{files:?}") };
        assert_eq!((&file["target"], &file["name"]), (&TARGET.into(), &"25mb.pdf".into()));
        assert_eq!((&file["bytes"], &file["mime"]), (&70_000.into(), &"application/pdf".into()));
        assert_eq!((&image["target"], &image["mime"]), (&IMAGE.into(), &"image/png".into()));
        assert_eq!((&in_note["target"], &in_note["bytes"]), (&note.as_str().into(), &7.into()));
        assert_eq!((&in_note["subject"], &in_note["mime"]), (&"Offer".into(), &"text/plain".into()));
        for listed in files {
            for key in ["kind", "target", "name", "bytes", "mime", "id", "subject", "created_on"] {
                assert!(listed.get(key).is_some(), "{key}: {listed}");
            }
            let target = listed["target"].as_str().unwrap();
            world.dvf(&format!("download {target} x --force --engine {engine}")).ok();
        }
        assert_same(&world.path("x"), &bytes(7));
    }
}

#[test]
fn an_e_mail_shows_its_file_its_image_its_note_and_its_attachment() {
    let world = World::new();
    world.file("a.txt", 7);
    picture(&world, "a.png", 200, 200);
    world.dvf("column create email new_File --kind file").ok();
    world.dvf("column create email new_Image --kind image --full-images").ok();
    world.dvf(&format!("upload a.txt {EMAIL}/new_file")).ok();
    world.dvf(&format!("upload a.png {EMAIL}/new_image")).ok();
    let note = world.create(&format!("upload a.txt {EMAIL}/annotations"));
    let attachment = world.create(&format!("upload a.txt {EMAIL}/attachments"));
    for engine in ENGINES {
        let events = world.dvf(&format!("ls {EMAIL} --json --engine {engine}")).ok().events();
        let (done, files) = events.split_last().unwrap();
        assert_eq!(done["files"], 4);
        let of = |key: &str| -> Vec<_> { files.iter().map(|file| file[key].as_str().unwrap()).collect() };
        assert_eq!(of("kind"), ["file", "image", "note", "attachment"]);
        assert_eq!(of("mime"), ["text/plain", "image/png", "text/plain", "text/plain"]);
        assert_eq!(of("target")[2..], [&note, &attachment]);
        let table = world.dvf(&format!("ls {EMAIL} --engine {engine}")).ok().text();
        assert_eq!(table.lines().count(), 5, "{table}");
    }
}

#[test]
fn people_get_a_table_whose_columns_stand_below_each_other() {
    let (world, note) = full();
    for engine in ENGINES {
        let text = world.dvf(&format!("ls {ACCOUNT} --engine {engine}")).ok().text();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("KIND ") && lines[0].ends_with("  TARGET"), "{text}");
        let at = lines[0].find("TARGET").unwrap();
        assert_eq!(lines[1..].iter().map(|line| &line[at..]).collect::<Vec<_>>(), [TARGET, IMAGE, &note]);
        assert!(text.contains("68.3 KiB") && text.contains("7 bytes"), "{text}");
    }
}

#[test]
fn an_e_mail_lists_its_attachments_and_its_own_notes_only() {
    let (world, _) = full();
    world.dvf(&format!("upload a.txt {EMAIL}/attachments --subject Sent")).ok();
    let note = world.create(&format!("upload 25mb.pdf {EMAIL}/annotations"));
    for engine in ENGINES {
        let events = world.dvf(&format!("ls {EMAIL} --json --engine {engine}")).ok().events();
        let kinds: Vec<_> = events.iter().filter_map(|event| event["kind"].as_str()).collect();
        assert_eq!(kinds, ["note", "attachment"], "the account with the same id has a note, too");
        assert_eq!((&events[0]["target"], &events[1]["subject"]), (&note.as_str().into(), &"Sent".into()));
    }
}

#[test]
fn a_thumbnail_says_that_it_is_one_and_notes_without_a_file_are_left_out() {
    let (world, note) = full();
    world.dvf("column create account new_Small --kind image").ok();
    world.dvf(&format!("upload a.png {ACCOUNT}/new_small")).ok();
    world.dvf(&format!("delete --content {note}")).ok();
    let run = world.dvf(&format!("ls {ACCOUNT} -v")).ok();
    let (text, said) = (run.text(), &run.stderr);
    let small = text.lines().find(|line| line.contains("new_small")).unwrap();
    assert!(small.contains("thumbnail"), "{text}");
    assert!(!text.contains(&note) && said.contains("without a file, not listed: 1"), "{text}{said}");
    let done = world.dvf(&format!("ls {ACCOUNT} --json")).ok().last_event();
    assert_eq!(done["files"], 3);
}

#[test]
fn a_record_without_files_is_an_answer_and_one_that_is_not_there_is_exit_code_3() {
    let world = World::new();
    for engine in ENGINES {
        let said = world.dvf(&format!("ls {ACCOUNT} --engine {engine}")).ok().text();
        assert!(said.contains("holds no files"), "{said}");
        let done = world.dvf(&format!("ls {EMAIL} --json --engine {engine}")).ok().last_event();
        assert_eq!(done["files"], 0);
        for set in ["accounts", "emails", "contacts", "templates"] {
            let missing = format!("{set}(00000000-0000-0000-0000-00000000dead)");
            let said = world.dvf(&format!("ls {missing} --engine {engine}")).failed(3);
            assert!(said.contains("dead"), "{said}");
        }
        let said = world.dvf(&format!("ls nothings(00000000-0000-0000-0000-000000000001) --engine {engine}"));
        assert!(said.failed(3).contains("nothings"));
    }
    for no in ["accounts", TARGET, "accounts(1)"] {
        let said = world.dvf(&format!("ls {no}")).failed(2);
        assert!(said.contains("RECORD"), "{said}");
    }
    let note = "annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)";
    assert!(world.dvf(&format!("ls {note}")).failed(2).contains("dvf info"));
}

#[test]
fn what_a_table_cannot_have_is_not_asked_for() {
    let world = World::new();
    let asked = |record: &str| {
        let before = world.server.requests_of(Kind::Read);
        world.dvf(&format!("ls {record}")).ok();
        world.server.requests_of(Kind::Read) - before
    };
    assert_eq!(asked(ACCOUNT), 3, "the record with its images, its files, its notes");
    assert_eq!(asked(EMAIL), 3, "the record, its notes, its attachments");
}

#[test]
fn what_may_not_be_read_is_a_warning_and_the_rest_is_shown() {
    let (world, note) = full();
    for engine in ENGINES {
        // The record and the image first, then the files.
        for (nth, left_out) in [(1, IMAGE), (2, TARGET), (3, note.as_str())] {
            world.server.set_faults(Faults::script([(Kind::Read, nth, forbidden())]));
            let run = world.dvf(&format!("ls {ACCOUNT} --engine {engine}"));
            world.server.set_faults(Faults::none());
            let run = run.ok();
            assert!(run.stderr.contains("may not be read and are left out"), "{nth}: {}", run.stderr);
            if nth == 1 {
                assert!(!run.text().contains(left_out), "{}", run.text());
            }
            assert_eq!(run.text().lines().count(), 3, "{nth}: {}", run.text());
        }
    }
}

#[test]
fn a_user_who_may_not_read_columns_sees_the_notes() {
    let (world, note) = full();
    for engine in ENGINES {
        // The table first, then its columns.
        world.server.set_faults(Faults::script([(Kind::Definition, 2, forbidden())]));
        let run = world.dvf(&format!("ls {ACCOUNT} --json --engine {engine}")).ok();
        let events = run.events();
        assert!(events[0]["message"].as_str().unwrap().contains("may not be read"), "{events:?}");
        assert_eq!((&events[1]["target"], &events[2]["files"]), (&note.as_str().into(), &1.into()));
        world.server.set_faults(Faults::none());
    }
}

#[test]
fn where_nothing_may_be_read_it_is_an_error() {
    let (world, _) = full();
    let all = [1, 2, 3].map(|nth| (Kind::Read, nth, forbidden()));
    world.server.set_faults(Faults::script(all));
    let said = world.dvf(&format!("ls {ACCOUNT} --quiet")).failed(4);
    assert!(said.contains("Not for you."), "{said}");
    world.server.set_faults(Faults::none());
}
