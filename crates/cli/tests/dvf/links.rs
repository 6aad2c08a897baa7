//! `dvf link`: a URL that scripts can take, and the cases that give none.
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{SystemTime, UNIX_EPOCH};

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::core::Options;
use dataverse_files_metadata::Ticks;

use crate::images::picture;
use crate::notes::NEW;
use crate::world::{TARGET, TOKEN, World, dvf, fetch, run, words};

const EMAIL: &str = "emails(00000000-0000-0000-0000-000000000001)/attachments";
const IMAGE: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";
const ENGINES: [&str; 2] = ["async", "blocking"];

#[test]
fn the_url_stands_alone_on_its_line_and_gives_the_file_without_a_token() {
    let world = World::new();
    std::fs::write(world.path("a.txt"), "what was agreed").unwrap();
    world.dvf("upload a.txt TARGET").ok();
    let note = world.create(&format!("upload a.txt {NEW}"));
    let attachment = world.create(&format!("upload a.txt {EMAIL}"));
    for engine in ENGINES {
        for target in [TARGET, &note, &attachment] {
            let run = world.dvf(&format!("link {target} --engine {engine}")).ok();
            let text = run.text();
            assert_eq!(text.lines().count(), 1, "{text}");
            let answer = fetch(text.trim_end());
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("what was agreed"), "{answer}");
            let said = &run.stderr;
            assert!(said.contains("a.txt (15 bytes)") && said.contains("until 20"), "{said}");
            assert!(!text.contains(TOKEN) && !said.contains(TOKEN));
            let quiet = world.dvf(&format!("link {target} --quiet --engine {engine}")).ok();
            assert_eq!((quiet.text().lines().count(), quiet.stderr.as_str()), (1, ""));
        }
    }
}

#[test]
fn programs_learn_what_the_url_gives_and_until_when() {
    let world = World::new();
    world.file("a.txt", 10);
    let note = world.create(&format!("upload a.txt {NEW}"));
    for engine in ENGINES {
        let run = world.dvf(&format!("link {note} --json --engine {engine}")).ok();
        assert_eq!((run.events().len(), run.stderr.as_str()), (1, ""));
        let link = run.last_event();
        assert_eq!((&link["event"], &link["target"]), (&"link".into(), &note.as_str().into()));
        assert_eq!((&link["name"], &link["bytes"]), (&"a.txt".into(), &10.into()));
        assert_eq!(link["mime"], "text/plain");
        let expires = link["expires"].as_str().unwrap();
        assert!(expires.len() == 20 && expires.ends_with('Z'), "{expires}");
        assert!(fetch(link["url"].as_str().unwrap()).starts_with("HTTP/1.1 200"));
    }
}

#[test]
fn what_holds_no_file_gives_no_url() {
    let world = World::new();
    world.file("a.txt", 10);
    let note = world.create(&format!("upload a.txt {NEW}"));
    world.dvf(&format!("delete --content {note}")).ok();
    for engine in ENGINES {
        let missing = "annotations(00000000-0000-0000-0000-00000000dead)";
        for target in [TARGET, IMAGE, &note, missing] {
            let run = world.dvf(&format!("link {target} --engine {engine}"));
            assert_eq!((run.code, run.text().as_str()), (Some(3), ""), "{target}: {run:?}");
        }
    }
}

#[test]
fn an_image_gives_one_for_its_full_copy_and_says_why_a_thumbnail_gives_none() {
    let world = World::new();
    picture(&world, "a.png", 300, 200);
    world.dvf(&format!("upload a.png {IMAGE}")).ok();
    world.dvf("column create account new_Small --kind image").ok();
    let small = "accounts(00000000-0000-0000-0000-000000000001)/new_small";
    world.dvf(&format!("upload a.png {small}")).ok();
    for engine in ENGINES {
        world.dvf(&format!("link {IMAGE} --engine {engine}")).ok();
        let run = world.dvf(&format!("link {small} --json --engine {engine}"));
        assert_eq!((run.code, &run.last_event()["kind"]), (Some(8), &"no_full_image".into()), "{run:?}");
        for said in ["holds a thumbnail only", "--size thumbnail", "keep full images"] {
            assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
        }
    }
}

#[test]
fn an_organization_with_a_key_of_its_own_gives_none_and_no_ranges_and_says_what_to_do() {
    let options = Options { chunking_supported: false, ..Options::default() };
    let world = World::with(Emulator::builder().options(options));
    world.file("a.bin", 5_000_000);
    world.file("b.bin", 100);
    world.dvf("upload a.bin TARGET --strategy single").ok();
    let note = world.create(&format!("upload b.bin {NEW}"));
    for engine in ENGINES {
        for line in [
            format!("link {TARGET}"),
            format!("link {note}"),
            format!("download {TARGET} x --force --strategy sas"),
            format!("download {TARGET} x --force --strategy ranged"),
        ] {
            let said = world.dvf(&format!("{line} --engine {engine}")).failed(8);
            assert!(
                said.contains("keeps its files in the database") && said.contains("--strategy single"),
                "{line}: {said}"
            );
        }
        world.dvf(&format!("download {TARGET} x --force --strategy single --engine {engine}")).ok();
    }
}

#[test]
fn a_url_of_an_embedded_organization_is_said_to_end_with_the_command() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "a").unwrap();
    let embedded = |line: &str| {
        let mut command = dvf(folder.path());
        run(command.args(["--url", "embedded"]).args(words(line))).ok()
    };
    embedded("upload a.txt TARGET");
    let linked = embedded("link TARGET");
    assert!(linked.stderr.contains("dvf emulator --data"), "{}", linked.stderr);
    assert_eq!(linked.text().lines().count(), 1);
}

#[test]
fn a_url_that_does_not_say_when_it_ends_is_good_for_an_hour_from_the_moment_of_asking() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let said = format!(
        r#"{{"Result":{{"FileName":"a.txt","FileSizeInBytes":7,"MimeType":"a/b","SasUrl":"{url}/x?sig=1"}}}}"#
    );
    let service = std::thread::spawn(move || {
        for _ in ENGINES {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", said.len());
            write!(stream, "{head}{said}").unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    for engine in ENGINES {
        let mut command = dvf(folder.path());
        let line = words(&format!("--url {url} --token t link TARGET --json --engine {engine}"));
        let before = in_an_hour();
        let link = run(command.args(line)).ok().last_event();
        let expires = link["expires"].as_str().unwrap();
        assert!((before.as_str()..=in_an_hour().as_str()).contains(&expires), "{before} {link}");
    }
    service.join().unwrap();
}

/// RFC 3339, UTC, seconds: such texts sort like the moments they name.
fn in_an_hour() -> String {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Ticks(621_355_968_000_000_000 + (since_1970 + 3_600) * 10_000_000).to_string()
}
