//! The real binary against real servers: what a person at a shell, or a script, can rely on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking, their helpers too")]

mod bad_input;
mod changed;
mod columns;
mod embedded;
mod emulator;
mod help;
mod images;
mod interrupted;
mod json;
mod known_bugs;
mod places;
mod preflight;
mod round_trips;
mod secrets;
mod standard_streams;
mod world;
