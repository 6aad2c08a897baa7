//! What goes over the wire and what comes of it, on real sockets, against a server that each test tells what to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
mod download;
mod server;
mod source;
mod time;
mod token;
mod upload;

use std::time::Duration;

use dataverse_files_ureq::{Bytes, Client, ClientBuilder, Column, RetryPolicy};
use server::Server;

/// Quick to try again, quick to give up.
fn hasty() -> RetryPolicy {
    RetryPolicy {
        max_attempts: 3,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(5),
        ..RetryPolicy::default()
    }
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder(&server.url()).unwrap().retry(hasty())
}

fn client(server: &Server) -> Client {
    builder(server).token("a-secret-token").build().unwrap()
}

fn column() -> Column {
    "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap()
}

fn file(len: usize) -> Bytes {
    (0..len).map(|i| (i * 31 % 251) as u8).collect::<Vec<u8>>().into()
}
