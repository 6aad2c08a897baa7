//! Tables for people: cells below each other.
use unicode_width::UnicodeWidthStr;

/// The first row is the head. Columns at `right` are numbers and stand to the right, all others to the left.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]], right: &[usize]) -> String {
    let widths: [usize; N] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or_default());
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(at, (cell, width))| {
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if right.contains(&at) { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_wide_characters_stand_below_each_other_too() {
        let row = |a: &str, b: &str, c: &str| [a.to_owned(), b.to_owned(), c.to_owned()];
        let rows = [row("NAME", "SIZE", "TYPE"), row("日本.txt", "7", "a/b"), row("a", "1,024", "c/d")];
        let expected = "\
NAME       SIZE  TYPE
日本.txt      7  a/b
a         1,024  c/d";
        assert_eq!(aligned(&rows, &[1]), expected);
    }
}
