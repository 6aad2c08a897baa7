//! One file per command: its options, and what it does.
pub(crate) mod column;
pub(crate) mod columns;
pub(crate) mod delete;
pub(crate) mod download;
pub(crate) mod emulator;
pub(crate) mod info;
pub(crate) mod upload;

/// Requests in the air at once: more than 52 the service refuses (api-limits).
fn parallel(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=52) => Ok(n),
        _ => Err("the service takes 1 to 52 requests at once".to_owned()),
    }
}
