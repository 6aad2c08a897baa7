//! Memory does not grow with the file: 256 MiB up by blocks and down by ranges, with either engine, and the emulator beside
//! them, each below 48 MiB at their highest.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
use std::fs::File;
use std::io::Write;
use std::path::Path;

use dataverse_files_tests::processes::{EmulatorProcess, Run, World, peak_kib};
use dataverse_files_tests::sockets::content;

const MIB: u64 = 1 << 20;
const SIZE: u64 = 256 * MIB;
/// In KiB; less than a fifth of the file.
const MOST: u64 = 48 << 10;

/// No two pieces of it alike, though it is made of one.
fn write_large(path: &Path) {
    let mut piece = content(MIB).to_vec();
    let mut file = File::create(path).unwrap();
    for i in 0..SIZE / MIB {
        piece[..8].copy_from_slice(&i.to_le_bytes());
        file.write_all(&piece).unwrap();
    }
}

/// Follows a run to its last line, which it writes when the work is done and before it ends. It is still there then, with
/// its exit before it, or it has just ended: what was read last counts.
fn peak_of(mut run: Run) -> u64 {
    let mut peak = 0;
    while let Some(line) = run.line() {
        peak = peak_kib(run.id()).unwrap_or(peak);
        assert!(!line.contains(r#""event":"error""#), "{line}");
    }
    let ended = run.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(peak > 0, "it was never seen");
    peak
}

#[test]
fn b22_neither_client_nor_emulator_holds_the_file() {
    let world = World::new();
    write_large(&world.path("a.bin"));
    let emulator = EmulatorProcess::start(&world.path("organization"));
    for engine in ["async", "blocking"] {
        let up = format!("upload a.bin TARGET --strategy blocks --engine {engine}");
        let peak = peak_of(world.start(emulator.url(), &up));
        assert!(peak < MOST, "{engine}: {peak} KiB up");
        let down = format!("download TARGET b.bin --strategy ranged --force --engine {engine}");
        let peak = peak_of(world.start(emulator.url(), &down));
        assert!(peak < MOST, "{engine}: {peak} KiB down");
    }
    let peak = peak_kib(emulator.id()).unwrap();
    assert!(peak < MOST, "emulator: {peak} KiB");
}
