//! The same for people: one concise line.
use std::fmt::Write;
use std::time::Duration;

use super::{Deleted, Done, SharedUrl};
use crate::size;

pub(super) fn done(done: &Done<'_>) -> String {
    let mut text = String::new();
    // Writing into a String does not fail.
    let _ = match (done.path, done.name) {
        (Some(path), _) => write!(text, "{path}: {} from {}", size::bytes(done.bytes), done.target),
        (None, name) if done.command == "upload" => {
            write!(text, "{}: {} to {}", name.unwrap_or("-"), size::bytes(done.bytes), done.target)
        }
        (None, _) => write!(text, "{} from {}", size::bytes(done.bytes), done.target),
    };
    let (requests, retries) = (count(done.requests, "request"), count(done.retries, "retry"));
    let _ = write!(text, " in {} ({}, {requests}", duration(done.took), done.strategy);
    if done.retries > 0 {
        let _ = write!(text, ", {retries}");
    }
    text.push_str(if done.verified { "), verified" } else { ")" });
    if let Some(created) = done.created {
        let _ = write!(text, ", created {created}");
    }
    text
}

pub(super) fn deleted(target: &str, deleted: Deleted) -> String {
    match deleted {
        Deleted::File => format!("{target} is empty"),
        Deleted::Record => format!("{target} is deleted"),
        Deleted::Content => format!("{target} holds no file now; nothing else of it was touched"),
    }
}

/// The sentence that goes with a shared access URL.
pub(super) fn link(link: &SharedUrl<'_>) -> String {
    let name = printable(link.name.unwrap_or(link.target));
    let (size, expires) = (size::bytes(link.bytes), printable(link.expires));
    format!("it gives {name} ({size}) to anyone who has it, without a token, until {expires}")
}

pub(super) fn retry(attempt: u32, wait: Duration, why: &str) -> String {
    format!("attempt {attempt} failed ({}); the next one in {}", printable(why), duration(wait))
}

/// A name from elsewhere must not move the cursor of a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..=9 => format!("{:.1} s", duration.as_secs_f64()),
        10..=119 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

fn count(number: u64, what: &str) -> String {
    let plural = match (number, what.strip_suffix('y')) {
        (1, _) => what.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{what}s"),
    };
    format!("{} {plural}", size::grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_one_line() {
        let line = done(&Done::example());
        assert_eq!(line, "25mb.pdf: 25,870,370 bytes to accounts(1)/doc in 2.3 s (blocks, 9 requests)");
        let line = done(&Done { retries: 2, requests: 1, verified: true, ..Done::example() });
        assert!(line.ends_with("(blocks, 1 request, 2 retries), verified"), "{line}");
        let line = done(&Done { command: "download", path: Some("a.pdf"), bytes: 1, ..Done::example() });
        assert!(line.starts_with("a.pdf: 1 byte from accounts(1)/doc in "), "{line}");
        let line = done(&Done {
            target: "accounts(1)/annotations",
            created: Some("annotations(2)"),
            ..Done::example()
        });
        assert!(line.ends_with("(blocks, 9 requests), created annotations(2)"), "{line}");
    }

    #[test]
    fn a_name_with_an_escape_sequence_stays_text() {
        let hostile = SharedUrl {
            target: "annotations(1)",
            url: "https://x",
            expires: "\u{1b}[2J",
            name: Some("\u{1b}[2J"),
            bytes: 1,
            mime: None,
        };
        assert!(!link(&hostile).contains('\u{1b}'), "{}", link(&hostile));
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }

    #[test]
    fn long_times_are_told_in_minutes() {
        assert_eq!(duration(Duration::from_millis(90)), "0.1 s");
        assert_eq!(duration(Duration::from_secs(75)), "75 s");
        assert_eq!(duration(Duration::from_secs(754)), "12 min 34 s");
    }
}
