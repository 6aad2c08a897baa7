//! `--json`: lines for programs, and nothing else on standard output.
use dataverse_files_emulator::faults::{Answer, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;

use crate::world::{World, words};

#[test]
fn a_transfer_starts_goes_on_and_is_done() {
    let world = World::new();
    world.file("a.bin", 300_000);
    for engine in ["async", "blocking"] {
        let line =
            format!("upload a.bin TARGET --strategy blocks --block-size 65536 --engine {engine} --json");
        let run = world.dvf(&line).ok();
        let events = run.events();
        assert_eq!((&events[0]["event"], &events[0]["bytes"]), (&"start".into(), &300_000.into()));
        let progress: Vec<_> = events.iter().filter(|e| e["event"] == "progress").collect();
        assert!(!progress.is_empty() && progress.iter().all(|e| e["total"] == 300_000), "{events:?}");
        assert_eq!(progress.last().unwrap()["done"], 300_000);
        let done = events.last().unwrap();
        for key in ["bytes", "name", "sha256", "requests", "retries", "strategy", "file_id", "seconds"] {
            assert!(!done[key].is_null(), "{key}: {done}");
        }
        assert!(
            run.text()
                .lines()
                .last()
                .unwrap()
                .starts_with(r#"{"event":"done","bytes":300000,"name":"a.bin","sha256":""#)
        );
        assert_eq!(run.stderr, "", "people are not spoken to");
    }
}

#[test]
fn a_retry_is_told_with_its_reason_and_counted() {
    let world = World::new();
    world.file("a.bin", 1_000);
    for engine in ["async", "blocking"] {
        let throttled = Fault::Answer(Answer::throttled(RetryAfter::Seconds(1)));
        world.server.set_faults(Faults::script([(Kind::Single, 1, throttled)]));
        let events = world.dvf(&format!("upload a.bin TARGET --engine {engine} --json")).ok().events();
        let retry = events.iter().find(|e| e["event"] == "retry").unwrap_or_else(|| panic!("{events:?}"));
        let wait = retry["wait_seconds"].as_f64().unwrap();
        assert!((0.5..2.5).contains(&wait), "{retry}");
        assert!(retry["why"].as_str().unwrap().contains("429"), "{retry}");
        let done = events.last().unwrap();
        assert_eq!((&done["requests"], &done["retries"]), (&2.into(), &1.into()));
    }
    world.server.set_faults(Faults::none());
}

#[test]
fn an_error_is_the_last_line_with_code_and_request_id() {
    let world = World::new();
    for engine in ["async", "blocking"] {
        let line = format!(
            "info accounts(00000000-0000-0000-0000-00000000dead)/sample_filecolumn --engine {engine} --json"
        );
        let run = world.dvf(&line);
        assert_eq!(run.code, Some(3));
        let error = run.last_event();
        assert_eq!(
            (&error["event"], &error["kind"], &error["exit"]),
            (&"error".into(), &"not_found".into(), &3.into())
        );
        assert_eq!(error["code"], "0x80040217");
        assert!(error["request_id"].is_string(), "{error}");
        assert_eq!(run.stderr.trim_end(), format!("dvf: {}", error["message"].as_str().unwrap()));
    }
}

#[test]
fn a_wrong_command_line_is_an_error_in_json_too() {
    let world = World::new();
    let run = world.dvf("upload --json");
    assert_eq!(run.code, Some(2));
    assert_eq!((&run.last_event()["kind"], &run.last_event()["exit"]), (&"usage".into(), &2.into()));
}

#[test]
fn quiet_is_quiet_and_verbose_tells_events_on_standard_error() {
    let world = World::new();
    world.file("a.bin", 1_000);
    let run = world.dvf("upload a.bin TARGET --quiet").ok();
    assert_eq!((run.text().as_str(), run.stderr.as_str()), ("", ""));
    world.server.set_faults(Faults::script([(Kind::Single, 1, Fault::Drop)]));
    let run = world.dvf("upload a.bin TARGET -v").ok();
    assert!(run.stderr.contains("attempt 1 failed"), "{run:?}");
    assert!(run.text().contains("1 retry"), "{run:?}");
    let mut both = world.command(words("upload a.bin TARGET -q -v"));
    crate::world::run(&mut both).failed(2);
}

#[test]
fn progress_is_told_at_most_four_times_a_second() {
    let world = World::new();
    world.file("a.bin", 2_000_000);
    let run = world.dvf("upload a.bin TARGET --strategy blocks --block-size 4096 --json").ok();
    let seconds = run.last_event()["seconds"].as_f64().unwrap();
    let progress = run.events().iter().filter(|e| e["event"] == "progress").count();
    assert!(progress as f64 <= seconds * 4.0 + 2.0, "{progress} in {seconds} s");
}
