//! Uploads by one PATCH (file-columns §4).
use dataverse_files_emulator::core::{HeaderNames, Options};
use http::Method;

use crate::world::{Answer, Ask, COLUMN, ID, World, bytes};

#[test]
fn the_documented_upload_comes_back() {
    let mut world = World::new();
    let file = bytes(4_191_273);
    let ask = Ask::new(Method::PATCH, COLUMN).header("x-ms-file-name", "4094kb.txt").bytes(&file);
    let answer = world.send(ask.header("content-type", "application/octet-stream")).expect(204);
    assert!(answer.durable && answer.body.is_empty());
    let answer = world.get(&format!("{COLUMN}/$value")).expect(200);
    assert!(answer.body == file);
    assert_eq!(answer.header("x-ms-file-size"), "4191273");
    assert_eq!(answer.header("x-ms-file-name"), "4094kb.txt");
    assert_eq!(answer.header("mimetype"), "text/plain");
    assert_eq!(answer.header("access-control-expose-headers"), "x-ms-file-size; x-ms-file-name; mimetype");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("content-length"), "", "D2: the body ends by its framing");
}

#[test]
fn names_outside_ascii_arrive_by_the_query() {
    let mut world = World::new();
    for (encoded, name) in [
        ("r%26d%20%231%2050%25.txt", "r&d #1 50%.txt"),
        ("%E6%97%A5%E6%9C%AC%20%E3%83%86%E3%82%B9%E3%83%88.txt", "日本 テスト.txt"),
        ("a+b%2Bc.txt", "a b+c.txt"),
    ] {
        world.upload(encoded, b"x");
        let record = world.get(&format!("accounts({ID})?$select=sample_filecolumn_name")).json();
        assert_eq!(record["sample_filecolumn_name"], name);
    }
}

#[test]
fn u9_the_header_wins_over_the_query() {
    let mut world = World::new();
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=query.txt")).bytes(b"x");
    world.send(ask.header("x-ms-file-name", "header.txt")).expect(204);
    assert_eq!(world.get(&format!("{COLUMN}/$value")).header("x-ms-file-name"), "header.txt");
}

fn send_latin1(world: &mut World) -> Answer {
    world.send(Ask::new(Method::PATCH, COLUMN).header_bytes("x-ms-file-name", b"caf\xe9.txt").bytes(b"x"))
}

#[test]
fn u10_header_names_outside_ascii_are_refused_or_read_as_latin1() {
    let mut strict = World::new();
    send_latin1(&mut strict).refuses(400, "0x80044a08");
    let mut loose = World::with(Options { header_names: HeaderNames::Latin1, ..Options::default() });
    send_latin1(&mut loose).expect(204);
    let record = loose.get(&format!("accounts({ID})?$select=sample_filecolumn_name")).json();
    assert_eq!(record["sample_filecolumn_name"], "café.txt");
}

#[test]
fn u11_without_a_name_there_is_no_upload() {
    let mut world = World::new();
    for path in [COLUMN.to_owned(), format!("{COLUMN}?x-ms-file-name="), format!("{COLUMN}?x-ms-file-name")] {
        world
            .patch(&path, b"x")
            .refuses(400, "0x80090002")
            .says("Invalid number of parameters [0] provided in request URL.");
    }
}

#[test]
fn u12_the_type_comes_from_the_name_then_from_the_content_type() {
    let mut world = World::new();
    for (name, sent, stored) in [
        ("a.pdf", "text/plain", "application/pdf"),
        ("a.unknown", "text/plain", "text/plain"),
        ("a.unknown", "application/octet-stream", "application/octet-stream"),
    ] {
        let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name={name}")).bytes(b"x");
        world.send(ask.header("content-type", sent)).expect(204);
        assert_eq!(world.get(&format!("{COLUMN}/$value")).header("mimetype"), stored);
    }
}

/// A request that announces so many bytes, of which none is sent.
fn announce(world: &mut World, column: &str, length: u64) -> Answer {
    let path = format!("/api/data/v9.2/accounts({ID})/{column}?x-ms-file-name=a.bin");
    let request = http::Request::patch(path).header("authorization", "Bearer t").header("host", "h");
    let (head, ()) = request.header("content-length", length).body(()).unwrap().into_parts();
    let reply = world.core.intake(world.now, &head).expect_err("the size alone decides");
    assert!(reply.changes.is_empty() && reply.freed.is_empty());
    let (head, payload) = reply.response.into_parts();
    let dataverse_files_emulator::payload::Payload::Bytes(body) = payload else { panic!("no error body") };
    Answer { status: head.status, headers: head.headers, body: body.to_vec(), early: true, durable: false }
}

#[test]
fn u13_from_128_mb_on_a_file_needs_chunks() {
    let mut world = World::new();
    announce(&mut world, "sample_filecolumn", 134_217_728).refuses(400, "0x80090001").says(
        "Maximum file size supported for upload is [128] MB. File of [128 MB] size may only be uploaded using staged chunk upload.",
    );
    let mut old = World::with(Options { single_upload_limit: 16_777_217, ..Options::default() });
    announce(&mut old, "sample_filecolumn", 16_777_217).refuses(400, "0x80090001");
    old.upload("a.bin", &bytes(16_777_216));
}

#[test]
fn u13_a_size_that_was_not_announced_counts_when_it_shows() {
    let mut world = World::with(Options { single_upload_limit: 1000, ..Options::default() });
    for (length, status) in [(999, 204), (1000, 400)] {
        let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.bin")).bytes(&bytes(length));
        world.send(ask.header("transfer-encoding", "chunked")).expect(status);
    }
}

#[test]
fn u20_the_columns_limit_is_checked_after_the_headers() {
    let mut world = World::new();
    announce(&mut world, "sample_filecolumn", 10_737_418_241)
        .refuses(400, "0x80044a02")
        .says("Attachment file size is too big.");
    announce(&mut world, "sample_imagecolumn", 31_457_281).refuses(400, "0x80072553");
}

#[test]
fn u19_an_empty_file_is_refused() {
    let mut world = World::new();
    let path = format!("{COLUMN}?x-ms-file-name=a.bin");
    world.patch(&path, b"").refuses(400, "0x80090004").says("File content can not be null.");
    world
        .send(Ask::new(Method::PATCH, &path).header("transfer-encoding", "chunked"))
        .refuses(400, "0x80090004");
    assert!(world.store.blobs().is_empty());
}

#[test]
fn x7_uploads_need_a_record_and_a_file_column() {
    let mut world = World::new();
    let missing = "00000000-0000-0000-0000-000000000002";
    let answer = world.patch(&format!("accounts({missing})/sample_filecolumn?x-ms-file-name=a"), b"x");
    assert!(answer.early);
    answer.refuses(404, "0x80040217");
    world.patch(&format!("accounts({ID})/name?x-ms-file-name=a"), b"x").refuses(400, "0x80090007");
    world
        .patch(&format!("accounts({ID})/typo?x-ms-file-name=a"), b"x")
        .refuses(404, "0x80060888")
        .says("Resource not found for the segment 'typo'.");
    world.patch(&format!("{COLUMN}/$value?x-ms-file-name=a"), b"x").refuses(405, "0x80040315");
    world
        .patch(&format!("{COLUMN}?x-ms-file-name=a&x=1"), b"x")
        .refuses(400, "0x80090003")
        .says("Invalid parameter [x] provided in request URL.");
    world
        .send(Ask::new(Method::PATCH, COLUMN).header("x-ms-transfer-mode", "stream").bytes(b"x"))
        .refuses(400, "0x80040203");
    assert!(world.store.blobs().is_empty());
}

#[test]
fn u23_u24_a_replacement_has_a_new_id_and_changes_the_record() {
    let mut world = World::new();
    let first = world.upload("a.txt", b"first");
    let before = world.get(&format!("accounts({ID})")).json()["@odata.etag"].clone();
    let second = world.upload("b.txt", b"second");
    let after = world.get(&format!("accounts({ID})")).json()["@odata.etag"].clone();
    assert_ne!(first, second);
    assert_ne!(before, after);
    assert_eq!(world.get("fileattachments").json()["value"].as_array().unwrap().len(), 1);
    assert_eq!(world.store.blobs().len(), 1, "the bytes of the first are freed");
}

#[test]
fn u25_only_an_etag_is_a_condition_on_an_upload() {
    let mut world = World::new();
    let path = format!("{COLUMN}?x-ms-file-name=a.txt");
    let send = |world: &mut World, name: &str, value: &str| {
        world.send(Ask::new(Method::PATCH, &path).without(name).header(name, value).bytes(b"x"))
    };
    send(&mut world, "if-match", "*").expect(204);
    send(&mut world, "if-match", "null").expect(204);
    send(&mut world, "if-none-match", "*").expect(204);
    let etag = world.get(&format!("accounts({ID})")).json()["@odata.etag"].as_str().unwrap().to_owned();
    send(&mut world, "if-match", "W/\"1\"").refuses(412, "0x80060882");
    send(&mut world, "if-match", &etag).expect(204);
    send(&mut world, "if-match", &etag).refuses(412, "0x80060882");
}

#[test]
fn alternate_keys_name_the_record_of_an_upload() {
    let mut world = World::new();
    world.patch("accounts(accountnumber='A1')/sample_filecolumn?x-ms-file-name=a.txt", b"x").expect(204);
    assert_ne!(world.file_id(), "");
}
