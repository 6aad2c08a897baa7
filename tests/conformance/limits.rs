//! Sizes that are refused, and sizes that are not known.
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::kind::Kind;
use dataverse_files_io::{Source, UploadSource, spool};
use dataverse_files_proto::{DownloadStrategy, ErrorKind, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Site, UploadJob, content};

const UP: [UploadStrategy; 3] = [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks];

/// `MaxSizeInKB` of the seeded column, in bytes.
const LIMIT: u64 = 10_485_760 * 1_024;

/// So long that no test sends all of it: it cannot be read beyond its first 4 MiB.
struct Long(u64);

impl Source for Long {
    fn len(&self) -> u64 {
        self.0
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        if range.end > 4_194_304 {
            return Err(io::Error::other("no further"));
        }
        Ok(Bytes::from(vec![7; usize::try_from(range.end - range.start).unwrap()]))
    }
}

pub fn b16_one_byte_above_the_limit_is_too_large(driver: Driver) {
    // A site of its own for each: a chunk that the first one gave up may arrive late.
    let upload = |size| {
        let site = Site::new(driver);
        let client = site.client();
        let source = UploadSource::Open(Arc::new(Long(size)));
        let job = UploadJob::by(source, UploadStrategy::Chunked, 4_194_304);
        site.counting(Kind::Chunk, || client.upload(job).unwrap_err())
    };
    let (chunks, e) = upload(LIMIT);
    assert_eq!(e.kind(), ErrorKind::Source, "the limit itself is taken, until the source ends it: {e}");
    assert!(chunks >= 1, "the first chunk was");
    let (chunks, e) = upload(LIMIT + 1);
    assert_eq!(e.kind(), ErrorKind::TooLarge, "in whole kilobytes it would fit: {e}");
    assert!(chunks <= 1, "the first chunk tells the size");
}

pub fn b02_an_empty_file_is_refused_before_anything_is_sent(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for strategy in UP {
        let e = client.upload(UploadJob::by(Bytes::new(), strategy, 64)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Input, "{strategy:?}: {e}");
    }
    assert_eq!(site.server.requests(), 0);
}

pub fn u13_one_request_takes_less_than_its_limit(driver: Driver) {
    let site = Site::with(driver, Options { single_upload_limit: 1_000, ..Options::default() });
    let client = site.client();
    client.upload(UploadJob::by(content(999), UploadStrategy::Single, 64)).unwrap();
    let e = client.upload(UploadJob::by(content(1_000), UploadStrategy::Single, 64)).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::TooLarge, "{e}");
    assert!(site.file().unwrap() == content(999));
}

pub fn d22_files_in_the_database_come_whole(driver: Driver) {
    let site = Site::with(driver, Options { chunking_supported: false, ..Options::default() });
    let client = site.client();
    client.upload(UploadJob::by(content(10_000), UploadStrategy::Single, 64)).unwrap();
    let (found, _) = client.download(DownloadJob { part_size: 3_000, ..DownloadJob::new() }).unwrap();
    assert!(found == content(10_000));
    let e = client.upload(UploadJob::by(content(10_000), UploadStrategy::Blocks, 3_000)).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unsupported, "{e}");
}

pub fn d09_a_service_that_gives_no_large_file_at_once_gives_ranges(driver: Driver) {
    let site = Site::with(driver, Options { single_download_limit: Some(5_000), ..Options::default() });
    site.put(&content(5_000));
    let client = site.client();
    client.download(DownloadJob::by(DownloadStrategy::Single, 3_000)).unwrap();
    client.upload(UploadJob::new(content(10_000))).unwrap();
    let (ranges, down) = site
        .counting(Kind::Range, || client.download(DownloadJob { part_size: 3_000, ..DownloadJob::new() }));
    assert!(down.unwrap().0 == content(10_000) && ranges >= 4, "{ranges} ranges");
}

pub fn a_source_of_unknown_length_is_spooled(driver: Driver) {
    let site = Site::new(driver);
    let bytes = content(100_001);
    let spooled = spool(&mut &bytes[..]).unwrap();
    let source = UploadSource::Open(Arc::new(spooled));
    site.client().upload(UploadJob::by(source, UploadStrategy::Blocks, 10_000)).unwrap();
    assert!(site.file().unwrap() == bytes);
}

/// Becomes shorter while it is read.
struct Shrinking {
    bytes: Bytes,
    reads: AtomicU64,
}

impl Source for Shrinking {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        match self.reads.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => Source::read(&self.bytes, range),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the source has become shorter")),
        }
    }

    fn verify(&self) -> io::Result<()> {
        match self.reads.load(Ordering::Relaxed) {
            0 | 1 => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the source has become shorter")),
        }
    }
}

pub fn b02_a_source_that_shrinks_makes_no_file(driver: Driver) {
    let site = Site::with_chunks(driver, 200_000);
    let client = site.client();
    for strategy in UP {
        let source = Shrinking { bytes: content(1_000_000), reads: AtomicU64::new(0) };
        let source = UploadSource::Open(Arc::new(source));
        let e = client.upload(UploadJob::by(source, strategy, 200_000)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Changed, "{strategy:?}: {e}");
        assert_eq!(site.file(), None, "{strategy:?}");
    }
}
