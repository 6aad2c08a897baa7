//! Stories of the emulator's core, told the way its shell drives it.
// Clippy knows tests by their attribute; what tests share has none.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod chunked;
mod messages;
mod single;
mod store;
mod world;
