//! A folder of its own, an emulator, and `dvf` as a child process.
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::server::{Builder, Running};
use serde_json::Value;

pub(crate) const TARGET: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";
/// What every test uses as its token; no output may ever show it.
pub(crate) const TOKEN: &str = "t0ken-that-n0body-may-see";
/// Longest that one run may take before the test gives it up.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) server: Running,
}

/// How a run of `dvf` ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> World {
        World::with(Emulator::builder())
    }

    /// With an emulator of one's own making; it accepts [`TOKEN`] only.
    pub(crate) fn with(builder: Builder) -> World {
        World { folder: tempfile::tempdir().unwrap(), server: builder.token(TOKEN).start().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of so many bytes, no two pieces of it alike.
    pub(crate) fn file(&self, name: &str, size: usize) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes(size)).unwrap();
        path
    }

    /// `dvf` with the server's URL and token in its environment.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = dvf(self.folder.path());
        command.env("DATAVERSE_URL", self.server.url()).env("DATAVERSE_TOKEN", TOKEN).args(arguments);
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        run(&mut self.command(arguments))
    }

    /// Runs a line whose arguments have no blanks; `TARGET` stands for the file column.
    pub(crate) fn dvf(&self, line: &str) -> Run {
        self.run(words(line))
    }

    /// What an upload made, from the last line of `--json`.
    pub(crate) fn create(&self, line: &str) -> String {
        let done = self.dvf(&format!("{line} --json")).ok().last_event();
        done["created"].as_str().unwrap_or_else(|| panic!("{line}: {done}")).to_owned()
    }

    /// A property of a record, asked for without `dvf`.
    pub(crate) fn property(&self, record: &str, name: &str) -> Value {
        let answer = self.ask("GET", &format!("{record}?$select={name}"), "");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap_or_else(|e| panic!("{answer}: {e}"))[name].clone()
    }

    /// Change a record without `dvf`.
    pub(crate) fn patch(&self, record: &str, body: &str) {
        let answer = self.ask("PATCH", record, body);
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let url = format!("{}/api/data/v9.2/{path}", self.server.url());
        let headers = format!("Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n");
        exchange(method, &url, &headers, body)
    }

    /// Everything below the folder where checkpoints are kept.
    pub(crate) fn checkpoints(&self) -> Vec<PathBuf> {
        let folder = self.path("state/dvf/uploads");
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

impl Run {
    pub(crate) fn ok(self) -> Run {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Failed with this code; what was said to people.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        let said = self.stderr.trim_end().to_owned();
        assert!(said.starts_with("dvf: "), "{said:?}");
        said
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Every line of standard output as JSON.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
            .collect()
    }

    pub(crate) fn last_event(&self) -> Value {
        self.events().pop().unwrap_or_else(|| panic!("no line of JSON: {self:?}"))
    }
}

/// The binary, with nothing of this machine's user around it.
pub(crate) fn dvf(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvf"));
    for name in ["DATAVERSE_URL", "DATAVERSE_TOKEN"] {
        command.env_remove(name);
    }
    command.env("XDG_STATE_HOME", folder.join("state")).env("HOME", folder).current_dir(folder);
    command.stdin(Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) -> Run {
    ended(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

pub(crate) fn ended(child: Child) -> Run {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Run { code: status.code(), stdout, stderr: String::from_utf8(stderr).unwrap() }
}

/// A GET by hand: the whole answer as text.
pub(crate) fn fetch(url: &str) -> String {
    exchange("GET", url, "", "")
}

fn exchange(method: &str, url: &str, headers: &str, body: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}{length}");
    write!(stream, "{head}\r\n{body}").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(|word| word.replace("TARGET", TARGET)).collect()
}

/// With something on its standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &[u8]) -> Run {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses its input does not read it to the end.
    let _ = child.stdin.take().unwrap().write_all(input);
    ended(child)
}

/// Bytes that differ from place to place, the same for every run.
pub(crate) fn bytes(size: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(size);
    bytes
}

/// Looks again and again until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10)); // waits: for another process, whose state is looked at again
    }
}

pub(crate) fn assert_same(path: &Path, expected: &[u8]) {
    let found = fs::read(path).unwrap();
    assert_eq!(found.len(), expected.len(), "{}", path.display());
    assert!(found == expected, "{} differs", path.display());
}
