//! Everything that `dvf` prints, for people or for programs.
//!
//! People get one line on success and, on a terminal, a progress bar. Programs (`--json`) get JSON Lines on standard output.
//! Where standard output carries a file (`dvf download TARGET -`), all of this goes to standard error instead.
//! A reader that went away is nobody's error: what is left is not printed.
mod bar;
mod columns;
mod info;
mod json;
mod listing;
mod organization;
mod people;
mod results;
mod table;

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dataverse_files_metadata::{ColumnDefinition, OrganizationLimits};

use self::bar::Bar;
use self::json::Line;
pub(crate) use self::results::{
    Alteration, Altered, Content, Deleted, Done, Entry, Information, Raised, SharedUrl, Start,
};
use crate::failure::Failure;

/// JSON progress at most this often: four lines a second.
const PACE: Duration = Duration::from_millis(250);

/// For whom the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    People,
    Programs,
    Nobody,
}

/// How much is told beside results and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Results,
    Events,
}

/// What standard output carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stdout {
    Messages,
    FileBytes,
}

/// Shared by everything that has something to tell.
#[derive(Debug)]
pub(crate) struct Report {
    audience: Audience,
    detail: Detail,
    stdout: Stdout,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bar: Option<Bar>,
    last_progress: Option<Instant>,
}

impl Report {
    pub(crate) fn new(audience: Audience, detail: Detail, stdout: Stdout) -> Report {
        Report { audience, detail, stdout, state: Mutex::default() }
    }

    /// Whether anyone will read the result.
    pub(crate) fn is_for_programs(&self) -> bool {
        self.audience == Audience::Programs
    }

    pub(crate) fn started(&self, start: &Start<'_>) {
        match self.audience {
            Audience::Programs => self.json(&Line::start(start)),
            Audience::People if io::stderr().is_terminal() => self.state().bar = Some(Bar::new(start)),
            Audience::People | Audience::Nobody => {}
        }
    }

    pub(crate) fn progress(&self, done: u64, total: u64) {
        let mut state = self.state();
        if let Some(bar) = &mut state.bar {
            bar.progress(done, total);
        }
        if self.audience != Audience::Programs {
            return;
        }
        let due = state.last_progress.is_none_or(|last| last.elapsed() >= PACE);
        if due || done == total {
            state.last_progress = Some(Instant::now());
            drop(state);
            self.json(&Line::Progress { done, total });
        }
    }

    /// A request goes out again, after a wait.
    pub(crate) fn retry(&self, attempt: u32, wait: Duration, why: &str) {
        if let Some(bar) = &mut self.state().bar {
            bar.waits(wait, why);
        }
        match self.audience {
            Audience::Programs => self.json(&Line::Retry { attempt, wait_seconds: json::seconds(wait), why }),
            _ => self.event(&people::retry(attempt, wait, why)),
        }
    }

    /// The transfer begins again from nothing.
    pub(crate) fn restarted(&self) {
        match self.audience {
            Audience::Programs => self.json(&Line::Restart {}),
            _ => self.event("the transfer begins again: its session was lost, or the file was replaced"),
        }
    }

    /// Something only `-v` tells, and `--json`.
    pub(crate) fn note(&self, message: &str) {
        match self.audience {
            Audience::Programs => self.json(&Line::Note { message }),
            _ => self.event(message),
        }
    }

    /// Something people must hear though it is no error.
    pub(crate) fn warn(&self, message: &str) {
        match self.audience {
            Audience::Programs => self.json(&Line::Note { message }),
            Audience::People => self.stderr(message),
            Audience::Nobody => {}
        }
    }

    pub(crate) fn done(&self, done: &Done<'_>) {
        self.clear();
        match self.audience {
            Audience::Programs => self.json(&Line::done(done)),
            Audience::People => self.result(&people::done(done)),
            Audience::Nobody => {}
        }
    }

    pub(crate) fn deleted(&self, target: &str, deleted: Deleted) {
        match self.audience {
            Audience::Programs => self.json(&Line::deleted(target, deleted)),
            Audience::People => self.result(&people::deleted(target, deleted)),
            Audience::Nobody => {}
        }
    }

    pub(crate) fn information(&self, information: &Information<'_>) {
        match self.audience {
            Audience::Programs => self.json(&Line::information(information)),
            Audience::People | Audience::Nobody => self.result(&info::information(information)),
        }
    }

    pub(crate) fn columns(&self, table: &str, columns: &[ColumnDefinition]) {
        match self.audience {
            Audience::Programs => {
                columns.iter().for_each(|column| self.json(&Line::column(table, column)));
                self.json(&Line::Listed { table, columns: columns.len() });
            }
            Audience::People | Audience::Nobody => self.result(&columns::table(table, columns)),
        }
    }

    pub(crate) fn altered(&self, altered: &Altered<'_>) {
        match self.audience {
            Audience::Programs => self.json(&Line::altered(altered)),
            Audience::People => self.result(&columns::altered(altered)),
            Audience::Nobody => {}
        }
    }

    /// What a record holds.
    pub(crate) fn listing(&self, record: &str, entries: &[Entry]) {
        match self.audience {
            Audience::Programs => {
                entries.iter().for_each(|entry| self.json(&Line::File(entry)));
                self.json(&Line::Held { command: "ls", target: record, files: entries.len() });
            }
            Audience::People | Audience::Nobody => self.result(&listing::table(record, entries)),
        }
    }

    /// The URL stands alone on standard output, for other programs to take.
    pub(crate) fn link(&self, link: &SharedUrl<'_>) {
        match self.audience {
            Audience::Programs => self.json(&Line::Link(link)),
            Audience::People => {
                self.result(link.url);
                self.stderr(&people::link(link));
            }
            Audience::Nobody => self.result(link.url),
        }
    }

    pub(crate) fn organization(&self, limits: &OrganizationLimits) {
        match self.audience {
            Audience::Programs => self.json(&Line::organization(limits)),
            Audience::People | Audience::Nobody => self.result(&organization::limits(limits)),
        }
    }

    /// The organization's limit is another one than before.
    pub(crate) fn raised(&self, raised: Raised) {
        match self.audience {
            Audience::Programs => self.json(&Line::raised(raised)),
            Audience::People => self.result(&organization::raised(raised)),
            Audience::Nobody => {}
        }
    }

    /// The emulator listens. People were told by the line that every emulator prints.
    pub(crate) fn listening(&self, url: &str, storage_url: &str, faults_seed: u64) {
        match self.audience {
            Audience::Programs => self.json(&Line::Listening { url, storage_url, faults_seed }),
            _ => {
                self.event(&format!(
                    "the storage service listens on {storage_url}; faults have the seed {faults_seed}"
                ));
            }
        }
    }

    pub(crate) fn finding(&self, finding: &str) {
        match self.audience {
            Audience::Programs => self.json(&Line::Finding { message: finding }),
            _ => self.stderr(finding),
        }
    }

    /// Errors reach people on standard error whoever the audience is; programs get them as their last line as well.
    pub(crate) fn failed(&self, failure: &Failure) {
        self.clear();
        if !failure.message.is_empty() {
            self.stderr(&format!("dvf: {}", failure.message));
        }
        if self.audience == Audience::Programs {
            self.json(&Line::error(failure));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clear(&self) {
        if let Some(bar) = self.state().bar.take() {
            bar.clear();
        }
    }

    fn event(&self, message: &str) {
        if self.detail == Detail::Events && self.audience != Audience::Nobody {
            self.stderr(message);
        }
    }

    fn json(&self, line: &Line<'_>) {
        match self.stdout {
            Stdout::Messages => print(io::stdout().lock(), &line.text()),
            Stdout::FileBytes => print(io::stderr().lock(), &line.text()),
        }
    }

    fn result(&self, text: &str) {
        match self.stdout {
            Stdout::Messages => print(io::stdout().lock(), text),
            Stdout::FileBytes => print(io::stderr().lock(), text),
        }
    }

    fn stderr(&self, text: &str) {
        match &self.state().bar {
            Some(bar) => bar.above(|| print(io::stderr().lock(), text)),
            None => print(io::stderr().lock(), text),
        }
    }
}

/// Whether anyone still reads is not for a transfer to worry about.
fn print(mut out: impl Write, text: &str) {
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
