//! What the command line of `dvf download` says.
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use dataverse_files_metadata::ColumnKind;
use dataverse_files_reqwest::{DownloadStrategy, Error, ImageSize, Target};

use crate::definition::Known;
use crate::engine::DownloadJob;
use crate::failure::Failure;
use crate::invocation::{Connection, Invocation};
use crate::report::Start;

const EXAMPLES: &str = "\
Examples:
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf download --parallel 8 --resume \\
    'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' film.mp4
  dvf download 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn' - | tar xz
  dvf download --size thumbnail \\
    'accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn' small.jpg
  dvf download 'annotations(3878e950-8e51-ed11-bba1-000d3a9933c9)' folder/

The file is written to DEST.part and gets its name when it is whole. A checkpoint, DEST.part.json,
stays beside it until then, for --resume. With - all messages go to standard error, those of
--json too.";

/// Download the file of a column, a note or an e-mail attachment
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DownloadArguments {
    /// TABLE(ID)/COLUMN, annotations(ID) or activitymimeattachments(ID)
    #[arg(value_name = "TARGET", value_parser = crate::command::existing)]
    pub(super) target: Target,

    /// A file, a folder, or - for standard output [the service's name for it, in this folder]
    #[arg(value_name = "DEST")]
    pub(super) dest: Option<PathBuf>,

    /// How the file is fetched
    #[arg(long, value_name = "STRATEGY", default_value = "auto")]
    strategy: Strategy,

    /// Which size of an image: full as it was uploaded, or thumbnail, of at most 144 by 144 pixels [full]
    #[arg(long, value_name = "SIZE", value_parser = image_size)]
    pub(super) size: Option<ImageSize>,

    /// Most requests in the air at once, 1 to 52
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = crate::command::parallel)]
    parallel: usize,

    /// Go on with a download that was interrupted
    #[arg(long)]
    pub(super) resume: bool,

    /// Replace the destination if it exists
    #[arg(long, short)]
    pub(super) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Strategy {
    /// one request when the file comes whole, in parallel above: ranges of a column, blocks of a note or an attachment
    Auto,
    /// one request
    Single,
    /// ranges in parallel (columns only)
    Ranged,
    /// blocks of a session in parallel
    Blocks,
    /// ranges of an anonymous storage URL in parallel
    Sas,
    /// one request for the record with the file in it (notes and attachments only)
    Record,
}

impl Strategy {
    fn chosen(self) -> Option<DownloadStrategy> {
        match self {
            Strategy::Auto => None,
            Strategy::Single => Some(DownloadStrategy::Single),
            Strategy::Ranged => Some(DownloadStrategy::Ranged),
            Strategy::Blocks => Some(DownloadStrategy::Blocks),
            Strategy::Sas => Some(DownloadStrategy::Sas),
            Strategy::Record => Some(DownloadStrategy::Record),
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

    /// What can be told to be wrong without asking the service.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let is_column = self.target.column().is_some();
        let wrong = match self.strategy {
            _ if self.size.is_some() && !is_column => "only images have sizes; leave --size out",
            _ if self.resume && self.size == Some(ImageSize::Thumbnail) => {
                "a thumbnail comes in one request; leave --resume out"
            }
            _ if self.resume && self.is_to_stdout() => {
                "what went to standard output cannot be gone on with; leave --resume out"
            }
            Strategy::Ranged if !is_column => {
                "notes and attachments have no ranges; use --strategy single, record, blocks or sas"
            }
            Strategy::Record if is_column => {
                "only notes and attachments hold their file in the record; use another --strategy"
            }
            _ => return Ok(()),
        };
        Err(Failure::usage(wrong))
    }

    /// Whether the column is a file or an image is asked; who names a size knows that it is an image.
    pub(super) fn known(&self, invocation: &Invocation, connection: &Connection) -> Result<Known, Failure> {
        let known = Known::for_download(&connection.engine, &self.target, &invocation.report)?;
        match (self.size, known.kind()) {
            (Some(_), Some(ColumnKind::File)) => Err(Failure::usage(format!(
                "{} is a file column, and files have one size only; leave --size out",
                self.target
            ))),
            (Some(_), None) => match known.target {
                Target::Column(column) => Ok(Known { target: column.as_image().into(), ..known }),
                target => Ok(Known { target, ..known }),
            },
            _ => Ok(known),
        }
    }

    pub(super) fn job(&self, known: &Known, invocation: &Invocation) -> Result<DownloadJob, Failure> {
        let mut job = DownloadJob::new(known.target.clone(), invocation.time_left()?);
        job.image_size = self.size.unwrap_or_default();
        job.strategy = self.strategy.chosen();
        job.parallel = self.parallel;
        Ok(job)
    }

    pub(super) fn start<'a>(
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
    pub(super) fn known_path(&self) -> Option<&Path> {
        let dest = self.dest.as_deref()?;
        let is_folder =
            dest.is_dir() || dest.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        (!is_folder).then_some(dest)
    }
}

fn image_size(text: &str) -> Result<ImageSize, String> {
    text.parse().map_err(|e: Error| e.to_string())
}
