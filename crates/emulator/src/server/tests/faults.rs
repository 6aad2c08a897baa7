//! Each fault as a client meets it.
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use super::*;
use crate::faults::{Answer, Ending, Handling, RetryAfter};
use crate::server::Limits;

/// How many files were put on the shelf.
fn puts(running: &Running) -> u64 {
    let answer = Client::connect(running).get("/api/data/v9.2/WhoAmI");
    let state: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    state["puts"].as_u64().unwrap()
}

fn reset(client: &mut Client) -> bool {
    client.try_answer().is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

#[test]
fn a_dropped_request_is_reset_and_had_no_effect() {
    let (running, memory) = running_with_fault(Kind::Single, 1, Fault::Drop);
    let mut client = Client::connect(&running);
    client.send("PATCH", COLUMN, "", b"file");
    assert!(reset(&mut client));
    assert_eq!((puts(&running), memory.blobs()), (0, 0));
}

#[test]
fn a_lost_answer_is_reset_and_the_request_had_its_effect() {
    let (running, _) = running_with_fault(Kind::Single, 1, Fault::Lost);
    let mut client = Client::connect(&running);
    client.send("PATCH", COLUMN, "", b"file");
    assert!(reset(&mut client));
    assert_eq!(puts(&running), 1);
}

#[test]
fn an_answer_in_place_of_handling_keeps_the_connection() {
    let throttled = Fault::Answer(Answer::throttled(RetryAfter::Seconds(30)));
    let (running, _) = running_with_fault(Kind::Single, 1, throttled);
    let mut client = Client::connect(&running);
    client.send("PATCH", COLUMN, "", &bytes(1 << 20));
    let answer = client.answer();
    assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (429, "30"));
    assert_eq!(client.get("/api/data/v9.2/WhoAmI").status, 200);
    assert_eq!(puts(&running), 0);
}

#[test]
fn a_masked_answer_hides_that_the_request_had_its_effect() {
    let masked = Fault::Masked(Answer::gateway(::http::StatusCode::GATEWAY_TIMEOUT));
    let (running, _) = running_with_fault(Kind::Single, 1, masked);
    let mut client = Client::connect(&running);
    client.send("PATCH", COLUMN, "", b"file");
    assert_eq!(client.answer().status, 504);
    assert_eq!(puts(&running), 1);
}

#[test]
fn a_cut_answer_announces_all_and_brings_a_part() {
    let file = bytes(1_000_000);
    for (thousandths, ending, expected) in [
        (0, Ending::Reset, ErrorKind::ConnectionReset),
        (500, Ending::Close, ErrorKind::UnexpectedEof),
        (999, Ending::Close, ErrorKind::UnexpectedEof),
    ] {
        let (running, _) = running_with_fault(Kind::Value, 1, Fault::Cut { thousandths, ending });
        let mut client = put(&running, &file);
        let answer = client.get(VALUE);
        assert_eq!((answer.status, answer.headers["content-length"].as_str()), (200, "1000000"));
        assert_eq!(answer.broken, Some(expected), "{thousandths} {ending:?}");
        assert!(answer.body.len() <= usize::from(thousandths) * 1000);
        assert!(answer.body == file[..answer.body.len()]);
        if ending == Ending::Close {
            assert_eq!(answer.body.len(), usize::from(thousandths) * 1000);
        }
        assert!(Client::connect(&running).get(VALUE).body == *file);
    }
}

#[test]
fn a_cut_of_an_answer_without_a_body_loses_it() {
    let (running, _) =
        running_with_fault(Kind::Single, 1, Fault::Cut { thousandths: 500, ending: Ending::Close });
    let mut client = Client::connect(&running);
    client.send("PATCH", COLUMN, "", b"file");
    assert!(reset(&mut client));
    assert_eq!(puts(&running), 1);
}

#[test]
fn silence_ends_when_its_time_is_over_whether_handled_or_not() {
    for (handling, expected) in [(Handling::Handled, 1), (Handling::Ignored, 0)] {
        let limits = Limits { silence: Duration::from_millis(300), ..Limits::default() };
        let faults = Faults::script([(Kind::Single, 1, Fault::Silence(handling))]);
        let (running, _) = running_with(Builder::default().limits(limits).faults(faults));
        let mut client = Client::connect(&running);
        let began = Instant::now();
        client.send("PATCH", COLUMN, "", b"file");
        assert!(client.try_answer().is_err());
        assert!(began.elapsed() >= Duration::from_millis(300));
        assert_eq!(puts(&running), expected);
    }
}

#[test]
fn silence_does_not_hold_up_a_server_that_stops() {
    let limits = Limits { farewell: Duration::from_millis(200), ..Limits::default() };
    let faults = Faults::script([(Kind::Value, 1, Fault::Silence(Handling::Ignored))]);
    let (running, _) = running_with(Builder::default().limits(limits).faults(faults));
    let mut client = Client::connect(&running);
    client.send("GET", VALUE, "", b"");
    let began = Instant::now();
    while running.requests() == 0 {
        std::thread::yield_now();
    }
    running.stop();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(client.try_answer().is_err());
}

#[test]
fn a_trickle_brings_everything_in_its_time() {
    let trickle = Fault::Trickle { bytes: 1000, pause: Duration::from_millis(20) };
    let (running, _) = running_with_fault(Kind::Value, 1, trickle);
    let mut client = put(&running, &bytes(10_000));
    let began = Instant::now();
    assert!(client.get(VALUE).body == *bytes(10_000));
    assert!(began.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_request_handled_twice_has_its_effect_twice_and_its_bytes_once_more() {
    let (running, memory) = running_with_fault(Kind::Single, 1, Fault::Twice);
    put(&running, &bytes(100_000));
    assert_eq!(puts(&running), 2);
    assert!(Client::connect(&running).get(VALUE).body == *bytes(100_000));
    assert_eq!(memory.blobs(), 1);
}

#[test]
fn a_short_answer_is_well_formed() {
    let (running, _) = running_with_fault(Kind::Value, 1, Fault::Short { bytes: 7 });
    let mut client = put(&running, &bytes(1000));
    let answer = client.get(VALUE);
    assert_eq!((answer.broken, answer.body.len()), (None, 993));
    assert_eq!(answer.headers["x-ms-file-size"], "1000");
}

#[test]
fn a_wrong_size_comes_with_the_right_bytes() {
    let (running, _) = running_with_fault(Kind::Value, 1, Fault::WrongSize);
    let mut client = put(&running, &bytes(1000));
    let answer = client.get(VALUE);
    assert_eq!((answer.body.len(), answer.headers["x-ms-file-size"].as_str()), (1000, "1001"));
}

#[test]
fn a_forgotten_session_is_refused_from_then_on_and_its_bytes_are_gone() {
    let (running, memory) = running_with_fault(Kind::Chunk, 2, Fault::Expire);
    let mut client = Client::connect(&running);
    for (token, expected) in [("a", 204), ("a", 400), ("a", 400), ("b", 204)] {
        client.send("PATCH", &format!("{COLUMN}?sessiontoken={token}"), "", b"file");
        assert_eq!(client.answer().status, expected, "{token}");
    }
    assert_eq!(memory.blobs(), 1);
}
