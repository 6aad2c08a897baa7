//! The documented exchanges, and what they do not take.
use http::Method;
use serde_json::{Value, json};

use super::{create, record, target};
use crate::messages;
use crate::notes::{NOTE, by_blocks, commit, id_of, initialize, initialize_download, with};
use crate::world::{Ask, ID, World, base64, block_id, from_base64};

#[test]
fn an_attachment_of_an_e_mail_is_created_and_read() {
    let mut world = World::new();
    let made = create(&mut world, &record(b"word"));
    let read = world.get(&made).expect(200).json();
    for (name, value) in [
        ("filename", json!("WordDoc.docx")),
        ("subject", json!("Sample attached WordDoc.docx")),
        ("filesize", json!(4)),
        ("_objectid_value", json!(ID)),
        ("objecttypecode", json!("email")),
        ("attachmentnumber", Value::Null),
        ("attachmentcontentid", Value::Null),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
    assert!(read["_attachmentid_value"].is_string());
    assert_eq!(from_base64(&read["body"]), b"word", "an ordinary string column");
    let read = world.get(&format!("{made}?$select=body")).expect(200).json();
    assert_eq!(from_base64(&read["body"]), b"word");
    let answer = world.get(&format!("{made}/body/$value")).expect(200);
    assert_eq!(
        (answer.header("content-type"), answer.body.as_slice()),
        ("text/plain", b"d29yZA==".as_slice())
    );
    world.delete(&format!("{made}/body")).expect(204);
    world.get(&format!("{made}/body/$value")).expect(204);
    assert!(world.store.blobs().is_empty());
}

#[test]
fn the_documented_upload_makes_an_attachment_with_an_id_of_the_service() {
    let mut world = World::new();
    let committed = by_blocks(&mut world, "Attachment", &target(), b"0123456789", 4).expect(200).json();
    assert!(committed["@odata.context"].as_str().unwrap().ends_with("CommitAttachmentBlocksUploadResponse"));
    assert_eq!(committed["FileSizeInBytes"], 10);
    assert_eq!(committed.as_object().unwrap().len(), 3);
    let id = committed["ActivityMimeAttachmentId"].as_str().unwrap();
    let read = world.get(&format!("activitymimeattachments({id})")).expect(200).json();
    assert_eq!((&read["filename"], &read["filesize"]), (&json!("25mb.pdf"), &json!(10)));
    let asked = json!({"activitymimeattachmentid": id, "@odata.type": "Microsoft.Dynamics.CRM.activitymimeattachment"});
    let opened = initialize_download(&mut world, "Attachment", &asked).expect(200).json();
    assert!(
        opened["@odata.context"].as_str().unwrap().ends_with("InitializeAttachmentBlocksDownloadResponse")
    );
    assert_eq!((&opened["FileName"], &opened["FileSizeInBytes"]), (&json!("25mb.pdf"), &json!(10)));
    assert_eq!(opened.get("IsChunkingSupported"), None);
    let block =
        json!({"Offset": 3, "BlockLength": 4, "FileContinuationToken": opened["FileContinuationToken"]});
    assert_eq!(from_base64(&world.post("DownloadBlock", &block).expect(200).json()["Data"]), b"3456");
}

#[test]
fn n3_a_commit_can_only_create() {
    let mut world = World::new();
    let named = with(target(), &json!({ "activitymimeattachmentid": NOTE }));
    let made = by_blocks(&mut world, "Attachment", &named, b"one", 9).expect(200).json();
    assert_eq!(made["ActivityMimeAttachmentId"], NOTE);
    by_blocks(&mut world, "Attachment", &named, b"two", 9)
        .refuses(412, "0x80040237")
        .says("A record with matching key values already exists.");
    let read = world.get(&format!("activitymimeattachments({NOTE})?$select=body")).expect(200).json();
    assert_eq!(from_base64(&read["body"]), b"one");
    let token = initialize(&mut world, "Attachment", &target());
    messages::block(&mut world, &token, &block_id(0), b"x").expect(204);
    let note = crate::notes::target(NOTE);
    commit(&mut world, "Annotation", &note, &token, &[block_id(0)]).refuses(400, "0x80040203");
}

#[test]
fn a_target_says_all_it_must_and_nothing_it_must_not() {
    let mut world = World::new();
    for (change, named) in [
        (json!({"objectid_email@odata.bind": null}), "objectid_email@odata.bind"),
        (json!({"objecttypecode": null}), "objecttypecode"),
        (json!({"objecttypecode": "template"}), "objecttypecode"),
        (json!({"filename": null}), "filename"),
        (json!({"mimetype": null}), "mimetype"),
        (json!({"@odata.type": null}), "@odata.type"),
        (json!({"body": "eA=="}), "body"),
    ] {
        let body = json!({"Target": with(target(), &change)});
        let answer = world.post("InitializeAttachmentBlocksUpload", &body).refuses(400, "0x80040203").json();
        assert!(answer["error"]["message"].as_str().unwrap().contains(named), "{answer}");
    }
}

#[test]
fn a_record_needs_its_parent_and_says_what_it_is() {
    let mut world = World::new();
    for (change, status, code) in [
        (json!({"objectid_email@odata.bind": null}), 400, "0x80040203"),
        (json!({"objecttypecode": null}), 400, "0x80040203"),
        (json!({"objecttypecode": "template"}), 400, "0x80040203"),
        (json!({"objectid_email@odata.bind": format!("emails({NOTE})")}), 404, "0x80040217"),
        (json!({"objectid_email@odata.bind": format!("accounts({ID})")}), 400, "0x80090800"),
        (json!({"objectid_account@odata.bind": format!("accounts({ID})")}), 400, "0x80090801"),
        (json!({"objectid@odata.bind": format!("emails({ID})")}), 400, "0x80090801"),
    ] {
        world.post("activitymimeattachments", &with(record(b"x"), &change)).refuses(status, code);
    }
    assert!(world.store.blobs().is_empty());
    let made = create(&mut world, &record(b"x"));
    for change in [json!({"objectid_email@odata.bind": null}), json!({"objecttypecode": null})] {
        world.send(Ask::new(Method::PATCH, &made).json(&change)).refuses(400, "0x80040203");
    }
    let template = crate::notes::create(&mut world, "templates", &json!({"title": "t"}));
    let moved = json!({ "objectid_template@odata.bind": template });
    world.send(Ask::new(Method::PATCH, &made).json(&moved)).expect(204);
    assert_eq!(world.get(&made).json()["objecttypecode"], "template");
}

#[test]
fn activities_are_named_by_their_own_table_or_by_that_of_all() {
    let mut world = World::new();
    let appointment = crate::notes::create(&mut world, "appointments", &json!({"subject": "a"}));
    let id = id_of(&appointment).to_owned();
    for (property, path, code) in [
        ("objectid_appointment", appointment.clone(), "appointment"),
        ("objectid_activitypointer", appointment, "appointment"),
        ("objectid_activitypointer", format!("activitypointers({id})"), "appointment"),
        ("objectid_activitypointer", format!("emails({ID})"), "email"),
    ] {
        let mut record = json!({"objecttypecode": code, "filename": "a.txt", "body": base64(b"x")});
        record[format!("{property}@odata.bind")] = json!(path);
        let made = create(&mut world, &record);
        assert_eq!(world.get(&made).json()["objecttypecode"], code);
    }
    let mut wrong = json!({"objecttypecode": "email", "filename": "a.txt", "body": base64(b"x")});
    wrong["objectid_activitypointer@odata.bind"] = json!(format!("accounts({ID})"));
    world.post("activitymimeattachments", &wrong).refuses(400, "0x80090800");
}

#[test]
fn the_rules_of_names_types_and_sizes_are_those_of_notes() {
    let mut world = World::new();
    for (change, code) in [
        (json!({"filename": "setup.exe"}), "0x80043e09"),
        (json!({"filename": "a\u{7}.txt"}), "0x80044a08"),
        (json!({"filename": "a".repeat(256)}), "0x80044331"),
        (json!({"mimetype": "a".repeat(257)}), "0x80044331"),
        (json!({"subject": "a".repeat(2001)}), "0x80044331"),
    ] {
        world.post("activitymimeattachments", &with(record(b"x"), &change)).refuses(400, code);
        let body = json!({"Target": with(target(), &change)});
        world.post("InitializeAttachmentBlocksUpload", &body).refuses(400, code);
    }
    crate::notes::limit(&mut world, 8);
    world.post("activitymimeattachments", &record(b"1234567")).refuses(400, "0x80044a02");
    world.post("activitymimeattachments", &record(b"")).refuses(400, "0x80044a04");
    let made = create(&mut world, &record(b"123456"));
    let put = Ask::new(Method::PUT, &format!("{made}/body"));
    world.send(put.json(&json!({"value": base64(b"1234567")}))).refuses(400, "0x80044a02");
    let token = initialize(&mut world, "Attachment", &target());
    messages::block(&mut world, &token, &block_id(0), b"123456").expect(204);
    messages::block(&mut world, &token, &block_id(1), b"7").refuses(400, "0x80044a02");
    commit(&mut world, "Attachment", &target(), &token, &[]).refuses(400, "0x80044a04");
    let committed = commit(&mut world, "Attachment", &target(), &token, &[block_id(0)]).expect(200).json();
    assert_eq!(committed["FileSizeInBytes"], 6);
}
