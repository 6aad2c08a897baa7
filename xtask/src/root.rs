//! Where the workspace is.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The folder of the workspace's Cargo.toml.
///
/// Cargo names this package's folder to the program it runs. The name baked in at compile time is of no use:
/// several checkouts may share one target folder.
pub(crate) fn workspace() -> Result<PathBuf, Failure> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    if let Some(root) = package.as_deref().and_then(Path::parent) {
        return Ok(root.to_path_buf());
    }
    let here = std::env::current_dir()
        .map_err(|error| Failure::check(format!("the current folder cannot be read: {error}")))?;
    if here.join("xtask/Cargo.toml").is_file() {
        return Ok(here);
    }
    Err(Failure::check("start this through `cargo xtask`, inside the checkout"))
}
