//! Many stories, counted.
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::scenario::Scenario;
use crate::verdict::Verdict;

#[derive(Default)]
pub(crate) struct Totals {
    good: u64,
    gave_up: BTreeMap<String, Vec<u64>>,
    lost: Vec<u64>,
    torn: Vec<u64>,
    twice: Vec<u64>,
    silent: Vec<u64>,
    stopped: Vec<u64>,
}

impl Totals {
    pub(crate) fn add(&mut self, seed: u64, scenario: &Scenario) {
        match catch_unwind(AssertUnwindSafe(|| scenario.play().1)) {
            Ok(Verdict::Good) => self.good += 1,
            Ok(Verdict::GaveUp(kind)) => self.gave_up.entry(kind.to_string()).or_default().push(seed),
            Ok(Verdict::Lost) => self.lost.push(seed),
            Ok(Verdict::Torn) => self.torn.push(seed),
            Ok(Verdict::Twice) => self.twice.push(seed),
            Ok(Verdict::Silent(_)) => self.silent.push(seed),
            Err(_) => self.stopped.push(seed),
        }
    }

    pub(crate) fn join(&mut self, other: Totals) {
        self.good += other.good;
        for (kind, n) in other.gave_up {
            self.gave_up.entry(kind).or_default().extend(n);
        }
        self.lost.extend(other.lost);
        self.torn.extend(other.torn);
        self.twice.extend(other.twice);
        self.silent.extend(other.silent);
        self.stopped.extend(other.stopped);
    }

    fn bad(&self) -> [(&'static str, &[u64]); 5] {
        [
            ("lost", &self.lost),
            ("torn", &self.torn),
            ("double commits", &self.twice),
            ("failed in silence", &self.silent),
            ("stopped", &self.stopped),
        ]
    }

    pub(crate) fn is_bad(&self) -> bool {
        self.bad().iter().any(|(_, seeds)| !seeds.is_empty())
    }

    pub(crate) fn print(&self, seeds: u64, took: Duration) {
        let gave_up: usize = self.gave_up.values().map(Vec::len).sum();
        println!("{seeds} seeds: {} good, {gave_up} gave up and said so", self.good);
        for (kind, seeds) in &self.gave_up {
            println!("  {:>6} {kind}, e.g. {}", seeds.len(), first(seeds));
        }
        for (what, seeds) in self.bad() {
            println!("{:>8} {what} {}", seeds.len(), first(seeds));
        }
        let a_minute = seeds as f64 / took.as_secs_f64().max(0.001) * 60.0;
        println!("{:.1} s, {a_minute:.0} seeds a minute", took.as_secs_f64());
    }
}

/// A few seeds to look at.
fn first(seeds: &[u64]) -> String {
    let mut seeds = seeds.to_vec();
    seeds.sort_unstable();
    seeds.iter().take(4).map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
