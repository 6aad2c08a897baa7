//! What an ordinary client sees.
use std::net::{SocketAddr, TcpListener};
use std::thread;

use ::base64::Engine;
use ::base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::*;
use crate::audit::{Severity, Slip};

#[test]
fn a_file_goes_in_and_comes_back_in_chunked_framing_over_one_connection() {
    let (running, _) = running();
    for len in [0, 1, 96 * 1024, 5_000_000] {
        let file = bytes(len);
        let mut client = put(&running, &file);
        for _ in 0..2 {
            let answer = client.get(VALUE);
            assert_eq!((answer.status, answer.broken), (200, None));
            assert!(!answer.headers.contains_key("content-length"), "{:?}", answer.headers);
            assert_eq!(answer.headers["x-ms-file-size"], len.to_string());
            assert!(answer.body == *file, "{len} bytes come back changed");
        }
    }
}

#[test]
fn base64_goes_in_and_comes_back_in_json() {
    let (running, _) = running();
    let file = bytes(1_000_003);
    let mut client = Client::connect(&running);
    let body = json!({"BlockId": "MDE=", "BlockData": BASE64_STANDARD.encode(&file)}).to_string();
    client.send("POST", "/api/data/v9.2/UploadBlock", "", body.as_bytes());
    assert_eq!(client.answer().text(), json!({"FileSizeInBytes": 1_000_003}).to_string());
    client.send("POST", "/api/data/v9.2/DownloadBlock", "", b"{}");
    let answer: Value = serde_json::from_slice(&client.answer().body).unwrap();
    assert!(BASE64_STANDARD.decode(answer["Data"].as_str().unwrap()).unwrap() == *file);
}

#[test]
fn answers_that_are_made_already_have_a_length() {
    let (running, _) = running();
    let answer = Client::connect(&running).get("/api/data/v9.2/WhoAmI");
    assert_eq!(answer.headers["content-length"], answer.body.len().to_string());
}

#[test]
fn head_has_the_headers_and_no_body() {
    let (running, _) = running();
    let mut client = put(&running, &bytes(1000));
    client.send("HEAD", VALUE, "", b"");
    let head = client.head().unwrap();
    assert_eq!((head.status, head.headers["x-ms-file-size"].as_str()), (200, "1000"));
    assert_eq!(client.get(VALUE).body.len(), 1000);
}

#[test]
fn the_storage_origin_serves_bytes_with_a_length() {
    let (running, _) = running();
    let file = bytes(300_000);
    put(&running, &file);
    let mut client = Client::to(running.storage_url());
    client.raw(b"GET /blob HTTP/1.1\r\nHost: x\r\n\r\n");
    let answer = client.answer();
    assert_eq!(answer.headers["content-length"], "300000");
    assert!(answer.body == *file);
    assert_eq!(running.requests_of(Kind::Storage), 1);
}

#[test]
fn a_client_that_expects_100_continue_is_told_to_go_on_or_answered_at_once() {
    let (running, _) = running();
    let mut client = Client::connect(&running);
    let head = |token| {
        format!(
            "PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\n{token}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        )
    };
    client.raw(head("Authorization: Bearer t\r\n").as_bytes());
    assert_eq!(client.answer().status, 100);
    client.raw(b"01234");
    assert_eq!(client.answer().status, 204);
    client.raw(head("").as_bytes());
    assert_eq!(client.answer().status, 401);
}

#[test]
fn a_body_in_chunked_framing_is_taken_and_noted() {
    let (running, _) = running();
    let mut client = Client::connect(&running);
    let head = format!(
        "PATCH {COLUMN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    client.raw(head.as_bytes());
    client.raw(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    assert_eq!(client.answer().status, 204);
    assert_eq!(client.get(VALUE).text(), "abcde");
    let findings = running.audit();
    assert!(findings.iter().any(|finding| finding.slip == Slip::NoContentLength), "{findings:?}");
}

#[test]
fn a_refused_body_is_read_on_so_that_the_answer_can_be() {
    let (running, memory) = running();
    let mut client = Client::connect(&running);
    let long = vec![7; shelf::LIMIT as usize + 1];
    client.send("PATCH", COLUMN, "", &long);
    let answer = client.answer();
    assert_eq!((answer.status, answer.broken), (400, None));
    assert!(answer.text().contains(&format!("{} bytes", long.len())), "{}", answer.text());
    client.send(
        "POST",
        "/api/data/v9.2/UploadBlock",
        "",
        json!({"BlockData": "A".repeat(45 << 20)}).to_string().as_bytes(),
    );
    assert_eq!(client.answer().status, 400);
    assert_eq!(client.get("/api/data/v9.2/WhoAmI").status, 200, "the connection is still good");
    assert_eq!(memory.blobs(), 0);
}

#[test]
fn what_is_not_json_or_not_base64_is_refused_with_the_reason() {
    let (running, memory) = running();
    let mut client = Client::connect(&running);
    for (body, reason) in [("{", "not JSON"), (r#"{"BlockData":"A"}"#, "BlockData"), ("[]", "not an object")]
    {
        client.send("POST", "/api/data/v9.2/UploadBlock", "", body.as_bytes());
        let answer = client.answer();
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(reason), "{}", answer.text());
    }
    assert_eq!(memory.blobs(), 0);
}

#[test]
fn forty_clients_at_once_are_all_served() {
    let (running, _) = running();
    let file = bytes(400_000);
    put(&running, &file);
    thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| assert!(Client::connect(&running).get(VALUE).body == *file));
        }
    });
    assert_eq!((running.requests(), running.requests_of(Kind::Value)), (41, 40));
}

#[test]
fn the_audit_hears_of_every_request_and_forgets_those_that_ended() {
    let (running, _) = running();
    for _ in 0..60 {
        Client::connect(&running).get(VALUE);
    }
    let findings = running.audit();
    assert!(findings.iter().all(|finding| finding.slip.severity() == Severity::Note), "{findings:?}");
    assert!(findings.iter().any(|finding| finding.times == 60), "{findings:?}");
}

#[test]
fn it_does_not_listen_for_other_machines_unless_allowed() {
    let open = SocketAddr::from(([0, 0, 0, 0], 0));
    let error = start(Builder::default().listen(open)).unwrap_err();
    assert!(error.to_string().contains("other machines"), "{error}");
    start(Builder::default().listen(open).allow_remote()).unwrap();
}

#[test]
fn an_address_in_use_is_a_clear_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = start(Builder::default().listen(taken.local_addr().unwrap())).unwrap_err();
    assert!(error.to_string().starts_with("cannot listen on 127.0.0.1:"), "{error}");
}

#[test]
fn stopping_gives_the_port_free_and_ends_idle_connections() {
    let (running, _) = running();
    let addr: SocketAddr = running.url().trim_start_matches("http://").parse().unwrap();
    let mut idle = Client::connect(&running);
    idle.get("/api/data/v9.2/WhoAmI");
    running.stop();
    assert!(idle.is_closed());
    start(Builder::default().listen(addr)).unwrap();
}

#[test]
fn a_token_is_random_each_time_and_never_shown() {
    let (first, _) = running_with(Builder::default().random_token());
    let (second, _) = running_with(Builder::default().random_token());
    let token = first.token().unwrap();
    assert_ne!(Some(token), second.token());
    assert_eq!(token.len(), 64);
    assert!(!format!("{first:?}").contains(token));
    assert!(!format!("{:?}", Builder::default().token("secret")).contains("secret"));
}
