//! Tokens are asked for, renewed, and kept to oneself.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dataverse_files_emulator::faults::{Answer, Fault, Faults};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{Error, ErrorKind, UploadStrategy};
use dataverse_files_tests::sockets::{Driver, Setting, Site, Subject, TOKEN, UploadJob, content};

/// A client whose token source counts how often it was asked, and how often for a fresh one.
fn counted(site: &Site) -> (Box<dyn Subject>, Arc<[AtomicU64; 2]>) {
    let asked: Arc<[AtomicU64; 2]> = Arc::default();
    let counter = asked.clone();
    let tokens = Arc::new(move |fresh: bool| {
        counter[usize::from(fresh)].fetch_add(1, Ordering::Relaxed);
        Ok(TOKEN.to_owned())
    });
    (site.driver.connect(Setting { tokens, ..site.setting() }), asked)
}

fn seen(asked: &[AtomicU64; 2]) -> (u64, u64) {
    (asked[0].load(Ordering::Relaxed), asked[1].load(Ordering::Relaxed))
}

fn upload(client: &dyn Subject) -> Result<dataverse_files_proto::Uploaded, Error> {
    client.upload(UploadJob::by(content(7 * 64), UploadStrategy::Blocks, 64))
}

pub fn b05_the_token_is_asked_for_every_attempt(driver: Driver) {
    let site = Site::new(driver);
    let (client, asked) = counted(&site);
    site.weather(Faults::script([(Kind::Block, 3, Fault::Drop)]));
    upload(&*client).unwrap();
    assert_eq!(
        seen(&asked),
        (site.server.requests(), 0),
        "once per request, that which was dropped included"
    );
}

pub fn b05_a_token_that_ends_in_the_middle_is_renewed_once(driver: Driver) {
    let site = Site::new(driver);
    let (client, asked) = counted(&site);
    site.weather(Faults::script([(Kind::Block, 4, Fault::Answer(Answer::token_expired()))]));
    let up = upload(&*client).unwrap();
    assert_eq!((up.counts.retries, seen(&asked).1), (1, 1));
    assert!(site.file().unwrap() == content(7 * 64));
}

pub fn a_token_that_is_never_taken_ends_at_once(driver: Driver) {
    let site = Site::new(driver);
    let tokens = Arc::new(|_| Ok("another".to_owned()));
    let client = driver.connect(Setting { tokens, ..site.setting() });
    let e = client.upload(UploadJob::new(content(9))).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unauthenticated);
    assert_eq!(site.server.requests(), 2, "once, and once with a fresh token");
    let tokens = Arc::new(|_| Err("the vault is closed".into()));
    let client = driver.connect(Setting { tokens, ..site.setting() });
    let e = client.upload(UploadJob::new(content(9))).unwrap_err();
    assert_eq!(
        (e.kind(), site.server.requests()),
        (ErrorKind::Unauthenticated, 2),
        "nothing is sent without one"
    );
    assert!(e.to_string().contains("the vault is closed"), "{e}");
}

pub fn no_token_reaches_an_error(driver: Driver) {
    let site = Site::new(driver);
    for fault in [Fault::Answer(Answer::token_expired()), Fault::Drop, Fault::Answer(Answer::unexpected())] {
        site.weather(Faults::script((1..40).map(|nth| (Kind::Single, nth, fault.clone()))));
        let e = site.client().upload(UploadJob::by(content(9), UploadStrategy::Single, 4)).unwrap_err();
        assert!(!format!("{e} {e:?}").contains(TOKEN), "{e:?}");
    }
}
