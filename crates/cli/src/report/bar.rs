//! The progress bar on a terminal: bytes, speed, time left, what limits it.
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Start, people};

const SIZED: &str = "{prefix} {bar:16} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta}  {wide_msg}";
const UNSIZED: &str = "{prefix} {spinner} {bytes} {bytes_per_sec}  {wide_msg}";
/// Characters of a name that are shown.
const LONGEST_NAME: usize = 20;
/// Redrawn this often though nothing moves, so that the time left stays honest.
const TICK: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    /// What limits the transfer while nothing goes wrong.
    usually: String,
    /// Until when something else does.
    waits_until: Option<Instant>,
}

impl Bar {
    pub(super) fn new(start: &Start<'_>) -> Bar {
        let bar = start.total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_style(style(if start.total.is_some() { SIZED } else { UNSIZED }));
        bar.set_prefix(short(start.name.unwrap_or(start.target)));
        bar.set_position(start.resumed);
        bar.reset_eta();
        let usually = match (start.strategy, start.parallel) {
            ("single" | "record", _) => "one request".to_owned(),
            ("chunked", _) => "one chunk at a time".to_owned(),
            (_, 1) => "one request at a time".to_owned(),
            (_, parallel) => format!("{parallel} requests at a time"),
        };
        bar.set_message(usually.clone());
        bar.enable_steady_tick(TICK);
        Bar { bar, usually, waits_until: None }
    }

    pub(super) fn progress(&mut self, done: u64, total: u64) {
        if self.bar.length() != Some(total) {
            self.bar.set_length(total);
            self.bar.set_style(style(SIZED));
        }
        self.bar.set_position(done);
        if self.waits_until.is_none_or(|until| until <= Instant::now()) {
            self.waits_until = None;
            let message = if done == total { "the service's last answer" } else { &self.usually };
            self.bar.set_message(message.to_owned());
        }
    }

    /// Something went wrong, and is tried again after a wait.
    pub(super) fn waits(&mut self, wait: Duration, why: &str) {
        self.waits_until = Some(Instant::now() + wait);
        let line: String = why.chars().filter(|c| !c.is_control()).take(60).collect();
        self.bar.set_message(format!("waits {}: {line}", people::duration(wait)));
    }

    /// Print something without tearing the bar.
    pub(super) fn above(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    pub(super) fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// The end of a long name tells more than its beginning.
fn short(name: &str) -> String {
    let characters: Vec<char> = name.chars().filter(|c| !c.is_control()).collect();
    match characters.len().checked_sub(LONGEST_NAME) {
        None | Some(0) => characters.into_iter().collect(),
        Some(more) => std::iter::once('…').chain(characters.into_iter().skip(more + 1)).collect(),
    }
}

/// A template that cannot be read would only cost the looks.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_can_be_read() {
        for template in [SIZED, UNSIZED] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_long_name_leaves_room_for_the_rest() {
        assert_eq!(short("25mb.pdf"), "25mb.pdf");
        let name = short("/a/very/long/way/to/the/film of 2026.mp4");
        assert_eq!((name.chars().count(), name.as_str()), (20, "…he/film of 2026.mp4"));
    }

    #[test]
    fn a_bar_of_unknown_length_learns_it() {
        let start = Start {
            command: "download",
            target: "accounts(1)/doc",
            name: None,
            total: None,
            strategy: "auto",
            resumed: 0,
            parallel: 4,
        };
        let mut bar = Bar::new(&start);
        bar.progress(5, 10);
        assert_eq!((bar.bar.position(), bar.bar.length()), (5, Some(10)));
        bar.waits(Duration::from_secs(60), "429");
        bar.progress(6, 10);
        assert_eq!(bar.bar.message(), "waits 60 s: 429", "a wait is told until it is over");
        bar.clear();
    }
}
