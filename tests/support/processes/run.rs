//! One run of `dvf`, watched through the lines of `--json`.
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;

use super::dvf;

/// The seeded file column.
pub const TARGET: &str = crate::sockets::COLUMN;

/// A folder of its own, in which `dvf` runs with nothing of this machine's user around it.
#[derive(Debug)]
pub struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in it.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Whether a file in it has these bytes.
    pub fn holds(&self, name: &str, bytes: &[u8]) -> bool {
        fs::read(self.path(name)).is_ok_and(|found| found == bytes)
    }

    /// Starts `dvf --json` with these words against this organization; `TARGET` stands for the seeded column.
    pub fn start(&self, url: &str, line: &str) -> Run {
        let mut command = command(self.folder.path());
        command.env("DATAVERSE_URL", url).env("DATAVERSE_TOKEN", "any").arg("--json");
        command.args(line.split_whitespace().map(|word| if word == "TARGET" { TARGET } else { word }));
        Run::start(command)
    }

    /// The same, to its end.
    pub fn run(&self, url: &str, line: &str) -> Ended {
        self.start(url, line).end()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

pub(super) fn command(folder: &Path) -> Command {
    let mut command = Command::new(dvf());
    command.env("XDG_STATE_HOME", folder.join("state")).env("HOME", folder).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A process under way. Dropped, it is killed.
#[derive(Debug)]
pub struct Run {
    child: Child,
    lines: BufReader<ChildStdout>,
    said: Option<JoinHandle<String>>,
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// The lines of standard output that nobody had read yet.
    pub events: Vec<Value>,
    /// Standard error.
    pub said: String,
}

impl Run {
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = child.stderr.take().unwrap();
        let said = std::thread::spawn(move || {
            let mut text = String::new();
            said.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, lines, said: Some(said) }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line of standard output; `None` when there is none any more.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// Reads lines until so many bytes are done; whether it came so far.
    pub fn until_done(&mut self, bytes: u64) -> bool {
        self.until(|event| event["event"] == "progress" && event["done"].as_u64() >= Some(bytes))
    }

    /// Reads lines until one is like this; whether one was.
    pub fn until(&mut self, mut is_so: impl FnMut(&Value) -> bool) -> bool {
        while let Some(line) = self.line() {
            if is_so(&serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"))) {
                return true;
            }
        }
        false
    }

    /// `kill -9`; it is gone when this returns.
    pub fn kill(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let mut events = Vec::new();
        while let Some(line) = self.line() {
            events.push(serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}")));
        }
        let code = self.child.wait().unwrap().code();
        let said = self.said.take().map_or_else(String::new, |said| said.join().unwrap());
        Ended { code, events, said }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Ended {
    /// It ended well; its last line.
    pub fn done(mut self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.events.pop().unwrap()
    }
}
