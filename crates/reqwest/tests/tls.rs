//! An organization behind TLS: trusted by an added root certificate, and not otherwise.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use dataverse_files_reqwest::{Client, Column, ErrorKind, RetryPolicy};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A certificate for `localhost`, good until the year 2120, and its key: known to everybody, so of no use but here.
const LOCALHOST: &str = include_str!("localhost.pem");

/// The URL of a server that says "deleted" to everything.
fn server() -> String {
    let certificate = CertificateDer::from_pem_slice(LOCALHOST.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(LOCALHOST.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream);
            thread::spawn(move || answer(tls));
        }
    });
    url
}

fn answer(stream: StreamOwned<ServerConnection, std::net::TcpStream>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    // A client that does not trust the certificate ends the handshake here.
    while reader.read_line(&mut line).is_ok_and(|n| n > 0) {
        if line == "\r\n" {
            reader.get_mut().write_all(b"HTTP/1.1 204 Gone\r\n\r\n").unwrap();
        }
        line.clear();
    }
}

fn client(url: &str, root: Option<&str>) -> Client {
    let hasty = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
    let builder = Client::builder(url).unwrap().token("token").retry(hasty);
    match root {
        Some(pem) => builder.root_certificate(pem).unwrap().build().unwrap(),
        None => builder.build().unwrap(),
    }
}

#[tokio::test]
async fn an_added_root_is_trusted_and_an_unknown_one_is_not() {
    let url = server();
    let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/doc".parse().unwrap();
    let trusting = client(&url, Some(LOCALHOST));
    for _ in 0..3 {
        trusting.delete(&column).await.unwrap();
    }
    let e = client(&url, None).delete(&column).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Transport);
    let said = e.to_string();
    assert!(said.contains("could not connect") && said.contains("certificate"), "{said}");
}
