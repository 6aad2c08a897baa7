//! Documents that print what the code says are compared with it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
use std::path::Path;

use dataverse_files_proto::upload_steps;

#[test]
fn the_documented_steps_of_an_upload_are_the_ones_the_code_walks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- steps -->\n").unwrap();
    let (printed, after) = rest.split_once("<!-- end of steps -->").unwrap();
    let due = format!("\n{}\n", upload_steps());
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, format!("{before}<!-- steps -->\n{due}<!-- end of steps -->{after}")).unwrap();
    } else {
        assert_eq!(printed, due, "write it anew: INSTA_UPDATE=always cargo test --test documents");
    }
}
