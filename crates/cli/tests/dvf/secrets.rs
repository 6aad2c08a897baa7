//! No token reaches any output or file, and a shared access URL only the output of `dvf link`.
use std::fs;
use std::path::Path;

use dataverse_files_emulator::faults::{Answer, Fault, Faults};
use dataverse_files_emulator::kind::Kind;

use crate::world::{Run, TARGET, TOKEN, World};

fn silent(run: &Run, what: &str) {
    let stdout = String::from_utf8_lossy(&run.stdout);
    for secret in [TOKEN, "sig=", "Bearer"] {
        assert!(!stdout.contains(secret) && !run.stderr.contains(secret), "{what}: {secret} is in {run:?}");
    }
}

fn no_file_holds_the_token(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            no_file_holds_the_token(&path);
        } else {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
            assert!(!found, "{} holds the token", path.display());
        }
    }
}

#[test]
fn success_and_failure_tell_no_secret() {
    let world = World::new();
    world.file("a.bin", 200_000);
    for engine in ["async", "blocking"] {
        for line in [
            "upload a.bin TARGET --strategy blocks --block-size 65536",
            "upload a.bin TARGET --strategy chunked",
            "download TARGET b.bin --force --strategy sas",
            "info TARGET",
            "upload a.bin accounts(00000000-0000-0000-0000-000000000001)/annotations --strategy blocks",
            "ls accounts(00000000-0000-0000-0000-000000000001)",
            "organization",
            "upload a.bin accounts(00000000-0000-0000-0000-00000000dead)/sample_filecolumn",
            "download accounts(00000000-0000-0000-0000-00000000dead)/sample_filecolumn c.bin --strategy sas",
        ] {
            for extra in ["-v", "--json"] {
                silent(&world.dvf(&format!("{line} --engine {engine} {extra}")), line);
            }
        }
        for extra in ["-v", "--json"] {
            let run = world.dvf(&format!("link TARGET --engine {engine} {extra}")).ok();
            let stdout = String::from_utf8_lossy(&run.stdout);
            assert!(stdout.contains("sig=") && !run.stderr.contains("sig="), "{run:?}");
            for secret in [TOKEN, "Bearer"] {
                assert!(!stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
            }
        }
    }
    no_file_holds_the_token(world.folder.path());
}

#[test]
fn failures_of_every_kind_tell_no_secret() {
    let world = World::new();
    world.file("a.bin", 200_000);
    world.dvf("upload a.bin TARGET").ok();
    for engine in ["async", "blocking"] {
        for fault in [
            Fault::Drop,
            Fault::Answer(Answer::unexpected()),
            Fault::Answer(Answer::token_expired()),
            Fault::Answer(Answer::session_expired()),
        ] {
            let everything = (1..200).map(|nth| (Kind::Storage, nth, fault.clone()));
            world.server.set_faults(Faults::script(everything));
            let line =
                format!("download {TARGET} b.bin --force --strategy sas --engine {engine} --deadline 3 -v");
            let run = world.dvf(&line);
            assert_ne!(run.code, Some(0), "{fault:?}");
            silent(&run, "a storage service that fails");
        }
    }
    world.server.set_faults(Faults::none());
    no_file_holds_the_token(world.folder.path());
}
