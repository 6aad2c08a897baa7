//! Every way, up and down, at the sizes where others break.
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{AUTO_SINGLE, ApiVersion, DownloadStrategy, Event, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Site, UploadJob, content};

/// Small, so that many blocks are few bytes. Chunks have the same size here.
const BLOCK: u64 = 1024;
const SIZES: [u64; 7] = [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK, 7 * BLOCK + 511];
const VERSIONS: [ApiVersion; 2] = [ApiVersion::V9_2, ApiVersion::V9_1];
/// Sizes around the service's own block, and that of the documents' example.
const REAL: [u64; 5] = [4_194_303, 4_194_304, 4_194_305, 8_388_608, 25_870_370];

const UP: [UploadStrategy; 3] = [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks];
const DOWN: [DownloadStrategy; 4] =
    [DownloadStrategy::Single, DownloadStrategy::Ranged, DownloadStrategy::Blocks, DownloadStrategy::Sas];

/// How many requests a way up may take: all of it, an opening and the parts, or those and a commit.
fn due(strategy: UploadStrategy, size: u64, block: u64) -> u64 {
    match strategy {
        UploadStrategy::Single => 1,
        UploadStrategy::Chunked => 1 + size.div_ceil(block),
        UploadStrategy::Blocks => 2 + size.div_ceil(block),
    }
}

/// How many requests bring the bytes down, and of which kind they are.
fn parts(strategy: DownloadStrategy, size: u64, part: u64) -> (Kind, u64) {
    match strategy {
        DownloadStrategy::Single => (Kind::Value, 1),
        DownloadStrategy::Record => (Kind::Read, 1),
        DownloadStrategy::Ranged => (Kind::Range, size.div_ceil(part)),
        DownloadStrategy::Blocks => (Kind::DownloadBlock, size.div_ceil(part)),
        DownloadStrategy::Sas => (Kind::Storage, size.div_ceil(part)),
    }
}

pub fn b01_every_upload_of_every_size_arrives_without_a_request_too_many(driver: Driver) {
    let site = Site::with_chunks(driver, BLOCK);
    for version in VERSIONS {
        let client = site.client_of(version);
        for (strategy, size) in UP.into_iter().flat_map(|way| SIZES.map(|size| (way, size))) {
            let bytes = content(size);
            let up = client.upload(UploadJob::by(bytes.clone(), strategy, BLOCK)).unwrap();
            let what = format!("{version:?} {strategy:?} {size}");
            assert_eq!((up.size, up.strategy), (size, strategy), "{what}");
            assert_eq!((up.counts.requests, up.counts.retries), (due(strategy, size, BLOCK), 0), "{what}");
            assert!(up.counts.lookups <= 1, "{what}: {:?}", up.counts);
            assert!(site.file().unwrap() == bytes, "{what}: other bytes");
        }
    }
}

pub fn b01_every_download_of_every_size_comes_without_a_request_too_many(driver: Driver) {
    let site = Site::with_chunks(driver, BLOCK);
    for size in SIZES {
        let bytes = content(size);
        site.put(&bytes);
        for (version, strategy) in VERSIONS.into_iter().flat_map(|v| DOWN.map(|way| (v, way))) {
            let client = site.client_of(version);
            let (kind, due) = parts(strategy, size, BLOCK);
            let (took, down) = site.counting(kind, || client.download(DownloadJob::by(strategy, BLOCK)));
            let (found, down) = down.unwrap();
            let what = format!("{version:?} {strategy:?} {size}");
            assert_eq!((down.size, down.strategy, took), (size, strategy, due), "{what}");
            assert!(found == bytes, "{what}: other bytes");
            assert_eq!(down.name.as_deref(), Some("a.bin"), "{what}");
        }
    }
}

pub fn real_block_sizes_arrive_and_come_back(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for (size, up, down) in REAL.into_iter().zip(0..).map(|(size, i)| (size, UP[i % 3], DOWN[i % 4])) {
        let bytes = content(size);
        let uploaded = client.upload(UploadJob::by(bytes.clone(), up, 4_194_304)).unwrap();
        assert_eq!(uploaded.counts.requests, due(up, size, 4_194_304), "{up:?} {size}");
        let (found, _) = client.download(DownloadJob::by(down, 4_194_304)).unwrap();
        assert!(found == bytes, "{up:?} {down:?} {size}: other bytes");
    }
}

pub fn auto_takes_the_way_that_suits_the_size(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    let small = content(AUTO_SINGLE);
    assert_eq!(client.upload(UploadJob::new(small.clone())).unwrap().strategy, UploadStrategy::Single);
    let (found, down) = client.download(DownloadJob::new()).unwrap();
    assert!(found == small && down.size == AUTO_SINGLE);
    let large = content(AUTO_SINGLE + 1);
    assert_eq!(client.upload(UploadJob::new(large.clone())).unwrap().strategy, UploadStrategy::Blocks);
    let (found, down) = client.download(DownloadJob::new()).unwrap();
    assert!(found == large && down.strategy == DownloadStrategy::Ranged, "{down:?}");
    let asked = UploadJob { mime: Some("text/x-suite".into()), ..UploadJob::new(content(9)) };
    assert_eq!(
        client.upload(asked).unwrap().strategy,
        UploadStrategy::Blocks,
        "only blocks keep a MIME type"
    );
    let (_, down) = client.download(DownloadJob::by(DownloadStrategy::Ranged, BLOCK)).unwrap();
    assert_eq!(down.mime.as_deref(), Some("text/x-suite"));
}

pub fn progress_goes_forward_and_ends_at_the_size(driver: Driver) {
    let site = Site::with_chunks(driver, BLOCK);
    let client = site.client();
    let size = 7 * BLOCK + 511;
    for strategy in UP {
        let mut seen = Vec::new();
        let events = Box::new(|event: &Event| watch(event, &mut seen));
        client
            .upload(UploadJob { events: Some(events), ..UploadJob::by(content(size), strategy, BLOCK) })
            .unwrap();
        assert_forward(&seen, size);
    }
    for strategy in DOWN {
        let mut seen = Vec::new();
        let events = Box::new(|event: &Event| watch(event, &mut seen));
        client.download(DownloadJob { events: Some(events), ..DownloadJob::by(strategy, BLOCK) }).unwrap();
        assert_forward(&seen, size);
    }
}

fn watch(event: &Event, seen: &mut Vec<(u64, u64)>) {
    if let Event::Progress { done, total } = event {
        seen.push((*done, *total));
    }
}

fn assert_forward(seen: &[(u64, u64)], size: u64) {
    assert!(seen.is_sorted() && seen.iter().all(|(done, total)| done <= total && *total == size), "{seen:?}");
    assert_eq!(seen.last(), Some(&(size, size)));
}
