//! `dvf` as a process: found or built, run, watched line by line, killed.
//!
//! Suites that use this live in another package than the binary, so Cargo does not build it for them.
mod binary;
mod emulator;
#[cfg(target_os = "linux")]
mod peak;
mod relay;
mod run;

pub use binary::dvf;
pub use emulator::EmulatorProcess;
#[cfg(target_os = "linux")]
pub use peak::peak_kib;
pub use relay::Relay;
pub use run::{Ended, Run, TARGET, World};
