use std::sync::{Arc, Mutex};

use dataverse_files_ureq::{BoxError, DownloadStrategy, ErrorKind, TokenSource};

use crate::server::{Answer, Server, reply};
use crate::{builder, client, column, file};

/// Gives a new token each time and remembers how it was asked.
#[derive(Clone, Default)]
struct Issuer(Arc<Mutex<Vec<bool>>>);

impl TokenSource for Issuer {
    fn token(&self, fresh: bool) -> Result<String, BoxError> {
        let mut asked = self.0.lock().unwrap();
        asked.push(fresh);
        Ok(format!("token-{}", asked.len()))
    }
}

#[test]
fn b05_a_token_is_asked_for_per_attempt_and_a_fresh_one_after_a_401() {
    let server = Server::start(|seen| match seen.header("authorization") {
        Some("Bearer token-1") => reply(503, ""),
        Some("Bearer token-2") => reply(401, ""),
        _ => reply(204, ""),
    });
    let issuer = Issuer::default();
    let client = builder(&server).token(issuer.clone()).build().unwrap();
    client.upload(column(), file(9)).name("a").run().unwrap();
    let sent: Vec<_> = server.seen().iter().map(|s| s.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(sent, ["Bearer token-1", "Bearer token-2", "Bearer token-3"]);
    assert_eq!(*issuer.0.lock().unwrap(), [false, false, true]);
}

#[test]
fn a_fresh_token_is_asked_for_once() {
    let server = Server::start(|_| reply(401, ""));
    let issuer = Issuer::default();
    let client = builder(&server).token(issuer.clone()).build().unwrap();
    let e = client.delete(column()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unauthenticated);
    assert_eq!(*issuer.0.lock().unwrap(), [false, true]);
}

#[test]
fn the_token_stays_with_the_organization() {
    let storage = Server::start(|seen| crate::server::value_of(&file(5_000), seen));
    let sas = format!("{}/x?sig=secret", storage.url());
    let server = Server::start(move |_| {
        let told = r#""FileName":"a.bin","FileSizeInBytes":5000,"MimeType":"a/b""#;
        let answer = format!(r#"{{"Result":{{{told},"SasUrl":"{sas}"}}}}"#);
        reply(200, answer)
    });
    let request = client(&server).download(column()).strategy(DownloadStrategy::Sas);
    assert_eq!(request.bytes(9_999).unwrap(), file(5_000));
    assert!(server.seen().iter().all(|seen| seen.header("authorization").is_some()));
    assert!(!storage.seen().is_empty());
    assert!(storage.seen().iter().all(|seen| seen.header("authorization").is_none()));
}

#[test]
fn no_redirect_is_followed() {
    let elsewhere = Server::start(|_| reply(204, ""));
    let to = elsewhere.url();
    let server = Server::start(move |_| Answer::Reply(302, vec![("Location", to.clone())], Vec::new()));
    assert!(client(&server).delete(column()).is_err());
    assert_eq!((server.seen().len(), elsewhere.seen().len()), (1, 0));
}

#[test]
fn an_error_that_repeats_the_token_does_not_tell_it() {
    let server = Server::start(|seen| {
        let said = seen.header("authorization").unwrap().to_owned();
        let body = format!(r#"{{"error":{{"code":"0x80040220","message":"bad {said}!"}}}}"#);
        Answer::Reply(403, vec![("x-ms-service-request-id", said)], body.into())
    });
    let e = client(&server).delete(column()).unwrap_err();
    let told = format!("{e} {e:?} {:?}", client(&server));
    assert!(told.contains("bad Bearer ***!") && !told.contains("a-secret-token"), "{told}");
}

#[test]
fn an_endless_error_is_listened_to_for_a_while_only() {
    let server = Server::start(|_| {
        Answer::Raw(Box::new(|stream| {
            use std::io::Write;
            let _ = stream.write_all(b"HTTP/1.1 403 No\r\n\r\n");
            while stream.write_all(&[b'x'; 10_000]).is_ok() {}
        }))
    });
    let e = client(&server).delete(column()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Forbidden);
}

#[test]
fn a_source_without_a_usable_token_is_an_error_and_nothing_is_sent() {
    let server = Server::start(|_| reply(204, ""));
    let none = |_: bool| Err::<String, BoxError>("sign in first".into());
    let e = builder(&server).token(none).build().unwrap().delete(column()).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unauthenticated);
    assert!(e.to_string().contains("sign in first"), "{e}");
    for bad in ["", "two\nlines"] {
        let e = builder(&server).token(bad).build().unwrap().delete(column()).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Unauthenticated, "{bad:?}");
    }
    assert_eq!(server.seen().len(), 0);
    assert!(builder(&server).build().is_err(), "no source at all");
}
