//! Positional sources and sinks, .part files, checkpoints and fingerprints for file transfers.
