//! What is looked at before and after the file is sent.
use std::io;

use dataverse_files_io::{FileSource, Source, media_type};
use dataverse_files_metadata::{self as metadata, ColumnKind, FileFacts, ImageType};
use dataverse_files_reqwest::{Bytes, Column, ErrorKind, UploadPlan};

use crate::definition::{Known, unless_untold};

use crate::engine::{DownloadJob, Watch};
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::hash::Hasher;
use crate::invocation::{Connection, Invocation};

/// Refuse what the column or the organization does not take, before any byte of the file is sent.
pub(super) fn preflight(
    plan: &UploadPlan,
    target: &Column,
    source: &FileSource,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<Known, Failure> {
    let (engine, report) = (&connection.engine, &invocation.report);
    let known = Known::for_upload(engine, target, report)?;
    let Some(column) = &known.definition else { return Ok(known) };
    let limits = engine.call(|organization| Ok(metadata::organization_limits(organization)));
    let limits = unless_untold(limits, "preflight: the organization's settings", report)?;
    let first_bytes = first_bytes(source).map_err(|e| Failure::local(&e))?;
    let file = FileFacts {
        name: &plan.file_name,
        size: plan.size,
        mime: Some(plan.mime.as_deref().unwrap_or_else(|| media_type(&plan.file_name))),
        first_bytes: &first_bytes,
    };
    let findings = metadata::preflight(&file, column, limits.as_ref()).err().unwrap_or_default();
    match metadata::refusal(&findings) {
        Some(refusal) => Err(Failure::from(refusal).advise("nothing was sent")),
        None => Ok(known),
    }
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

/// What came back is what was sent.
pub(super) fn verify(
    known: &Known,
    sent: Option<&str>,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<(), Failure> {
    invocation.report.note("verifying: downloading the file again");
    let looked_up = match &known.definition {
        Some(_) => known.clone(),
        None => Known::for_download(&connection.engine, &known.column, &invocation.report)?,
    };
    let target = &looked_up.column;
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
