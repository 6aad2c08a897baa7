//! Where a download goes: the file that will be, its `.part` and its checkpoint beside it.
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dataverse_files_io::{Begin, CheckpointFile, Existing, PartFile, Saved, Sink};
use dataverse_files_reqwest::DownloadCheckpoint;

use crate::engine::Keep;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::report::Report;

const RESUME: &str = "run it again with --resume to go on where it stopped";

/// A place that is ours: locked against other processes while this lives.
#[derive(Debug)]
pub(crate) struct Destination {
    sink: Arc<Attentive>,
    checkpoint: CheckpointFile,
}

/// A `.part` that remembers what the file system said, because a session only tells that writing failed.
#[derive(Debug)]
struct Attentive {
    part: PartFile,
    said: Mutex<Option<Failure>>,
}

impl Destination {
    pub(crate) fn open(path: &Path, force: bool, resume: bool) -> Result<Destination, Failure> {
        let existing = if force { Existing::Replace } else { Existing::Refuse };
        let begin = if resume { Begin::Resume } else { Begin::Anew };
        let part = PartFile::open(path, existing, begin).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::local(&e).advise("--force replaces it; nothing was done")
            }
            io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput | io::ErrorKind::NotFound => {
                Failure::usage(e.to_string())
            }
            _ => Failure::local(&e),
        })?;
        let mut name: OsString = part.part_path().as_os_str().to_owned();
        name.push(".json");
        let sink = Arc::new(Attentive { part, said: Mutex::default() });
        Ok(Destination { sink, checkpoint: CheckpointFile::new(PathBuf::from(name)) })
    }

    /// The final name.
    pub(crate) fn path(&self) -> &Path {
        self.sink.part.path()
    }

    pub(crate) fn sink(&self) -> Arc<dyn Sink> {
        self.sink.clone()
    }

    /// What is worth nothing while no checkpoint speaks of it.
    pub(crate) fn scratch(&self) -> Option<PathBuf> {
        let spoken_of = self.checkpoint.path().exists();
        (!spoken_of).then(|| self.sink.part.part_path().to_owned())
    }

    /// What an earlier run left, when this one is to go on from it; a run that is not begins anew.
    pub(crate) fn checkpoint(
        &self,
        resume: bool,
        report: &Report,
    ) -> Result<Option<DownloadCheckpoint>, Failure> {
        if !resume {
            self.forget()?;
            return Ok(None);
        }
        let unusable = |e: io::Error| Failure::new(Exit::Usage, "checkpoint", e.to_string());
        let found =
            self.checkpoint.load::<DownloadCheckpoint>().map_err(unusable)?.map(|saved| saved.checkpoint);
        let written = self.sink.part.written().map_err(|e| Failure::local(&e))?;
        if let Some(checkpoint) = found.filter(|checkpoint| checkpoint.reach() <= written) {
            return Ok(Some(checkpoint));
        }
        report.warn("there is no checkpoint of this download, or not the bytes it speaks of; it begins anew");
        self.forget()?;
        self.sink.part.restart().map_err(|e| Failure::local(&e))?;
        Ok(None)
    }

    /// Keeps checkpoints. Whoever calls it has made the bytes durable before.
    pub(crate) fn keeper(&self, interrupt: Arc<Interrupt>) -> Keep<DownloadCheckpoint> {
        let file = self.checkpoint.clone();
        Box::new(move |checkpoint| {
            file.save(&Saved { source: None, checkpoint: checkpoint.clone() })?;
            interrupt.can_resume(RESUME);
            Ok(())
        })
    }

    /// There is nothing (any more) to go on from.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        self.checkpoint.remove().map_err(|e| Failure::local(&e))
    }

    /// The file system's own words go before the session's.
    pub(crate) fn explain(&self, failure: Failure) -> Failure {
        let said = self.sink.said.lock().unwrap_or_else(PoisonError::into_inner).take();
        match said {
            Some(said) if failure.exit == Exit::Local => said,
            _ => failure,
        }
    }
}

impl Attentive {
    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(e) = &result {
            *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some(Failure::local(e));
        }
        result
    }
}

impl Sink for Attentive {
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.note(self.part.write(offset, bytes))
    }

    fn restart(&self) -> io::Result<()> {
        self.note(self.part.restart())
    }

    fn sync(&self) -> io::Result<()> {
        self.note(self.part.sync())
    }

    fn finish(&self, len: u64) -> io::Result<()> {
        self.note(self.part.finish(len))
    }

    fn abandon(&self) {
        self.part.abandon();
    }
}
