//! Files into and out of Microsoft Dataverse, as pure state machines.
//!
//! What is *not* here: sockets, files, threads, a clock, randomness. A [`Session`] takes replies and the time in and gives
//! requests and events out; the same inputs give the same outputs.
//!
//! ```text
//!  plan ──▶ Session ──poll──▶ Output::Send(Transmit) ──▶ driver ══▶ service
//!              ▲                                            ║
//!              └────────── handle(id, Input) ◀── driver ◀═══╝
//! ```
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
pub use call::{Answer, Call, Parse};
pub use download::{Download, DownloadCheckpoint, DownloadPlan, DownloadStrategy, Downloaded};
pub use error::{Error, ErrorKind, ServerError};
pub use flights::Counts;
pub use moment::Moment;
pub use organization::{ApiVersion, Organization, Origin};
pub use pacer::{Admission, Pacer, PacerLimits, Permit};
pub use query::Held;
pub use retry::RetryPolicy;
pub use session::{BoxError, Event, Failure, Input, Output, RequestId, Session, Transmit};
pub use target::{Column, Guid, Table};
pub use upload::{AUTO_SINGLE, Checkpoint, Upload, UploadPlan, UploadStrategy, Uploaded, upload_steps};
