//! SHA-256 of what is moved.
use std::fmt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use dataverse_files_io::{Source, sha256_of_source};
use sha2::{Digest, Sha256};

use crate::exit::Exit;
use crate::failure::Failure;

/// Takes bytes in order.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// 64 lower-case hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

/// The hash of a source, made while the source is sent.
#[derive(Debug)]
pub(crate) struct Background {
    thread: JoinHandle<std::io::Result<String>>,
}

impl Background {
    pub(crate) fn start(source: Arc<dyn Source>) -> Background {
        Background { thread: thread::spawn(move || sha256_of_source(source.as_ref())) }
    }

    pub(crate) fn finish(self) -> Result<String, Failure> {
        match self.thread.join() {
            Ok(hash) => hash.map_err(|e| Failure::local(&e)),
            Err(_) => Err(Failure::new(Exit::Local, "internal", "hashing the file failed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_give_the_same_hash() {
        let mut hasher = Hasher::default();
        hasher.update(b"a");
        hasher.update(b"bc");
        let whole = Background::start(Arc::new(b"abc".to_vec())).finish().unwrap();
        assert_eq!(hasher.finish(), whole);
        assert!(whole.starts_with("ba7816bf"), "FIPS 180-2, appendix B.1");
    }
}
