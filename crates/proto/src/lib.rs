//! Files into and out of Microsoft Dataverse, as pure state machines.
//!
//! What is *not* here: sockets, files, threads, a clock, randomness. A [`Session`] takes replies and the time in and gives
//! requests and events out; the same inputs give the same outputs. A driver adds the rest: `dataverse-files-reqwest` for
//! async programs, `dataverse-files-ureq` for blocking ones.
//!
//! ```text
//!  plan ──▶ Session ──poll──▶ Output::Send(Transmit) ──▶ driver ══▶ service
//!              ▲                                            ║
//!              └────────── handle(id, Input) ◀── driver ◀═══╝
//! ```
//!
//! # The life of an upload
//!
//! Here the test plays the driver and the service. Two blocks and a commit; a look at the record goes out beside them, so
//! that a commit whose answer is lost can be settled later. The driver's whole loop is the `match`.
//!
//! ```
//! use dataverse_files_proto::{Input, Moment, Organization, Output, Session, Table, Upload, UploadPlan, UploadStrategy};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = b"hello world";
//! let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
//! let column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse::<dataverse_files_proto::Column>()?;
//! let column = column.with_table(Table::new("account", "accountid")?);
//! let mut upload = Upload::new(UploadPlan {
//!     strategy: Some(UploadStrategy::Blocks),
//!     block_size: 8,
//!     ..UploadPlan::new(contoso, column, "hello.txt", file.len() as u64)
//! })?;
//!
//! let now = Moment::default(); // a driver counts from an `Instant` of its own
//! let mut story = Vec::new();
//! let uploaded = loop {
//!     match upload.poll(now) {
//!         Output::Send(transmit) => {
//!             // A driver sends the request with its token, reading the body's pieces from the file as they are due.
//!             let mut body = Vec::new();
//!             for piece in transmit.request.body().pieces() {
//!                 let read = |r: std::ops::Range<u64>| Ok::<_, std::io::Error>(file[r.start as usize..r.end as usize].to_vec().into());
//!                 body.extend(piece.encode(read)?);
//!             }
//!             let message = transmit.request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
//!             let (status, answer) = match message.as_str() {
//!                 "InitializeFileBlocksUpload" => (200, r#"{"FileContinuationToken":"token"}"#),
//!                 "UploadBlock" => (204, ""),
//!                 "CommitFileBlocksUpload" => (200, r#"{"FileId":"3878e950-8e51-ed11-bba1-000d3a9933c9","FileSizeInBytes":11}"#),
//!                 _ => (200, r#"{"sample_filecolumn":null,"sample_filecolumn_name":null}"#),
//!             };
//!             story.push(message);
//!             let (head, ()) = http::Response::builder().status(status).body(())?.into_parts();
//!             upload.handle(now, transmit.id, Input::Head(head));
//!             upload.handle(now, transmit.id, Input::Chunk(answer.into()));
//!             upload.handle(now, transmit.id, Input::End);
//!         }
//!         Output::Event(_) => {} // progress, retries; the bytes of a download
//!         Output::Wait(_) => unreachable!("every answer above comes at once"),
//!         Output::Done(outcome) => break outcome?,
//!     }
//! };
//! assert_eq!(uploaded.file_id.as_deref(), Some("3878e950-8e51-ed11-bba1-000d3a9933c9"));
//! assert_eq!(story, [
//!     "InitializeFileBlocksUpload",
//!     "accounts(00000000-0000-0000-0000-000000000001)",
//!     "UploadBlock",
//!     "UploadBlock",
//!     "CommitFileBlocksUpload",
//! ]);
//! # Ok(())
//! # }
//! ```
//!
//! # Rooms
//!
//! | room | what it knows |
//! |---|---|
//! | [`Upload`], [`Download`], [`Call`] | which step is next |
//! | flights | when and how many: window, attempts, pauses, deadline |
//! | [`Pacer`] | the pace of all sessions of one client |
//! | wire | what messages look like, what statuses and codes mean |
//!
//! Every retry decision is in flights, every status and code decision in `wire::odata`.
mod affinity;
mod body;
mod call;
mod download;
mod engine;
mod error;
mod flights;
mod moment;
mod organization;
mod pacer;
pub mod query;
mod retry;
mod session;
mod target;
mod upload;
mod wire;

pub use body::{Body, PIECE, Piece};
pub use call::{Answer, Call, Excuse, Parse};
pub use download::{Download, DownloadCheckpoint, DownloadPlan, DownloadStrategy, Downloaded, ImageSize};
pub use error::{Error, ErrorKind, ServerError};
pub use flights::Counts;
pub use moment::Moment;
pub use organization::{ApiVersion, Organization, Origin};
pub use pacer::{Admission, Pacer, PacerLimits, Permit};
pub use query::{Held, Link};
pub use retry::RetryPolicy;
pub use session::{BoxError, Event, Failure, Input, Output, RequestId, Session, Transmit};
pub use target::{Attachment, Column, Guid, Note, Record, Table, Target};
pub use upload::{
    AUTO_RECORD, AUTO_SINGLE, Checkpoint, Upload, UploadPlan, UploadStrategy, Uploaded, upload_steps,
};
