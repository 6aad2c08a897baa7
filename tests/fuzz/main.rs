//! Broken images without end: `fuzz_images --seconds N [--seed S]`. It fails when anything panics, when an answer is
//! not one of the two that may be, or when more than 256 MiB of memory were needed.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a program for tests")]
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dataverse_files_tests::{ImageFuzz, peak_memory, watch_panics};

/// Bytes of memory that may be needed.
const MEMORY: u64 = 256 << 20;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (seconds, seed) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--seconds", seconds] => (seconds.parse(), Ok(1)),
        ["--seconds", seconds, "--seed", seed] => (seconds.parse(), seed.parse()),
        _ => return usage(),
    };
    match (seconds, seed) {
        (Ok(seconds), Ok(seed)) => run(Duration::from_secs(seconds), seed),
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    println!("usage: fuzz_images --seconds N [--seed S]");
    ExitCode::from(2)
}

fn run(time: Duration, seed: u64) -> ExitCode {
    let panics = watch_panics();
    let (begin, mut fuzz) = (Instant::now(), ImageFuzz::new(seed));
    while begin.elapsed() < time {
        fuzz.step();
    }
    let peak = peak_memory();
    println!(
        "seed {seed}: {} taken, {} refused, {} panics, {} MiB of memory at most",
        fuzz.taken(),
        fuzz.refused(),
        panics.count(),
        peak.unwrap_or_default() >> 20
    );
    ExitCode::from(u8::from(panics.count() > 0 || peak.is_some_and(|peak| peak > MEMORY)))
}
