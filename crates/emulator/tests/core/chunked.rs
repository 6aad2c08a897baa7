//! Uploads by ranged PATCHes (file-columns §5).
use dataverse_files_emulator::core::Options;
use http::Method;

use crate::world::{Answer, Ask, BLOCK, COLUMN, EXAMPLE, ID, World, bytes};

pub(crate) fn open(world: &mut World, name: &str) -> String {
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name={name}"));
    let answer = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
    answer.header("location").to_owned()
}

pub(crate) fn chunk(world: &mut World, location: &str, range: &str, body: &[u8]) -> Answer {
    let ask = Ask::new(Method::PATCH, location).header("content-type", "application/octet-stream");
    world.send(ask.header("content-range", range).bytes(body))
}

#[test]
fn the_documented_upload_takes_seven_chunks_and_no_commit() {
    let mut world = World::new();
    let file = bytes(EXAMPLE);
    let location = open(&mut world, "25mb.pdf");
    let steps = [
        ("bytes 0-4194303/25870370", 206),
        ("bytes 4194304-8388607/25870370", 206),
        ("bytes 8388608-12582911/25870370", 206),
        ("bytes 12582912-16777215/25870370", 206),
        ("bytes 16777216-20971519/25870370", 206),
        ("bytes 20971520-25165823/25870370", 206),
        ("bytes 25165824-25870369/25870370", 204),
    ];
    for ((range, status), part) in steps.into_iter().zip(file.chunks(BLOCK)) {
        assert_eq!(world.file_id(), "");
        chunk(&mut world, &location, range, part).expect(status);
    }
    let answer = world.get(&format!("{COLUMN}/$value")).expect(200);
    assert!(answer.body == file);
    assert_eq!(answer.header("mimetype"), "application/pdf");
    chunk(&mut world, &location, steps[6].0, &file[25_165_824..]).refuses(400, "0x80090003");
}

#[test]
fn the_opening_is_as_documented() {
    let mut world = World::new();
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=25mb.pdf"));
    let answer = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
    assert!(
        answer
            .header("location")
            .starts_with(&format!("http://127.0.0.1:8080/api/data/v9.2/{COLUMN}?sessiontoken="))
    );
    assert_eq!(answer.header("x-ms-chunk-size"), "4194304");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    assert_eq!(answer.header("access-control-expose-headers"), "x-ms-chunk-size");
    assert!(answer.body.is_empty());
}

#[test]
fn an_opening_with_bytes_is_refused_before_they_are_lost() {
    let mut world = World::new();
    for length in [1, 100_000] {
        let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.pdf")).bytes(&bytes(length));
        world.send(ask.header("x-ms-transfer-mode", "chunked")).refuses(400, "0x80040203");
    }
}

#[test]
fn u4_chunks_may_have_any_size_up_to_4_mb() {
    let mut world = World::with(Options { chunk_size: 256, ..Options::default() });
    let location = open(&mut world, "a.txt");
    chunk(&mut world, &location, "bytes 0-2/10", b"abc").expect(206);
    chunk(&mut world, &location, "bytes 3-8/10", b"defghi").expect(206);
    chunk(&mut world, &location, "bytes 9-9/10", b"j").expect(204);
    assert_eq!(world.get(&format!("{COLUMN}/$value")).body, b"abcdefghij");

    let location = open(&mut world, "a.txt");
    let large = bytes(BLOCK + 1);
    let answer = chunk(&mut world, &location, "bytes 0-4194304/5000000", &large).refuses(400, "0x80090008");
    assert!(answer.early);
}

#[test]
fn u5_chunks_come_in_order_and_only_the_last_may_come_again() {
    let mut world = World::new();
    let location = open(&mut world, "a.txt");
    chunk(&mut world, &location, "bytes 3-5/9", b"def").refuses(400, "0x80090005");
    chunk(&mut world, &location, "bytes 0-2/9", b"abc").expect(206);
    chunk(&mut world, &location, "bytes 0-2/9", b"abc").expect(206);
    chunk(&mut world, &location, "bytes 3-5/9", b"xyz").expect(206);
    chunk(&mut world, &location, "bytes 3-5/9", b"def").expect(206);
    chunk(&mut world, &location, "bytes 0-2/9", b"abc").refuses(400, "0x80090005");
    chunk(&mut world, &location, "bytes 7-8/9", b"hi").refuses(400, "0x80090005");
    chunk(&mut world, &location, "bytes 6-8/10", b"ghi").refuses(400, "0x80090005");
    chunk(&mut world, &location, "bytes 6-8/9", b"ghi").expect(204);
    assert_eq!(world.get(&format!("{COLUMN}/$value")).body, b"abcdefghi");
    assert_eq!(world.store.blobs().len(), 3);
}

#[test]
fn ranges_and_payloads_have_to_agree() {
    let mut world = World::new();
    let location = open(&mut world, "a.txt");
    let answer = chunk(&mut world, &location, "bytes 0-2/9", b"abcd").refuses(400, "0x80090005");
    assert!(answer.early);
    answer.says(
        "Content range is either not valid or size of the payload [4] doesn't match with the chunk size provided.",
    );
    for body in [&b"ab"[..], b"abcd"] {
        let ask = Ask::new(Method::PATCH, &location).header("transfer-encoding", "chunked");
        world.send(ask.header("content-range", "bytes 0-2/9").bytes(body)).refuses(400, "0x80090005");
    }
    for range in ["bytes 0-2", "bytes=0-2/9", "bytes 2-0/9", "bytes 0-2/2", "bytes 0-2/*"] {
        chunk(&mut world, &location, range, b"abc").refuses(400, "0x80090005");
    }
    assert!(world.store.blobs().is_empty());
}

#[test]
fn u19_an_empty_file_can_not_be_said_in_chunks() {
    let mut world = World::new();
    let location = open(&mut world, "a.txt");
    for range in ["bytes 0--1/0", "bytes 0-0/0", "bytes */0"] {
        chunk(&mut world, &location, range, b"").refuses(400, "0x80090004");
    }
    world.patch(&location, b"").refuses(400, "0x80090004");
}

#[test]
fn u20_the_first_chunk_tells_the_size() {
    let mut world = World::new();
    let answer = {
        let location = open(&mut world, "a.txt");
        chunk(&mut world, &location, "bytes 0-2/10737418241", b"abc").refuses(400, "0x80044a02")
    };
    assert!(answer.early);
    let location = open(&mut world, "a.txt");
    chunk(&mut world, &location, "bytes 0-2/10737418240", b"abc").expect(206);
}

#[test]
fn u8_a_name_on_a_chunk_has_the_last_word() {
    let mut world = World::new();
    let location = open(&mut world, "first.txt");
    let ask = Ask::new(Method::PATCH, &location).header("content-range", "bytes 0-2/3").bytes(b"abc");
    world.send(ask.header("x-ms-file-name", "last.pdf")).expect(204);
    let answer = world.get(&format!("{COLUMN}/$value"));
    assert_eq!((answer.header("x-ms-file-name"), answer.header("mimetype")), ("last.pdf", "application/pdf"));

    let location = open(&mut world, "first.txt");
    let ask = Ask::new(Method::PATCH, &location).header("content-range", "bytes 0-2/3").bytes(b"abc");
    world.send(ask.header("x-ms-file-name", "last.exe")).refuses(400, "0x80043e09");
}

#[test]
fn u30_a_transfer_mode_beside_a_token_is_a_chunk() {
    let mut world = World::new();
    let location = open(&mut world, "a.txt");
    let ask = Ask::new(Method::PATCH, &location).header("x-ms-transfer-mode", "chunked");
    world.send(ask.header("content-range", "bytes 0-2/3").bytes(b"abc")).expect(204);
}

#[test]
fn a_token_belongs_to_its_column() {
    let mut world = World::new();
    let location = open(&mut world, "a.txt");
    let other = location.replace("sample_filecolumn", "sample_imagecolumn");
    chunk(&mut world, &other, "bytes 0-2/3", b"abc").refuses(400, "0x80090003");
    let unknown = format!("{COLUMN}?sessiontoken=unknown");
    chunk(&mut world, &unknown, "bytes 0-2/3", b"abc")
        .refuses(400, "0x80090003")
        .says("Invalid parameter [sessiontoken] provided in request URL.");
    world.now.0 += std::time::Duration::from_secs(24 * 3600);
    chunk(&mut world, &location, "bytes 0-2/3", b"abc").refuses(400, "0x80090003");
}

#[test]
fn a_file_of_one_chunk_is_done_at_once() {
    let mut world = World::new();
    let location = open(&mut world, "a.txt");
    chunk(&mut world, &location, "bytes 0-2/3", b"abc").expect(204);
    let record = world.get(&format!("accounts({ID})?$select=sample_filecolumn_name")).json();
    assert_eq!(record["sample_filecolumn_name"], "a.txt");
}

#[test]
fn u28_a_sticky_organization_wants_its_cookie_with_each_chunk() {
    let mut world = World::with(Options { sticky: true, ..Options::default() });
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.txt"));
    let answer = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
    let (location, cookie) = (answer.header("location").to_owned(), answer.header("set-cookie").to_owned());
    chunk(&mut world, &location, "bytes 0-2/3", b"abc").refuses(400, "0x80090003");
    let ask = Ask::new(Method::PATCH, &location).header("cookie", cookie.split(';').next().unwrap());
    world.send(ask.header("content-range", "bytes 0-2/3").bytes(b"abc")).expect(204);
}
