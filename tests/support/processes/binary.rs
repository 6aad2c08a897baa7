//! Where the binary is.
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// `dvf`, built by the profile that this test was built by.
///
/// Cargo is asked each time: it builds nothing when nothing has changed, and a binary left over from another day would prove
/// nothing.
pub fn dvf() -> &'static Path {
    static DVF: OnceLock<PathBuf> = OnceLock::new();
    DVF.get_or_init(|| {
        // …/target/<profile>/deps/<test>
        let test = std::env::current_exe().unwrap();
        let profile = test.ancestors().nth(2).unwrap();
        let target = profile.parent().unwrap();
        let name = match profile.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "dataverse-files", "--bin", "dvf", "--profile", name]);
        build.arg("--target-dir").arg(target).current_dir(env!("CARGO_MANIFEST_DIR"));
        let built = build.status().unwrap();
        assert!(built.success(), "dvf does not build: {built}");
        profile.join(format!("dvf{EXE_SUFFIX}"))
    })
}
