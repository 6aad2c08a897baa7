//! `kill -9` of `dvf` and of the emulator in the middle of 64 MiB, over a line so narrow that there is a middle. Nothing is
//! lost, nothing is there twice. The points come from a seed: `DVF_CRASH_SEED=7 cargo test --test crash`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
mod client;
mod service;
mod stage;
