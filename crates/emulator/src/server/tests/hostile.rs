//! Clients that are slow, broken or mean.
use std::io::ErrorKind;
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::server::Limits;

fn impatient() -> Limits {
    Limits { head: Duration::from_millis(500), stall: Duration::from_millis(500), ..Limits::default() }
}

/// The answer with this status, or the end of a connection whose client was still writing.
#[track_caller]
fn is_refused(client: &mut Client, status: u16) {
    match client.try_answer() {
        Ok(answer) => assert_eq!(answer.status, status),
        Err(error) => assert!(
            matches!(
                error.kind(),
                ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::InvalidData
            ),
            "{error}"
        ),
    }
}

#[test]
fn what_is_no_http_is_a_400() {
    let (running, _) = running();
    for text in [
        "nonsense\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nHo st: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ] {
        let mut client = Client::connect(&running);
        client.raw(text.as_bytes());
        assert_eq!(client.answer().status, 400, "{text:?}");
        assert!(client.is_closed());
    }
}

#[test]
fn two_lengths_or_a_length_that_is_none_are_a_400() {
    let (running, memory) = running();
    for lengths in
        ["Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: -5\r\n", "Content-Length: x\r\n"]
    {
        let mut client = Client::connect(&running);
        client.raw(format!("PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\n{lengths}\r\n01234").as_bytes());
        assert_eq!(client.answer().status, 400, "{lengths}");
    }
    assert_eq!(memory.blobs(), 0);
}

#[test]
fn a_chunk_without_a_size_is_a_400_and_leaves_nothing() {
    let (running, memory) = running();
    let mut client = Client::connect(&running);
    client.raw(format!("PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnone\r\n").as_bytes());
    assert_eq!(client.answer().status, 400);
    assert!(client.is_closed());
    assert_eq!(memory.blobs(), 0);
}

#[test]
fn a_head_without_end_is_refused() {
    let (running, _) = running();
    let mut client = Client::connect(&running);
    client.raw(b"GET / HTTP/1.1\r\n");
    let line = format!("X: {}\r\n", "x".repeat(1000));
    for _ in 0..200 {
        if client.write(line.as_bytes()).is_err() {
            break;
        }
    }
    is_refused(&mut client, 431);
    assert_eq!(Client::connect(&running).get("/api/data/v9.2/WhoAmI").status, 200);
}

#[test]
fn a_connection_without_a_whole_head_is_ended() {
    let (running, _) = running_with(Builder::default().limits(impatient()));
    for start in ["", "GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nHost"] {
        let mut client = Client::connect(&running);
        client.raw(start.as_bytes());
        let began = Instant::now();
        assert!(client.try_answer().is_err());
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_body_that_stops_coming_is_a_408_and_leaves_nothing() {
    let (running, memory) = running_with(Builder::default().limits(impatient()));
    let mut client = Client::connect(&running);
    client.raw(
        format!(
            "PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 9\r\n\r\n012"
        )
        .as_bytes(),
    );
    assert_eq!(client.answer().status, 408);
    assert!(client.is_closed());
    assert_eq!(memory.blobs(), 0);
}

#[test]
fn a_body_that_comes_in_drops_for_ever_is_a_408() {
    let (running, _) = running_with(Builder::default().limits(impatient()));
    let mut client = Client::connect(&running);
    client.raw(
        format!(
            "PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 100000\r\n\r\n"
        )
        .as_bytes(),
    );
    for _ in 0..200 {
        if client.write(b"x").is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(10)); // waits: the pace of the client is what is tested
    }
    is_refused(&mut client, 408);
}

#[test]
fn a_client_that_takes_nothing_makes_room_for_the_next() {
    let limits = Limits { connections: 1, ..impatient() };
    let (running, _) = running_with(Builder::default().limits(limits));
    let mut client = put(&running, &bytes(30 << 20));
    client.send("GET", VALUE, "", b"");
    assert_eq!(client.head().unwrap().status, 200);
    // The only place is taken by a client that reads no further.
    assert_eq!(Client::connect(&running).get("/api/data/v9.2/WhoAmI").status, 200);
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_body_leaves_nothing() {
    let (running, memory) = running();
    let mut client = Client::connect(&running);
    client.raw(
        format!(
            "PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 99\r\n\r\n012"
        )
        .as_bytes(),
    );
    drop(client);
    running.stop();
    assert_eq!(memory.blobs(), 0);
}

#[test]
fn more_than_will_be_read_on_is_answered_and_the_connection_ended() {
    let limits = Limits { drain: 1000, ..Limits::default() };
    let (running, _) = running_with(Builder::default().limits(limits));
    let mut client = Client::connect(&running);
    let length = shelf::LIMIT + 1;
    client.raw(format!("PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: {length}\r\n\r\n").as_bytes());
    let answer = client.answer();
    assert_eq!((answer.status, answer.headers["connection"].as_str()), (400, "close"));
}
