//! Where the binary is.
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// `dvf`, built by the profile that this test was built by.
///
/// Cargo is asked when the binary is missing or older than the sources: one of another day would prove nothing, and asking
/// each time would build it anew with the features of this package alone.
pub fn dvf() -> &'static Path {
    static DVF: OnceLock<PathBuf> = OnceLock::new();
    DVF.get_or_init(|| {
        // …/target/<profile>/deps/<test>
        let test = std::env::current_exe().unwrap();
        let profile = test.ancestors().nth(2).unwrap();
        let dvf = profile.join(format!("dvf{EXE_SUFFIX}"));
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let built = fs::metadata(&dvf).and_then(|found| found.modified());
        if built.map_or(true, |built| built < newest(&sources)) {
            build(profile);
        }
        dvf
    })
}

/// When the latest change was made below this folder.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let times = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => newest(&entry.path()),
        false => entry.metadata().unwrap().modified().unwrap(),
    });
    times.max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn build(profile: &Path) {
    let name = match profile.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        other => other,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "dataverse-files", "--bin", "dvf", "--profile", name]);
    build.arg("--target-dir").arg(profile.parent().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR"));
    let built = build.status().unwrap();
    assert!(built.success(), "dvf does not build: {built}");
}
