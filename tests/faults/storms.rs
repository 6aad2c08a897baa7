//! Named weather, from a seed.
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Faults, Profile};
use dataverse_files_proto::ErrorKind::{
    CommitUnknown, Integrity, Server, SessionExpired, Throttled, Transport,
};
use dataverse_files_proto::{DownloadStrategy, Error, RetryPolicy, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Setting, Site, UploadJob, content};

use crate::deed::hurried;

const PART: u64 = 8_000;
const SIZE: u64 = 9 * PART + 3;
const SEEDS: u64 = 2;

/// Weather in which every transfer gets through is no weather, and one in which none does proves nothing: the errors that
/// are allowed are those that say that trying was in vain.
fn is_honest(e: &Error) -> bool {
    matches!(e.kind(), Transport | Server | Throttled | SessionExpired | CommitUnknown | Integrity)
}

pub fn every_profile_ends_whole_or_with_an_honest_error(driver: Driver) {
    // Pauses of whole seconds are the table's; these storms are about order.
    let gusts =
        Profile::ALL.into_iter().filter(|profile| !matches!(profile, Profile::Throttle | Profile::Storm));
    let mut whole = 0;
    for (profile, seed) in gusts.flat_map(|profile| (0..SEEDS).map(move |seed| (profile, seed))) {
        let site = Site::with(driver, Options { chunk_size: PART, ..Options::default() });
        let client =
            driver.connect(Setting { retry: RetryPolicy { max_attempts: 8, ..hurried() }, ..site.setting() });
        let what = format!("{profile} {seed} {driver:?}");
        for strategy in [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks] {
            site.weather(Faults::profile(profile, seed));
            let up = client.upload(UploadJob::by(content(SIZE), strategy, PART));
            site.weather(Faults::none());
            match up {
                Ok(_) => {
                    whole += 1;
                    assert!(site.file().unwrap() == content(SIZE), "{what} {strategy:?}: other bytes");
                }
                Err(e) => assert!(is_honest(&e), "{what} {strategy:?}: {e}"),
            }
        }
        site.put(&content(SIZE));
        for strategy in [DownloadStrategy::Single, DownloadStrategy::Ranged, DownloadStrategy::Blocks] {
            site.weather(Faults::profile(profile, seed));
            match client.download(DownloadJob::by(strategy, PART)) {
                Ok((found, _)) => {
                    whole += 1;
                    assert!(found == content(SIZE), "{what} {strategy:?}: other bytes");
                }
                Err(e) => assert!(is_honest(&e), "{what} {strategy:?}: {e}"),
            }
        }
    }
    assert!(whole > 8 * SEEDS * 3, "{whole} transfers came through: less than half");
}
