//! `cargo xtask`: builds, tests and checks the workspace; needs nothing but cargo with clippy and rustfmt.
//!
//! Not here: anything of the product. No crate of the workspace is a dependency, so a broken crate cannot
//! keep its own checks from running.

mod cargo;
mod command;
mod failure;
mod layers;
mod root;
mod sim;
mod snapshots;
mod source;
mod suite;
mod tally;
mod tidy;

use std::process::ExitCode;

use command::Command;
use failure::Failure;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match command::parse(&arguments).and_then(|command| run(&command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit_code()
        }
    }
}

fn run(command: &Command) -> Result<(), Failure> {
    if *command == Command::Help {
        print!("{}", command::HELP);
        return Ok(());
    }
    let root = root::workspace()?;
    match command {
        Command::Help => Ok(()),
        Command::Test => suite::run(&root),
        Command::Snapshots(mode) => snapshots::run(&root, *mode),
        Command::Sim(seeds) => sim::run(&root, *seeds),
        Command::Layers => layers::run(&root),
        Command::Tidy => tidy::run(&root),
    }
}
