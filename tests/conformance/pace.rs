//! One pace for all transfers of a client.
use std::thread;
use std::time::{Duration, Instant};

use dataverse_files_emulator::faults::{Answer, Fault, Faults, RetryAfter};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{DownloadStrategy, PacerLimits, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Setting, Site, UploadJob, content};

/// The audit keeps a quarter of a second for requests that were under way and could not know, so the pause is longer.
const PAUSE: Duration = Duration::from_secs(1);

pub fn b19_nobody_comes_before_retry_after_is_over(driver: Driver) {
    for asked in [RetryAfter::Seconds(1), RetryAfter::Date(1)] {
        let site = Site::new(driver);
        site.put(&content(40_000));
        let client = site.client();
        site.weather(Faults::script([(Kind::Range, 10, Fault::Answer(Answer::throttled(asked)))]));
        let begun = Instant::now();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let (found, _) =
                        client.download(DownloadJob::by(DownloadStrategy::Ranged, 1_000)).unwrap();
                    assert!(found == content(40_000));
                });
            }
        });
        assert!(begun.elapsed() >= PAUSE, "all three waited: {:?}", begun.elapsed());
        assert_eq!(site.server.requests_of(Kind::Range), 3 * 40 + 1);
        // That nobody came early is what the site's audit says when it goes.
    }
}

pub fn no_more_requests_are_in_the_air_than_allowed(driver: Driver) {
    let site = Site::new(driver);
    let limits = PacerLimits { in_flight: 2, ..PacerLimits::default() };
    let client = driver.connect(Setting { limits, ..site.setting() });
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let job = UploadJob::by(content(20_000), UploadStrategy::Blocks, 1_000);
                client.upload(UploadJob { parallel: 20, ..job }).unwrap();
            });
        }
    });
    assert!(site.file().unwrap() == content(20_000));
    // Sixty blocks at once would be more than the 52 that the service takes, and the audit would say so.
}
