//! One made-up file per rule, and the look-alikes that must pass.

use super::*;

fn found(path: &str, text: &str) -> Vec<String> {
    check(&[File { path: path.into(), text: text.into() }]).iter().map(ToString::to_string).collect()
}

fn passes(path: &str, text: &str) {
    assert_eq!(found(path, text), Vec::<String>::new(), "{text}");
}

fn fails(path: &str, text: &str, line: usize) {
    let found = found(path, text);
    assert!(
        found.len() == 1 && found[0].starts_with(&format!("{path}:{line}: ")),
        "expected one finding in line {line} of {text:?}: {found:?}"
    );
}

#[test]
fn four_hundred_lines_pass_and_one_more_does_not() {
    passes("a.rs", &"a();\n".repeat(400));
    fails("a.rs", &"a();\n".repeat(401), 401);
}

#[test]
fn empty_names_are_refused_as_files_folders_and_modules() {
    fails("crates/io/src/utils.rs", "", 1);
    fails("tests/common/mod.rs", "", 1);
    fails("a.rs", "pub(crate) mod helpers {\n}\n", 1);
    passes("crates/io/src/commons.rs", "mod common_names;\n");
    passes("a.rs", "// mod utils\n");
}

#[test]
fn unfinished_work_is_found_in_comments_code_and_documents() {
    for mark in MARKS {
        fails("a.rs", &format!("a();\n// {mark}: later\n"), 2);
        fails("docs/a.md", &format!("# A\n\n{mark} later\n"), 3);
        passes("a.rs", &format!("const A: &str = \"{mark}\"; // a{mark}\n"));
    }
    for call in MACROS {
        fails("a.rs", &format!("fn a() {{ {call}() }}\n"), 1);
        passes("a.rs", &format!("// {call} is refused\n"));
    }
}

#[test]
fn tests_that_do_not_run_are_refused() {
    fails("a.rs", "#[test]\n#[ignore]\nfn a() {}\n", 2);
    fails("a.rs", "#[ignore = \"slow\"]\nfn a() {}\n", 1);
    fails("a.rs", "#[cfg_attr(windows, ignore)]\nfn a() {}\n", 1);
    fails("a.rs", "/// ```rust,ignore\n/// a\n/// ```\n", 1);
    passes("a.rs", "/// ```no_run\n/// a\n/// ```\n// #[ignore]\nlet ignore = 1;\n");
}

#[test]
fn a_sleep_in_a_test_needs_a_reason_on_its_line() {
    fails("tests/faults/a.rs", "std::thread::sleep(d);\n", 1);
    fails("crates/io/tests/a.rs", "use tokio::time::sleep;\nsleep(d).await;\n", 2);
    fails("crates/io/src/a_tests.rs", "tokio::time::sleep_until(d).await;\n", 1);
    fails("crates/io/src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    thread::sleep(d);\n}\n", 4);
    fails("tests/a.rs", "thread::sleep(d); // waits:\n", 1);
    passes("tests/a.rs", "thread::sleep(d); // waits: the lock file has a resolution of one second\n");
}

#[test]
fn sleeping_drivers_and_virtual_clocks_pass() {
    passes(
        "crates/ureq/src/driver.rs",
        "thread::sleep(d);\n#[cfg(test)]\n#[path = \"x_tests.rs\"]\nmod tests;\n",
    );
    passes("tests/a.rs", "world.sleep(d);\nfn sleep(d: u8) {}\nasleep(d);\n// thread::sleep(d)\n");
}
