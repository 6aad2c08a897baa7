//! Names that others break.
use dataverse_files_proto::{ApiVersion, DownloadStrategy, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Site, UploadJob, content};

const NAMES: [&str; 7] = [
    "r&d #1 50%.txt",
    "日本 テスト.txt",
    "a+b=c?d.txt",
    "it's \"quoted\".txt",
    "%41 is not A.txt",
    "no extension",
    "é🙂;,.txt",
];

pub fn b04_names_arrive_unchanged_by_every_way(driver: Driver) {
    let site = Site::with_chunks(driver, 4);
    for version in [ApiVersion::V9_2, ApiVersion::V9_1] {
        let client = site.client_of(version);
        for strategy in [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks] {
            for name in NAMES {
                let job = UploadJob { name: Some(name.into()), ..UploadJob::by(content(9), strategy, 4) };
                client.upload(job).unwrap();
                let held = client.held(&site.column()).unwrap();
                assert_eq!(held.name.as_deref(), Some(name), "{version:?} {strategy:?}");
            }
        }
    }
    let client = site.client();
    let ways =
        [DownloadStrategy::Single, DownloadStrategy::Ranged, DownloadStrategy::Blocks, DownloadStrategy::Sas];
    for name in NAMES {
        client.upload(UploadJob { name: Some(name.into()), ..UploadJob::new(content(9)) }).unwrap();
        for strategy in ways {
            let (_, down) = client.download(DownloadJob::by(strategy, 4)).unwrap();
            assert_eq!(down.name.as_deref(), Some(name), "{strategy:?}");
        }
    }
}
