//! Every way up and every way down, in both dialects, against a strict emulator that also notes what it lets pass.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects that way")]
use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::faults::Faults;
use dataverse_files_emulator::server::Running;
use dataverse_files_reqwest::{
    ApiVersion, Bytes, Client, Column, DownloadStrategy, ErrorKind, UploadStrategy,
};

const UP: [UploadStrategy; 3] = [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks];
const DOWN: [DownloadStrategy; 4] =
    [DownloadStrategy::Single, DownloadStrategy::Ranged, DownloadStrategy::Blocks, DownloadStrategy::Sas];

fn client(emulator: &Running, version: ApiVersion) -> Client {
    let token = emulator.token().unwrap().to_owned();
    Client::builder(emulator.url()).unwrap().token(token).api_version(version).build().unwrap()
}

fn column() -> Column {
    "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse().unwrap()
}

fn file(len: usize) -> Bytes {
    (0..len).map(|i| (i * 31 % 251) as u8).collect::<Vec<u8>>().into()
}

#[tokio::test]
async fn b01_every_size_comes_back_by_every_way() {
    let emulator = Emulator::builder().random_token().start().unwrap();
    let client = client(&emulator, ApiVersion::V9_2);
    for size in [1, 4_194_303, 4_194_304, 4_194_305, 8_388_608] {
        for up in UP {
            let name = "r&d #1 50% 日本 テスト.txt";
            let request = client.upload(column(), file(size)).name(name).strategy(up);
            let uploaded = request.await.unwrap();
            let parts = (size as u64).div_ceil(4_194_304);
            let due = [1, 1 + parts, 2 + parts][UP.iter().position(|way| *way == up).unwrap()];
            assert_eq!((uploaded.size, uploaded.counts.requests), (size as u64, due), "{up:?} {size}");
            assert_eq!(client.held(&column()).await.unwrap().name.as_deref(), Some(name), "{up:?}");
        }
        for down in DOWN {
            let bytes = client.download(column()).strategy(down).bytes(size as u64).await.unwrap();
            assert!(bytes == file(size), "{down:?} {size}");
        }
    }
    assert_eq!(emulator.audit(), []);
}

#[tokio::test]
async fn the_older_dialect_works_end_to_end() {
    let emulator = Emulator::builder().random_token().start().unwrap();
    let client = client(&emulator, ApiVersion::V9_1);
    for up in UP {
        client.upload(column(), file(20_000)).name("a b.txt").strategy(up).await.unwrap();
        for down in DOWN {
            let bytes = client.download(column()).strategy(down).bytes(20_000).await.unwrap();
            assert!(bytes == file(20_000), "{up:?} {down:?}");
        }
    }
    assert_eq!(emulator.audit(), []);
}

#[tokio::test]
async fn bad_weather_only_takes_longer() {
    let emulator = Emulator::builder().random_token().start().unwrap();
    emulator.set_faults(Faults::profile("flaky".parse().unwrap(), 7));
    let client = client(&emulator, ApiVersion::V9_2);
    for up in UP {
        client.upload(column(), file(9_000_000)).name("a.txt").strategy(up).await.unwrap();
        let bytes = client.download(column()).bytes(9_000_000).await.unwrap();
        assert!(bytes == file(9_000_000), "{up:?}");
    }
    assert_eq!(emulator.audit(), []);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_deleting_it_again_is_fine() {
    let emulator = Emulator::builder().random_token().start().unwrap();
    let client = client(&emulator, ApiVersion::V9_2);
    let blocks = client.upload(column(), file(9)).name("a.txt").strategy(UploadStrategy::Blocks);
    let id = blocks.await.unwrap().file_id.unwrap().parse().unwrap();
    for _ in 0..2 {
        client.delete_file(&id).await.unwrap();
        client.delete(&column()).await.unwrap();
    }
    let e = client.download(column()).bytes(9).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::NotFound);
    assert_eq!(client.held(&column()).await.unwrap().file_id, None);
}
