//! `dvf upload`
mod arguments;
mod checks;

use std::sync::Arc;
use std::time::Instant;

use dataverse_files_io::{FileSource, Source};
use dataverse_files_reqwest::{Checkpoint, UploadPlan, UploadStrategy, Uploaded};

pub(crate) use self::arguments::UploadArguments;
use crate::definition::Known;
use crate::engine::{Keep, UploadJob, Watch};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hash::Background;
use crate::invocation::{Connection, Invocation};
use crate::report::{Done, Start};
use crate::state::UploadState;

const RESUME: &str = "run it again with --resume to go on where it stopped";

pub(crate) fn run(arguments: &UploadArguments, invocation: &Invocation) -> Result<(), Failure> {
    let began = Instant::now();
    let name = arguments.name()?;
    let source = Arc::new(arguments.open(invocation)?);
    let described = arguments.described()?;
    let site = invocation.site()?;
    let mut plan =
        arguments.plan(UploadPlan::new(site.organization()?, described.clone(), name, source.len()));
    plan.check()?;
    let connection = invocation.connect(site)?;
    let known = match arguments.no_preflight {
        true => Known::unasked(described),
        false => checks::preflight(&plan, &source, invocation, &connection)?,
    };
    if arguments.verify {
        checks::can_verify(&known)?;
    }
    plan.target = known.target.clone();
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
    let created = match arguments.target.is_new() {
        true => checks::made(&uploaded.target, &arguments.target, &invocation.report),
        false => None,
    };
    if arguments.verify {
        let known = created.clone().map_or(known, Known::unasked);
        checks::verify(&known, sha256.as_deref(), invocation, &connection)?;
    }
    let created = created.map(|target| target.to_string());
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
        created: created.as_deref(),
        verified: arguments.verify,
        took: began.elapsed(),
    });
    Ok(())
}

impl UploadArguments {
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
        let failure = checks::explain(failure, &plan.target);
        let worth_it = matches!(failure.exit, Exit::Transport | Exit::Deadline | Exit::Access | Exit::Local);
        match invocation.interrupt.resume() {
            Some(how) if worth_it => failure.advise(&how),
            _ => failure,
        }
    })
}
