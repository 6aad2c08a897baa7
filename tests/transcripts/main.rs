//! One story per snapshot: the whole exchange with virtual time, in both dialects. `cargo xtask snapshots` writes them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod delete;
mod doubt;
mod download;
mod image;
mod record;
mod restart;
mod resume;
mod retry;
mod self_managed;
mod stage;
mod upload;
