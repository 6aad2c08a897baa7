//! A name from the service becomes a plain file name of this machine (B6).

/// Longest name, in bytes: file systems take 255, and `.part` and the checkpoint's ending must find room behind it.
const LONGEST: usize = 240;
/// Longest extension that survives the cutting of a long name, in bytes with its dot.
const LONGEST_EXTENSION: usize = 32;

/// Reduce a name that someone else chose to a plain file name: no folders, nothing hidden, nothing that Windows or a terminal
/// takes for something else. The same name on every machine.
///
/// ```
/// use dataverse_files_io::safe_name;
/// assert_eq!(safe_name("../../x"), "x");
/// assert_eq!(safe_name(r"C:\x"), "x");
/// assert_eq!(safe_name("日本 テスト.txt"), "日本 テスト.txt");
/// assert_eq!(safe_name("r&d #1 50%.txt"), "r&d #1 50%.txt");
/// assert_eq!(safe_name(""), "download");
/// ```
#[must_use]
pub fn safe_name(server_name: &str) -> String {
    let last = server_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !is_invisible(*c)).map(printable).collect();
    let blank = |c: char| c == '.' || c.is_whitespace();
    let cut = shorten(plain.trim_start_matches(blank).trim_end_matches(blank), LONGEST);
    let name = cut.trim_end_matches(blank);
    match name {
        "" => "download".into(),
        name if is_reserved(name) => format!("_{name}"),
        name => name.into(),
    }
}

/// Control characters, and those that turn text around or show nothing: a name must look like what it is.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What Windows does not take in names; `a:b` would even be a hidden stream of `a`.
fn printable(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }
}

/// Names of devices, whatever their extension (Windows, "Naming files, paths and namespaces").
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().find_map(|port| stem.strip_prefix(port));
    let is_number = |rest: &str| {
        let mut rest = rest.chars();
        rest.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
            && rest.next().is_none()
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered.is_some_and(is_number)
}

/// At most `most` bytes; the extension stays where it is short.
fn shorten(name: &str, most: usize) -> String {
    if name.len() <= most {
        return name.into();
    }
    let extension = name.rfind('.').map_or("", |dot| &name[dot..]);
    let extension = if extension.len() <= LONGEST_EXTENSION { extension } else { "" };
    format!("{}{extension}", beginning(name, most - extension.len()))
}

/// The longest beginning of at most so many bytes that ends between two characters.
fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b06_no_name_leads_out_of_the_folder() {
        for (from, to) in [
            ("../../x", "x"),
            ("..\\..\\x", "x"),
            ("C:\\x", "x"),
            ("C:x", "C_x"),
            ("/etc/passwd", "passwd"),
            ("a/b", "b"),
            ("a/", "download"),
            ("..", "download"),
            (".", "download"),
            ("...", "download"),
            ("\\\\server\\share\\x.txt", "x.txt"),
            ("x\0/../y", "y"),
        ] {
            assert_eq!(safe_name(from), to, "{from:?}");
        }
    }

    #[test]
    fn nothing_hidden_nothing_invisible_nothing_turned_around() {
        for (from, to) in [
            (".bashrc", "bashrc"),
            (" . .x", "x"),
            ("a.txt. . ", "a.txt"),
            ("a\r\nb\u{7f}\u{85}.txt", "ab.txt"),
            ("annual\u{202e}fdp.exe", "annualfdp.exe"),
            ("\u{feff}a\u{2066}b\u{2069}", "ab"),
            ("what?.txt:stream", "what_.txt_stream"),
            ("\t\n", "download"),
        ] {
            assert_eq!(safe_name(from), to, "{from:?}");
        }
    }

    #[test]
    fn names_of_devices_are_only_names() {
        for from in ["CON", "nul.txt", "Com1", "LPT9.tar.gz", "aux .txt", "COM¹", "conin$"] {
            assert_eq!(safe_name(from), format!("_{from}"));
        }
        for same in ["CONSOLE", "com10.txt", "lpt", "COM1A", "xCON"] {
            assert_eq!(safe_name(same), same);
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension_and_whole_characters() {
        let long = format!("{}.pdf", "日".repeat(200));
        let name = safe_name(&long);
        assert!(name.len() <= LONGEST && name.len() > LONGEST - 3, "{}", name.len());
        assert!(name.starts_with('日') && name.ends_with("日.pdf"));
        let odd = format!("a.{}", "x".repeat(300));
        assert_eq!(safe_name(&odd).len(), LONGEST);
    }
}
