//! Both drivers and an emulator on real sockets: what conformance and faults are made of.
mod asking;
mod asynchronous;
mod blocking;
mod site;
mod subject;

pub use asking::Reply;
pub use site::{COLUMN, Setting, Site, TOKEN, content, hasty};
pub use subject::{Driver, Tokens};
pub use subject::{Fetch, OnCheckpoint, OnEvent, Send, Subject};
