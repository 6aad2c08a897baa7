//! `dvf download`
mod arguments;
mod naming;

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use dataverse_files_io::sha256_of_file;
use dataverse_files_reqwest::Downloaded;

pub(crate) use self::arguments::DownloadArguments;
use crate::definition::Known;
use crate::destination::Destination;
use crate::engine::Watch;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hash::Hasher;
use crate::invocation::{Connection, Invocation};
use crate::report::Done;

pub(crate) fn run(arguments: &DownloadArguments, invocation: &Invocation) -> Result<(), Failure> {
    arguments.check()?;
    if arguments.is_to_stdout() {
        return to_stdout(arguments, invocation);
    }
    // Before anything is asked: an existing destination costs no request.
    let chosen = arguments.known_path().map(|path| open(arguments, path)).transpose()?;
    let connection = invocation.connect(invocation.site()?)?;
    let known = arguments.known(invocation, &connection)?;
    let destination = match chosen {
        Some(destination) => destination,
        None => open(arguments, &arguments.named(&known, &connection)?)?,
    };
    to_file(arguments, &known, &destination, invocation, &connection)
}

fn open(arguments: &DownloadArguments, path: &Path) -> Result<Destination, Failure> {
    Destination::open(path, arguments.force, arguments.resume)
}

fn to_file(
    arguments: &DownloadArguments,
    known: &Known,
    destination: &Destination,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<(), Failure> {
    let began = Instant::now();
    let (target, path) = (arguments.target.to_string(), destination.path().display().to_string());
    let mut job = arguments.job(known, invocation)?;
    job.resume = destination.checkpoint(arguments.resume, &invocation.report)?;
    job.keep = Some(destination.keeper(invocation.interrupt.clone()));
    let (resumed, total) = job.resume.as_ref().map_or((0, None), |c| (c.bytes_done(), Some(c.size())));
    invocation.interrupt.scratch(destination.scratch());
    invocation.report.started(&arguments.start(&target, Some(&path), resumed, total));
    let watch = Watch::new(invocation.report.clone());
    let downloaded = connection.engine.download(job, &watch, destination.sink()).map_err(|failure| {
        let failure = destination.explain(failure);
        let worth_it = matches!(failure.exit, Exit::Transport | Exit::Deadline | Exit::Access | Exit::Local);
        match invocation.interrupt.resume() {
            Some(how) if worth_it => failure.advise(&how),
            _ => failure,
        }
    })?;
    destination.forget()?;
    let sha256 = match invocation.report.is_for_programs() {
        true => Some(sha256_of_file(destination.path()).map_err(|e| Failure::local(&e))?),
        false => None,
    };
    done(&target, &downloaded, Some(&path), sha256.as_deref(), began, invocation);
    Ok(())
}

/// In order, as it comes; a reader that goes away ends it.
fn to_stdout(arguments: &DownloadArguments, invocation: &Invocation) -> Result<(), Failure> {
    let began = Instant::now();
    let connection = invocation.connect(invocation.site()?)?;
    let known = arguments.known(invocation, &connection)?;
    let target = arguments.target.to_string();
    invocation.report.started(&arguments.start(&target, None, 0, None));
    let wants_hash = invocation.report.is_for_programs();
    let (mut hasher, mut out) = (Hasher::default(), io::stdout().lock());
    let watch = Watch::new(invocation.report.clone());
    let downloaded = connection.engine.read(arguments.job(&known, invocation)?, &watch, &mut |bytes| {
        if wants_hash {
            hasher.update(&bytes);
        }
        out.write_all(&bytes).map_err(|e| Failure::stdout(&e))
    })?;
    out.flush().map_err(|e| Failure::stdout(&e))?;
    drop(out);
    let sha256 = wants_hash.then(|| hasher.finish());
    done(&target, &downloaded, None, sha256.as_deref(), began, invocation);
    Ok(())
}

fn done(
    target: &str,
    downloaded: &Downloaded,
    path: Option<&str>,
    sha256: Option<&str>,
    began: Instant,
    invocation: &Invocation,
) {
    invocation.report.done(&Done {
        command: "download",
        target,
        bytes: downloaded.size,
        name: downloaded.name.as_deref(),
        sha256,
        requests: downloaded.counts.requests,
        lookups: downloaded.counts.lookups,
        retries: downloaded.counts.retries,
        strategy: downloaded.strategy.as_str(),
        file_id: downloaded.file_id.as_deref(),
        mime: downloaded.mime.as_deref(),
        path,
        created: None,
        verified: false,
        took: began.elapsed(),
    });
}
