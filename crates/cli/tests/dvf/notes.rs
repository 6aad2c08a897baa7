//! Notes: files into new ones and into those that are there, back by every way, and away again.
use std::fs;

use dataverse_files_emulator::faults::{Fault, Faults, Handling};
use dataverse_files_emulator::kind::Kind;

use crate::world::{World, assert_same, bytes, ended, run, until, words};

pub(crate) const ACCOUNT: &str = "accounts(00000000-0000-0000-0000-000000000001)";
pub(crate) const NEW: &str = "accounts(00000000-0000-0000-0000-000000000001)/annotations";
const ENGINES: [&str; 2] = ["async", "blocking"];

#[test]
fn a_file_goes_into_a_new_note_and_comes_back_by_every_way() {
    let world = World::new();
    world.file("a.bin", 300_001);
    for engine in ENGINES {
        for up in ["auto", "single", "blocks"] {
            let line = format!("upload a.bin {NEW} --strategy {up} --block-size 65536 --engine {engine}");
            let note = world.create(&line);
            for down in ["auto", "single", "record", "blocks", "sas"] {
                let line =
                    format!("download {note} b.bin --force --strategy {down} --engine {engine} --json");
                let done = world.dvf(&line).ok().last_event();
                assert_eq!((&done["bytes"], &done["target"]), (&300_001.into(), &note.as_str().into()));
                assert!(down == "auto" || done["strategy"] == down, "{done}");
                assert_same(&world.path("b.bin"), &bytes(300_001));
            }
            let out = world.dvf(&format!("download {note} - --engine {engine}")).ok().stdout;
            assert!(out == bytes(300_001), "standard output");
        }
    }
}

#[test]
fn a_file_above_3_mib_goes_in_blocks_without_being_told() {
    let world = World::new();
    world.file("a.bin", 3 * 1024 * 1024 + 1);
    for engine in ENGINES {
        let done =
            world.dvf(&format!("upload a.bin {NEW} --verify --json --engine {engine}")).ok().last_event();
        assert_eq!((&done["strategy"], &done["verified"]), (&"blocks".into(), &true.into()));
    }
}

#[test]
fn what_was_made_is_named_for_people_and_for_programs_and_is_there() {
    let world = World::new();
    world.file("a.txt", 100);
    for engine in ENGINES {
        let text = world.dvf(&format!("upload a.txt {NEW} --engine {engine}")).ok().text();
        let note = text.trim_end().rsplit_once("created ").unwrap_or_else(|| panic!("{text}")).1.to_owned();
        assert!(note.starts_with("annotations("), "{text}");
        let done = world.dvf(&format!("upload a.txt {note} --json --engine {engine}")).ok().last_event();
        assert!(done.get("created").is_none(), "nothing is made where a note is there: {done}");
        let info = world.dvf(&format!("info {note} --json --engine {engine}")).ok().last_event();
        assert_eq!((&info["bytes"], &info["kind"]), (&100.into(), &"note".into()));
    }
}

#[test]
fn title_and_text_are_written_with_the_file() {
    let world = World::new();
    world.file("a.txt", 100);
    for engine in ENGINES {
        for strategy in ["single", "blocks"] {
            let mut line =
                words(&format!("upload a.txt {NEW} --strategy {strategy} --engine {engine} --json"));
            line.extend([
                "--subject".to_owned(),
                "The offer".to_owned(),
                "--text".to_owned(),
                "Für 日本.".to_owned(),
            ]);
            let done = run(&mut world.command(line)).ok().last_event();
            let note = done["created"].as_str().unwrap();
            assert_eq!(world.property(note, "subject"), "The offer");
            assert_eq!(world.property(note, "notetext"), "Für 日本.");
            world.dvf(&format!("upload a.txt {note} --subject Changed --strategy {strategy}")).ok();
            assert_eq!(world.property(note, "subject"), "Changed");
            assert_eq!(world.property(note, "notetext"), "Für 日本.", "what is not given stays");
        }
    }
}

#[test]
fn a_note_that_is_there_gets_another_file_and_another_name() {
    let world = World::new();
    world.file("a.bin", 100);
    world.file("b.pdf", 200_000);
    for engine in ENGINES {
        let note = world.create(&format!("upload a.bin {NEW} --engine {engine}"));
        for strategy in ["single", "blocks"] {
            let line = format!("upload b.pdf {note} --strategy {strategy} --engine {engine} --verify");
            world.dvf(&line).ok();
            let info = world.dvf(&format!("info {note} --json")).ok().last_event();
            assert_eq!((&info["name"], &info["bytes"]), (&"b.pdf".into(), &200_000.into()));
            assert_eq!(info["mime"], "application/pdf");
            world.dvf(&format!("upload a.bin {note} --mime a/b --engine {engine}")).ok();
            let info = world.dvf(&format!("info {note} --json")).ok().last_event();
            assert_eq!((&info["name"], &info["mime"]), (&"a.bin".into(), &"a/b".into()));
        }
    }
}

#[test]
fn b04_names_of_every_kind_come_back_from_a_note() {
    let world = World::new();
    fs::create_dir(world.path("in")).unwrap();
    for name in ["日本 テスト.txt", "r&d #1 50%.txt", "a 'b' +c.txt"] {
        fs::write(world.path(name), name).unwrap();
        for engine in ENGINES {
            let line = ["upload", name, NEW, "--engine", engine, "--json"];
            let done = world.run(line).ok().last_event();
            let note = done["created"].as_str().unwrap();
            world.dvf(&format!("download {note} in --force --engine {engine}")).ok();
            assert_same(&world.path("in").join(name), name.as_bytes());
        }
    }
}

#[test]
fn b06_a_notes_file_name_is_never_a_path() {
    let world = World::new();
    world.file("a.txt", 5);
    let note = world.create(&format!("upload a.txt {NEW} --name ../../evil.txt"));
    world.dvf(&format!("download {note}")).ok();
    assert!(world.path("evil.txt").exists());
    assert_eq!(world.dvf(&format!("download {note}")).code, Some(9), "what is there is left as it is");
}

#[test]
fn an_upload_into_a_new_note_goes_on_where_it_stopped_and_makes_one_note() {
    for engine in ENGINES {
        let world = World::new();
        world.file("a.bin", 10 * 65_536);
        world.server.set_faults(Faults::script([(Kind::Block, 6, Fault::Silence(Handling::Ignored))]));
        let upload = format!("upload a.bin {NEW} --strategy blocks --block-size 65536 --parallel 1");
        let mut command = world.command(words(&format!("{upload} --deadline 3 --engine {engine}")));
        let said = run(&mut command).failed(10);
        assert!(said.contains("--resume"), "{said}");
        world.server.set_faults(Faults::none());
        let other = world.dvf(&format!("{upload} --resume --subject Other")).failed(2);
        assert!(other.contains("belongs to another upload"), "{other}");
        let before = world.server.requests_of(Kind::Block);
        let note = world.create(&format!("{upload} --resume --engine {engine} --verify"));
        assert!(world.server.requests_of(Kind::Block) - before < 10, "some blocks were there");
        world.dvf(&format!("download {note} b.bin")).ok();
        assert_same(&world.path("b.bin"), &bytes(10 * 65_536));
        let done = world.dvf(&format!("ls {ACCOUNT} --json")).ok().last_event();
        assert_eq!(done["files"], 1, "one note");
        assert_eq!(world.checkpoints(), Vec::<std::path::PathBuf>::new());
    }
}

#[test]
fn a_download_of_a_note_by_blocks_goes_on_after_a_kill() {
    let world = World::new();
    world.dvf("organization set-limit 125MiB").ok();
    world.file("a.bin", 20_000_000);
    let note = world.create(&format!("upload a.bin {NEW}"));
    for engine in ENGINES {
        world.server.set_faults(Faults::script([(
            Kind::DownloadBlock,
            4,
            Fault::Silence(Handling::Ignored),
        )]));
        let before = world.server.requests_of(Kind::DownloadBlock);
        let line = format!("download {note} b.bin --strategy blocks --parallel 1 --force --engine {engine}");
        let mut child = world.command(words(&line)).spawn().unwrap();
        until("the download stands still", || world.server.requests_of(Kind::DownloadBlock) == before + 4);
        child.kill().unwrap();
        ended(child);
        world.server.set_faults(Faults::none());
        world.dvf(&format!("{line} --resume")).ok();
        assert_same(&world.path("b.bin"), &bytes(20_000_000));
    }
}

#[test]
fn deleting_a_note_deletes_all_of_it_and_deleting_its_content_only_the_file() {
    let world = World::new();
    world.file("a.txt", 100);
    for engine in ENGINES {
        let note = world.create(&format!("upload a.txt {NEW} --subject Kept --engine {engine}"));
        for _ in 0..2 {
            let done =
                world.dvf(&format!("delete --content {note} --json --engine {engine}")).ok().last_event();
            assert_eq!((&done["target"], &done["content"]), (&note.as_str().into(), &true.into()));
        }
        let info = world.dvf(&format!("info {note} --json --engine {engine}")).ok().last_event();
        assert_eq!((&info["subject"], &info["bytes"]), (&"Kept".into(), &serde_json::Value::Null));
        assert_eq!((&info["file_id"], &info["name"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        assert!(world.dvf(&format!("info {note}")).ok().text().contains("holds no file"));
        for way in ["", "b.txt", "-", "b.txt --strategy single", "b.txt --strategy blocks"] {
            world.dvf(&format!("download {note} {way} --engine {engine}")).failed(3);
        }
        for _ in 0..2 {
            let said = world.dvf(&format!("delete {note} --engine {engine}")).ok().text();
            assert!(said.contains("is deleted"), "{said}");
        }
        world.dvf(&format!("info {note} --engine {engine}")).failed(3);
    }
}

#[test]
fn info_of_a_note_tells_its_file_and_what_the_organization_takes() {
    let world = World::new();
    world.file("a.txt", 100);
    let note = world.create(&format!("upload a.txt {NEW} --subject Offer"));
    let id = note.trim_start_matches("annotations(").trim_end_matches(')');
    for engine in ENGINES {
        let info = world.dvf(&format!("info {note} --json --engine {engine}")).ok().last_event();
        for (key, value) in [
            ("event", "info"),
            ("target", note.as_str()),
            ("name", "a.txt"),
            ("mime", "text/plain"),
            ("kind", "note"),
            ("id", id),
            ("file_id", id),
            ("subject", "Offer"),
        ] {
            assert_eq!(info[key], value, "{info}");
        }
        assert_eq!((&info["bytes"], &info["max_bytes"]), (&100.into(), &3_932_160.into()));
        let text = world.dvf(&format!("info {note} --engine {engine}")).ok().text();
        for said in ["Offer", "a.txt", "100 bytes", "text/plain", id, "3,932,160 bytes", "5,242,880"] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
