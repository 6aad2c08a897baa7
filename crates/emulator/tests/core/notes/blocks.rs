//! Notes by block messages (notes-attachments §4.1, §5.2).
use serde_json::json;

use super::{NOTE, by_blocks, commit, create, file, id_of, initialize, initialize_download, target, with};
use crate::messages;
use crate::world::{ID, World, base64, block_id, bytes, from_base64};

#[test]
fn u22_the_commit_decides_what_the_note_says() {
    let mut world = World::new();
    let note = create(&mut world, "annotations", &json!({"subject": "before", "notetext": "stays"}));
    let first = json!({"annotationid": id_of(&note), "filename": "first.txt", "mimetype": "text/plain",
        "subject": "first", "@odata.type": "#Microsoft.Dynamics.CRM.annotation"});
    let token = initialize(&mut world, "Annotation", &first);
    messages::block(&mut world, &token, &block_id(0), b"bytes").expect(204);
    assert_eq!(world.get(&note).json()["subject"], "before", "nothing is visible before the commit");
    let second = json!({"annotationid": id_of(&note), "filename": "second.pdf", "mimetype": "application/pdf",
        "subject": "second", "objectid_account@odata.bind": format!("/accounts({ID})"),
        "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    commit(&mut world, "Annotation", &second, &token, &[block_id(0)]).expect(200);
    let read = world.get(&note).expect(200).json();
    for (name, value) in [
        ("filename", json!("second.pdf")),
        ("mimetype", json!("application/pdf")),
        ("subject", json!("second")),
        ("notetext", json!("stays")),
        ("_objectid_value", json!(ID)),
        ("objecttypecode", json!("account")),
        ("filesize", json!(5)),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
    commit(&mut world, "Annotation", &second, &token, &[block_id(0)]).refuses(400, "0x80090003");
}

#[test]
fn b10_the_list_decides_about_the_order_and_a_repeated_block_counts_once() {
    let mut world = World::new();
    let file = bytes(1000);
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    for at in [2, 0, 3, 1, 0] {
        messages::block(&mut world, &token, &block_id(at), &file[at * 250..(at + 1) * 250]).expect(204);
    }
    messages::block(&mut world, &token, &block_id(9), b"dropped").expect(204);
    let ids: Vec<String> = (0..4).map(block_id).collect();
    commit(&mut world, "Annotation", &target(NOTE), &token, &ids).expect(200);
    assert!(super::by_messages(&mut world, NOTE) == file);
    assert_eq!(world.store.blobs().len(), 4);
}

#[test]
fn b15_blocks_that_are_missing_are_told_and_the_upload_goes_on() {
    let mut world = World::new();
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), b"one").expect(204);
    messages::block(&mut world, &token, "YQ==", b"x").refuses(400, "0x80040203");
    let both = [block_id(0), block_id(1)];
    commit(&mut world, "Annotation", &target(NOTE), &token, &both).refuses(400, "0x80090006");
    messages::block(&mut world, &token, &block_id(1), b"two").expect(204);
    commit(&mut world, "Annotation", &target(NOTE), &token, &both).expect(200);
    assert_eq!(super::by_messages(&mut world, NOTE), b"onetwo");
}

#[test]
fn a_target_says_all_it_must_and_nothing_it_must_not() {
    let mut world = World::new();
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), b"x").expect(204);
    for (change, named) in [
        (json!({"annotationid": null}), "annotationid"),
        (json!({"annotationid": "5"}), "annotationid"),
        (json!({"filename": null}), "filename"),
        (json!({"mimetype": null}), "mimetype"),
        (json!({"@odata.type": null}), "@odata.type"),
        (json!({"documentbody": "eA=="}), "documentbody"),
    ] {
        let wrong = with(target(NOTE), &change);
        let body = json!({ "Target": wrong });
        for answer in [
            world.post("InitializeAnnotationBlocksUpload", &body),
            commit(&mut world, "Annotation", &wrong, &token, &[block_id(0)]),
        ] {
            let answer = answer.refuses(400, "0x80040203").json();
            assert!(answer["error"]["message"].as_str().unwrap().contains(named), "{answer}");
        }
    }
    for (change, status, code) in [
        (json!({"nonsense": 1}), 400, "0x80090801"),
        (json!({"subject": 5}), 400, "0x80048d19"),
        (json!({"subject": "s".repeat(501)}), 400, "0x80044331"),
        (json!({"objectid_template@odata.bind": format!("templates({ID})")}), 400, "0x80090801"),
        (json!({"objectid_contact@odata.bind": format!("contacts({ID})")}), 404, "0x80040217"),
    ] {
        let body = json!({"Target": with(target(NOTE), &change)});
        world.post("InitializeAnnotationBlocksUpload", &body).refuses(status, code);
    }
    world.get(&format!("annotations({NOTE})")).refuses(404, "0x80040217");
}

#[test]
fn a_commit_names_the_record_of_the_opening() {
    let mut world = World::new();
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), b"x").expect(204);
    let other = target("7b1f3b2e-0000-4000-8000-000000000002");
    commit(&mut world, "Annotation", &other, &token, &[block_id(0)]).refuses(400, "0x80040203");
    let table = with(target(NOTE), &json!({"@odata.type": "Microsoft.Dynamics.CRM.account"}));
    commit(&mut world, "Annotation", &table, &token, &[block_id(0)]).refuses(400, "0x80040203");
    world.post("InitializeAnnotationBlocksUpload", &json!({ "Target": table })).refuses(400, "0x80100008");
    messages::commit(&mut world, &token, "a.pdf", &[block_id(0)]).refuses(400, "0x80090003");
    let column = messages::initialize(&mut world, "a.pdf");
    messages::block(&mut world, &column, &block_id(0), b"x").expect(204);
    commit(&mut world, "Annotation", &target(NOTE), &column, &[block_id(0)]).refuses(400, "0x80040203");
    commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0)]).expect(200);
}

#[test]
fn parameters_are_those_of_the_message_in_their_case() {
    let mut world = World::new();
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    for (message, body) in [
        ("InitializeAnnotationBlocksUpload", json!({"Target": target(NOTE), "FileName": "a.pdf"})),
        ("InitializeAnnotationBlocksUpload", json!({"target": target(NOTE)})),
        ("InitializeAnnotationBlocksDownload", json!({"Target": target(NOTE), "FileAttributeName": ""})),
        (
            "CommitAnnotationBlocksUpload",
            json!({"Target": target(NOTE), "BlockIds": [], "FileContinuationToken": token}),
        ),
    ] {
        world.post(message, &body).refuses(400, "0x80048d19");
    }
    world.post("InitializeAnnotationBlocksUpload", &json!({})).refuses(400, "0x80040203");
    world.post("CommitAnnotationBlocksUpload", &json!({"Target": target(NOTE)})).refuses(400, "0x80040203");
    world.get("InitializeAnnotationBlocksUpload").refuses(405, "0x80040315");
    world.post("InitializeannotationBlocksUpload", &json!({})).refuses(404, "0x80060888");
}

#[test]
fn d17_a_download_is_bound_to_the_content() {
    let mut world = World::new();
    let note = file(&mut world, "a.txt", b"hello");
    let asked = json!({"annotationid": id_of(&note), "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let block = |world: &mut World| {
        let opened = initialize_download(world, "Annotation", &asked).expect(200).json();
        json!({"Offset": 0, "BlockLength": 5, "FileContinuationToken": opened["FileContinuationToken"]})
    };
    let first = block(&mut world);
    assert_eq!(from_base64(&world.post("DownloadBlock", &first).expect(200).json()["Data"]), b"hello");
    let change = json!({"documentbody": base64(b"other")}).to_string();
    world.patch(&note, change.as_bytes()).expect(204);
    world.post("DownloadBlock", &first).refuses(404, "0x80040217");
    let second = block(&mut world);
    world.delete(&format!("{note}/documentbody")).expect(204);
    world.post("DownloadBlock", &second).refuses(404, "0x80040217");
    let answer = initialize_download(&mut world, "Annotation", &asked).refuses(404, "0x80040217").json();
    assert!(answer["error"]["message"].as_str().unwrap().starts_with("No file attachment found"), "{answer}");
    world.delete(&note).expect(204);
    initialize_download(&mut world, "Annotation", &asked).refuses(404, "0x80040217");
    let table = json!({"accountid": ID, "@odata.type": "Microsoft.Dynamics.CRM.account"});
    initialize_download(&mut world, "Annotation", &table).refuses(400, "0x80100008");
}

#[test]
fn an_upload_by_blocks_goes_on_after_a_crash_and_ends_with_its_time() {
    let mut world = World::new();
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), b"one").expect(204);
    world.restart();
    messages::block(&mut world, &token, &block_id(1), b"two").expect(204);
    world.restart();
    commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0), block_id(1)]).expect(200);
    world.restart();
    assert_eq!(super::by_messages(&mut world, NOTE), b"onetwo");
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), b"late").expect(204);
    world.now.0 += std::time::Duration::from_secs(86_400);
    commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0)]).refuses(400, "0x80090003");
    assert_eq!(super::by_messages(&mut world, NOTE), b"onetwo");
    assert_eq!(world.store.blobs().len(), 2);
    by_blocks(&mut world, "Annotation", &target(NOTE), b"three", 9).expect(200);
    assert_eq!(world.store.blobs().len(), 1);
}

#[test]
fn b13_a_new_file_takes_the_place_of_the_old_one() {
    let mut world = World::new();
    for bytes in [b"one".as_slice(), b"two!", b"three"] {
        by_blocks(&mut world, "Annotation", &target(NOTE), bytes, 2).expect(200);
        assert_eq!(super::by_messages(&mut world, NOTE), bytes);
        assert_eq!(world.store.blobs().len(), bytes.len().div_ceil(2));
    }
    let rows = world.get("annotations").expect(200).json();
    assert_eq!(rows["value"].as_array().unwrap().len(), 1);
}

#[test]
fn b11_b14_a_part_needs_its_token_and_may_reach_past_the_end() {
    let mut world = World::new();
    by_blocks(&mut world, "Annotation", &target(NOTE), b"0123456789", 9).expect(200);
    let asked = json!({"annotationid": NOTE, "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let opened = initialize_download(&mut world, "Annotation", &asked).expect(200).json();
    let part = |world: &mut World, offset: i64, length: i64| {
        let token = &opened["FileContinuationToken"];
        world.post(
            "DownloadBlock",
            &json!({"Offset": offset, "BlockLength": length, "FileContinuationToken": token}),
        )
    };
    for (offset, length, bytes) in [(0, 4, "0123"), (8, 4_194_304, "89"), (3, 1, "3")] {
        let data = part(&mut world, offset, length).expect(200).json()["Data"].clone();
        assert_eq!(from_base64(&data), bytes.as_bytes());
    }
    for (offset, length) in [(10, 1), (-1, 1), (0, 0), (0, 4_194_305)] {
        part(&mut world, offset, length).refuses(400, "0x80090000");
    }
    let token = json!({"Offset": 0, "BlockLength": 1, "FileContinuationToken": "nonsense"});
    world.post("DownloadBlock", &token).refuses(400, "0x80090003");
    let half = json!({"Offset": 0, "FileContinuationToken": opened["FileContinuationToken"]});
    world.post("DownloadBlock", &half).refuses(400, "0x80040203");
}

#[test]
fn a_parent_that_goes_before_the_commit_is_missed_by_it() {
    let mut world = World::new();
    let account = create(&mut world, "accounts", &json!({"name": "n"}));
    let target = with(target(NOTE), &json!({ "objectid_account@odata.bind": account }));
    let token = initialize(&mut world, "Annotation", &target);
    messages::block(&mut world, &token, &block_id(0), b"x").expect(204);
    world.delete(&account).expect(204);
    commit(&mut world, "Annotation", &target, &token, &[block_id(0)]).refuses(404, "0x80040217");
    world.get(&format!("annotations({NOTE})")).refuses(404, "0x80040217");
    let free = with(target, &json!({"objectid_account@odata.bind": null}));
    commit(&mut world, "Annotation", &free, &token, &[block_id(0)]).expect(200);
}
