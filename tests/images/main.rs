//! Images that are broken in every way: none of them panics, none needs more memory than it may.
//! `cargo run --release -p dataverse-files-tests --bin fuzz_images -- --seconds 120` goes on for longer.
use dataverse_files_tests::{ImageFuzz, peak_memory, watch_panics};

/// Images that one seed breaks here.
const STEPS: u32 = 400;
/// Bytes of memory that may be needed.
const MEMORY: u64 = 256 << 20;

#[test]
fn broken_images_are_refused_or_stored_within_the_bounds_of_memory() {
    let panics = watch_panics();
    for seed in 1..=3 {
        let mut fuzz = ImageFuzz::new(seed);
        for _ in 0..STEPS {
            fuzz.step();
        }
        assert!(fuzz.taken() > 20 && fuzz.refused() > 100, "{} and {}", fuzz.taken(), fuzz.refused());
    }
    assert_eq!(panics.count(), 0);
    assert!(peak_memory().is_none_or(|peak| peak < MEMORY), "{:?}", peak_memory());
}
