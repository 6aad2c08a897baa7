//! Stories of the emulator's core, told the way its shell drives it.
// Clippy knows tests by their attribute; what tests share has none.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod access;
mod attachments;
mod chunked;
mod conditions;
mod definitions;
mod definitions_written;
mod delete;
mod dialect;
mod download;
mod errors;
#[cfg(feature = "images")]
mod images;
mod known_bugs;
mod messages;
mod notes;
mod queries;
mod records;
mod restart;
mod self_managed;
mod settings;
mod single;
mod storage;
mod store;
mod storm;
mod tables;
mod world;
