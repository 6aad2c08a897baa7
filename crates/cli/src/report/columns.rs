//! Columns for people: a table of them, and what has become of one.
use dataverse_files_metadata::{ColumnDefinition, ColumnKind};

use super::table::aligned;
use super::{Alteration, Altered};
use crate::size;

const HEAD: [&str; 6] = ["COLUMN", "KIND", "LIMIT KB", "LIMIT", "PRIMARY", "FULL IMAGES"];

/// Numbers stand to the right, everything else to the left.
const NUMBER: usize = 2;

pub(super) fn table(table: &str, columns: &[ColumnDefinition]) -> String {
    if columns.is_empty() {
        return format!("table {table} has no file and no image columns");
    }
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(columns.iter().map(row));
    aligned(&rows, &[NUMBER])
}

fn row(column: &ColumnDefinition) -> [String; 6] {
    let of_images = |yes: bool| match (column.kind, yes) {
        (ColumnKind::File, _) => "-",
        (ColumnKind::Image, true) => "yes",
        (ColumnKind::Image, false) => "no",
    };
    [
        column.logical_name.clone(),
        column.kind.to_string(),
        size::grouped(column.max_size_in_kb),
        size::limit(column.max_size_in_kb),
        of_images(column.is_primary_image).to_owned(),
        of_images(column.can_store_full_image).to_owned(),
    ]
}

pub(super) fn altered(altered: &Altered<'_>) -> String {
    let column = format!("{}/{}", altered.table, altered.column);
    let kind = altered.kind.map_or_else(String::new, |kind| format!("{kind} column "));
    let most = altered
        .max_kb
        .map_or_else(String::new, |kb| format!("{} KB ({}) at most", size::grouped(kb), size::limit(kb)));
    match altered.alteration {
        Alteration::Created => format!("{kind}{column} is created; it takes {most}"),
        Alteration::Limited => format!("{kind}{column} takes {most}"),
        Alteration::Deleted => format!("{column} is deleted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: ColumnKind, max_size_in_kb: u64) -> ColumnDefinition {
        let image = kind == ColumnKind::Image;
        ColumnDefinition {
            logical_name: name.to_owned(),
            schema_name: name.to_owned(),
            kind,
            max_size_in_kb,
            can_store_full_image: image,
            is_primary_image: false,
        }
    }

    #[test]
    fn columns_stand_below_each_other() {
        let columns = [
            column("sample_filecolumn", ColumnKind::File, 10_485_760),
            column("logo", ColumnKind::Image, 30_720),
        ];
        let expected = "\
COLUMN             KIND     LIMIT KB  LIMIT   PRIMARY  FULL IMAGES
sample_filecolumn  file   10,485,760  10 GiB  -        -
logo               image      30,720  30 MiB  no       yes";
        assert_eq!(table("account", &columns), expected);
        assert_eq!(table("account", &[]), "table account has no file and no image columns");
    }
}
