//! What an organization takes, for people.
use dataverse_files_metadata::OrganizationLimits;

use super::Raised;
use crate::size;

/// Characters of a line of extensions or types.
const WIDTH: usize = 90;

pub(super) fn limits(limits: &OrganizationLimits) -> String {
    let takes = limits.max_upload_size_in_bytes;
    let list =
        |words: &[String], none: &str| if words.is_empty() { vec![none.to_owned()] } else { wrapped(words) };
    let any = if limits.blocked_mime_types.is_empty() { "all" } else { "all that are not blocked" };
    let blocked = match limits.allowed_mime_types.is_empty() {
        true => list(&limits.blocked_mime_types, "none"),
        false => vec!["not looked at, because there is a list of allowed ones".to_owned()],
    };
    let rows = [
        ("organization", vec![limits.organization_id.to_string()]),
        ("notes and attachments", vec![fits(takes), setting(takes)]),
        ("blocked extensions", list(&limits.blocked_extensions, "none")),
        ("blocked types", blocked),
        ("allowed types", list(&limits.allowed_mime_types, any)),
    ];
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = rows.iter().flat_map(|(name, values)| {
        values.iter().enumerate().map(move |(at, value)| {
            let name = if at == 0 { *name } else { "" };
            format!("{name:<width$}  {value}")
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn raised(raised: Raised) -> String {
    format!(
        "maxuploadfilesize is {} now and was {}: notes and attachments take files of {}",
        size::grouped(raised.to),
        size::grouped(raised.from),
        fits(raised.to)
    )
}

fn fits(max_upload_size: u64) -> String {
    format!("{} at most", size::bytes(OrganizationLimits::note_size_within(max_upload_size)))
}

fn setting(max_upload_size: u64) -> String {
    format!(
        "maxuploadfilesize is {}, and counts a file as base64: 4 for every 3 bytes",
        size::grouped(max_upload_size)
    )
}

fn wrapped(words: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(blocked_mime_types: &[&str], allowed_mime_types: &[&str]) -> String {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        limits(&OrganizationLimits {
            organization_id: "7a4814f9-b0b8-ea11-a812-000d3a122b89".parse().unwrap(),
            max_upload_size_in_bytes: 5_242_880,
            blocked_extensions: words(&["exe"; 40]),
            blocked_mime_types: words(blocked_mime_types),
            allowed_mime_types: words(allowed_mime_types),
        })
    }

    #[test]
    fn the_largest_file_is_told_beside_the_setting() {
        let text = told(&["image/svg+xml"], &[]);
        assert!(
            text.contains("3,932,160 bytes at most") && text.contains("maxuploadfilesize is 5,242,880"),
            "{text}"
        );
        assert!(text.contains("blocked types          image/svg+xml"), "{text}");
        assert!(text.ends_with("allowed types          all that are not blocked"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 23 + WIDTH), "{text}");
        let all = raised(Raised { from: 5_242_880, to: 131_072_000 });
        assert!(
            all.contains("131,072,000 now and was 5,242,880") && all.contains("98,304,000 bytes at most"),
            "{all}"
        );
    }

    #[test]
    fn a_list_of_allowed_types_is_said_to_switch_the_blocked_ones_off() {
        let text = told(&["image/svg+xml"], &["application/pdf"]);
        assert!(text.contains("not looked at") && !text.contains("svg"), "{text}");
        assert!(told(&[], &[]).ends_with("all"));
    }
}
