//! Blocking client for files in Microsoft Dataverse, on `ureq` and threads: file and image columns, notes and e-mail attachments,
//! up and down.
//!
//! What is *not* here: retries, statuses, waits of its own, a runtime. Every decision is made by a session of
//! `dataverse-files-proto`; this crate carries out what the session asks for and hands back what came. Its async twin,
//! `dataverse-files-reqwest`, has the same files, types and methods.
//!
//! ```no_run
//! use std::path::Path;
//! use dataverse_files_ureq::{Client, Column, ErrorKind, Target};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // The token source is asked for every attempt, so a token that ends in the middle of a file does no harm.
//! let client = Client::builder("https://contoso.crm.dynamics.com")?
//!     .token(|fresh: bool| Ok(format!("a token, fresh: {fresh}")))
//!     .build()?;
//! let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
//!
//! client.upload(&column, Path::new("25mb.pdf")).progress(|p| println!("{} of {}", p.done, p.total)).run()?;
//!
//! match client.download(&column).to_file("copy.pdf") {
//!     Ok(file) => println!("{} bytes", file.size),
//!     Err(e) if e.kind() == ErrorKind::NotFound => println!("the column is empty"),
//!     Err(e) => return Err(e.into()),
//! }
//!
//! std::io::copy(&mut client.download(&column).reader(), &mut std::io::stdout())?;
//!
//! client.delete(&column)?;
//!
//! // A file of another kind is named the same way: here a note to be made on an account.
//! let note: Target = "accounts(00000000-0000-0000-0000-000000000001)/annotations".parse()?;
//! let made = client.upload(note, Path::new("offer.pdf")).run()?.target;
//! client.download(&made).to_file("offer-copy.pdf")?;
//! # Ok(())
//! # }
//! ```
mod builder;
mod client;
mod control;
mod download;
mod drive;
mod exchange;
mod failure;
mod hooks;
mod ordered;
mod outgoing;
mod pace;
mod secret;
mod socket;
mod tables;
mod tls;
mod token;
mod upload;
mod workers;

pub use builder::ClientBuilder;
pub use client::Client;
pub use download::DownloadRequest;
pub use ordered::DownloadReader;
pub use token::{CachedToken, TokenSource};
pub use upload::UploadRequest;

pub use bytes::Bytes;
pub use dataverse_files_io::{
    Begin, CheckpointFile, Existing, FileSource, Fingerprint, Memory, PartFile, Progress, Saved, Sink,
    Source, UploadSource, media_type, safe_name, spool,
};
pub use dataverse_files_proto::{
    AUTO_RECORD, AUTO_SINGLE, Answer, ApiVersion, Attachment, BoxError, Call, Checkpoint, Column, Counts,
    DownloadCheckpoint, DownloadStrategy, Downloaded, Error, ErrorKind, Event, Guid, Held, ImageSize, Link,
    Moment, Note, Organization, Origin, PacerLimits, Record, RetryPolicy, ServerError, Table, Target,
    UploadPlan, UploadStrategy, Uploaded, query,
};

use dataverse_files_proto::{
    Admission, Body, Download, DownloadPlan, Failure, Input, Output, Pacer, Permit, Piece, RequestId,
    Session, Transmit, Upload,
};
