//! Uploads by messages (file-columns §3).
use dataverse_files_emulator::core::Options;
use http::Method;
use serde_json::{Value, json};

use crate::world::{Answer, Ask, BLOCK, COLUMN, EXAMPLE, ID, World, base64, block_id, bytes, target};

pub(crate) fn initialize(world: &mut World, name: &str) -> String {
    let body = json!({"Target": target(), "FileName": name, "FileAttributeName": "sample_filecolumn"});
    let answer = world.post("InitializeFileBlocksUpload", &body).expect(200).json();
    answer["FileContinuationToken"].as_str().unwrap().to_owned()
}

pub(crate) fn block(world: &mut World, token: &str, id: &str, data: &[u8]) -> Answer {
    let body = json!({"BlockId": id, "BlockData": base64(data), "FileContinuationToken": token});
    world.post("UploadBlock", &body)
}

pub(crate) fn commit(world: &mut World, token: &str, name: &str, ids: &[String]) -> Answer {
    let body = json!({"FileName": name, "MimeType": "application/pdf", "BlockList": ids,
        "FileContinuationToken": token});
    world.post("CommitFileBlocksUpload", &body)
}

#[test]
fn the_documented_upload_takes_seven_blocks_in_any_order() {
    let mut world = World::new();
    let file = bytes(EXAMPLE);
    let token = initialize(&mut world, "25mb.pdf");
    let parts: Vec<&[u8]> = file.chunks(BLOCK).collect();
    assert_eq!((parts.len(), parts[6].len()), (7, 704_546));
    for at in [3, 0, 6, 1, 5, 2, 4] {
        let answer = block(&mut world, &token, &block_id(at), parts[at]).expect(204);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("odata-version"), "4.0");
    }
    assert_eq!(world.file_id(), "", "nothing is visible before the commit");

    let ids: Vec<String> = (0..7).map(block_id).collect();
    let answer = commit(&mut world, &token, "25mb.pdf", &ids).expect(200);
    assert!(answer.durable);
    let json = answer.json();
    assert_eq!(json["FileSizeInBytes"], 25_870_370);
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.CommitFileBlocksUploadResponse"
    );
    assert_eq!(json["FileId"], world.file_id());
    let answer = world.get(&format!("{COLUMN}/$value")).expect(200);
    assert!(answer.body == file);
    assert_eq!(answer.header("mimetype"), "application/pdf");
}

#[test]
fn the_opening_is_as_documented() {
    let mut world = World::new();
    let body = json!({"Target": target(), "FileName": "a.pdf", "FileAttributeName": "sample_filecolumn"});
    let json = world.post("InitializeFileBlocksUpload", &body).expect(200).json();
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.InitializeFileBlocksUploadResponse"
    );
    assert_eq!(json["FileContinuationToken"].as_str().unwrap().len(), 800);
}

#[test]
fn u15_a_block_of_exactly_4_mb_passes_and_one_byte_more_does_not() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.bin.pdf");
    block(&mut world, &token, &block_id(0), &bytes(BLOCK)).expect(204);
    block(&mut world, &token, &block_id(1), &bytes(BLOCK + 1)).refuses(400, "0x80090008");
}

#[test]
fn u17_blocks_that_are_not_listed_are_dropped() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    for number in 0..4 {
        block(&mut world, &token, &block_id(number), &[number as u8; 10]).expect(204);
    }
    commit(&mut world, &token, "a.pdf", &[block_id(2), block_id(0)]).expect(200);
    let body = world.get(&format!("{COLUMN}/$value")).expect(200).body;
    assert_eq!(body, [[2_u8; 10], [0; 10]].concat());
    assert_eq!(world.store.blobs().len(), 2);
}

#[test]
fn u18_block_ids_follow_the_rules() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    let long = base64(&[b'x'; 65]);
    for wrong in ["", "not base64!", "YWJj=", long.as_str()] {
        block(&mut world, &token, wrong, b"x").refuses(400, "0x80040203");
    }
    block(&mut world, &token, &base64(&[b'x'; 64]), b"x").expect(204);
    block(&mut world, &token, &block_id(1), b"x").refuses(400, "0x80040203");
}

#[test]
fn u19_an_empty_block_or_list_is_refused() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"").refuses(400, "0x80090004");
    commit(&mut world, &token, "a.pdf", &[]).refuses(400, "0x80090006");
}

#[test]
fn a_list_with_an_unknown_or_a_repeated_block_can_be_corrected() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    commit(&mut world, &token, "a.pdf", &[block_id(0), block_id(1)]).refuses(400, "0x80090006");
    commit(&mut world, &token, "a.pdf", &[block_id(0), block_id(0)]).refuses(400, "0x80090006");
    commit(&mut world, &token, "a.pdf", &[block_id(0)]).expect(200);
}

#[test]
fn u21_a_token_works_once() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    commit(&mut world, &token, "a.pdf", &[block_id(0)]).expect(200);
    commit(&mut world, &token, "a.pdf", &[block_id(0)])
        .refuses(400, "0x80090003")
        .says("Invalid parameter [FileContinuationToken] provided in request URL.");
    block(&mut world, &token, &block_id(0), b"x").refuses(400, "0x80090003");
}

#[test]
fn u7_a_session_lives_as_long_as_the_options_say_and_others_do_not_end_it() {
    let mut world = World::new();
    let first = initialize(&mut world, "a.pdf");
    block(&mut world, &first, &block_id(0), b"first").expect(204);
    world.now.0 += std::time::Duration::from_secs(24 * 3600 - 1);
    let second = initialize(&mut world, "b.pdf");
    block(&mut world, &second, &block_id(0), b"second").expect(204);
    block(&mut world, &first, &block_id(1), b"first").expect(204);
    assert_eq!(world.store.blobs().len(), 3);
    world.now.0 += std::time::Duration::from_secs(1);
    block(&mut world, &first, &block_id(1), b"x").refuses(400, "0x80090003");
    assert_eq!(world.store.blobs().len(), 1, "the blocks of the first are freed");
    commit(&mut world, &second, "b.pdf", &[block_id(0)]).expect(200);
}

#[test]
fn u20_the_running_total_and_the_commit_keep_the_columns_limit() {
    let mut world = World::new();
    let body = json!({"Target": target(), "FileName": "a.png", "FileAttributeName": "sample_imagecolumn"});
    let token =
        world.post("InitializeFileBlocksUpload", &body).expect(200).json()["FileContinuationToken"].clone();
    let token = token.as_str().unwrap();
    for number in 0..7 {
        block(&mut world, token, &block_id(number), &vec![1; BLOCK]).expect(204);
    }
    // 30,720 KB are seven blocks and a half.
    block(&mut world, token, &block_id(7), &vec![1; BLOCK / 2 + 1]).refuses(400, "0x80072553").says(
        "Error occured when processing image. Reason: File size is too big. MaxSize: 30 MB, Uploaded filesize: 30 MB.",
    );
    block(&mut world, token, &block_id(7), &vec![1; BLOCK / 2]).expect(204);
}

#[test]
fn u22_the_name_at_the_commit_wins() {
    let mut world = World::new();
    let token = initialize(&mut world, "first.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    commit(&mut world, &token, "日本 テスト.txt", &[block_id(0)]).expect(200);
    let record = world.get(&format!("accounts({ID})?$select=sample_filecolumn_name")).json();
    assert_eq!(record["sample_filecolumn_name"], "日本 テスト.txt");
}

#[test]
fn u26_blocked_extensions_and_types_are_refused_when_they_are_named() {
    let mut world = World::new();
    let open =
        |name: &str| json!({"Target": target(), "FileName": name, "FileAttributeName": "sample_filecolumn"});
    for name in ["setup.exe", "SETUP.EXE", "logo.svg"] {
        world.post("InitializeFileBlocksUpload", &open(name)).refuses(400, "0x80043e09");
    }
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    commit(&mut world, &token, "a.exe", &[block_id(0)]).refuses(400, "0x80043e09");

    let organization = world.get("organizations").json()["value"][0]["organizationid"].clone();
    let path = format!("organizations({})", organization.as_str().unwrap());
    let set = |world: &mut World, body: &Value| {
        world.send(Ask::new(Method::PATCH, &path).json(body)).expect(204);
    };
    set(&mut world, &json!({"blockedmimetypes": "text/html;Application/PDF"}));
    commit(&mut world, &token, "a.bin", &[block_id(0)])
        .refuses(400, "0x80072522")
        .says("Operation not allowed as mime type application/pdf is blocked.");
    world.post("InitializeFileBlocksUpload", &open("a.pdf")).refuses(400, "0x80072522");
    set(&mut world, &json!({"allowedmimetypes": "application/pdf"}));
    commit(&mut world, &token, "a.pdf", &[block_id(0)]).expect(200);
    world.post("InitializeFileBlocksUpload", &open("a.txt")).refuses(400, "0x80072521");
}

#[test]
fn names_that_can_not_be_stored_are_refused() {
    let mut world = World::new();
    let open =
        |name: &str| json!({"Target": target(), "FileName": name, "FileAttributeName": "sample_filecolumn"});
    world.post("InitializeFileBlocksUpload", &open("")).refuses(400, "0x80040203");
    world.post("InitializeFileBlocksUpload", &open("a\nb.txt")).refuses(400, "0x80044a08");
    world.post("InitializeFileBlocksUpload", &open(&"x".repeat(256))).refuses(400, "0x80044331");
    world.post("InitializeFileBlocksUpload", &open(&"x".repeat(255))).expect(200);
}

#[test]
fn parameters_are_those_of_the_message_and_no_others() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    let mut body = json!({"FileName": "a.pdf", "MimeType": "application/pdf", "BlockIds": [block_id(0)],
        "FileContinuationToken": token});
    world.post("CommitFileBlocksUpload", &body).refuses(400, "0x80048d19");
    body.as_object_mut().unwrap().remove("BlockIds");
    world.post("CommitFileBlocksUpload", &body).refuses(400, "0x80040203");
    body["BlockList"] = json!("one");
    world.post("CommitFileBlocksUpload", &body).refuses(400, "0x80048d19");
    world
        .post("UploadBlock", &json!({"BlockId": block_id(1), "FileContinuationToken": token}))
        .refuses(400, "0x80040203");
    let null = json!({"BlockId": block_id(1), "BlockData": 5, "FileContinuationToken": token});
    world.post("UploadBlock", &null).refuses(400, "0x80048d19");
    world.send(Ask::new(Method::POST, "UploadBlock").bytes(b"{\"BlockId\":")).refuses(400, "0x80048d19");
    world.send(Ask::new(Method::GET, "UploadBlock")).refuses(405, "0x80040315");
}

#[test]
fn targets_have_to_name_a_column_of_a_record_that_exists() {
    let mut world = World::new();
    let mut open = |target: Value, column: &str| {
        let body = json!({"Target": target, "FileName": "a.pdf", "FileAttributeName": column});
        world.post("InitializeFileBlocksUpload", &body)
    };
    let missing = "00000000-0000-0000-0000-000000000002";
    let other = json!({"accountid": missing, "@odata.type": "Microsoft.Dynamics.CRM.account"});
    open(other, "sample_filecolumn")
        .refuses(404, "0x80040217")
        .says("account With Id = 00000000-0000-0000-0000-000000000002 Does Not Exist");
    open(target(), "name").refuses(400, "0x80090007").says("Invalid File Attribute Name: [name].");
    open(target(), "sample_FileColumn").refuses(400, "0x80090007");
    open(json!({"accountid": ID}), "sample_filecolumn").refuses(400, "0x80040203");
    open(json!({"accountid": ID, "@odata.type": "Microsoft.Dynamics.CRM.nothing"}), "sample_filecolumn")
        .refuses(404, "0x80094005");
    open(json!({"accountid": "x", "@odata.type": "Microsoft.Dynamics.CRM.account"}), "sample_filecolumn")
        .refuses(400, "0x80040203");
    open(json!("account"), "sample_filecolumn").refuses(400, "0x80048d19");
}

#[test]
fn a_commit_into_a_record_that_went_away_is_refused() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    world.delete(&format!("accounts({ID})")).expect(204);
    commit(&mut world, &token, "a.pdf", &[block_id(0)]).refuses(404, "0x80040217");
}

#[test]
fn u28_a_sticky_organization_wants_its_cookie_back() {
    let mut world = World::with(Options { sticky: true, ..Options::default() });
    let body = json!({"Target": target(), "FileName": "a.pdf", "FileAttributeName": "sample_filecolumn"});
    let answer = world.post("InitializeFileBlocksUpload", &body).expect(200);
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("ARRAffinity="));
    let token = answer.json()["FileContinuationToken"].as_str().unwrap().to_owned();
    block(&mut world, &token, &block_id(0), b"x").refuses(400, "0x80090003");
    let body = json!({"BlockId": block_id(0), "BlockData": base64(b"x"), "FileContinuationToken": token});
    let ask = Ask::new(Method::POST, "UploadBlock").json(&body).header("cookie", &format!("a=b; {cookie}"));
    world.send(ask).expect(204);

    let mut free = World::new();
    let body = json!({"Target": target(), "FileName": "a.pdf", "FileAttributeName": "sample_filecolumn"});
    assert_eq!(free.post("InitializeFileBlocksUpload", &body).header("set-cookie"), "");
}
