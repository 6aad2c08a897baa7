//! What the suites share: an organization in memory, a network with virtual time and bad weather, and its story; both
//! drivers on real sockets ([`sockets`]); `dvf` as a process ([`processes`]).
//!
//! ```
//! use dataverse_files_proto::{Upload, UploadPlan};
//! use dataverse_files_tests::World;
//!
//! let mut world = World::new(7);
//! let plan = UploadPlan::new(world.contoso(), world.column(), "a.txt", 11);
//! let up = world.run(&mut Upload::new(plan).unwrap(), b"hello world").unwrap();
//! assert_eq!(up.size, 11);
//! assert_eq!(world.organization.file().unwrap(), b"hello world");
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]
mod dice;
mod images;
mod memory;
mod organization;
mod panics;
mod place;
pub mod processes;
mod sink;
pub mod sockets;
mod story;
mod world;

pub use dice::Dice;
pub use images::ImageFuzz;
pub use memory::peak_memory;
pub use organization::Organization;
pub use panics::{Panics, watch_panics};
pub use place::Place;
pub use sink::Sink;
pub use world::{Crash, World};

/// The examples of the front page compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
