//! Addresses of files for others (file-columns §7.4), and organizations that have none.
use dataverse_files_emulator::core::Options;
use http::Method;
use serde_json::json;

use super::{NOTE, by_blocks, create, file, id_of, initialize, initialize_download, target};
use crate::world::{Answer, ID, World, block_id, bytes, from_base64};
use crate::{attachments, messages};

fn sas(world: &mut World, record: &str, column: &str) -> Answer {
    let target = format!("%7B'@odata.id':'{record}'%7D");
    world.get(&format!("GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t={target}&@f={column}"))
}

#[test]
fn the_files_of_notes_and_attachments_have_addresses_without_a_column() {
    let mut world = World::new();
    let note = file(&mut world, "a.txt", b"hello");
    let attachment = attachments::create(&mut world, &attachments::record(b"word"));
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for (record, quotes, name, mime, bytes) in [
        (&note, "''", "a.txt", "text/plain", b"hello".as_slice()),
        (&note, "%22%22", "a.txt", "text/plain", b"hello"),
        (&attachment, "''", "WordDoc.docx", word, b"word"),
    ] {
        let result = sas(&mut world, record, quotes).expect(200).json()["Result"].clone();
        assert_eq!((&result["FileName"], &result["MimeType"]), (&json!(name), &json!(mime)));
        assert_eq!(result["FileSizeInBytes"], bytes.len());
        let url = result["SasUrl"].as_str().unwrap();
        let answer = world.storage(Method::GET, url, &[]).expect(200);
        assert_eq!((answer.header("content-type"), answer.body.as_slice()), (mime, bytes));
    }
    let printed = format!("GetFileSasUrl(Target=@p1,FileAttributeName='')?@p1=%7B'@odata.id':'{note}'%7D");
    assert_eq!(world.get(&printed).expect(200).json()["Result"]["FileName"], "a.txt", "as it is printed");
    sas(&mut world, &note, "'documentbody'").refuses(400, "0x80090007");
    sas(&mut world, &attachment, "'body'").refuses(400, "0x80090007");
    sas(&mut world, &format!("accounts({ID})"), "''").refuses(400, "0x80090007");
    sas(&mut world, &format!("annotations({NOTE})"), "''").refuses(404, "0x80040217");
    let url = sas(&mut world, &note, "''").json()["Result"]["SasUrl"].as_str().unwrap().to_owned();
    world.delete(&format!("{note}/documentbody")).expect(204);
    sas(&mut world, &note, "''").refuses(404, "0x80040217");
    world.storage(Method::GET, &url, &[]).expect(404);
}

#[test]
fn d22_in_the_database_a_file_comes_and_goes_in_one_block() {
    let mut world = World::with(Options { chunking_supported: false, ..Options::default() });
    world.careful = false;
    super::limit(&mut world, 131_072_000);
    let whole = bytes(9_000_000);
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), &whole).expect(204);
    messages::block(&mut world, &token, &block_id(1), b"x")
        .refuses(400, "0x80090017")
        .says("Uploading in multiple chunks is not supported for the files stored in the database.");
    super::commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0)]).expect(200);
    by_blocks(&mut world, "Attachment", &attachments::target(), b"small", 9).expect(200);

    let asked = json!({"annotationid": NOTE, "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let opened = initialize_download(&mut world, "Annotation", &asked).expect(200).json();
    assert_eq!(opened["FileSizeInBytes"], 9_000_000);
    let block = |world: &mut World, offset: u32, length: u32| {
        let token = &opened["FileContinuationToken"];
        let body = json!({"Offset": offset, "BlockLength": length, "FileContinuationToken": token});
        world.post("DownloadBlock", &body)
    };
    block(&mut world, 0, 4_194_304)
        .refuses(400, "0x80090017")
        .says("Downloading in multiple chunks is not supported for the files stored in the database.");
    block(&mut world, 1, 9_000_000).refuses(400, "0x80090017");
    let data = block(&mut world, 0, 9_000_000).expect(200).json();
    assert!(from_base64(&data["Data"]) == whole);
    let answer = sas(&mut world, &format!("annotations({NOTE})"), "''").refuses(400, "0x80072520").json();
    assert!(answer["error"]["message"].as_str().unwrap().contains("key of its own"), "{answer}");
    world.get(&format!("annotations({NOTE})/documentbody/$value")).expect(200);
    let small = create(&mut world, "annotations", &json!({"documentbody": "eA=="}));
    assert_eq!(super::by_messages(&mut world, id_of(&small)), b"x");
}
