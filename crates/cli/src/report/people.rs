//! The same for people: one concise line.
use std::fmt::Write;
use std::time::Duration;

use dataverse_files_metadata::{FileDetails, ImageDetails};

use super::{Content, Done, Information};
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
    text
}

pub(super) fn information(information: &Information<'_>) -> String {
    let column = information.column;
    let mut rows = vec![("target", information.target.to_owned())];
    let empty = || "none: the column is empty".to_owned();
    match information.content {
        Content::File(None) => rows.push(("file", empty())),
        Content::File(Some(file)) => rows.extend(file_rows(file)),
        Content::Image(None) => rows.push(("image", empty())),
        Content::Image(Some(image)) => rows.extend(image_rows(image)),
    }
    rows.push(("column", format!("{} column {}", column.kind, column.logical_name)));
    if let Content::Image(_) = information.content {
        let keeps =
            if column.can_store_full_image { "full images and thumbnails" } else { "thumbnails only" };
        rows.push(("keeps", keeps.to_owned()));
    }
    rows.push(("limit", size::bytes(column.max_size_in_bytes())));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default().max(8);
    let lines = rows.iter().map(|(name, value)| format!("{name:<width$} {}", printable(value)));
    lines.collect::<Vec<_>>().join("\n")
}

fn file_rows(file: &FileDetails) -> Vec<(&'static str, String)> {
    let unknown = || "unknown".to_owned();
    let mut rows = vec![
        ("name", file.name.clone().unwrap_or_else(unknown)),
        ("size", size::bytes(file.size)),
        ("type", file.mime.clone().unwrap_or_else(unknown)),
        ("file id", file.file_id.clone()),
    ];
    rows.extend(file.created_on.clone().map(|at| ("created", at)));
    rows
}

fn image_rows(image: &ImageDetails) -> Vec<(&'static str, String)> {
    let full = image.full_image.as_ref().map_or_else(
        || "none: the column kept no full images when it was uploaded".to_owned(),
        |full| {
            let size = full.size_in_bytes.map_or_else(|| "size unknown".to_owned(), size::bytes);
            let pixels =
                full.width.zip(full.height).map(|(width, height)| format!("{width}×{height} pixels"));
            [Some(size), pixels, full.mime.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
        },
    );
    let thumbnail = [Some(size::bytes(image.thumbnail_size_in_bytes)), image.thumbnail_mime.clone()];
    let mut rows = vec![
        ("image id", image.image_id.clone()),
        ("full", full),
        ("thumbnail", thumbnail.into_iter().flatten().collect::<Vec<_>>().join(", ")),
    ];
    rows.extend(image.changed_on.map(|at| ("changed", at.to_string())));
    rows
}

pub(super) fn retry(attempt: u32, wait: Duration, why: &str) -> String {
    format!("attempt {attempt} failed ({}); the next one in {}", printable(why), duration(wait))
}

/// A name from elsewhere must not move the cursor of a terminal.
fn printable(text: &str) -> String {
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

    fn upload() -> Done<'static> {
        Done {
            command: "upload",
            target: "accounts(1)/doc",
            bytes: 25_870_370,
            name: Some("25mb.pdf"),
            sha256: None,
            requests: 9,
            lookups: 1,
            retries: 0,
            strategy: "blocks",
            file_id: None,
            mime: None,
            path: None,
            verified: false,
            took: Duration::from_millis(2_340),
        }
    }

    #[test]
    fn success_is_one_line() {
        let line = done(&upload());
        assert_eq!(line, "25mb.pdf: 25,870,370 bytes to accounts(1)/doc in 2.3 s (blocks, 9 requests)");
        let line = done(&Done { retries: 2, requests: 1, verified: true, ..upload() });
        assert!(line.ends_with("(blocks, 1 request, 2 retries), verified"), "{line}");
        let line = done(&Done { command: "download", path: Some("a.pdf"), bytes: 1, ..upload() });
        assert!(line.starts_with("a.pdf: 1 byte from accounts(1)/doc in "), "{line}");
    }

    #[test]
    fn a_name_with_an_escape_sequence_stays_text() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }

    #[test]
    fn long_times_are_told_in_minutes() {
        assert_eq!(duration(Duration::from_millis(90)), "0.1 s");
        assert_eq!(duration(Duration::from_secs(75)), "75 s");
        assert_eq!(duration(Duration::from_secs(754)), "12 min 34 s");
    }
}
