use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use dataverse_files_ureq::{Client, ErrorKind, RetryPolicy};

use crate::server::{Answer, Server, held, reply, value_of};
use crate::{builder, column, file, hasty};

fn impatient(server: &Server) -> Client {
    let policy = RetryPolicy { max_attempts: 1, idle: Duration::from_millis(300), ..hasty() };
    builder(server).retry(policy).token("token").build().unwrap()
}

/// Say nothing until the other side has had enough.
fn silence(stream: &mut TcpStream) {
    while stream.read(&mut [0; 1000]).is_ok_and(|n| n > 0) {}
}

/// Far beyond what anything here should take, far below what a client would wait by itself.
const LONG: Duration = Duration::from_secs(5);

fn soon(begun: Instant) -> bool {
    begun.elapsed() < LONG
}

#[test]
fn a_server_that_never_answers_is_given_up_after_the_idle_time() {
    let server = Server::start(|_| Answer::Raw(Box::new(silence)));
    let begun = Instant::now();
    let e = impatient(&server).upload(column(), file(500_000)).name("a").run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Transport);
    assert!(begun.elapsed() >= Duration::from_millis(300) && soon(begun), "{:?}", begun.elapsed());
}

#[test]
fn a_server_that_takes_nothing_is_given_up_after_the_idle_time() {
    let (hold, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let server = Server::start_early(move |_| {
        let _ = held.lock().unwrap().recv();
        reply(204, "")
    });
    let begun = Instant::now();
    let e = impatient(&server).upload(column(), file(16_000_000)).name("a").run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Transport);
    assert!(soon(begun), "{:?}", begun.elapsed());
    drop(hold);
}

#[test]
fn a_server_that_falls_silent_in_the_middle_is_given_up_after_the_idle_time() {
    let server = Server::start(|_| {
        Answer::Raw(Box::new(|stream| {
            let head = "HTTP/1.1 206 As told\r\nx-ms-file-size: 1000\r\nContent-Length: 1000\r\n\r\nhello";
            stream.write_all(head.as_bytes()).unwrap();
            silence(stream);
        }))
    });
    let begun = Instant::now();
    let e = impatient(&server).download(column()).bytes(9_999).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Transport);
    assert!(soon(begun), "{:?}", begun.elapsed());
}

#[test]
fn a_deadline_ends_a_wait_for_the_next_attempt() {
    let server = Server::start(|_| Answer::Reply(503, vec![("Retry-After", "60".into())], Vec::new()));
    let client = builder(&server).retry(RetryPolicy::default()).token("token").build().unwrap();
    let begun = Instant::now();
    let request = client.upload(column(), file(9)).name("a").deadline(Duration::from_millis(400));
    assert_eq!(request.run().unwrap_err().kind(), ErrorKind::Deadline);
    assert!(begun.elapsed() >= Duration::from_millis(400) && soon(begun), "{:?}", begun.elapsed());
}

#[test]
fn a_hung_server_does_not_hold_the_caller_past_the_deadline() {
    let server = Server::start(|_| Answer::Raw(Box::new(silence)));
    let client = builder(&server).retry(RetryPolicy::default()).token("token").build().unwrap();
    let begun = Instant::now();
    let request = client.upload(column(), file(9)).name("a").mime("a/b").deadline(Duration::from_millis(400));
    assert_eq!(request.run().unwrap_err().kind(), ErrorKind::Deadline, "while the table is looked up");
    let request = client.download(column()).deadline(Duration::from_millis(400));
    assert_eq!(request.bytes(9).unwrap_err().kind(), ErrorKind::Deadline);
    assert!(soon(begun), "{:?}", begun.elapsed());
}

#[test]
fn a_dropped_transfer_closes_its_connections() {
    let (closed, told) = mpsc::channel();
    let server = Server::start(move |_| {
        let closed = closed.clone();
        Answer::Raw(Box::new(move |stream| {
            let head = "HTTP/1.1 206 As told\r\nx-ms-file-size: 1000\r\nContent-Length: 1000\r\n\r\nhello";
            stream.write_all(head.as_bytes()).unwrap();
            silence(stream);
            closed.send(()).unwrap();
        }))
    });
    let client = builder(&server).token("token").build().unwrap();
    let mut reader = client.download(column()).reader();
    let mut hello = [0; 5];
    reader.read_exact(&mut hello).unwrap();
    assert_eq!(&hello, b"hello");
    drop(reader);
    told.recv_timeout(LONG).unwrap();
}

#[test]
fn an_answer_that_comes_before_the_body_is_sent_is_heard() {
    let server = Server::start_early(|_| reply(403, "no room for you"));
    let e = impatient(&server).upload(column(), file(8_000_000)).name("a").run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Forbidden, "{e}");
}

#[test]
fn a_server_that_is_not_there_is_told_as_such() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(&url).unwrap().retry(hasty()).token("token").build().unwrap();
    let e = client.delete(column()).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (ErrorKind::Transport, 3));
    assert!(e.to_string().contains("could not connect"), "{e}");
}

#[test]
fn the_rest_of_an_answer_that_is_of_no_use_is_not_waited_for() {
    let (first, (closed, told)) = (AtomicBool::new(true), mpsc::channel());
    let told = Mutex::new(Some(told));
    // The first answer tells the length; which file it is of is asked next, and the parts begin behind that.
    let server = Server::start(move |seen| {
        if !seen.is("GET", "$value") {
            let stopped = told.lock().unwrap().take().is_none_or(|t| t.recv_timeout(LONG).is_ok());
            return if stopped { held("the-file") } else { reply(403, "still listening") };
        }
        if !first.swap(false, Ordering::SeqCst) {
            return value_of(&file(3_000), seen);
        }
        let closed = closed.clone();
        Answer::Raw(Box::new(move |stream| {
            let head = "HTTP/1.1 206 As told\r\nx-ms-file-size: 3000\r\nContent-Length: 1000\r\n\r\nhello";
            stream.write_all(head.as_bytes()).unwrap();
            silence(stream);
            closed.send(()).unwrap();
        }))
    });
    let client = builder(&server).token("token").build().unwrap();
    let begun = Instant::now();
    let bytes = client.download(column()).part_size(1_000).bytes(3_000).unwrap();
    assert_eq!(bytes, file(3_000));
    assert!(soon(begun), "{:?}", begun.elapsed());
}
