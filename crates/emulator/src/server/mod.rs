//! The organization and its storage service on sockets.
//!
//! ```text
//!  listen ─ connection ─▶ exchange ─ fault? ─▶ receive ─▶ seat ─▶ body ─▶ connection
//!                            │                   │          │       │
//!                          audit              intake    core+store  store
//! ```
//!
//! Not here: anything the organization decides. The server moves bytes, keeps what the core says is to be kept,
//! and does to its sockets what [`faults`](crate::faults) say.
mod body;
mod builder;
mod exchange;
mod handling;
mod leases;
mod limits;
mod line;
mod listen;
mod pieces;
mod receive;
mod refusal;
mod running;
mod seat;
mod shared;

pub use builder::{Builder, Emulator};
pub use limits::Limits;
pub use running::Running;

#[cfg(test)]
mod tests;
