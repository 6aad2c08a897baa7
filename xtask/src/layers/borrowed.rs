//! Source taken from another room: a dependency that cargo does not see.

use crate::source;
use crate::tidy::files::File;

/// One message per `#[path]` or `include!` that leaves the folder it stands in.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    files.iter().filter(|file| file.is_rust()).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<String> {
    let lines = source::split(&file.text);
    (1..)
        .zip(lines.iter().zip(file.text.lines()))
        .filter(|(_, (line, text))| borrows(&line.code) && text.contains(".."))
        .map(|(number, _)| {
            format!("{}:{number}: source of another folder is included: depend on its crate", file.path)
        })
        .collect()
}

fn borrows(code: &str) -> bool {
    let code = code.replace(' ', "");
    code.contains("#[path=") || source::words(&code, "include!").next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&[File { path: "crates/emulator/src/lib.rs".into(), text: text.into() }]).len()
    }

    #[test]
    fn source_of_another_room_is_refused() {
        assert_eq!(count("#[path = \"../../proto/src/wire.rs\"]\nmod wire;\n"), 1);
        assert_eq!(count("include!(\"../../proto/src/wire.rs\");\n"), 1);
    }

    #[test]
    fn own_files_and_texts_pass() {
        assert_eq!(count("#[path = \"wire_tests.rs\"]\nmod tests;\n"), 0);
        assert_eq!(count("#![doc = include_str!(\"../../../README.md\")]\n"), 0);
        assert_eq!(count("// include!(\"../x.rs\")\n"), 0);
    }
}
