//! Both drivers and an emulator on real sockets: what conformance and faults are made of.
#![allow(missing_debug_implementations, reason = "what is here is used, not shown")]
mod asking;
mod asynchronous;
mod blocking;
mod scripted;
mod site;
mod subject;

pub use asking::{Reply, ask};
pub use scripted::{Asked, Scripted};
pub use site::{COLUMN, Setting, Site, TOKEN, content, hasty};
pub use subject::{DownloadJob, OnCheckpoint, OnEvent, Subject, UploadJob};
pub use subject::{Driver, Tokens};
