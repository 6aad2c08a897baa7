//! `dvf emulator`, as scripts use it.
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use crate::world::{Run, assert_same, bytes, dvf, ended, run, words};

struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl Server {
    fn start(folder: &std::path::Path, options: &str) -> Server {
        let mut command = dvf(folder);
        command.arg("emulator").args(words(options)).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url =
            line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).trim_end().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Server { child, stdout, url }
    }

    /// Ends it as `kill` does, without -9.
    fn terminate(self) -> Run {
        signal(&self.child, "TERM");
        ended(self.child)
    }
}

pub(crate) fn signal(child: &Child, name: &str) {
    let kill =
        std::process::Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

#[test]
fn it_announces_itself_serves_and_ends_with_0_on_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.bin"), bytes(5_000)).unwrap();
    for name in ["TERM", "INT"] {
        let server = Server::start(folder.path(), "--data kept --seed 7");
        let line = format!("--url {} --token any", server.url);
        run(dvf(folder.path()).args(words(&line)).args(words("upload a.bin TARGET"))).ok();
        signal(&server.child, name);
        let run = ended(server.child);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{name}");
    }
    let server = Server::start(folder.path(), "--data kept");
    let line = format!("--url {} --token any download", server.url);
    run(dvf(folder.path()).args(words(&line)).args(words("TARGET b.bin"))).ok();
    assert_same(&folder.path().join("b.bin"), &bytes(5_000));
    server.terminate().ok();
}

#[test]
fn without_data_nothing_stays() {
    let folder = tempfile::tempdir().unwrap();
    Server::start(folder.path(), "").terminate().ok();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn with_json_the_second_line_tells_both_origins() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path(), "--json");
    let mut line = String::new();
    server.stdout.read_line(&mut line).unwrap();
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&event["event"], &event["url"]), (&"listening".into(), &server.url.clone().into()));
    assert!(event["storage_url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")));
    server.terminate().ok();
}

#[test]
fn a_required_token_is_required() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), "--require-token good");
    for (token, code) in [("good", 0), ("bad", 4)] {
        let line = format!("--url {} --token {token} info TARGET", server.url);
        assert_eq!(run(dvf(folder.path()).args(words(&line))).code, Some(code), "{token}");
    }
    server.terminate().ok();
}

#[test]
fn our_own_clients_leave_the_audit_empty_even_in_a_storm() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.bin"), bytes(400_000)).unwrap();
    let server = Server::start(folder.path(), "--audit --faults flaky --seed 3");
    let common = format!("--url {} --token any", server.url);
    for engine in ["async", "blocking"] {
        let up =
            format!("{common} upload a.bin TARGET --strategy blocks --block-size 50000 --engine {engine}");
        run(dvf(folder.path()).args(words(&up))).ok();
        let down = format!("{common} download TARGET b.bin --force --engine {engine}");
        run(dvf(folder.path()).args(words(&down))).ok();
        assert_same(&folder.path().join("b.bin"), &bytes(400_000));
    }
    let run = server.terminate().ok();
    assert_eq!(run.stderr, "");
}

#[test]
fn other_machines_are_let_in_only_when_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(dvf(folder.path()).args(words("emulator --listen 0.0.0.0:0"))).failed(2);
    assert!(said.contains("--allow-remote"), "{said}");
}

#[test]
fn an_address_in_use_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = run(dvf(folder.path()).args(["emulator", "--listen", &address])).failed(11);
    assert!(said.contains(&address), "{said}");
}
