//! `dvf`: files into and out of Microsoft Dataverse, from a shell.
//!
//! ```text
//!  main ─▶ arguments ─▶ command ─▶ invocation ─▶ site (URL, token, embedded emulator)
//!   │                      │            └─▶ engine (async | blocking) ─▶ an adapter's client
//!   └─ interrupt           └─▶ report (people | programs)
//! ```
//!
//! Not here: anything of the protocol. What is sent, retried or refused is decided below the adapters.
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "doc comments of options are help texts: [x] is their default"
)]

mod arguments;
mod command;
mod definition;
mod destination;
mod engine;
mod exit;
mod failure;
mod hash;
mod interrupt;
mod invocation;
mod report;
mod secret;
mod site;
mod size;
mod state;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;

use self::arguments::{Arguments, Command, Common};
use self::command::{column, columns, delete, download, emulator, info, link, ls, organization, upload};
use self::exit::Exit;
use self::failure::Failure;
use self::interrupt::Interrupt;
use self::invocation::Invocation;
use self::report::{Audience, Detail, Report, Stdout};

fn main() -> ExitCode {
    let began = Instant::now();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let Arguments { common, command } = arguments;
    let report = Arc::new(report(&common, &command));
    let interrupt = Arc::new(Interrupt::default());
    let invocation = Invocation { common, report: report.clone(), interrupt: interrupt.clone(), began };
    let until = invocation.until();
    match interrupt::guard(&interrupt, until, move || run(&command, &invocation)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report.failed(&failure);
            ExitCode::from(failure.exit.code())
        }
    }
}

fn run(command: &Command, invocation: &Invocation) -> Result<(), Failure> {
    match command {
        Command::Upload(arguments) => upload::run(arguments, invocation),
        Command::Download(arguments) => download::run(arguments, invocation),
        Command::Delete(arguments) => delete::run(arguments, invocation),
        Command::Info(arguments) => info::run(arguments, invocation),
        Command::Ls(arguments) => ls::run(arguments, invocation),
        Command::Link(arguments) => link::run(arguments, invocation),
        Command::Columns(arguments) => columns::run(arguments, invocation),
        Command::Column(arguments) => column::run(arguments, invocation),
        Command::Organization(arguments) => organization::run(arguments, invocation),
        Command::Emulator(arguments) => emulator::run(arguments, invocation),
    }
}

fn report(common: &Common, command: &Command) -> Report {
    let audience = match (common.json, common.quiet) {
        (true, _) => Audience::Programs,
        (false, true) => Audience::Nobody,
        (false, false) => Audience::People,
    };
    let detail = if common.verbose { Detail::Events } else { Detail::Results };
    let stdout = match command {
        Command::Download(arguments) if arguments.is_to_stdout() => Stdout::FileBytes,
        _ => Stdout::Messages,
    };
    Report::new(audience, detail, stdout)
}

/// Help and version are no errors; a wrong command line is one, told like every other.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A reader that went away is nobody's error.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(Exit::Usage.code());
    }
    let text = error.to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    let audience = if wants_json { Audience::Programs } else { Audience::People };
    Report::new(audience, Detail::Results, Stdout::Messages).failed(&Failure::usage(message));
    ExitCode::from(Exit::Usage.code())
}
