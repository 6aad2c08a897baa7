//! Answers that no organization gives, but some box on the way does.
use dataverse_files_proto::{DownloadStrategy, ErrorKind, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Scripted, Setting, Subject, UploadJob, content};

use crate::deed::hurried;

fn client(driver: Driver, server: &Scripted) -> Box<dyn Subject> {
    driver.connect(Setting { retry: hurried(), ..Setting::of(server.url()) })
}

fn reply(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} As told\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn redirects_are_not_followed(driver: Driver) {
    let elsewhere = Scripted::start(|_| reply(200, "", b"stolen"));
    let there = format!("Location: {}/login?secret=x\r\n", elsewhere.url());
    for status in [301, 302, 307, 308] {
        let there = there.clone();
        let server = Scripted::start(move |_| reply(status, &there, b""));
        let e = client(driver, &server).upload(UploadJob::new(content(9))).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Protocol, "{status}: {e}");
        let e = client(driver, &server).download(DownloadJob::by(DownloadStrategy::Single, 64)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Protocol, "{status}: {e}");
        assert!(!e.to_string().contains("secret"), "{e}");
    }
    assert_eq!(elsewhere.asked().len(), 0, "nobody went there, and no token did");
}

pub fn a_success_that_is_none_is_an_error(driver: Driver) {
    let page = b"<html><body>Please sign in</body></html>";
    let server = Scripted::start(|_| reply(200, "Content-Type: text/html\r\n", page));
    for strategy in [UploadStrategy::Chunked, UploadStrategy::Blocks] {
        let e = client(driver, &server).upload(UploadJob::by(content(100), strategy, 64)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Protocol, "{strategy:?}: {e}");
    }
    for strategy in [DownloadStrategy::Ranged, DownloadStrategy::Blocks, DownloadStrategy::Sas] {
        let e = client(driver, &server).download(DownloadJob::by(strategy, 64)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Protocol, "{strategy:?}: {e}");
    }
}

pub fn b03_an_opening_without_a_chunk_size_still_sends_every_byte(driver: Driver) {
    const SIZE: u64 = 4_194_304 + 5;
    let server = Scripted::start(|asked| match asked.header("content-range") {
        None => reply(200, "Location: /api/data/v9.2/session?sessiontoken=t\r\n", b""),
        Some(range) if range.contains("-4194308/") => b"HTTP/1.1 204 As told\r\n\r\n".to_vec(),
        Some(_) => reply(206, "", b""),
    });
    client(driver, &server).upload(UploadJob::by(content(SIZE), UploadStrategy::Chunked, 64)).unwrap();
    let sent: Vec<u8> = server.asked().into_iter().flat_map(|asked| asked.body).collect();
    assert!(sent == content(SIZE), "{} bytes came", sent.len());
}

pub fn b23_a_range_of_another_place_is_an_error(driver: Driver) {
    let server = Scripted::start(|_| {
        let headers = "x-ms-file-size: 128\r\nContent-Range: bytes 64-127/128\r\n";
        reply(206, headers, &content(64))
    });
    let e = client(driver, &server).download(DownloadJob::by(DownloadStrategy::Ranged, 64)).unwrap_err();
    assert!(matches!(e.kind(), ErrorKind::Integrity | ErrorKind::Protocol), "{e}");
}

pub fn early_hints_are_passed_over(driver: Driver) {
    let server = Scripted::start(|_| {
        let hint = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".to_vec();
        [hint, reply(200, "x-ms-file-size: 64\r\n", &content(64))].concat()
    });
    let (found, _) = client(driver, &server).download(DownloadJob::by(DownloadStrategy::Single, 64)).unwrap();
    assert!(found == content(64));
}
