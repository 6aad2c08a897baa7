//! Columns that are empty, or are not there.
use dataverse_files_proto::{DownloadStrategy, ErrorKind, Target, UploadStrategy};
use dataverse_files_tests::sockets::{COLUMN, DownloadJob, Driver, Site, UploadJob, content};

const DOWN: [DownloadStrategy; 4] =
    [DownloadStrategy::Single, DownloadStrategy::Ranged, DownloadStrategy::Blocks, DownloadStrategy::Sas];
const UP: [UploadStrategy; 3] = [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks];

pub fn d11_an_empty_column_is_not_found(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    for strategy in DOWN {
        let e = client.download(DownloadJob::by(strategy, 64)).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound, "{strategy:?}: {e}");
    }
    let held = client.held(&site.column()).unwrap();
    assert_eq!((held.file_id, held.name), (None, None));
}

pub fn x07_a_record_that_does_not_exist_is_not_found(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    let column: Target = COLUMN.replace("0001", "0bad").parse().unwrap();
    for strategy in DOWN {
        let job = DownloadJob::by(strategy, 64).from(&column);
        assert_eq!(client.download(job).unwrap_err().kind(), ErrorKind::NotFound, "{strategy:?}");
    }
    for strategy in UP {
        let job = UploadJob::by(content(100), strategy, 64).to(&column);
        assert_eq!(client.upload(job).unwrap_err().kind(), ErrorKind::NotFound, "{strategy:?}");
    }
    assert_eq!(client.held(&column).unwrap_err().kind(), ErrorKind::NotFound);
    let path = COLUMN.replace("0001", "0bad").replace("/sample_filecolumn", "");
    assert_eq!(site.ask("GET", &path, b"").status, 404, "nothing has been created");
}

pub fn b18_a_column_that_does_not_exist_is_an_error_and_stays_so(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    let typo = COLUMN.replace("sample_", "smaple_");
    for strategy in UP {
        let job = UploadJob::by(content(100), strategy, 64).to(&typo.parse().unwrap());
        let e = client.upload(job).unwrap_err();
        assert!(matches!(e.kind(), ErrorKind::NotFound | ErrorKind::Refused), "{strategy:?}: {e}");
    }
    let definition = "EntityDefinitions(LogicalName='account')/Attributes(LogicalName='smaple_filecolumn')";
    assert_eq!(site.ask("GET", definition, b"").status, 404, "nothing has been created");
}

pub fn x02_deleting_twice_is_fine(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    site.put(&content(9));
    client.delete(&site.column()).unwrap();
    assert_eq!(site.file(), None);
    client.delete(&site.column()).unwrap();
}

pub fn u23_a_new_file_has_a_new_id(driver: Driver) {
    let site = Site::new(driver);
    let client = site.client();
    let mut ids = Vec::new();
    for strategy in UP {
        let up = client.upload(UploadJob::by(content(100), strategy, 64)).unwrap();
        let held = client.held(&site.column()).unwrap();
        assert!(up.file_id.is_none() || up.file_id == held.file_id, "{strategy:?}: {up:?} {held:?}");
        ids.push(held.file_id.unwrap());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}
