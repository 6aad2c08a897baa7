//! Notes and e-mail attachments.
use bytes::Bytes;
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::{Fault, Faults};
use dataverse_files_emulator::kind::Kind;
use dataverse_files_proto::{AUTO_RECORD, DownloadStrategy, ErrorKind, Target, UploadStrategy};
use dataverse_files_tests::sockets::{DownloadJob, Driver, Reply, Site, Subject, UploadJob, content};
use serde_json::Value;

const NEW: [&str; 2] = [
    "accounts(00000000-0000-0000-0000-000000000001)/annotations",
    "emails(00000000-0000-0000-0000-000000000001)/attachments",
];
/// Base64 of 3 bytes is 4 characters: bytes that the default limit of 5,242,880 characters takes (N2).
const MOST: u64 = 3_932_160;

fn new() -> [Target; 2] {
    NEW.map(|text| text.parse().unwrap())
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

fn set_limit(site: &Site, characters: u32) {
    let row = json(&site.ask("GET", "organizations?$select=maxuploadfilesize", b""));
    let path = format!("organizations({})", row["value"][0]["organizationid"].as_str().unwrap());
    let body = format!(r#"{{"maxuploadfilesize":{characters}}}"#);
    assert_eq!(site.ask("PATCH", &path, body.as_bytes()).status, 204);
}

/// How many notes of the account and attachments of the e-mail there are.
fn count(site: &Site) -> usize {
    ["annotations", "activitymimeattachments"]
        .iter()
        .map(|set| {
            json(&site.ask("GET", &format!("{set}?$select=filename"), b""))["value"].as_array().unwrap().len()
        })
        .sum()
}

fn down(client: &dyn Subject, target: &Target, strategy: Option<DownloadStrategy>) -> Bytes {
    let job = DownloadJob { strategy, ..DownloadJob::new() }.from(target);
    let (bytes, down) = client.download(job).unwrap();
    assert_eq!(down.size, bytes.len() as u64);
    assert_eq!(down.name.as_deref(), Some("a.bin"));
    bytes
}

pub fn n01_files_of_records_arrive_and_come_back_by_every_way(driver: Driver) {
    use DownloadStrategy::{Blocks, Record, Sas, Single};
    let site = Site::with(driver, Options { value_byte_order_mark: true, ..Options::default() });
    set_limit(&site, 131_072_000);
    let client = site.client();
    for target in new() {
        for size in [1, 4_194_304, 4_194_305, 9_000_000] {
            for strategy in [UploadStrategy::Single, UploadStrategy::Blocks] {
                let bytes = content(size);
                let up =
                    client.upload(UploadJob::by(bytes.clone(), strategy, 4_194_304).to(&target)).unwrap();
                let due = if strategy == UploadStrategy::Single { 1 } else { 2 + size.div_ceil(4_194_304) };
                assert_eq!((up.size, up.counts.requests, up.counts.retries), (size, due, 0), "{target}");
                assert!(!up.target.is_new(), "{}", up.target);
                for way in [None, Some(Single), Some(Record), Some(Blocks), Some(Sas)] {
                    assert!(down(&*client, &up.target, way) == bytes, "{target} {strategy:?} {way:?}");
                }
            }
        }
    }
    assert_eq!(count(&site), 16);
}

pub fn auto_writes_small_files_with_their_record(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for target in new() {
        for (size, strategy) in
            [(AUTO_RECORD, UploadStrategy::Single), (AUTO_RECORD + 1, UploadStrategy::Blocks)]
        {
            let up = client.upload(UploadJob::new(content(size)).to(&target)).unwrap();
            assert_eq!(up.strategy, strategy);
        }
    }
}

pub fn n02_the_limit_counts_characters_of_base64(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for target in new() {
        for strategy in [UploadStrategy::Single, UploadStrategy::Blocks] {
            let upload = |size| client.upload(UploadJob::by(content(size), strategy, 4_194_304).to(&target));
            assert_eq!(upload(MOST).unwrap().size, MOST);
            let e = upload(MOST + 1).unwrap_err();
            assert_eq!((e.kind(), e.server().unwrap().code), (ErrorKind::TooLarge, Some(0x8004_4a02)), "{e}");
        }
    }
    assert_eq!(count(&site), 4, "what was refused is not there");
}

pub fn n03_a_lost_answer_makes_no_second_record(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for target in new() {
        for (kind, strategy) in
            [(Kind::Write, UploadStrategy::Single), (Kind::Commit, UploadStrategy::Blocks)]
        {
            let before = count(&site);
            site.weather(Faults::script([(kind, 1, Fault::Lost)]));
            let up = client.upload(UploadJob::by(content(9_000), strategy, 4_096).to(&target)).unwrap();
            site.weather(Faults::none());
            assert_eq!(count(&site), before + 1, "{target} {strategy:?}");
            assert!(down(&*client, &up.target, None) == content(9_000), "{target} {strategy:?}");
        }
    }
}

pub fn a_file_of_a_record_is_replaced_and_deleted(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for target in new() {
        let made = client.upload(UploadJob::new(content(100)).to(&target)).unwrap().target;
        let up = client.upload(UploadJob::new(content(200)).to(&made)).unwrap();
        assert_eq!(up.target, made, "the same record");
        let held = client.held(&made).unwrap();
        assert_eq!((held.size, held.mime.as_deref()), (Some(200), Some("application/octet-stream")));
        client.delete_content(&made).unwrap();
        client.delete_content(&made).unwrap();
        let e = client.download(DownloadJob::new().from(&made)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound, "{e}");
        client.delete(&made).unwrap();
        client.delete(&made).unwrap();
        assert_eq!(client.held(&made).unwrap_err().kind(), ErrorKind::NotFound);
    }
    assert_eq!(count(&site), 0);
}

pub fn n05_a_note_without_a_file_is_not_found_by_any_way(driver: Driver) {
    use DownloadStrategy::{Blocks, Record, Sas, Single};
    let site = Site::new(driver);
    let id = "annotations(10000000-0000-4000-8000-000000000001)";
    assert_eq!(site.ask("PATCH", id, br#"{"subject":"no file"}"#).status, 204);
    let note: Target = id.parse().unwrap();
    // A name without a file, as a file that was deleted leaves one.
    let other = id.replace("0001)", "0002)");
    assert_eq!(site.ask("PATCH", &other, br#"{"filename":"a.txt"}"#).status, 204);
    let named = other.parse().unwrap();
    for (note, strategy) in [None, Some(Single), Some(Record), Some(Blocks), Some(Sas)]
        .into_iter()
        .flat_map(|way| [(&note, way), (&named, way)])
    {
        let job = DownloadJob { strategy, ..DownloadJob::new() }.from(note);
        assert_eq!(site.client().download(job).unwrap_err().kind(), ErrorKind::NotFound, "{strategy:?}");
    }
}

pub fn a_link_leads_to_the_file_without_a_token(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    site.put(&content(300));
    for target in new().iter().chain([&site.column()]) {
        let target = match target.is_new() {
            true => client.upload(UploadJob::new(content(300)).to(target)).unwrap().target,
            false => target.clone(),
        };
        let link = client.link(&target).unwrap();
        assert_eq!((link.size, link.name.as_deref()), (300, Some("a.bin")));
        assert!(link.expires.is_some());
        assert!(!format!("{link:?}").contains("sig="), "{link:?}");
    }
}

pub fn d22_files_of_records_in_the_database_come_whole(driver: Driver) {
    let site = Site::with(driver, Options { chunking_supported: false, ..Options::default() });
    set_limit(&site, 131_072_000);
    let client = site.client();
    for target in new() {
        let up = client.upload(UploadJob::new(content(9_000_000)).to(&target)).unwrap();
        assert_eq!(up.strategy, UploadStrategy::Single, "what auto began by blocks");
        for way in [None, Some(DownloadStrategy::Single), Some(DownloadStrategy::Blocks)] {
            assert!(down(&*client, &up.target, way) == content(9_000_000), "{way:?}");
        }
        let job = DownloadJob::by(DownloadStrategy::Sas, 4_096).from(&up.target);
        assert_eq!(client.download(job).unwrap_err().kind(), ErrorKind::Refused);
    }
}
