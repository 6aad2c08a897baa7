//! Downloads by `$value` and by messages (file-columns §7).
use std::time::Duration;

use dataverse_files_emulator::core::{NamesInHeaders, Now, Options, RangePastEnd};
use http::Method;
use serde_json::{Value, json};

use crate::world::{Ask, BLOCK, COLUMN, EXAMPLE, ID, World, bytes, from_base64, target};

pub(crate) fn initialize(world: &mut World) -> Value {
    let body = json!({"Target": target(), "FileAttributeName": "sample_filecolumn"});
    world.post("InitializeFileBlocksDownload", &body).expect(200).json()
}

pub(crate) fn block(world: &mut World, token: &Value, offset: i64, length: i64) -> crate::world::Answer {
    let body = json!({"Offset": offset, "BlockLength": length, "FileContinuationToken": token});
    world.post("DownloadBlock", &body)
}

#[test]
fn the_documented_ranges_bring_the_file_back() {
    let mut world = World::new();
    let file = bytes(EXAMPLE);
    world.upload("25mb.pdf", &file);
    let mut received = Vec::new();
    while received.len() < EXAMPLE {
        let range = format!("bytes={}-{}", received.len(), received.len() + BLOCK - 1);
        let answer = world.range(&format!("{COLUMN}/$value"), &range).expect(206);
        assert_eq!(answer.header("x-ms-file-size"), "25870370");
        assert_eq!(answer.header("x-ms-file-name"), "25mb.pdf");
        assert_eq!(answer.header("x-ms-chunk-size"), "4194304");
        assert_eq!(answer.header("mimetype"), "application/pdf");
        assert_eq!(answer.header("content-range"), "", "D3");
        assert_eq!(answer.header("location"), "", "D8");
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "x-ms-file-size; x-ms-file-name; x-ms-chunk-size; mimetype"
        );
        received.extend(answer.body);
    }
    assert!(received == file);
}

#[test]
fn the_documented_blocks_bring_the_file_back() {
    let mut world = World::new();
    let file = bytes(EXAMPLE);
    world.upload("25mb.pdf", &file);
    let opened = initialize(&mut world);
    assert_eq!(opened["FileSizeInBytes"], 25_870_370);
    assert_eq!(opened["FileName"], "25mb.pdf");
    assert_eq!(opened["IsChunkingSupported"], true);
    assert_eq!(
        opened["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.InitializeFileBlocksDownloadResponse"
    );
    let offsets = [0, 4_194_304, 8_388_608, 12_582_912, 16_777_216, 20_971_520, 25_165_824];
    let mut received = Vec::new();
    for offset in offsets {
        let json = block(&mut world, &opened["FileContinuationToken"], offset, 4_194_304).expect(200).json();
        received.extend(from_base64(&json["Data"]));
    }
    assert!(received == file);
}

#[test]
fn d4_to_d7_ranges_are_clipped_or_refused() {
    let mut world = World::new();
    world.upload("a.txt", b"0123456789");
    let path = format!("{COLUMN}/$value");
    assert_eq!(world.range(&path, "bytes=8-100").expect(206).body, b"89");
    let text = "Chunk range used in this call is either not valid or it is bigger than allowed 4 MB.";
    for wrong in [
        "bytes=10-11",
        "bytes=0-4194304",
        "bytes=5-",
        "bytes=-5",
        "bytes=0-1,3-4",
        "bytes=4-3",
        "0-1",
        "bytes=0-9/10",
    ] {
        world.range(&path, wrong).refuses(400, "0x80090000").says(text);
    }
    let mut http =
        World::with(Options { range_past_end: RangePastEnd::NotSatisfiable, ..Options::default() });
    http.upload("a.txt", b"0123456789");
    http.range(&path, "bytes=10-11").refuses(416, "0x80090000");
}

#[test]
fn d2_d3_lengths_and_ranges_are_announced_when_asked_to() {
    let mut world = World::with(Options::loose());
    world.upload("a.txt", b"0123456789");
    let path = format!("{COLUMN}/$value");
    assert_eq!(world.get(&path).header("content-length"), "10");
    let answer = world.range(&path, "bytes=2-4");
    assert_eq!((answer.header("content-length"), answer.header("content-range")), ("3", "bytes 2-4/10"));
}

#[test]
fn d9_a_limit_on_single_downloads_leaves_ranges() {
    let mut world = World::with(Options { single_download_limit: Some(16_777_216), ..Options::default() });
    let file = bytes(EXAMPLE);
    world.upload("a.bin", &file[..16_777_216]);
    world.get(&format!("{COLUMN}/$value")).expect(200);
    world.upload("a.bin", &file);
    world.get(&format!("{COLUMN}/$value")).refuses(400, "0x80090001").says(
        "Maximum file size supported for download is [16] MB. File of [24 MB] size may only be downloaded using staged chunk download.",
    );
    world.range(&format!("{COLUMN}/$value"), "bytes=0-10").expect(206);
}

#[test]
fn d11_an_empty_file_column_is_404() {
    let mut world = World::new();
    let text = format!("No file attachment found for attribute: sample_filecolumn EntityId: {ID}.");
    world.get(&format!("{COLUMN}/$value")).refuses(404, "0x80040217").says(&text);
    world.range(&format!("{COLUMN}/$value"), "bytes=0-1").refuses(404, "0x80040217");
    let body = json!({"Target": target(), "FileAttributeName": "sample_filecolumn"});
    world.post("InitializeFileBlocksDownload", &body).refuses(404, "0x80040217").says(&text);
    world
        .get("accounts(00000000-0000-0000-0000-000000000002)/sample_filecolumn/$value")
        .refuses(404, "0x80040217")
        .says("account With Id = 00000000-0000-0000-0000-000000000002 Does Not Exist");
}

#[test]
fn d12_an_empty_image_column_is_204() {
    let mut world = World::new();
    world.get(&format!("accounts({ID})/sample_imagecolumn/$value")).expect(204);
    world.get(&format!("accounts({ID})/sample_imagecolumn/$value?size=full")).expect(204);
    world.get(&format!("accounts({ID})/sample_imagecolumn")).expect(204);
}

#[test]
fn d13_names_outside_ascii_are_percent_encoded_in_headers() {
    let encoded = "%E6%97%A5%E6%9C%AC%20100%25.txt";
    let mut world = World::new();
    world.upload(encoded, b"x");
    assert_eq!(
        world.get(&format!("{COLUMN}/$value")).header("x-ms-file-name"),
        "%E6%97%A5%E6%9C%AC 100%25.txt"
    );
    world.upload("50%25.txt", b"x");
    assert_eq!(
        world.get(&format!("{COLUMN}/$value")).header("x-ms-file-name"),
        "50%.txt",
        "D14: ASCII is plain"
    );
    let mut raw = World::with(Options { names_in_headers: NamesInHeaders::Utf8, ..Options::default() });
    raw.upload(encoded, b"x");
    assert_eq!(raw.get(&format!("{COLUMN}/$value")).header("x-ms-file-name"), "日本 100%.txt");
}

#[test]
fn a_quote_in_a_name_does_not_end_the_disposition() {
    let mut world = World::new();
    world.upload("a%22b%5C.txt", b"x");
    let answer = world.get(&format!("{COLUMN}/$value"));
    assert_eq!(answer.header("content-disposition"), "inline; filename=\"a\\\"b\\\\.txt\"");
    assert_eq!(answer.header("x-ms-file-name"), "a\"b\\.txt");
}

#[test]
fn d15_d16_d25_blocks_need_both_numbers_within_bounds() {
    let mut world = World::new();
    world.upload("a.txt", b"0123456789");
    let token = initialize(&mut world)["FileContinuationToken"].clone();
    for (offset, length) in [(-1, 5), (0, -5), (0, 0), (10, 1), (i64::MAX, 1), (0, 4_194_305)] {
        block(&mut world, &token, offset, length).refuses(400, "0x80090000");
    }
    assert_eq!(from_base64(&block(&mut world, &token, 7, 4_194_304).expect(200).json()["Data"]), b"789");
    for body in
        [json!({"FileContinuationToken": token}), json!({"FileContinuationToken": token, "Offset": 0})]
    {
        world.post("DownloadBlock", &body).refuses(400, "0x80040203");
    }
    let wrong = json!({"Offset": "0", "BlockLength": 5, "FileContinuationToken": token});
    world.post("DownloadBlock", &wrong).refuses(400, "0x80048d19");

    let mut loose = World::with(Options::loose());
    loose.upload("a.txt", b"0123456789");
    let token = initialize(&mut loose)["FileContinuationToken"].clone();
    let whole = loose.post("DownloadBlock", &json!({"FileContinuationToken": token})).expect(200).json();
    assert_eq!(from_base64(&whole["Data"]), b"0123456789");
    block(&mut loose, &token, 0, 100_000_000).expect(200);
}

#[test]
fn d17_a_download_token_belongs_to_its_file() {
    let mut world = World::new();
    world.upload("a.txt", b"first");
    let token = initialize(&mut world)["FileContinuationToken"].clone();
    world.upload("a.txt", b"second");
    block(&mut world, &token, 0, 5).refuses(404, "0x80040217");
    let forged = token.as_str().unwrap().replace('A', "B");
    block(&mut world, &json!(forged), 0, 5).refuses(400, "0x80090003");
    let id = json!(world.file_id());
    block(&mut world, &id, 0, 5).refuses(400, "0x80090003");
}

#[test]
fn u07_a_download_token_is_one_of_its_own_and_has_its_time() {
    let mut world = World::new();
    world.upload("a.txt", b"first");
    let first = initialize(&mut world)["FileContinuationToken"].clone();
    world.now = Now(world.now.0 + Duration::from_secs(3600));
    let second = initialize(&mut world)["FileContinuationToken"].clone();
    assert_ne!(first, second, "a session that is forgotten can be followed by another one");
    block(&mut world, &first, 0, 5).expect(200);
    world.now = Now(world.now.0 + Duration::from_secs(23 * 3600));
    block(&mut world, &first, 0, 5).refuses(400, "0x80090003");
    block(&mut world, &second, 0, 5).expect(200);
}

#[test]
fn d18_the_property_itself_is_the_id_or_base64_of_a_range() {
    let mut world = World::new();
    world.get(COLUMN).expect(204);
    let id = world.upload("a.txt", b"0123456789");
    let json = world.get(COLUMN).expect(200).json();
    let context = format!("http://127.0.0.1:8080/api/data/v9.2/$metadata#{COLUMN}");
    assert_eq!(json, json!({"@odata.context": context, "value": id}));
    let answer = world.range(&format!("{COLUMN}?size=full"), "bytes=2-4").expect(206);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"a.txt\"");
    assert_eq!((answer.header("x-ms-file-name"), answer.header("x-ms-file-size")), ("a.txt", "10"));
    let json = answer.json();
    assert_eq!(json["@odata.context"], context);
    assert_eq!(from_base64(&json["value"]), b"234");
}

#[test]
fn a_json_accept_header_does_not_matter() {
    let mut world = World::new();
    world.upload("a.txt", b"x");
    world
        .send(Ask::new(Method::GET, &format!("{COLUMN}/$value")).header("accept", "application/json"))
        .expect(200);
    assert_eq!(
        world.send(Ask::new(Method::HEAD, &format!("{COLUMN}/$value"))).expect(200).header("x-ms-file-size"),
        "1"
    );
}
