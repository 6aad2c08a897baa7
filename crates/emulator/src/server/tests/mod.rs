//! The server over real sockets, with a client that speaks bare TCP and an organization that is a shelf of files.
mod client;
mod faults;
mod hostile;
mod http;
mod images;
mod keeping;
mod notes;
mod shelf;
mod stories;

use std::io;
use std::sync::Arc;

use self::client::Client;
use super::{Builder, Running};
use crate::faults::{Fault, Faults};
use crate::kind::Kind;
use crate::store::Memory;

const COLUMN: &str = "/api/data/v9.2/accounts(1)/sample_filecolumn";
const VALUE: &str = "/api/data/v9.2/accounts(1)/sample_filecolumn/$value";

fn start(builder: Builder) -> io::Result<Running> {
    builder.start_with(|_, _| Box::new(|store| shelf::found(store)))
}

fn running() -> (Running, Memory) {
    running_with(Builder::default())
}

fn running_with(builder: Builder) -> (Running, Memory) {
    let memory = Memory::new();
    (start(builder.store(memory.clone())).unwrap(), memory)
}

fn running_with_fault(kind: Kind, nth: u64, fault: Fault) -> (Running, Memory) {
    running_with(Builder::default().faults(Faults::script([(kind, nth, fault)])))
}

fn bytes(len: usize) -> Arc<[u8]> {
    (0..len).map(|at| (at * 31 + at / 256) as u8).collect()
}

/// Puts a file on the shelf.
fn put(running: &Running, file: &[u8]) -> Client {
    let mut client = Client::connect(running);
    client.send("PATCH", COLUMN, "", file);
    assert_eq!(client.answer().status, 204);
    client
}
