//! What the service says about tables, columns and files, and what follows from it before a file is sent.
//!
//! Each question is a function that returns a [`Call`](dataverse_files_proto::Call) of proto: the request with the
//! reader of its answer, typed. Either adapter carries it out: `client.call(metadata::columns(&organization, &table))`.
//!
//! Not here: sockets, threads, a clock; a cache (answers may be kept by whoever asked; the service itself may be 30 s
//! behind its own changes); any creation that was not asked for by name. Sizes carry their unit in their name, because
//! the service counts limits in KB of 1,024 bytes, files in bytes, and notes in characters of base64.
//!
//! | question | function | requests |
//! |---|---|---|
//! | What are a table's names, its primary image? Has it notes? | [`table`], [`table_by_set`] | 1 |
//! | Which file and image columns has a table, with which limits? | [`columns`] | 2 |
//! | What is this one column, and how much does it take? | [`column()`] | 1 or 2 |
//! | Which image columns of all tables keep full images? | [`full_image_columns`] | 1 per 1,000 |
//! | Which image column stands for each table's records? | [`primary_images`] | 1 per 1,000 |
//! | What does the organization block, and how large may notes be? | [`organization_limits`] | 1 |
//! | Which file is in this column of this record? | [`file_details`] | 1 |
//! | Which files are in all file columns of a record? | [`files`] | 1 |
//! | Which of its image columns hold an image? Is the record there? | [`images`] | 1 |
//! | Which image is in it, and is its full copy there? | [`image_details`] | 1 to 3 |
//! | Which notes has a record, and which files are in them? | [`notes`] | 1 per 1,000 |
//! | Which attachments has an e-mail or a template? | [`attachments`] | 1 per 1,000 |
//! | What is this one note, this one attachment? | [`note_details`], [`attachment_details`] | 1 |
//! | Will the service take this file? | [`preflight`], [`preflight_note`], [`preflight_attachment`] | none |
//! | What picture is this? | [`ImageType::of`] | none |
//!
//! | change | function | requests |
//! |---|---|---|
//! | A new file or image column | [`create_column`] | 1 |
//! | Another size limit, full images on or off, another primary image | [`update_column`] | 2 |
//! | A column less, with everything in it | [`delete_column`] | 1 |
//! | Larger notes and attachments for the organization | [`set_organization_limit`] | 1 |
//!
//! Every other failure than a name that cannot be one comes from the call: what was not found with
//! [`ErrorKind::NotFound`](dataverse_files_proto::ErrorKind::NotFound) and advice, whichever of several statuses and codes
//! the service says it with (M4); what may not be read or changed with
//! [`ErrorKind::Forbidden`](dataverse_files_proto::ErrorKind::Forbidden).
//!
//! # From a table's set name to a verdict
//!
//! ```
//! use dataverse_files_metadata::{self as metadata, FileFacts, TableDefinition};
//! use dataverse_files_proto::{Call, Error, Input, Moment, Organization, Output, Session};
//!
//! // A driver in small: the service is a list of prepared answers.
//! fn carry_out<T>(mut call: Call<T>, mut answers: Vec<&'static str>) -> Result<T, Error> {
//!     answers.reverse();
//!     loop {
//!         match call.poll(Moment::default()) {
//!             Output::Send(sent) => {
//!                 let (head, ()) = http::Response::new(()).into_parts();
//!                 let body = answers.pop().unwrap_or_default();
//!                 for input in [Input::Head(head), Input::Chunk(body.into()), Input::End] {
//!                     call.handle(Moment::default(), sent.id, input);
//!                 }
//!             }
//!             Output::Done(outcome) => return outcome,
//!             Output::Event(_) | Output::Wait(_) => {}
//!         }
//!     }
//! }
//!
//! let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
//! let account: TableDefinition = carry_out(metadata::table_by_set(&contoso, "accounts")?, vec![
//!     r#"{"value":[{"LogicalName":"account","EntitySetName":"accounts","PrimaryIdAttribute":"accountid","HasNotes":true}]}"#,
//! ])?;
//! let column = carry_out(metadata::column(&contoso, &account.names()?, "sample_filecolumn")?, vec![
//!     r#"{"value":[{"LogicalName":"sample_filecolumn","SchemaName":"sample_FileColumn","MaxSizeInKB":10240}]}"#,
//! ])?;
//! let limits = carry_out(metadata::organization_limits(&contoso), vec![
//!     r#"{"value":[{"organizationid":"7a4814f9-b0b8-ea11-a812-000d3a122b89","maxuploadfilesize":5242880,
//!         "blockedattachments":"bat;exe","blockedmimetypes":null,"allowedmimetypes":null}]}"#,
//! ])?;
//!
//! let file = FileFacts { name: "setup.exe", size: 25_870_370, mime: None, first_bytes: b"MZ" };
//! let findings = metadata::preflight(&file, &column, Some(&limits)).unwrap_err();
//! assert_eq!(findings.len(), 2);
//! let error = metadata::refusal(&findings).unwrap();
//! assert!(error.to_string().starts_with("preflight: too large: the file has 25,870,370 bytes"));
//! # Ok::<(), Error>(())
//! ```
mod answer;
mod attachment_details;
mod column;
mod create;
mod details;
mod image_columns;
mod image_config;
mod image_details;
mod image_type;
mod limits;
mod note_details;
mod page;
mod preflight;
mod request;
mod table;
mod ticks;
mod update;

#[cfg(test)]
mod exchange;
#[cfg(test)]
mod look_up_tests;

pub use attachment_details::{AttachmentDetails, attachment_details, attachments};
pub use column::{ColumnDefinition, ColumnKind, column, columns};
pub use create::{Creation, NewColumn, create_column};
pub use details::{FileDetails, file_details, files};
pub use image_columns::images;
pub use image_config::{ImageColumn, full_image_columns, primary_images};
pub use image_details::{FullImage, ImageDetails, image_details};
pub use image_type::ImageType;
pub use limits::{OrganizationLimits, organization_limits, set_organization_limit};
pub use note_details::{NoteDetails, note_details, notes};
pub use preflight::{FileFacts, Finding, preflight, preflight_attachment, preflight_note, refusal};
pub use table::{TableDefinition, table, table_by_set};
pub use ticks::Ticks;
pub use update::{ColumnChange, delete_column, update_column};
