//! Sessions against the emulator's core, in virtual time, with storms and crashes from a seed.
//!
//! `sim --seeds N` runs N stories and counts; `sim --seed S` tells one.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a program for tests")]
mod outcome;
mod scenario;
mod totals;
mod verdict;

use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use scenario::Scenario;
use totals::Totals;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--seed", seed] => match seed.parse() {
            Ok(seed) => tell(seed),
            Err(_) => usage(),
        },
        ["--seeds", seeds] => match seeds.parse() {
            Ok(seeds) => count(seeds),
            Err(_) => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    println!("usage: sim --seeds N | --seed S");
    ExitCode::from(2)
}

fn tell(seed: u64) -> ExitCode {
    let scenario = Scenario::of(seed);
    println!("seed {seed}: {scenario:#?}");
    let (story, verdict) = scenario.play();
    println!("{story}\n{verdict:?}");
    ExitCode::from(u8::from(verdict.is_bad()))
}

fn count(seeds: u64) -> ExitCode {
    let begin = Instant::now();
    let workers = thread::available_parallelism().map_or(2, |n| n.get() as u64);
    let threads: Vec<_> = (0..workers)
        .map(|first| {
            thread::spawn(move || {
                let mut totals = Totals::default();
                for seed in (first + 1..=seeds).step_by(workers as usize) {
                    totals.add(seed, &Scenario::of(seed));
                }
                totals
            })
        })
        .collect();
    let mut totals = Totals::default();
    for thread in threads {
        totals.join(thread.join().unwrap());
    }
    totals.print(seeds, begin.elapsed());
    ExitCode::from(u8::from(totals.is_bad()))
}
