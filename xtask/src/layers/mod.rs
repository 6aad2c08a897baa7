//! Who depends on whom, compared with who may.
//!
//! Three looks: dependencies as cargo resolved them (all features, all targets), the source of the pure room,
//! and source that is borrowed across rooms without a dependency.

mod borrowed;
mod graph;
mod judge;
mod pure;
mod table;

use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// Reads the workspace and refuses it when an edge or a line breaks a rule.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let metadata = Cargo::new("metadata --format-version 1 --all-features").output(root)?;
    let graph = graph::Graph::read(&metadata)?;
    let mut broken = judge::judge(&graph);
    let files = crate::tidy::files::load(root)?;
    broken.extend(pure::check(&files));
    broken.extend(borrowed::check(&files));
    if broken.is_empty() {
        println!(
            "{} rooms, {} dependencies of their own: as the table allows",
            graph.members.len(),
            graph.own_edges()
        );
        return Ok(());
    }
    Err(Failure::check(format!("layers are broken:\n  {}", broken.join("\n  "))))
}
