//! The command line: what may be asked for, and the text that says so.

use crate::failure::Failure;
use crate::sim::Seeds;
use crate::snapshots::Mode;

/// One task, with everything it needs to know.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Test,
    Snapshots(Mode),
    Sim(Seeds),
    Layers,
    Tidy,
}

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Builds, tests and checks the workspace.

Usage: cargo xtask <TASK>

Tasks:
  test                 everything below and all tests, doctests, lints and documentation;
                       ends with `N passed, 0 failed`
  snapshots            write the transcripts anew and remove those that no test uses
  snapshots --check    compare the transcripts with what the tests produce; change nothing
  sim --seeds N        run N simulated transfers, with storms and crashes, from seed 0
  sim --seed S         run the one story of seed S and print it
  layers               compare real dependencies with the table of who may depend on whom
  tidy                 style rules: length, names, markers, sleeps, links, paths, rulings

Exit codes: 0 done · 1 a check failed · 2 wrong command line
";

/// Reads the arguments after `cargo xtask`.
pub(crate) fn parse(arguments: &[String]) -> Result<Command, Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if words.iter().any(|word| matches!(*word, "--help" | "-h")) {
        return Ok(Command::Help);
    }
    match words.as_slice() {
        ["help"] => Ok(Command::Help),
        ["test"] => Ok(Command::Test),
        ["snapshots"] => Ok(Command::Snapshots(Mode::Write)),
        ["snapshots", "--check"] => Ok(Command::Snapshots(Mode::Check)),
        ["sim", "--seeds", count] => match number(count)? {
            0 => Err(Failure::Usage("`--seeds 0` would run nothing; ask for at least 1".into())),
            count => Ok(Command::Sim(Seeds::Many(count))),
        },
        ["sim", "--seed", seed] => Ok(Command::Sim(Seeds::One(number(seed)?))),
        ["sim", ..] => Err(Failure::Usage("`sim` wants `--seeds N` or `--seed S`".into())),
        ["layers"] => Ok(Command::Layers),
        ["tidy"] => Ok(Command::Tidy),
        [] => Err(Failure::Usage("no task given".into())),
        [task @ ("test" | "snapshots" | "layers" | "tidy"), rest @ ..] => {
            Err(Failure::Usage(format!("`{task}` does not know `{}`", rest.join(" "))))
        }
        [task, ..] => Err(Failure::Usage(format!("there is no task `{task}`"))),
    }
}

fn number(text: &str) -> Result<u64, Failure> {
    text.parse().map_err(|_| Failure::Usage(format!("`{text}` is not a whole number from 0 to {}", u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, Failure> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn every_task_in_the_help_is_understood() {
        for line in ["test", "snapshots", "snapshots --check", "layers", "tidy"] {
            assert!(HELP.contains(line), "{line} is missing in the help");
            assert!(parsed(line).is_ok(), "{line} is not understood");
        }
        assert_eq!(parsed("sim --seeds 20000"), Ok(Command::Sim(Seeds::Many(20_000))));
        assert_eq!(parsed("sim --seed 7"), Ok(Command::Sim(Seeds::One(7))));
    }

    #[test]
    fn help_wins_over_everything_else() {
        assert_eq!(parsed("sim --help"), Ok(Command::Help));
        assert_eq!(parsed("-h"), Ok(Command::Help));
    }

    #[test]
    fn a_wrong_command_line_is_a_usage_error() {
        for line in [
            "",
            "tests",
            "sim",
            "sim --seeds",
            "sim --seeds 0",
            "sim --seed -1",
            "sim --seeds many",
            "test --fast",
        ] {
            assert!(matches!(parsed(line), Err(Failure::Usage(_))), "`{line}` passed");
        }
    }
}
