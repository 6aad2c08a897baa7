//! `cargo xtask test`: every step in order, cheap ones first, and the first failure ends it.
//!
//! Steps that compile share one profile and name the whole workspace, so that features, and with them compiled
//! crates, are the same in each.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::sim::{self, Seeds};
use crate::snapshots::{self, Mode};
use crate::tally::Tally;
use crate::{layers, tidy};

/// Stories that one full run tells.
const SEEDS: Seeds = Seeds::Many(20_000);

/// Crates that others use one by one: each must stand without its neighbours' features.
const ALONE: [&str; 7] = [
    "dataverse-files-proto",
    "dataverse-files-metadata",
    "dataverse-files-io",
    "dataverse-files-reqwest",
    "dataverse-files-ureq",
    "dataverse-files-emulator",
    "dataverse-files-emulator --no-default-features",
];

/// Runs everything; the last line is `N passed, 0 failed`.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let begin = Instant::now();
    let tally = RefCell::new(Tally::default());
    step("fmt", || Cargo::new("fmt --all --check").run(root))?;
    step("layers", || repeat(layers::run(root), "cargo xtask layers"))?;
    step("tidy", || repeat(tidy::run(root), "cargo xtask tidy"))?;
    step("clippy", || Cargo::new("clippy --workspace --all-targets -- -D warnings").run(root))?;
    for package in ALONE {
        let cargo = Cargo::new(&format!("clippy --package {package} -- -D warnings"));
        step(&format!("alone: {package}"), || cargo.run(root))?;
    }
    let mut simulation = None;
    step("build", || {
        simulation = build(root)?;
        Ok(())
    })?;
    // With `--all-targets` cargo builds examples as tests only; their own test runs the programs.
    step("examples", || Cargo::new("build --workspace --examples").run(root))?;
    let outcome = step("tests", || tests(root, "test --workspace --all-targets --no-fail-fast", &tally))
        .and_then(|()| step("doctests", || tests(root, "test --workspace --doc --no-fail-fast", &tally)));
    if let Err(failure) = outcome {
        println!("{}", tally.borrow());
        return Err(failure);
    }
    step("docs", || Cargo::new("doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings").run(root))?;
    step("snapshots", || repeat(snapshots::run(root, Mode::Check), "cargo xtask snapshots --check"))?;
    step("sim", || simulate(root, simulation.as_deref()))?;
    println!("everything took {:.0} s", begin.elapsed().as_secs_f64());
    println!("{}", tally.borrow());
    Ok(())
}

/// Names a step, runs it and says how long it took.
fn step(name: &str, run: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("=== {name}");
    let begin = Instant::now();
    let outcome = run();
    let word = if outcome.is_ok() { "ok" } else { "failed" };
    println!("=== {name}: {word} after {:.1} s", begin.elapsed().as_secs_f64());
    outcome
}

/// Adds the task that repeats a step of ours; cargo's own steps say it themselves.
fn repeat(outcome: Result<(), Failure>, task: &str) -> Result<(), Failure> {
    outcome.map_err(|failure| match failure {
        Failure::Check(what) if !what.contains("repeat it with") => {
            Failure::Check(format!("{what}\nrepeat it with:\n  {task}"))
        }
        failure => failure,
    })
}

/// Builds all test programs and returns the path of the simulation, which is built along with them.
fn build(root: &Path) -> Result<Option<PathBuf>, Failure> {
    let mut simulation = None;
    let cargo =
        Cargo::new("test --workspace --all-targets --no-run --message-format json-render-diagnostics");
    cargo.watch(root, |line| {
        if let Some(program) = executable(line, sim::PROGRAM) {
            simulation = Some(program);
        }
    })?;
    Ok(simulation)
}

/// The path in a message of cargo that tells of the finished program `name`; test programs of that name do not count.
fn executable(message: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let target = message.get("target")?;
    let is_program = target.get("kind")?.as_array()?.iter().any(|kind| kind == "bin");
    let is_test = message.get("profile")?.get("test")?.as_bool()?;
    let matches = target.get("name")? == name && is_program && !is_test;
    if matches { message.get("executable")?.as_str().map(PathBuf::from) } else { None }
}

/// Runs tests, passes their output through and adds up what they report.
fn tests(root: &Path, line: &str, tally: &RefCell<Tally>) -> Result<(), Failure> {
    let mut tally = tally.borrow_mut();
    let mut ran = Tally::default();
    let cargo = Cargo::new(line).env("INSTA_UPDATE", "no");
    let outcome = cargo.watch(root, |line| {
        println!("{line}");
        ran.read(line);
        tally.read(line);
    });
    outcome?;
    if ran.ignored > 0 {
        return Err(Failure::check(format!("{} tests were ignored; run them or remove them", ran.ignored)));
    }
    if ran.passed == 0 {
        return Err(Failure::check(format!("no test ran; look at:\n  {}", cargo.line())));
    }
    Ok(())
}

fn simulate(root: &Path, program: Option<&Path>) -> Result<(), Failure> {
    match program {
        Some(program) => sim::run_built(root, program, SEEDS),
        None => Err(Failure::check(format!("{} has no program `{}`", sim::PACKAGE, sim::PROGRAM))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str, kind: &str, test: bool) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","target":{{"name":"{name}","kind":["{kind}"]}},
                "profile":{{"test":{test}}},"executable":"/t/{name}"}}"#
        )
    }

    #[test]
    fn the_simulation_is_found_among_the_messages_of_cargo() {
        assert_eq!(executable(&message("sim", "bin", false), "sim"), Some(PathBuf::from("/t/sim")));
        for other in
            [message("sim", "bin", true), message("sim", "test", false), message("dvf", "bin", false)]
        {
            assert_eq!(executable(&other, "sim"), None, "{other}");
        }
        assert_eq!(executable("warning: no JSON", "sim"), None);
    }

    #[test]
    fn a_failure_says_once_how_to_repeat_it() {
        let failure = repeat(Err(Failure::check("broken")), "cargo xtask tidy").unwrap_err().to_string();
        assert!(failure.ends_with("repeat it with:\n  cargo xtask tidy"), "{failure}");
        let told = Failure::check("this failed; repeat it with:\n  cargo doc");
        assert!(!repeat(Err(told), "cargo xtask tidy").unwrap_err().to_string().contains("xtask tidy"));
    }

    #[test]
    fn a_step_passes_its_outcome_on() {
        assert_eq!(step("good", || Ok(())), Ok(()));
        assert_eq!(step("bad", || Err(Failure::check("no"))), Err(Failure::check("no")));
    }
}
