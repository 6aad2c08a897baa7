//! `dvf download`
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use dataverse_files_io::{safe_name, sha256_of_file};
use dataverse_files_metadata::{self as metadata, ColumnKind};
use dataverse_files_reqwest::{Column, DownloadStrategy, Downloaded, Error, ErrorKind, ImageSize};

use crate::definition::Known;
use crate::destination::Destination;
use crate::engine::{DownloadJob, Watch};
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::hash::Hasher;
use crate::invocation::{Connection, Invocation};
use crate::report::{Done, Start};

const EXAMPLES: &str = "\
Examples:
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf download --parallel 8 --resume 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' film.mp4
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' - | tar xz
  dvf download --size thumbnail 'accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn' small.jpg

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

    /// Which size of an image: full as it was uploaded, or thumbnail, of at most 144 by 144 pixels [full]
    #[arg(long, value_name = "SIZE", value_parser = image_size)]
    size: Option<ImageSize>,

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

    /// Whether the column is a file or an image is asked; who names a size knows that it is an image.
    fn known(&self, invocation: &Invocation, connection: &Connection) -> Result<Known, Failure> {
        let known = Known::for_download(&connection.engine, &self.target, &invocation.report)?;
        match (self.size, known.kind()) {
            (Some(_), Some(ColumnKind::File)) => Err(Failure::usage(format!(
                "{} is a file column, and files have one size only; leave --size out",
                self.target
            ))),
            (Some(_), None) => Ok(Known { column: known.column.as_image(), ..known }),
            _ => Ok(known),
        }
    }

    fn job(&self, known: &Known, invocation: &Invocation) -> Result<DownloadJob, Failure> {
        let mut job = DownloadJob::new(known.column.clone(), invocation.time_left()?);
        job.image_size = self.size.unwrap_or_default();
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
    if arguments.resume && arguments.size == Some(ImageSize::Thumbnail) {
        return Err(Failure::usage("a thumbnail comes in one request; leave --resume out"));
    }
    if arguments.is_to_stdout() {
        return to_stdout(arguments, invocation);
    }
    // Before anything is asked: an existing destination costs no request.
    let chosen = arguments.known_path().map(|path| arguments.destination(path)).transpose()?;
    let connection = invocation.connect(invocation.site()?)?;
    let known = arguments.known(invocation, &connection)?;
    let destination = match chosen {
        Some(destination) => destination,
        None => arguments.destination(&arguments.named(&known, &connection)?)?,
    };
    to_file(arguments, &known, &destination, invocation, &connection)
}

impl DownloadArguments {
    fn destination(&self, path: &Path) -> Result<Destination, Failure> {
        Destination::open(path, self.force, self.resume)
    }

    /// A name from the service, made safe (B6), in the folder that was named or in the current one.
    fn named(&self, known: &Known, connection: &Connection) -> Result<PathBuf, Failure> {
        let name = match known.column.is_image() {
            true => self.name_of_image(&known.column, connection)?,
            false => {
                let held = connection.engine.held(&known.column.clone().into())?;
                held.file_id.ok_or_else(|| self.empty())?;
                held.name.unwrap_or_default()
            }
        };
        let name = safe_name(&name);
        Ok(self.dest.as_deref().map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)))
    }
}

impl DownloadArguments {
    /// Records have no name for their images, so an image is called like its column, with the extension of its type.
    fn name_of_image(&self, column: &Column, connection: &Connection) -> Result<String, Failure> {
        let details =
            connection.engine.call(|organization| Ok(metadata::image_details(organization, column)))?;
        let details = details.ok_or_else(|| self.empty())?;
        let mime = match self.size.unwrap_or_default() {
            ImageSize::Thumbnail => details.thumbnail_mime,
            ImageSize::Full => {
                let full = details.full_image.ok_or_else(|| {
                    Error::new(ErrorKind::NoFullImage, "look up image")
                        .because(format!("{} has a thumbnail only", self.target))
                })?;
                full.mime
            }
        };
        Ok(format!("{}{}", column.name(), extension(mime.as_deref())))
    }

    fn empty(&self) -> Failure {
        let kind = kind_name(ErrorKind::NotFound);
        Failure::new(Exit::NotFound, kind, format!("{} is empty", self.target))
    }
}

/// Of the five formats of image columns (image-columns §2).
fn extension(mime: Option<&str>) -> &'static str {
    match mime {
        Some("image/gif") => ".gif",
        Some("image/jpeg") => ".jpg",
        Some("image/tiff") => ".tif",
        Some("image/bmp") => ".bmp",
        Some("image/png") => ".png",
        _ => "",
    }
}

fn image_size(text: &str) -> Result<ImageSize, String> {
    text.parse().map_err(|e: Error| e.to_string())
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
    if arguments.resume {
        return Err(Failure::usage(
            "what went to standard output cannot be gone on with; leave --resume out",
        ));
    }
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
        verified: false,
        took: began.elapsed(),
    });
}
