//! Starting cargo, watching what it prints, and saying how to start it again by hand.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::Failure;

/// One cargo command, described before it is started.
#[derive(Debug, Clone)]
pub(crate) struct Cargo {
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
}

impl Cargo {
    /// A command from words separated by blanks; no argument of ours contains one.
    pub(crate) fn new(line: &str) -> Self {
        Self { arguments: line.split_whitespace().map(str::to_owned).collect(), variables: Vec::new() }
    }

    /// Adds an environment variable.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// The command as a person types it into a shell.
    pub(crate) fn line(&self) -> String {
        let variables = self.variables.iter().map(|(name, value)| match value.contains(' ') {
            true => format!("{name}='{value}' "),
            false => format!("{name}={value} "),
        });
        format!("{}cargo {}", variables.collect::<String>(), self.arguments.join(" "))
    }

    /// Runs it with its output passed through.
    pub(crate) fn run(&self, root: &Path) -> Result<(), Failure> {
        let status = self.command(root).status().map_err(|error| self.cannot_start(&error))?;
        self.judge(status)
    }

    /// Runs it and hands each line of its standard output to `watch` while it runs.
    pub(crate) fn watch(&self, root: &Path, mut watch: impl FnMut(&str)) -> Result<(), Failure> {
        let mut child =
            self.command(root).stdout(Stdio::piped()).spawn().map_err(|error| self.cannot_start(&error))?;
        if let Some(output) = child.stdout.take() {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            // Bytes, not strings: a test may print anything.
            while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                watch(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
                line.clear();
            }
        }
        let status = child.wait().map_err(|error| self.cannot_start(&error))?;
        self.judge(status)
    }

    /// Runs it and returns all of its standard output.
    pub(crate) fn output(&self, root: &Path) -> Result<Vec<u8>, Failure> {
        let output = self
            .command(root)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| self.cannot_start(&error))?;
        self.judge(output.status)?;
        Ok(output.stdout)
    }

    fn command(&self, root: &Path) -> Command {
        // Cargo's warnings and ours must come in the order in which they happened.
        let _ = std::io::stdout().flush();
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(program);
        command.current_dir(root).args(&self.arguments);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| is_about_this_program(&name.to_string_lossy()))
        {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn judge(&self, status: ExitStatus) -> Result<(), Failure> {
        if status.success() {
            return Ok(());
        }
        Err(Failure::check(format!("this failed ({status}); repeat it with:\n  {}", self.line())))
    }

    fn cannot_start(&self, error: &std::io::Error) -> Failure {
        Failure::check(format!("`{}` does not run: {error}", self.line()))
    }
}

/// Variables that `cargo run` sets for us and that an inner cargo must not see: build scripts watch some of
/// them and would run again whenever cargo is started from here instead of from a shell. Those that steer
/// insta go too: a check must not be weakened from outside.
fn is_about_this_program(name: &str) -> bool {
    const EXACT: [&str; 4] = ["CARGO_CRATE_NAME", "CARGO_BIN_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    const FAMILIES: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "INSTA_"];
    EXACT.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_to_repeat_can_be_pasted_into_a_shell() {
        let cargo =
            Cargo::new("doc --workspace  --no-deps").env("RUSTDOCFLAGS", "-D warnings").env("CI", "true");
        assert_eq!(cargo.line(), "RUSTDOCFLAGS='-D warnings' CI=true cargo doc --workspace --no-deps");
    }

    #[test]
    fn settings_of_the_person_reach_the_inner_cargo_and_traces_of_ours_do_not() {
        for kept in ["CARGO_TARGET_DIR", "CARGO_HOME", "CARGO_TERM_COLOR", "CARGO_BUILD_JOBS", "PATH"] {
            assert!(!is_about_this_program(kept), "{kept}");
        }
        for removed in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "INSTA_FORCE_PASS", "OUT_DIR"] {
            assert!(is_about_this_program(removed), "{removed}");
        }
    }

    #[test]
    fn a_command_that_fails_names_itself() {
        let cargo = Cargo::new("no-such-task-here");
        let status = cargo.command(Path::new(".")).stderr(Stdio::null()).status().unwrap();
        let failure = cargo.judge(status).unwrap_err().to_string();
        assert!(failure.ends_with("repeat it with:\n  cargo no-such-task-here"), "{failure}");
    }

    #[test]
    fn watched_output_arrives_line_by_line() {
        let mut lines = Vec::new();
        Cargo::new("--version --verbose").watch(Path::new("."), |line| lines.push(line.to_owned())).unwrap();
        assert!(lines.len() > 1 && lines[0].starts_with("cargo "), "{lines:?}");
    }
}
