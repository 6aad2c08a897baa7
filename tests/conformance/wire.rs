//! What passes over the wire beside the bytes.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{ApiVersion, DownloadStrategy, ErrorKind, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Setting, Site, UploadJob, content};

fn sticky(driver: Driver) -> Site {
    Site::with(driver, Options { sticky: true, chunk_size: 64, ..Options::default() })
}

pub fn u28_one_server_answers_all_of_a_transfer(driver: Driver) {
    let site = sticky(driver);
    let client = site.client();
    for strategy in [UploadStrategy::Chunked, UploadStrategy::Blocks] {
        client.upload(UploadJob::by(content(1_000), strategy, 64)).unwrap();
        assert!(site.file().unwrap() == content(1_000), "{strategy:?}");
    }
}

pub fn u28_without_cookies_a_sticky_service_refuses(driver: Driver) {
    let site = sticky(driver);
    let client = driver.connect(Setting { affinity: false, ..site.setting() });
    let e = client.upload(UploadJob::by(content(1_000), UploadStrategy::Blocks, 64)).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::SessionExpired);
    assert_eq!(site.file(), None);
}

pub fn d02_lengths_may_be_announced_or_not(driver: Driver) {
    for (content_length, content_range) in [(false, false), (true, false), (false, true), (true, true)] {
        let site = Site::with(driver, Options { content_length, content_range, ..Options::default() });
        site.put(&content(10_000));
        for strategy in [DownloadStrategy::Single, DownloadStrategy::Ranged] {
            let (found, _) = site.client().download(DownloadJob::by(strategy, 3_000)).unwrap();
            assert!(found == content(10_000), "{content_length} {content_range} {strategy:?}");
        }
    }
}

pub fn u03_chunks_have_the_size_that_the_service_names(driver: Driver) {
    let options = Options { chunk_size: 700, chunk_size_v91: 300, ..Options::default() };
    let site = Site::with(driver, options);
    for (version, chunks) in [(ApiVersion::V9_2, 3), (ApiVersion::V9_1, 7)] {
        let client = site.client_of(version);
        let job = UploadJob::by(content(2_100), UploadStrategy::Chunked, 4_194_304);
        let (took, up) = site.counting(Kind::Chunk, || client.upload(job));
        assert_eq!((took, up.unwrap().counts.requests), (chunks, chunks + 1), "{version:?}");
    }
}

pub fn a_stream_gives_the_bytes_in_order(driver: Driver) {
    let site = Site::new(driver);
    let bytes = content(1_000_003);
    site.put(&bytes);
    for version in [ApiVersion::V9_2, ApiVersion::V9_1] {
        let client = site.client_of(version);
        for strategy in [DownloadStrategy::Single, DownloadStrategy::Ranged, DownloadStrategy::Blocks] {
            let job = DownloadJob { parallel: 8, ..DownloadJob::by(strategy, 10_000) };
            let (found, down) = client.read(job, usize::MAX).unwrap();
            assert!(found == bytes, "{version:?} {strategy:?}: other bytes, or another order");
            assert_eq!(down.map(|down| down.size), Some(1_000_003));
        }
    }
}
