//! Bugs that other fakes of this service have, each by its number, and what would hide those of clients.
use serde_json::json;

use crate::download;
use crate::messages::{block, commit, initialize};
use crate::world::{BLOCK, COLUMN, World, block_id, bytes, from_base64, target};

#[test]
fn block_ids_under_a_wrong_parameter_name_are_refused() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    let body = json!({"FileName": "a.pdf", "MimeType": "application/pdf", "BlockIds": [block_id(0)],
        "FileContinuationToken": token});
    let answer = world.post("CommitFileBlocksUpload", &body).refuses(400, "0x80048d19");
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("'BlockIds'"));
}

#[test]
fn b10_the_list_decides_the_order_and_a_block_sent_again_counts_once() {
    let mut world = World::new();
    let token = initialize(&mut world, "a.pdf");
    for (number, data) in [(2, b"ccc"), (0, b"xxx"), (1, b"bbb"), (0, b"aaa"), (1, b"bbb")] {
        block(&mut world, &token, &block_id(number), data).expect(204);
    }
    let json =
        commit(&mut world, &token, "a.pdf", &[block_id(0), block_id(1), block_id(2)]).expect(200).json();
    assert_eq!(json["FileSizeInBytes"], 9);
    assert_eq!(world.get(&format!("{COLUMN}/$value")).body, b"aaabbbccc");
}

#[test]
fn b11_download_block_takes_the_documented_parameters_and_keeps_to_them() {
    let mut world = World::new();
    world.upload("a.txt", b"0123456789");
    let token = download::initialize(&mut world)["FileContinuationToken"].clone();
    let json = download::block(&mut world, &token, 3, 4).expect(200).json();
    assert_eq!(from_base64(&json["Data"]), b"3456");
    let body = json!({"Target": target(), "FileAttributeName": "sample_filecolumn", "Offset": 0, "BlockLength": 4,
        "FileContinuationToken": token});
    world.post("DownloadBlock", &body).refuses(400, "0x80048d19");
}

#[test]
fn b12_delete_file_deletes_the_file_of_that_id_and_no_other() {
    let mut world = World::new();
    let id = world.upload("a.txt", b"x");
    let other = "11111111-1111-4111-8111-111111111111";
    world.post("DeleteFile", &json!({"FileId": other})).refuses(404, "0x80040217");
    world.post("DeleteFile", &json!({})).refuses(400, "0x80040203");
    assert_eq!(world.file_id(), id);
    world.post("DeleteFile", &json!({"FileId": id})).expect(204);
    assert_eq!(world.file_id(), "");
}

#[test]
fn b13_a_new_upload_replaces_the_old_file_and_its_row_is_the_file_id() {
    let mut world = World::new();
    let rows =
        |world: &mut World| world.get("fileattachments?$select=filename").expect(200).json()["value"].clone();
    let token = initialize(&mut world, "first.pdf");
    assert_eq!(rows(&mut world), json!([]), "an opening makes no row");
    block(&mut world, &token, &block_id(0), b"first").expect(204);
    assert_eq!(rows(&mut world), json!([]));
    let first = commit(&mut world, &token, "first.pdf", &[block_id(0)]).expect(200).json()["FileId"].clone();
    assert_eq!(rows(&mut world)[0]["fileattachmentid"], first);

    let token = initialize(&mut world, "second.pdf");
    block(&mut world, &token, &block_id(0), b"second").expect(204);
    let second =
        commit(&mut world, &token, "second.pdf", &[block_id(0)]).expect(200).json()["FileId"].clone();
    assert_ne!(first, second);
    assert_eq!(rows(&mut world).as_array().unwrap().len(), 1);
    assert_eq!(rows(&mut world)[0]["fileattachmentid"], second);
    assert_eq!(world.get(&format!("{COLUMN}/$value")).body, b"second");
    world.post("DeleteFile", &json!({"FileId": first})).refuses(404, "0x80040217");
}

#[test]
fn b14_a_block_length_past_the_end_gives_what_is_there() {
    let mut world = World::new();
    let file = bytes(BLOCK + 100);
    world.upload("a.bin", &file);
    let token = download::initialize(&mut world)["FileContinuationToken"].clone();
    let json = download::block(&mut world, &token, BLOCK as i64, BLOCK as i64).expect(200).json();
    assert!(from_base64(&json["Data"]) == file[BLOCK..]);
}

#[test]
fn b15_missing_and_repeated_blocks_and_odd_names_are_plain_answers() {
    let mut world = World::new();
    let token = initialize(&mut world, "README");
    commit(&mut world, &token, "README", &[block_id(0)]).refuses(400, "0x80090006").says(
        "Commit file operation failed. Either the specified block list is invalid or some chunk(s) are missing to upload.",
    );
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    block(&mut world, &token, &block_id(0), b"x").expect(204);
    commit(&mut world, &token, "run.exe", &[block_id(0)]).refuses(400, "0x80043e09");
    commit(&mut world, &token, "README", &[block_id(0)]).expect(200);
    world.upload("no-extension", b"x");
    world.upload(".", b"x");
}

#[test]
fn the_limit_counts_bytes_and_not_whole_kilobytes() {
    let mut world = World::new();
    let path = |column: &str| {
        format!("/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)/{column}?x-ms-file-name=a.png")
    };
    // 30,720 KB and one byte; divided by 1024 without a rest it would pass.
    for (length, passes) in [(31_457_280_u64, true), (31_457_281, false)] {
        let request = http::Request::patch(path("sample_imagecolumn")).header("host", "h");
        let request = request.header("authorization", "Bearer t").header("content-length", length);
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(world.core.intake(world.now, &head).is_ok(), passes, "{length}");
    }
}

#[test]
fn sizes_above_4_gib_are_whole_numbers() {
    let mut world = World::new();
    let location = crate::chunked::open(&mut world, "a.bin");
    let answer = crate::chunked::chunk(&mut world, &location, "bytes 0-2/5368709120", b"abc");
    answer.expect(206);
}
