//! The source of proto: nothing of std that touches the world outside.
//!
//! clippy.toml forbids single methods and types; this looks at whole modules, however they are imported.

use crate::source;
use crate::tidy::files::File;

/// Where the rule holds.
const ROOM: &str = "crates/proto/src/";
/// Modules of std that read or change the world.
const MODULES: [&str; 5] = ["env", "fs", "net", "process", "thread"];
/// Clocks and hidden randomness, by the names under which they are used.
const NAMES: [&str; 4] = ["Instant", "SystemTime", "RandomState", "stdin"];

/// One message per forbidden use.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    files.iter().filter(|file| file.path.starts_with(ROOM) && file.is_rust()).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<String> {
    let lines = source::split(&file.text);
    let mut broken = Vec::new();
    for (number, line) in (1..).zip(&lines) {
        for name in NAMES {
            if source::words(&line.code, name).next().is_some() {
                broken.push(message(file, number, name));
            }
        }
    }
    // Imports may run over several lines, so modules are looked for in the file as a whole.
    let code: String = lines.iter().map(|line| format!("{}\n", line.code)).collect();
    for at in source::words(&code, "std::") {
        for (offset, module) in imported(&code[at + "std::".len()..]) {
            if MODULES.contains(&module) {
                let number = 1 + code[..at + "std::".len() + offset].matches('\n').count();
                broken.push(message(file, number, &format!("std::{module}")));
            }
        }
    }
    broken
}

fn message(file: &File, number: usize, what: &str) -> String {
    format!("{}:{number}: {what} in proto: time comes in as a Moment, bytes as inputs", file.path)
}

/// The modules named right after `std::`: one word, or the first word of each entry of a braced group; with offsets.
fn imported(rest: &str) -> Vec<(usize, &str)> {
    if !rest.starts_with('{') {
        return vec![(0, word(rest))];
    }
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(c, '{' | ',') {
            let entry = &rest[at + 1..];
            let blank = entry.len() - entry.trim_start().len();
            found.push((at + 1 + blank, word(entry.trim_start())));
        }
    }
    found
}

fn word(text: &str) -> &str {
    let end = text.find(|c| !source::is_word(c)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let file = File { path: format!("{ROOM}lib.rs"), text: text.to_owned() };
        check(&[file]).iter().map(|m| m.split(" in proto").next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn files_sockets_threads_and_clocks_are_found() {
        assert_eq!(lines("use std::fs;\n"), ["crates/proto/src/lib.rs:1: std::fs"]);
        assert_eq!(
            lines("\nlet s = std::net::TcpStream::connect(a);"),
            ["crates/proto/src/lib.rs:2: std::net"]
        );
        assert_eq!(lines("std::thread::yield_now();"), ["crates/proto/src/lib.rs:1: std::thread"]);
        assert_eq!(lines("let now = Instant::now();"), ["crates/proto/src/lib.rs:1: Instant"]);
        assert_eq!(lines("use std::time::SystemTime;"), ["crates/proto/src/lib.rs:1: SystemTime"]);
    }

    #[test]
    fn grouped_imports_do_not_hide_anything() {
        let text = "use std::{\n    fmt,\n    io::{self, fs},\n    thread::{self, spawn}, net,\n};\n";
        assert_eq!(
            lines(text),
            ["crates/proto/src/lib.rs:4: std::thread", "crates/proto/src/lib.rs:4: std::net"]
        );
    }

    #[test]
    fn prose_strings_and_innocent_names_pass() {
        assert_eq!(
            lines("//! No std::fs, no Instant::now here.\nuse std::time::Duration;\n"),
            Vec::<String>::new()
        );
        assert_eq!(lines("f(\"std::fs\"); use std::{fmt, io}; struct Instants;"), Vec::<String>::new());
    }

    #[test]
    fn other_rooms_may_read_files() {
        let file = File { path: "crates/io/src/lib.rs".into(), text: "use std::fs;\n".into() };
        assert_eq!(check(&[file]), Vec::<String>::new());
    }
}
