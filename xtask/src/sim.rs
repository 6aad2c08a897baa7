//! The simulation: sessions against the emulator's core in virtual time.

use std::path::Path;
use std::process::Command;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// The package and the program in it that tells the stories.
pub(crate) const PACKAGE: &str = "dataverse-files-tests";
pub(crate) const PROGRAM: &str = "sim";

/// Which stories to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seeds {
    /// This many, counted from seed 0.
    Many(u64),
    /// This one, printed in full.
    One(u64),
}

impl Seeds {
    fn arguments(self) -> [String; 2] {
        match self {
            Self::Many(count) => ["--seeds".into(), count.to_string()],
            Self::One(seed) => ["--seed".into(), seed.to_string()],
        }
    }

    /// The task that repeats this run.
    pub(crate) fn task(self) -> String {
        format!("cargo xtask sim {}", self.arguments().join(" "))
    }
}

/// Builds the simulation and runs it.
pub(crate) fn run(root: &Path, seeds: Seeds) -> Result<(), Failure> {
    let arguments = seeds.arguments().join(" ");
    Cargo::new(&format!("run --quiet --package {PACKAGE} --bin {PROGRAM} -- {arguments}")).run(root)
}

/// Runs a simulation that is already built.
pub(crate) fn run_built(root: &Path, program: &Path, seeds: Seeds) -> Result<(), Failure> {
    let status = Command::new(program)
        .args(seeds.arguments())
        .current_dir(root)
        .status()
        .map_err(|error| Failure::check(format!("the simulation does not run: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::check(format!("the simulation failed ({status}); repeat it with:\n  {}", seeds.task())))
}
