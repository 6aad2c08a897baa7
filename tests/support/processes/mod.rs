//! `dvf` as a process.
