//! The real binary against real servers: what a person at a shell, or a script, can rely on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking, their helpers too")]

mod attachments;
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
mod links;
mod listing;
mod notes;
mod notes_refused;
mod organization;
mod places;
mod preflight;
mod round_trips;
mod secrets;
mod standard_streams;
mod world;
