//! One time for the core and its shell.
pub use crate::core::Now;
