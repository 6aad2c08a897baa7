//! An emulator process, a line to it, and a file.
use bytes::Bytes;
use dataverse_files_tests::Dice;
use dataverse_files_tests::processes::{EmulatorProcess, Relay, World};
use dataverse_files_tests::sockets::content;

pub const SIZE: u64 = 64 << 20;
pub const BLOCK: u64 = 1 << 20;
pub const BLOCKS: u64 = SIZE / BLOCK;
/// So wide that 64 MiB take two or three seconds: checkpoints are kept at most once a second.
const WIDTH: u64 = 32 << 20;

pub const ENGINES: [&str; 2] = ["async", "blocking"];

pub struct Stage {
    pub world: World,
    pub emulator: EmulatorProcess,
    pub relay: Relay,
    pub bytes: Bytes,
}

impl Stage {
    pub fn new() -> Self {
        let world = World::new();
        let emulator = EmulatorProcess::start(&world.path("organization"));
        let relay = Relay::start(emulator.url(), WIDTH);
        let bytes = content(SIZE);
        world.write("a.bin", &bytes);
        Self { world, emulator, relay, bytes }
    }

    /// With the file in its column.
    pub fn with_file() -> Self {
        let stage = Self::new();
        stage.world.run(stage.emulator.url(), "upload a.bin TARGET").done();
        stage
    }

    /// The column holds the file, and the organization holds no other one.
    pub fn assert_one_whole_file(&self) {
        let rows = self.emulator.ask("fileattachments?$select=filename,filesizeinbytes");
        let rows = rows["value"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        self.world.run(self.emulator.url(), "download TARGET check.bin --force").done();
        assert!(self.world.holds("check.bin", &self.bytes), "other bytes");
    }
}

/// The points of this run, and the seed that gives them again.
pub fn dice(engine: &str) -> (Dice, String) {
    let seed = std::env::var("DVF_CRASH_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(7);
    (Dice::new(seed), format!("{engine}, DVF_CRASH_SEED={seed}"))
}

/// A point at which a checkpoint is a second old at most, and something is left to do.
pub fn point(dice: &mut Dice) -> u64 {
    SIZE / 2 + dice.below(SIZE * 3 / 8)
}
