//! An organization with a key of its own: files live in the database (D22).
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::payload::{Content, Intake, Payload};
use http::Method;
use serde_json::json;

use crate::download::{block, initialize};
use crate::messages;
use crate::world::{Ask, BLOCK, COLUMN, ID, World, block_id, bytes, from_base64};

fn world() -> World {
    World::with(Options { chunking_supported: false, ..Options::default() })
}

#[test]
fn a_file_comes_back_in_one_block_of_its_whole_size_only() {
    let mut world = world();
    let file = bytes(9_000_000);
    world.upload("a.bin", &file);
    let opened = initialize(&mut world);
    assert_eq!(opened["IsChunkingSupported"], false);
    let token = &opened["FileContinuationToken"];
    block(&mut world, token, 0, BLOCK as i64)
        .refuses(400, "0x80090017")
        .says("Downloading in multiple chunks is not supported for the files stored in the database.");
    block(&mut world, token, 10, 9_000_000).refuses(400, "0x80090017");
    let json = block(&mut world, token, 0, 9_000_000).expect(200).json();
    assert!(from_base64(&json["Data"]) == file);
    world.range(&format!("{COLUMN}/$value"), "bytes=0-10").refuses(400, "0x80090017");
    assert!(world.get(&format!("{COLUMN}/$value")).expect(200).body == file);
}

#[test]
fn an_upload_is_one_block_or_one_patch() {
    let mut world = world();
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.bin"));
    world
        .send(ask.header("x-ms-transfer-mode", "chunked"))
        .refuses(400, "0x80090017")
        .says("Uploading in multiple chunks is not supported for the files stored in the database.");
    let token = messages::initialize(&mut world, "a.pdf");
    messages::block(&mut world, &token, &block_id(0), &bytes(9_000_000)).expect(204);
    messages::block(&mut world, &token, &block_id(0), &bytes(9_000_001)).expect(204);
    messages::block(&mut world, &token, &block_id(1), b"x").refuses(400, "0x80090017");
    let json = messages::commit(&mut world, &token, "a.pdf", &[block_id(0)]).expect(200).json();
    assert_eq!(json["FileSizeInBytes"], 9_000_001);
}

#[test]
fn files_above_128_mb_and_links_do_not_exist_there() {
    let mut world = World::with(Options {
        chunking_supported: false,
        single_upload_limit: u64::MAX,
        ..Options::default()
    });
    let path = format!("/api/data/v9.2/{COLUMN}?x-ms-file-name=a.bin");
    let head = |length: u64| {
        let request = http::Request::patch(&path).header("authorization", "Bearer t").header("host", "h");
        request.header("content-length", length).body(()).unwrap().into_parts().0
    };
    assert!(world.core.intake(world.now, &head(134_217_728)).is_ok());
    let head = head(134_217_729);
    let reply = world.core.intake(world.now, &head).unwrap_err();
    let Payload::Bytes(body) = reply.response.body() else { panic!() };
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(body).unwrap(),
        json!({"error": {"code": "0x80090016",
            "message": "Maximum file size supported for files stored in the database is [128] MB."}})
    );
    world.upload("a.bin", b"x");
    let path = format!(
        "GetFileSasUrl(Target=@t,FileAttributeName='sample_filecolumn')?@t=%7B'@odata.id':'accounts({ID})'%7D"
    );
    world.get(&path).refuses(400, "0x80072520");
}

#[test]
fn a_block_above_128_mb_is_more_than_the_database_takes() {
    let mut world = world();
    let token = messages::initialize(&mut world, "a.pdf");
    let path = "/api/data/v9.2/UploadBlock";
    let request = http::Request::post(path).header("authorization", "Bearer t").header("host", "h");
    let (head, ()) = request.body(()).unwrap().into_parts();
    let intake = world.core.intake(world.now, &head).unwrap();
    let Intake::Json { limit, .. } = intake else { panic!("a block is JSON") };
    assert_eq!(limit, 134_217_728, "a file of the largest size is one block");
    let reply = world.core.handle(world.now, &head, Content::TooLong(178_956_980), &world.store);
    let Payload::Bytes(body) = reply.response.body() else { panic!() };
    let body: serde_json::Value = serde_json::from_slice(body).unwrap();
    assert_eq!(body["error"]["code"], "0x80090016");
    messages::block(&mut world, &token, &block_id(0), b"x").expect(204);
    let path = format!(
        "GetFileSasUrl(Target=@t,FileAttributeName='sample_filecolumn')?@t=%7B'@odata.id':'accounts({ID})'%7D"
    );
    world.get(&path).refuses(400, "0x80072520").says("Feature not enabled for this organization");
}
