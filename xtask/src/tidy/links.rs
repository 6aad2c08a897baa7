//! Links in documents: every relative one leads to a file, and every `#part` to a heading.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::files::File;

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let documents = files.iter().filter(|file| file.is_markdown());
    let headings: BTreeMap<&str, BTreeSet<String>> =
        documents.clone().map(|file| (file.path.as_str(), anchors(&file.text))).collect();
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut findings = Vec::new();
    for file in documents {
        for (number, link) in links(&file.text) {
            if let Some(what) = broken(file, &link, &paths, &headings) {
                findings.push(Finding::new(file, number, what));
            }
        }
    }
    findings
}

fn broken(
    file: &File,
    link: &str,
    paths: &BTreeSet<&str>,
    headings: &BTreeMap<&str, BTreeSet<String>>,
) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (target, anchor) =
        link.split_once('#').map_or((link, None), |(target, anchor)| (target, Some(anchor)));
    let path = match target {
        "" => file.path.clone(),
        target => match join(file.folder(), target) {
            Some(path) => path,
            None => return Some(format!("the link `{link}` leaves the repository")),
        },
    };
    let is_folder = path.is_empty() || paths.iter().any(|known| known.starts_with(&format!("{path}/")));
    if !paths.contains(path.as_str()) && !is_folder {
        return Some(format!("the link `{link}` leads nowhere: there is no {path}"));
    }
    let anchor = anchor?;
    let known = headings.get(path.as_str())?;
    (!known.contains(anchor)).then(|| format!("the link `{link}` leads to no heading of {path}"))
}

/// Follows a relative link from a folder; nothing when it climbs above the root.
fn join(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Every `[text](target)` and `[name]: target`, with its line; code is no place for links.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        let line = without_code(line);
        for (at, _) in line.match_indices("](") {
            let rest = &line[at + 2..];
            links.extend(rest.find(')').map(|end| (number, target(&rest[..end]))));
        }
        let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]: "));
        links.extend(
            definition.filter(|(name, _)| !name.starts_with('^')).map(|(_, rest)| (number, target(rest))),
        );
    }
    links
}

/// The target without a title behind it.
fn target(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((target, _)) => target.to_owned(),
        None => text.split_whitespace().next().unwrap_or_default().to_owned(),
    }
}

fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// The names under which headings can be linked: lower case, blanks as `-`, other signs left out, repeats numbered.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = prose(text).map(|(_, line)| line).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let slug = slug(line.trim_start_matches('#').trim());
            let count = seen.entry(slug.clone()).or_default();
            *count += 1;
            if *count == 1 { slug } else { format!("{slug}-{}", *count - 1) }
        })
        .collect()
}

fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let files = [
            File {
                path: "README.md".into(),
                text: "# Top\n\n## `dvf` and files\n## Again\n## Again\n".into(),
            },
            File { path: "docs/cli.md".into(), text: text.into() },
            File { path: "docs/errors.md".into(), text: "# Errors\n".into() },
        ];
        check(&files).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_link_to_nothing_is_found_with_its_line() {
        assert_eq!(
            found("# A\n\n[x](missing.md)\n"),
            ["docs/cli.md:3: the link `missing.md` leads nowhere: there is no docs/missing.md"]
        );
        assert_eq!(found("[x]: ../missing\n").len(), 1);
        assert_eq!(found("[x](../../outside.md)\n").len(), 1);
        assert_eq!(found("[x](errors.md) and [y](gone.md \"title\")\n").len(), 1);
    }

    #[test]
    fn files_folders_and_addresses_pass() {
        let text =
            "[a](errors.md) [b](../README.md) [c](../docs) [d](https://example.com/x) ![e](./errors.md)\n";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn headings_are_followed() {
        assert_eq!(
            found("# A b\n[x](#a-b) [y](../README.md#dvf-and-files) [z](../README.md#again-1)\n"),
            Vec::<String>::new()
        );
        assert_eq!(found("# A\n[x](#b)\n").len(), 1);
        assert_eq!(found("[x](errors.md#top)\n").len(), 1);
    }

    #[test]
    fn code_holds_no_links() {
        assert_eq!(found("`a[0](b)`\n```text\n[x](gone.md)\n```\n"), Vec::<String>::new());
    }
}
