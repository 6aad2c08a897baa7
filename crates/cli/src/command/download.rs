//! `dvf download`
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use dataverse_files_io::{safe_name, sha256_of_file};
use dataverse_files_reqwest::{Column, DownloadStrategy, Downloaded};

use crate::destination::Destination;
use crate::engine::{DownloadJob, Watch};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hash::Hasher;
use crate::invocation::{Connection, Invocation};
use crate::report::{Done, Start};

const EXAMPLES: &str = "\
Examples:
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf download --parallel 8 --resume 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' film.mp4
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' - | tar xz

The file is written to DEST.part and gets its name when it is whole. A checkpoint, DEST.part.json, stays beside it until
then, for --resume. With - all messages go to standard error, those of --json too.";

/// Download the file that a column holds
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DownloadArguments {
    /// The column: TABLE(ID)/COLUMN
    #[arg(value_name = "TARGET")]
    target: Column,

    /// A file, a folder, or - for standard output [the service's name for it, in this folder]
    #[arg(value_name = "DEST")]
    dest: Option<PathBuf>,

    /// How the file is fetched
    #[arg(long, value_name = "STRATEGY", default_value = "auto")]
    strategy: Strategy,

    /// Most requests in the air at once, 1 to 52
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = super::parallel)]
    parallel: usize,

    /// Go on with a download that was interrupted
    #[arg(long)]
    resume: bool,

    /// Replace the destination if it exists
    #[arg(long, short)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Strategy {
    /// one request when the file comes whole, ranges in parallel above
    Auto,
    /// one request
    Single,
    /// ranges in parallel
    Ranged,
    /// blocks of a session in parallel
    Blocks,
    /// ranges of an anonymous storage URL in parallel
    Sas,
}

impl Strategy {
    fn chosen(self) -> Option<DownloadStrategy> {
        match self {
            Strategy::Auto => None,
            Strategy::Single => Some(DownloadStrategy::Single),
            Strategy::Ranged => Some(DownloadStrategy::Ranged),
            Strategy::Blocks => Some(DownloadStrategy::Blocks),
            Strategy::Sas => Some(DownloadStrategy::Sas),
        }
    }
}

impl DownloadArguments {
    /// Whether standard output carries the file.
    pub(crate) fn is_to_stdout(&self) -> bool {
        self.dest.as_ref().is_some_and(|dest| dest.as_os_str() == "-")
    }

    fn strategy_name(&self) -> &'static str {
        self.strategy.chosen().map_or("auto", DownloadStrategy::as_str)
    }

    fn job(&self, invocation: &Invocation) -> Result<DownloadJob, Failure> {
        let mut job = DownloadJob::new(self.target.clone(), invocation.time_left()?);
        job.strategy = self.strategy.chosen();
        job.parallel = self.parallel;
        Ok(job)
    }

    fn start<'a>(
        &self,
        target: &'a str,
        name: Option<&'a str>,
        resumed: u64,
        total: Option<u64>,
    ) -> Start<'a> {
        let (strategy, parallel) = (self.strategy_name(), self.parallel);
        Start { command: "download", target, name, total, strategy, resumed, parallel }
    }

    /// A place that can be told without asking the service.
    fn known_path(&self) -> Option<&Path> {
        let dest = self.dest.as_deref()?;
        let is_folder =
            dest.is_dir() || dest.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        (!is_folder).then_some(dest)
    }
}

pub(crate) fn run(arguments: &DownloadArguments, invocation: &Invocation) -> Result<(), Failure> {
    if arguments.is_to_stdout() {
        return to_stdout(arguments, invocation);
    }
    // Before anything is asked: an existing destination costs no request.
    let known = arguments.known_path().map(|path| arguments.destination(path)).transpose()?;
    let connection = invocation.connect(invocation.site()?)?;
    let destination = match known {
        Some(destination) => destination,
        None => arguments.destination(&arguments.named_by_service(&connection)?)?,
    };
    to_file(arguments, &destination, invocation, &connection)
}

impl DownloadArguments {
    fn destination(&self, path: &Path) -> Result<Destination, Failure> {
        Destination::open(path, self.force, self.resume)
    }

    /// The service's own name, made safe (B6), in the folder that was named or in the current one.
    fn named_by_service(&self, connection: &Connection) -> Result<PathBuf, Failure> {
        let held = connection.engine.held(&self.target)?;
        if held.file_id.is_none() {
            return Err(Failure::new(Exit::NotFound, "not_found", format!("{} is empty", self.target)));
        }
        let name = safe_name(held.name.as_deref().unwrap_or_default());
        Ok(self.dest.as_deref().map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)))
    }
}

fn to_file(
    arguments: &DownloadArguments,
    destination: &Destination,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<(), Failure> {
    let began = Instant::now();
    let (target, path) = (arguments.target.to_string(), destination.path().display().to_string());
    let mut job = arguments.job(invocation)?;
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
    if arguments.resume {
        return Err(Failure::usage(
            "what went to standard output cannot be gone on with; leave --resume out",
        ));
    }
    let began = Instant::now();
    let connection = invocation.connect(invocation.site()?)?;
    let target = arguments.target.to_string();
    invocation.report.started(&arguments.start(&target, None, 0, None));
    let wants_hash = invocation.report.is_for_programs();
    let (mut hasher, mut out) = (Hasher::default(), io::stdout().lock());
    let watch = Watch::new(invocation.report.clone());
    let downloaded = connection.engine.read(arguments.job(invocation)?, &watch, &mut |bytes| {
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
        verified: false,
        took: began.elapsed(),
    });
}
