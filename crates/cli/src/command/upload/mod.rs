//! `dvf upload`
mod checks;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::ValueEnum;
use dataverse_files_io::{FileSource, Source, spool};
use dataverse_files_reqwest::{Checkpoint, Column, UploadPlan, UploadStrategy, Uploaded};

use crate::definition::Known;
use crate::engine::{Keep, UploadJob, Watch};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hash::Background;
use crate::invocation::{Connection, Invocation};
use crate::report::{Done, Start};
use crate::size;
use crate::state::UploadState;

const EXAMPLES: &str = "\
Examples:
  dvf upload report.pdf 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  dvf upload --parallel 8 --resume film.mp4 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'
  tar cz folder | dvf upload - --name folder.tgz 'accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn'

An upload of more than one block keeps a checkpoint in the user's state folder until it has succeeded.";

const RESUME: &str = "run it again with --resume to go on where it stopped";

/// Upload a file into a column
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UploadArguments {
    /// The file, or - for standard input (with --name)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The column: TABLE(ID)/COLUMN
    #[arg(value_name = "TARGET")]
    target: Column,

    /// Store the file under NAME [the file's own name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Store the file with this MIME type; only blocks can keep one [by the name's extension]
    #[arg(long, value_name = "TYPE")]
    mime: Option<String>,

    /// How the file is sent
    #[arg(long, value_name = "STRATEGY", default_value = "auto")]
    strategy: Strategy,

    /// Most requests in the air at once, 1 to 52 (blocks only)
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = crate::command::parallel)]
    parallel: usize,

    /// Size of a block, 1 to 4MiB (blocks only)
    #[arg(long, value_name = "BYTES", default_value = "4MiB", value_parser = block_size)]
    block_size: u64,

    /// Go on with an upload that was interrupted
    #[arg(long)]
    resume: bool,

    /// Download the file again afterwards and compare the SHA-256 of both
    #[arg(long)]
    verify: bool,

    /// Do not ask beforehand what the column and the organization take
    #[arg(long)]
    no_preflight: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Strategy {
    /// one request up to 16 MiB, blocks above or when a MIME type is given
    Auto,
    /// one request, less than 128 MiB
    Single,
    /// ordered chunks of the service's choice
    Chunked,
    /// blocks in parallel and a commit; can be resumed
    Blocks,
}

impl Strategy {
    fn chosen(self) -> Option<UploadStrategy> {
        match self {
            Strategy::Auto => None,
            Strategy::Single => Some(UploadStrategy::Single),
            Strategy::Chunked => Some(UploadStrategy::Chunked),
            Strategy::Blocks => Some(UploadStrategy::Blocks),
        }
    }
}

fn block_size(text: &str) -> Result<u64, String> {
    let size = size::parse(text)?;
    let fits = (1..=4_194_304).contains(&size);
    if fits { Ok(size) } else { Err(format!("a block has 1 to 4194304 bytes, not {size}")) }
}

pub(crate) fn run(arguments: &UploadArguments, invocation: &Invocation) -> Result<(), Failure> {
    let began = Instant::now();
    let name = arguments.name()?;
    let source = Arc::new(arguments.open(invocation)?);
    let site = invocation.site()?;
    let mut plan =
        arguments.plan(UploadPlan::new(site.organization()?, arguments.target.clone(), name, source.len()));
    plan.check()?;
    let connection = invocation.connect(site)?;
    let known = match arguments.no_preflight {
        true => Known::unasked(&arguments.target),
        false => checks::preflight(&plan, &arguments.target, &source, invocation, &connection)?,
    };
    if arguments.verify {
        checks::can_verify(&known)?;
    }
    plan.target = known.column.clone().into();
    let state = arguments.state(&plan, &connection.key)?.map(Arc::new);
    let resume = arguments.checkpoint(state.as_deref(), &source, invocation)?;

    let wants_hash = arguments.verify || invocation.report.is_for_programs();
    let hash = wants_hash.then(|| Background::start(source.clone()));
    let target = arguments.target.to_string();
    invocation.report.started(&Start {
        command: "upload",
        target: &target,
        name: Some(&plan.file_name),
        total: Some(plan.size),
        strategy: plan.strategy().as_str(),
        resumed: resume.as_ref().map_or(0, |c| (c.blocks_done() * plan.block_size).min(plan.size)),
        parallel: arguments.parallel,
    });
    let uploaded = send(&plan, &source, state.as_ref(), resume, invocation, &connection)?;
    if let Some(state) = &state {
        state.remove()?;
    }
    let sha256 = hash.map(Background::finish).transpose()?;
    if arguments.verify {
        checks::verify(&known, sha256.as_deref(), invocation, &connection)?;
    }
    invocation.report.done(&Done {
        command: "upload",
        target: &target,
        bytes: uploaded.size,
        name: Some(&plan.file_name),
        sha256: sha256.as_deref(),
        requests: uploaded.counts.requests,
        lookups: uploaded.counts.lookups,
        retries: uploaded.counts.retries,
        strategy: uploaded.strategy.as_str(),
        file_id: uploaded.file_id.as_deref(),
        mime: plan.mime.as_deref(),
        path: None,
        verified: arguments.verify,
        took: began.elapsed(),
    });
    Ok(())
}

impl UploadArguments {
    fn is_stdin(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    fn name(&self) -> Result<String, Failure> {
        if let Some(name) = &self.name {
            return Ok(name.clone());
        }
        if self.is_stdin() {
            return Err(Failure::usage("standard input has no name; give one with --name"));
        }
        let own = self.file.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        own.ok_or_else(|| {
            Failure::usage(format!(
                "{} has no name that is Unicode; give one with --name",
                self.file.display()
            ))
        })
    }

    /// What cannot be opened was named wrongly: nothing has been sent.
    fn open(&self, invocation: &Invocation) -> Result<FileSource, Failure> {
        if !self.is_stdin() {
            return FileSource::open(&self.file).map_err(|e| Failure::usage(e.to_string()));
        }
        if invocation.common.token.as_ref().is_some_and(|token| token.reveal() == "-") {
            return Err(Failure::usage(
                "standard input is the file or the token, not both; use --token-file",
            ));
        }
        spool(&mut io::stdin().lock()).map_err(|e| Failure::local(&e))
    }

    fn plan(&self, plan: UploadPlan) -> UploadPlan {
        UploadPlan {
            mime: self.mime.clone(),
            strategy: self.strategy.chosen(),
            block_size: self.block_size,
            window: self.parallel,
            ..plan
        }
    }

    /// Only blocks of a file with a name can be gone on with (U7); one block is not worth it.
    fn state(&self, plan: &UploadPlan, organization: &str) -> Result<Option<UploadState>, Failure> {
        let resumable = plan.strategy() == UploadStrategy::Blocks && plan.size > plan.block_size;
        if !resumable || self.is_stdin() {
            return Ok(None);
        }
        UploadState::open(organization, &self.target.to_string(), &self.file).map(Some)
    }

    fn checkpoint(
        &self,
        state: Option<&UploadState>,
        source: &FileSource,
        invocation: &Invocation,
    ) -> Result<Option<Checkpoint>, Failure> {
        let found = match state {
            Some(state) if self.resume => state.load(source)?,
            Some(state) => {
                state.remove()?;
                None
            }
            None => None,
        };
        if self.resume && found.is_none() {
            invocation.report.warn("there is no checkpoint of this upload; it begins anew");
        }
        Ok(found)
    }
}

fn send(
    plan: &UploadPlan,
    source: &Arc<FileSource>,
    state: Option<&Arc<UploadState>>,
    resume: Option<Checkpoint>,
    invocation: &Invocation,
    connection: &Connection,
) -> Result<Uploaded, Failure> {
    let interrupt = invocation.interrupt.clone();
    let keep = state.cloned().map(|state| {
        let source = source.clone();
        let save = move |checkpoint: &Checkpoint| {
            state.save(&source, checkpoint)?;
            interrupt.can_resume(RESUME);
            Ok(())
        };
        Box::new(save) as Keep<Checkpoint>
    });
    let job = UploadJob {
        target: plan.target.clone(),
        source: source.clone(),
        name: plan.file_name.clone(),
        mime: plan.mime.clone(),
        strategy: plan.strategy,
        parallel: plan.window,
        block_size: plan.block_size,
        resume,
        keep,
        deadline: invocation.time_left()?,
    };
    let watch = Watch::new(invocation.report.clone());
    connection.engine.upload(job, &watch).map_err(|failure| {
        let worth_it = matches!(failure.exit, Exit::Transport | Exit::Deadline | Exit::Access | Exit::Local);
        match invocation.interrupt.resume() {
            Some(how) if worth_it => failure.advise(&how),
            _ => failure,
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    const TARGET: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        upload: UploadArguments,
    }

    fn parse(line: &[&str]) -> Result<UploadArguments, clap::Error> {
        Line::try_parse_from(std::iter::once(&"upload").chain(line)).map(|line| line.upload)
    }

    #[test]
    fn block_sizes_are_read_with_units_and_bounds() {
        let size = |text: &str| parse(&["a", TARGET, "--block-size", text]).map(|a| a.block_size).ok();
        assert_eq!(size("4MiB"), Some(4_194_304));
        assert_eq!(size("512K"), Some(524_288));
        assert_eq!(size("1"), Some(1));
        for bad in ["0", "4194305", "5MiB", "x", ""] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }

    #[test]
    fn parallel_is_what_the_service_takes() {
        let parallel = |text: &str| parse(&["a", TARGET, "--parallel", text]).map(|a| a.parallel).ok();
        assert_eq!((parallel("1"), parallel("52")), (Some(1), Some(52)));
        assert_eq!((parallel("0"), parallel("53"), parallel("many")), (None, None, None));
    }

    #[test]
    fn a_target_that_is_none_says_how_one_looks() {
        let error = parse(&["a", "accounts/sample_filecolumn"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("accounts(<guid>)/sample_filecolumn"), "{error}");
    }

    #[test]
    fn the_name_is_the_files_own_unless_given() {
        assert_eq!(parse(&["dir/日本.txt", TARGET]).unwrap().name().unwrap(), "日本.txt");
        assert_eq!(parse(&["dir/a.txt", TARGET, "--name", "b"]).unwrap().name().unwrap(), "b");
        assert_eq!(parse(&["-", TARGET]).unwrap().name().unwrap_err().exit, Exit::Usage);
        assert_eq!(parse(&["..", TARGET]).unwrap().name().unwrap_err().exit, Exit::Usage);
    }
}
