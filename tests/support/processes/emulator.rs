//! `dvf emulator` as a process that can be killed and started again on the same data and port.
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::run::{Run, command};

/// An emulator that keeps its data in a folder.
#[derive(Debug)]
pub struct EmulatorProcess {
    run: Option<Run>,
    url: String,
    data: PathBuf,
}

impl EmulatorProcess {
    /// On a port that is free.
    pub fn start(data: &Path) -> Self {
        let (run, url) = listen(data, "127.0.0.1:0");
        Self { run: Some(run), url, data: data.to_owned() }
    }

    /// Where it listens, also when it is not running.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.run.as_ref().unwrap().id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.run.take().unwrap().kill();
    }

    /// Starts it again on the same data and port.
    pub fn restart(&mut self) {
        let (run, url) = listen(&self.data, self.url.strip_prefix("http://").unwrap());
        assert_eq!(url, self.url);
        self.run = Some(run);
    }

    /// What the seeded column holds, asked for by hand: `FileAttachment` rows of the record, newest last.
    pub fn ask(&self, path: &str) -> Value {
        let reply = crate::sockets::ask(&self.url, "any", "GET", &format!("/api/data/v9.2/{path}"), b"");
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice(&reply.body).unwrap()
    }
}

fn listen(data: &Path, address: &str) -> (Run, String) {
    let mut command = command(data.parent().unwrap());
    command.arg("emulator").arg("--data").arg(data).arg("--listen").arg(address);
    let mut run = Run::start(command);
    let Some(line) = run.line() else { panic!("{:?}", run.end()) };
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
    (run, url)
}
