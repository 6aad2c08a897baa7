//! One run of `dvf`: what was asked in common, whom to tell, how long there is; and the connection it makes.
use std::sync::Arc;
use std::time::{Duration, Instant};

use dataverse_files_emulator::server::Running;
use dataverse_files_reqwest::ErrorKind;

use crate::arguments::Common;
use crate::engine::Engine;
use crate::exit::{Exit, kind_name};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::report::Report;
use crate::site::Site;

/// What all commands share.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) common: Common,
    pub(crate) report: Arc<Report>,
    pub(crate) interrupt: Arc<Interrupt>,
    pub(crate) began: Instant,
}

/// An organization to speak to. The engine goes before the emulator it speaks to.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) engine: Engine,
    /// What stays the same from run to run.
    pub(crate) key: String,
    embedded: Option<Running>,
}

impl Connection {
    /// Whether the organization lives in this process only.
    pub(crate) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }
}

impl Invocation {
    /// Where requests will go; nothing is sent yet.
    pub(crate) fn site(&self) -> Result<Site, Failure> {
        Site::open(&self.common)
    }

    pub(crate) fn connect(&self, site: Site) -> Result<Connection, Failure> {
        let engine = Engine::new(&self.common, &site, self.interrupt.clone(), self.time_left()?)?;
        Ok(Connection { engine, key: site.key, embedded: site.embedded })
    }

    /// What is left of `--deadline`.
    pub(crate) fn time_left(&self) -> Result<Option<Duration>, Failure> {
        match self.until() {
            None => Ok(None),
            Some(until) => match until.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Ok(Some(left)),
                _ => Err(Failure::new(
                    Exit::Deadline,
                    kind_name(ErrorKind::Deadline),
                    "out of time (--deadline)",
                )),
            },
        }
    }

    /// The moment of `--deadline`.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.began.checked_add(self.common.deadline?)
    }
}
