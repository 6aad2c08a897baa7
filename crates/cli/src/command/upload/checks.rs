//! What is looked at before and after the file is sent.
use dataverse_files_metadata as metadata;
use dataverse_files_reqwest::{Column, ErrorKind, UploadPlan};

use crate::engine::{DownloadJob, Watch};
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::hash::Hasher;
use crate::invocation::{Connection, Invocation};
use crate::size;

/// Refuse what the column cannot take before any byte of the file is sent.
pub(super) fn preflight(
    plan: &UploadPlan,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<(), Failure> {
    let target = &plan.column;
    let engine = &connection.engine;
    let looked = engine
        .table(target.set())
        .and_then(|table| engine.call(|organization| metadata::column(organization, &table, target.name())));
    let column = match looked {
        Ok(column) => column,
        // Whoever may write a record need not be allowed to read definitions.
        Err(failure) if failure.kind == kind_name(ErrorKind::Forbidden) => {
            invocation.report.note("preflight: the column's limit may not be read; the service will judge");
            return Ok(());
        }
        Err(failure) => return Err(failure),
    };
    let limit = column.max_size_in_bytes();
    if plan.size <= limit {
        return Ok(());
    }
    let why = format!(
        "preflight: too large: {} has {}, and {target} takes {} at most (MaxSizeInKB {}); nothing was sent",
        plan.file_name,
        size::bytes(plan.size),
        size::bytes(limit),
        column.max_size_in_kb
    );
    Err(Failure::new(Exit::Refused, kind_name(ErrorKind::TooLarge), why))
}

/// What came back is what was sent.
pub(super) fn verify(
    target: &Column,
    sent: Option<&str>,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<(), Failure> {
    invocation.report.note("verifying: downloading the file again");
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
