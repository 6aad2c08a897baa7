//! What is looked at before and after the file is sent.
use std::io;

use dataverse_files_io::{FileSource, Source, media_type};
use dataverse_files_metadata::{
    self as metadata, ColumnKind, FileFacts, Finding, ImageType, OrganizationLimits,
};
use dataverse_files_reqwest::{Bytes, Column, ErrorKind, Record, Target, UploadPlan};

use crate::definition::{self, Known, unless_untold};
use crate::engine::{DownloadJob, Watch};
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::hash::Hasher;
use crate::invocation::{Connection, Invocation};
use crate::report::Report;

/// Refuse what the target or the organization does not take, before any byte of the file is sent.
pub(super) fn preflight(
    plan: &UploadPlan,
    source: &FileSource,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<Known, Failure> {
    let first_bytes = first_bytes(source).map_err(|e| Failure::local(&e))?;
    let file = FileFacts {
        name: &plan.file_name,
        size: plan.size,
        mime: Some(plan.mime.as_deref().unwrap_or_else(|| media_type(&plan.file_name))),
        first_bytes: &first_bytes,
    };
    match &plan.target {
        Target::Column(column) => into_column(column, &file, invocation, connection),
        Target::Note(note) => into_note(&plan.target, note.parent(), &file, invocation, connection),
        Target::Attachment(_) => {
            let limits = limits(invocation, connection)?;
            refuse(metadata::preflight_attachment(&file, limits.as_ref()))?;
            Ok(Known::unasked(&plan.target))
        }
    }
}

fn into_column(
    target: &Column,
    file: &FileFacts<'_>,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<Known, Failure> {
    let known = Known::for_upload(&connection.engine, target, &invocation.report)?;
    let Some(column) = &known.definition else { return Ok(known) };
    let limits = limits(invocation, connection)?;
    refuse(metadata::preflight(file, column, limits.as_ref()))?;
    Ok(known)
}

/// A new note needs a table that has notes; its definition also tells the names that the note is bound by.
fn into_note(
    target: &Target,
    parent: Option<&Record>,
    file: &FileFacts<'_>,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<Known, Failure> {
    let table = match parent.map(|parent| definition::by_set(&connection.engine, parent.set())) {
        // Its names must be known, so the upload would fail, too.
        Some(Err(failure)) if failure.is_of(&[ErrorKind::NotFound]) => return Err(failure),
        Some(told) => unless_untold(told, "preflight: the table's definition", &invocation.report)?,
        None => None,
    };
    let limits = limits(invocation, connection)?;
    refuse(metadata::preflight_note(file, table.as_ref(), limits.as_ref()))?;
    let target = match &table {
        Some(table) => target.clone().with_table(table.names()?),
        None => target.clone(),
    };
    Ok(Known::unasked(target))
}

fn limits(invocation: &Invocation, connection: &Connection) -> Result<Option<OrganizationLimits>, Failure> {
    definition::limits(&connection.engine, &invocation.report)
}

fn refuse(verdict: Result<(), Vec<Finding>>) -> Result<(), Failure> {
    let findings = verdict.err().unwrap_or_default();
    let Some(refusal) = metadata::refusal(&findings) else { return Ok(()) };
    let mut failure = Failure::from(refusal);
    for finding in &findings {
        match finding {
            Finding::TooLargeAsBase64 { base64_size_in_bytes: size, .. }
                if *size <= OrganizationLimits::LARGEST_MAX_UPLOAD_SIZE_IN_BYTES =>
            {
                failure = failure
                    .advise(&format!("an administrator does it with dvf organization set-limit {size}"));
            }
            _ => {}
        }
    }
    Err(failure.advise("nothing was sent"))
}

/// The service's own refusal of a large note or attachment does not say what it would take.
pub(super) fn explain(failure: Failure, target: &Target) -> Failure {
    let is_refusal = failure.code.is_some() && failure.is_of(&[ErrorKind::TooLarge]);
    if target.column().is_some() || !is_refusal {
        return failure;
    }
    failure.advise(
        "dvf organization tells what notes and attachments take, and dvf organization set-limit changes it",
    )
}

fn first_bytes(source: &FileSource) -> io::Result<Bytes> {
    source.read(0..source.len().min(ImageType::FIRST_BYTES as u64))
}

/// Only a full image can be compared with what was sent.
pub(super) fn can_verify(known: &Known) -> Result<(), Failure> {
    match &known.definition {
        Some(column) if column.kind == ColumnKind::Image && !column.can_store_full_image => {
            Err(Failure::usage(format!(
                "column {} keeps thumbnails only, so there will be nothing to compare; leave --verify out",
                column.logical_name
            )))
        }
        _ => Ok(()),
    }
}

/// The note or attachment that was made, as one that is there. `None`, and a warning, where the service did not tell its
/// id: then only a list of its neighbours can.
pub(super) fn made(uploaded: &Target, asked: &Target, report: &Report) -> Option<Target> {
    if uploaded.is_new() {
        report.warn(&format!("the service did not say which one it made; {}", list_them(asked)));
        return None;
    }
    Some(uploaded.clone())
}

fn list_them(new: &Target) -> String {
    let parent = match new {
        Target::Note(note) => note.parent(),
        Target::Attachment(attachment) => attachment.parent(),
        Target::Column(column) => Some(column.record()),
    };
    parent.map_or_else(String::new, |record| format!("dvf ls '{record}' lists them"))
}

/// What came back is what was sent.
pub(super) fn verify(
    known: &Known,
    sent: Option<&str>,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<(), Failure> {
    if known.target.is_new() {
        let why = format!("verify: what was made is not known; {}", list_them(&known.target));
        return Err(Failure::new(Exit::Integrity, kind_name(ErrorKind::Protocol), why));
    }
    invocation.report.note("verifying: downloading the file again");
    let looked_up = match &known.definition {
        Some(_) => known.clone(),
        None => Known::for_download(&connection.engine, &known.target, &invocation.report)?,
    };
    let target = &looked_up.target;
    let job = DownloadJob::new(target.clone(), invocation.time_left()?);
    let mut hasher = Hasher::default();
    connection.engine.read(job, &Watch::silent(), &mut |bytes| {
        hasher.update(&bytes);
        Ok(())
    })?;
    let stored = hasher.finish();
    if sent == Some(stored.as_str()) {
        return Ok(());
    }
    let why = format!(
        "verify: {target} does not hold what was sent: its SHA-256 is {stored}, not {}; upload it again",
        sent.unwrap_or("known")
    );
    Err(Failure::new(Exit::Integrity, kind_name(ErrorKind::Integrity), why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Audience, Detail, Stdout};

    #[test]
    fn what_was_made_is_there_and_what_is_not_told_is_looked_for_beside_its_neighbours() {
        let quiet = Report::new(Audience::Nobody, Detail::Results, Stdout::Messages);
        let new: Target = "emails(00000000-0000-0000-0000-000000000001)/attachments".parse().unwrap();
        let id: dataverse_files_reqwest::Guid = "3878e950-8e51-ed11-bba1-000d3a9933c9".parse().unwrap();
        let there: Target = format!("activitymimeattachments({id})").parse().unwrap();
        assert_eq!(made(&there, &new, &quiet), Some(there));
        assert_eq!(made(&new, &new, &quiet), None);
        assert_eq!(made(&new.clone().with_id(id), &new, &quiet), None, "a POST has not used our id");
        assert!(list_them(&new).contains("dvf ls 'emails(00000000-0000-0000-0000-000000000001)'"));
    }
}
