//! The documented exchanges, as they are printed.
use http::Method;
use serde_json::{Value, json};

use super::{NOTE, by_blocks, create, id_of, limit, target};
use crate::messages;
use crate::world::{Ask, BLOCK, EXAMPLE, HOST, ID, World, base64, block_id, bytes, from_base64};

#[test]
fn a_note_with_a_file_is_created_read_replaced_and_deleted() {
    let mut world = World::new();
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let note = create(
        &mut world,
        "annotations",
        &json!({"subject": "this is the subject.", "filename": "WordDoc.docx", "documentbody": base64(b"word"),
            "notetext": "Please see the attached Word document.", "mimetype": word,
            "objectid_account@odata.bind": format!("accounts({ID})")}),
    );
    let read = world.get(&format!("{note}?$select=filename,mimetype,documentbody")).expect(200).json();
    assert_eq!(read["filename"], "WordDoc.docx");
    assert_eq!(read["mimetype"], word);
    assert_eq!(from_base64(&read["documentbody"]), b"word");

    let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let change = json!({"filename": "ExcelDoc.xlsx", "documentbody": base64(b"excel!"),
        "notetext": "Please see new attached Excel document.", "mimetype": sheet});
    let ask = Ask::new(Method::PATCH, &note).header("if-match", "*").json(&change);
    let answer = world.send(ask).expect(204);
    assert_eq!(answer.header("odata-entityid"), format!("http://{HOST}/api/data/v9.2/{note}"));
    assert!(answer.durable);
    let read = world.get(&note).expect(200).json();
    assert_eq!(read["filename"], "ExcelDoc.xlsx");
    assert_eq!(read["mimetype"], sheet);
    assert_eq!(read["filesize"], 6);
    assert_eq!(read["isdocument"], true);
    assert_eq!(read["notetext"], "Please see new attached Excel document.");
    assert_eq!(read["subject"], "this is the subject.");
    assert_eq!(read["_objectid_value"], ID);
    assert_eq!(read["objecttypecode"], "account");
    assert_eq!(from_base64(&read["documentbody"]), b"excel!", "an ordinary string column");

    world.delete(&note).expect(204);
    world.get(&note).refuses(404, "0x80040217");
    assert!(world.store.blobs().is_empty());
}

#[test]
fn the_documented_upload_moves_25_870_370_bytes_in_seven_blocks() {
    let mut world = World::new();
    world.careful = false;
    limit(&mut world, 131_072_000);
    let file = bytes(EXAMPLE);
    let opened = world.post("InitializeAnnotationBlocksUpload", &json!({"Target": target(NOTE)})).expect(200);
    let context = format!("http://{HOST}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.");
    let opened = opened.json();
    assert_eq!(opened["@odata.context"], format!("{context}InitializeAnnotationBlocksUploadResponse"));
    assert_eq!(opened.as_object().unwrap().len(), 2);
    let token = opened["FileContinuationToken"].as_str().unwrap();
    for (number, part) in file.chunks(BLOCK).enumerate().collect::<Vec<_>>().into_iter().rev() {
        messages::block(&mut world, token, &block_id(number), part).expect(204);
        world.get(&format!("annotations({NOTE})")).refuses(404, "0x80040217");
    }
    let ids: Vec<String> = (0..7).map(block_id).collect();
    let committed = super::commit(&mut world, "Annotation", &target(NOTE), token, &ids).expect(200);
    assert!(committed.durable);
    let context_of_commit = format!("{context}CommitAnnotationBlocksUploadResponse");
    assert_eq!(
        committed.json(),
        json!({"@odata.context": context_of_commit, "AnnotationId": NOTE, "FileSizeInBytes": 25_870_370})
    );
    let read = world.get(&format!("annotations({NOTE})")).expect(200).json();
    for (name, value) in target(NOTE).as_object().unwrap().iter().filter(|(name, _)| !name.starts_with('@')) {
        assert_eq!(&read[name], value, "{name}");
    }
    assert_eq!((&read["filesize"], &read["isdocument"]), (&json!(25_870_370), &json!(true)));
    assert_eq!((&read["_objectid_value"], &read["objecttypecode"]), (&Value::Null, &Value::Null));
    assert!(super::by_messages(&mut world, NOTE) == file);
    world.check();
}

#[test]
fn a_download_says_name_size_and_token_and_nothing_of_chunking() {
    let mut world = World::new();
    by_blocks(&mut world, "Annotation", &target(NOTE), b"0123456789", 4).expect(200);
    let asked = json!({"annotationid": NOTE, "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let opened = super::initialize_download(&mut world, "Annotation", &asked).expect(200).json();
    let names: Vec<&str> = opened.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(
        opened["@odata.context"].as_str().unwrap().ends_with("InitializeAnnotationBlocksDownloadResponse")
    );
    assert_eq!((&opened["FileName"], &opened["FileSizeInBytes"]), (&json!("25mb.pdf"), &json!(10)));
    let block = json!({"Offset": 8, "BlockLength": 4_194_304, "FileContinuationToken": opened["FileContinuationToken"]});
    let block = world.post("DownloadBlock", &block).expect(200).json();
    assert_eq!(from_base64(&block["Data"]), b"89");
}

#[test]
fn one_request_gives_the_file_as_base64_text() {
    let mut world = World::new();
    let note = super::file(&mut world, "a.txt", b"hello");
    let answer = world.get(&format!("{note}/documentbody/$value")).expect(200);
    assert_eq!(answer.header("content-type"), "text/plain");
    assert_eq!(answer.body, b"aGVsbG8=");
    for absent in ["x-ms-file-size", "x-ms-file-name", "mimetype"] {
        assert_eq!(answer.header(absent), "", "{absent}");
    }
    let answer = world.range(&format!("{note}/documentbody/$value"), "bytes=0-1").expect(200);
    assert_eq!(answer.body, b"aGVsbG8=", "ranges are not documented here");
    let answer = world.get(&format!("{note}/documentbody")).expect(200).json();
    let context = format!("http://{HOST}/api/data/v9.2/$metadata#annotations({})/documentbody", id_of(&note));
    assert_eq!(answer, json!({"@odata.context": context, "value": "aGVsbG8="}));
}
