//! The dialect of the older documents under `/api/data/v9.1/` (file-columns §5.3, §7.2).
use http::Method;

use crate::world::{Ask, COLUMN, ID, World, bytes};

const ROOT: &str = "/api/data/v9.1";

#[test]
fn the_documented_upload_of_8192_bytes_takes_two_chunks_of_4096() {
    let mut world = World::new();
    let file = bytes(8192);
    let ask = Ask::new(Method::PATCH, &format!("{ROOT}/{COLUMN}")).header("x-ms-transfer-mode", "chunked");
    let answer = world.send(ask.header("x-ms-file-name", "sample.png")).expect(200);
    assert_eq!(answer.header("x-ms-chunk-size"), "4096");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    let location = answer.header("location").to_owned();
    assert!(location.starts_with(&format!("api/data/v9.1/{COLUMN}?FileContinuationToken=")), "{location}");
    for (range, part, status) in
        [("bytes 0-4095/8192", &file[..4096], 206), ("bytes 4096-8191/8192", &file[4096..], 204)]
    {
        let ask = Ask::new(Method::PATCH, &format!("/{location}")).header("x-ms-file-name", "sample.png");
        world.send(ask.header("content-range", range).bytes(part)).expect(status);
    }
    assert!(world.get(&format!("{COLUMN}/$value")).expect(200).body == file);
}

#[test]
fn the_documented_download_goes_on_at_its_location() {
    let mut world = World::new();
    let file = bytes(8192);
    world.upload("sample.txt", &file);
    let mut path = format!("{ROOT}/{COLUMN}/$value");
    let mut received = Vec::new();
    for range in ["bytes=0-1023/8192", "1024-2047/8192", "bytes=2048-8191"] {
        let answer = world.range(&path, range).expect(206);
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"sample.txt\"");
        assert_eq!(answer.header("x-ms-file-name"), "\"sample.txt\"");
        assert_eq!(answer.header("x-ms-file-size"), "8192");
        assert_eq!((answer.header("mimetype"), answer.header("x-ms-chunk-size")), ("", ""));
        let location = answer.header("location");
        assert!(
            location.starts_with(&format!("api/data/v9.1/{COLUMN}?FileContinuationToken=")),
            "{location}"
        );
        path = format!("/{location}");
        received.extend(answer.body);
    }
    assert!(received == file);
    world.get(&path).refuses(400, "0x80090000");
    world.upload("sample.txt", b"other");
    world.range(&path, "bytes=0-1").refuses(404, "0x80040217");
}

#[test]
fn the_range_of_the_first_url_works_each_time_too() {
    let mut world = World::new();
    world.upload("sample.txt", b"0123456789");
    let path = format!("{ROOT}/{COLUMN}/$value?size=full");
    assert_eq!(world.range(&path, "bytes=0-4").expect(206).body, b"01234");
    assert_eq!(world.range(&path, "bytes=5-9").expect(206).body, b"56789");
}

#[test]
fn names_and_messages_work_as_in_the_newer_edition() {
    let mut world = World::new();
    let path = format!("{ROOT}/{COLUMN}?x-ms-file-name=%E6%B5%8B%E8%AF%95.txt");
    world.patch(&path, b"x").expect(204);
    let record =
        world.get(&format!("{ROOT}/accounts({ID})?$select=sample_filecolumn_name")).expect(200).json();
    assert_eq!(record["sample_filecolumn_name"], "测试.txt");
    assert_eq!(world.get(&format!("{ROOT}/{COLUMN}/$value")).expect(200).body, b"x");
}

#[test]
fn v9_0_speaks_the_newer_dialect() {
    let mut world = World::new();
    let ask = Ask::new(Method::PATCH, &format!("/api/data/v9.0/{COLUMN}?x-ms-file-name=a.txt"));
    let answer = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
    let location = answer.header("location");
    assert!(
        location.starts_with(&format!("http://127.0.0.1:8080/api/data/v9.0/{COLUMN}?sessiontoken=")),
        "{location}"
    );
}
