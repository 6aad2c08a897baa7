use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dataverse_files_ureq::{Bytes, ErrorKind, Source, UploadStrategy};

use crate::server::{Server, reply};
use crate::{client, column, file};

/// A source that cannot be read from `good` on, or that has changed when it is asked.
struct Bad {
    good: u64,
    changed: bool,
}

const LEN: u64 = 1_000_000;

impl Source for Bad {
    fn len(&self) -> u64 {
        LEN
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        if range.end > self.good {
            return Err(io::Error::other("bad sector"));
        }
        Ok(file(LEN as usize).slice(range.start as usize..range.end as usize))
    }

    fn verify(&self) -> io::Result<()> {
        match self.changed {
            true => Err(io::Error::new(io::ErrorKind::InvalidData, "the file was written to")),
            false => Ok(()),
        }
    }
}

fn bad(good: u64, changed: bool) -> Arc<dyn Source> {
    Arc::new(Bad { good, changed })
}

#[test]
fn a_source_that_cannot_be_read_is_no_broken_connection() {
    let server = Server::start(|_| reply(204, ""));
    let e = client(&server).upload(column(), bad(700_000, false)).name("a").run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Source);
    assert_eq!(e.attempts(), 1);
    assert!(e.to_string().contains("bad sector"), "{e}");
    assert!(server.seen().iter().all(|seen| !seen.complete));
}

#[test]
fn a_changed_source_never_becomes_visible_by_one_request() {
    let server = Server::start(|_| reply(204, ""));
    let e = client(&server).upload(column(), bad(LEN, true)).name("a").run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Changed);
    assert_eq!(e.attempts(), 1);
    assert!(server.seen().iter().all(|seen| !seen.complete), "the last bytes are not sent");
}

#[test]
fn a_changed_source_never_becomes_visible_by_a_commit() {
    let server = Server::start(|seen| {
        if seen.is("GET", "EntityDefinitions") {
            crate::server::account()
        } else if seen.is("GET", "accounts(") {
            crate::server::held("before")
        } else if seen.is("POST", "InitializeFileBlocksUpload") {
            reply(200, r#"{"FileContinuationToken":"continue"}"#)
        } else {
            reply(204, "")
        }
    });
    let request = client(&server).upload(column(), bad(LEN, true)).name("a");
    let e = request.strategy(UploadStrategy::Blocks).run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Changed);
    assert_eq!((server.count("POST", "UploadBlock"), server.count("POST", "Commit")), (1, 0));
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_a_changed_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    std::fs::write(&path, file(3_000_000)).unwrap();
    let source = dataverse_files_ureq::FileSource::open(&path).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(1_000_000).unwrap();
    let server = Server::start(|_| reply(204, ""));
    let e = client(&server).upload(column(), source).name("a").run().unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Changed);
}

/// A source that counts how many of its bytes somebody holds.
#[derive(Default)]
struct Counting {
    held: Arc<AtomicU64>,
    most: AtomicU64,
}

/// Bytes that are counted until nobody holds them any more.
struct Counted(Vec<u8>, Arc<AtomicU64>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0.len() as u64, Ordering::SeqCst);
    }
}

impl Source for Counting {
    fn len(&self) -> u64 {
        16_000_000
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let len = range.end - range.start;
        self.most.fetch_max(self.held.fetch_add(len, Ordering::SeqCst) + len, Ordering::SeqCst);
        Ok(Bytes::from_owner(Counted(vec![7; len as usize], self.held.clone())))
    }
}

#[test]
fn b22_a_file_is_never_held_whole() {
    let server = Server::start(|_| reply(204, ""));
    let source = Arc::new(Counting::default());
    let counted: Arc<dyn Source> = source.clone();
    client(&server).upload(column(), counted).name("a").run().unwrap();
    assert_eq!(server.seen()[0].body.len(), 16_000_000);
    let most = source.most.load(Ordering::SeqCst);
    assert!(most <= 1 << 20, "{most} bytes at once");
}
