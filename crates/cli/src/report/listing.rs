//! What a record holds, for people: one line per file.
use super::Entry;
use super::people::printable;
use super::table::aligned;
use crate::size;

const HEAD: [&str; 5] = ["KIND", "NAME", "SIZE", "TYPE", "TARGET"];

/// Numbers stand to the right.
const NUMBER: usize = 2;

pub(super) fn table(record: &str, entries: &[Entry]) -> String {
    if entries.is_empty() {
        return format!("{record} holds no files");
    }
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(entries.iter().map(row));
    aligned(&rows, &[NUMBER])
}

fn row(entry: &Entry) -> [String; 5] {
    let or_dash = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), printable);
    let unknown = if entry.kind == "image" { "thumbnail" } else { "-" };
    [
        entry.kind.to_owned(),
        or_dash(&entry.name),
        entry.bytes.map_or_else(|| unknown.to_owned(), size::short),
        or_dash(&entry.mime),
        entry.target.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_below_each_other_with_sizes_that_can_be_read() {
        let file = Entry {
            kind: "file",
            target: "accounts(1)/doc".into(),
            name: Some("r&d\u{1b}.pdf".into()),
            bytes: Some(25_870_370),
            mime: Some("application/pdf".into()),
            id: "2".into(),
            subject: None,
            created_on: None,
        };
        let image = Entry { kind: "image", name: None, bytes: None, mime: None, ..file.clone() };
        let note = Entry { kind: "note", bytes: Some(7), target: "annotations(3)".into(), ..file.clone() };
        let expected = "\
KIND   NAME           SIZE  TYPE             TARGET
file   r&d\u{fffd}.pdf   24.6 MiB  application/pdf  accounts(1)/doc
image  -         thumbnail  -                accounts(1)/doc
note   r&d\u{fffd}.pdf    7 bytes  application/pdf  annotations(3)";
        assert_eq!(table("accounts(1)", &[file, image, note]), expected);
        assert_eq!(table("accounts(1)", &[]), "accounts(1) holds no files");
    }
}
