//! Async client for files in Microsoft Dataverse, on `reqwest` and `tokio`: file and image columns, notes and e-mail attachments,
//! up and down.
//!
//! What is *not* here: retries, statuses, waits of its own. Every decision is made by a session of `dataverse-files-proto`; this
//! crate carries out what the session asks for and hands back what came. Its blocking twin, `dataverse-files-ureq`, has the
//! same files, types and methods.
//!
//! ```no_run
//! use std::path::Path;
//! use dataverse_files_reqwest::{Client, Column, ErrorKind, Target};
//! use futures::TryStreamExt;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // The token source is asked for every attempt, so a token that ends in the middle of a file does no harm.
//! let client = Client::builder("https://contoso.crm.dynamics.com")?
//!     .token(|fresh: bool| async move { Ok(format!("a token, fresh: {fresh}")) })
//!     .build()?;
//! let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
//!
//! client.upload(&column, Path::new("25mb.pdf")).progress(|p| println!("{} of {}", p.done, p.total)).await?;
//!
//! match client.download(&column).to_file("copy.pdf").await {
//!     Ok(file) => println!("{} bytes", file.size),
//!     Err(e) if e.kind() == ErrorKind::NotFound => println!("the column is empty"),
//!     Err(e) => return Err(e.into()),
//! }
//!
//! let mut stream = client.download(&column).stream();
//! while let Some(bytes) = stream.try_next().await? {
//!     println!("{} bytes more", bytes.len());
//! }
//!
//! client.delete(&column).await?;
//!
//! // A file of another kind is named the same way: here a note to be made on an account.
//! let note: Target = "accounts(00000000-0000-0000-0000-000000000001)/annotations".parse()?;
//! let made = client.upload(note, Path::new("offer.pdf")).await?.target;
//! client.download(&made).to_file("offer-copy.pdf").await?;
//! # Ok(())
//! # }
//! ```
mod blocking;
mod builder;
mod client;
mod download;
mod drive;
mod exchange;
mod failure;
mod hooks;
mod ordered;
mod outgoing;
mod pace;
mod secret;
mod tls;
mod token;
mod upload;

pub use builder::ClientBuilder;
pub use client::Client;
pub use download::DownloadRequest;
pub use ordered::DownloadStream;
pub use token::{CachedToken, TokenSource};
pub use upload::UploadRequest;

pub use async_trait::async_trait;
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
