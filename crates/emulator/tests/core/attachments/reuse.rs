//! One file in several attachments (N6), and the mirror that shows it.
use http::Method;
use serde_json::{Value, json};

use super::{create, record};
use crate::notes::{NOTE, id_of, initialize_download, with};
use crate::world::{Ask, ID, World, base64, from_base64};

fn again(email: &str, attachment: &str) -> Value {
    json!({"objectid_email@odata.bind": email, "objecttypecode": "email", "attachmentid@odata.bind": attachment})
}

fn attachment_id(world: &mut World, address: &str) -> String {
    world.get(address).expect(200).json()["_attachmentid_value"].as_str().unwrap().to_owned()
}

#[track_caller]
fn holds(world: &mut World, address: &str, bytes: &[u8]) {
    let read = world.get(&format!("{address}?$select=body,filename,filesize")).expect(200).json();
    assert_eq!(from_base64(&read["body"]), bytes);
    assert_eq!((&read["filename"], &read["filesize"]), (&json!("WordDoc.docx"), &json!(bytes.len())));
}

#[test]
fn n6_a_file_is_shared_by_either_name_and_lives_as_long_as_one_owner() {
    let mut world = World::new();
    let first = create(&mut world, &record(b"word"));
    let id = attachment_id(&mut world, &first);
    let email = crate::notes::create(&mut world, "emails", &json!({"subject": "second"}));
    let second = create(&mut world, &again(&email, &first));
    let third = create(&mut world, &again(&email, &format!("/api/data/v9.2/attachments({id})")));
    assert_eq!(world.store.blobs().len(), 1);
    for shared in [&first, &second, &third] {
        holds(&mut world, shared, b"word");
        assert_eq!(attachment_id(&mut world, shared), id);
    }
    let rows = world.get(&format!("attachments?$filter=attachmentid%20eq%20{id}")).expect(200).json();
    assert_eq!(rows["value"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&rows["value"][0]["filename"], &rows["value"][0]["filesize"]),
        (&json!("WordDoc.docx"), &json!(4))
    );

    let body = world.get("attachments?$select=body").expect(200).json()["value"][0]["body"].clone();
    assert_eq!(from_base64(&body), b"word");

    world.delete(&format!("emails({ID})")).expect(204);
    world.get(&first).refuses(404, "0x80040217");
    world.restart();
    holds(&mut world, &second, b"word");
    let asked = json!({"activitymimeattachmentid": id_of(&second),
        "@odata.type": "Microsoft.Dynamics.CRM.activitymimeattachment"});
    initialize_download(&mut world, "Attachment", &asked).expect(200);
    world.delete(&format!("{second}/body")).expect(204);
    holds(&mut world, &third, b"word");
    world.restart();
    world.delete(&third).expect(204);
    assert!(world.store.blobs().is_empty());
    assert_eq!(world.get("attachments").expect(200).json()["value"], json!([]));
    world
        .post("activitymimeattachments", &again(&email, &format!("attachments({id})")))
        .refuses(404, "0x80048493");
}

#[test]
fn a_file_outlives_the_template_that_it_was_reused_from() {
    let mut world = World::new();
    let template = crate::notes::create(&mut world, "templates", &json!({"title": "t"}));
    let on_template = json!({"objectid_template@odata.bind": template, "objecttypecode": "template",
        "filename": "WordDoc.docx", "body": base64(b"word")});
    let first = create(&mut world, &on_template);
    let second = create(&mut world, &again(&format!("emails({ID})"), &first));
    world.delete(&template).expect(204);
    world.get(&first).refuses(404, "0x80040217");
    holds(&mut world, &second, b"word");
    world.delete(&format!("emails({ID})")).expect(204);
    assert!(world.store.blobs().is_empty());
}

#[test]
fn an_attachment_that_is_emptied_and_given_its_own_file_in_one_request_keeps_it() {
    let mut world = World::new();
    let first = create(&mut world, &record(b"word"));
    let own = json!({"body": null, "attachmentid@odata.bind": first});
    world.send(Ask::new(Method::PATCH, &first).json(&own)).expect(204);
    world.restart();
    holds(&mut world, &first, b"word");
}

#[test]
fn a_new_file_of_one_owner_leaves_the_others_theirs() {
    let mut world = World::new();
    let first = create(&mut world, &record(b"word"));
    let second = create(&mut world, &again(&format!("emails({ID})"), &first));
    let change = json!({"filename": "WordDoc.docx", "body": base64(b"other!")});
    world.send(Ask::new(Method::PATCH, &first).json(&change)).expect(204);
    holds(&mut world, &first, b"other!");
    holds(&mut world, &second, b"word");
    assert_eq!(world.store.blobs().len(), 2);
    world.delete(&second).expect(204);
    assert_eq!(world.store.blobs().len(), 1);
}

#[test]
fn what_can_not_be_shared_is_refused() {
    let mut world = World::new();
    let email = format!("emails({ID})");
    let empty = json!({"objectid_email@odata.bind": email, "objecttypecode": "email", "subject": "no file"});
    let empty = create(&mut world, &empty);
    for (attachment, status, code) in [
        (format!("attachments({NOTE})"), 404, "0x80048493"),
        (format!("activitymimeattachments({NOTE})"), 404, "0x80048493"),
        (empty, 404, "0x80048493"),
        ("activitymimeattachments(5)".to_owned(), 400, "0x80050005"),
        (format!("accounts({ID})"), 400, "0x80090800"),
        ("nonsense".to_owned(), 400, "0x80090800"),
    ] {
        world.post("activitymimeattachments", &again(&email, &attachment)).refuses(status, code);
    }
    let first = create(&mut world, &record(b"word"));
    for own in [json!({"body": "eA=="}), json!({"filename": "a.txt"}), json!({"mimetype": "text/plain"})] {
        let body = with(again(&email, &first), &own);
        world.post("activitymimeattachments", &body).refuses(400, "0x80040203");
    }
    assert_eq!(world.store.blobs().len(), 1);
}

#[test]
fn the_mirror_is_read_in_lists_only() {
    let mut world = World::new();
    let first = create(&mut world, &record(b"word"));
    let id = attachment_id(&mut world, &first);
    let path = format!("attachments({id})");
    world.post("attachments", &json!({"filename": "a"})).refuses(405, "0x80040315");
    world.get(&path).refuses(405, "0x80040315");
    world.send(Ask::new(Method::PATCH, &path).json(&json!({"filename": "a"}))).refuses(405, "0x80040315");
    world.delete(&path).refuses(405, "0x80040315");
    world.get(&format!("{path}/filename")).refuses(405, "0x80040315");
    world.post("DeleteFile", &json!({ "FileId": id })).refuses(404, "0x80040217");
    holds(&mut world, &first, b"word");
    let body = json!({"filename": "a.docx"});
    world.send(Ask::new(Method::PATCH, &first).json(&body)).expect(204);
    assert_eq!(world.get("attachments?$select=filename").json()["value"][0]["filename"], "a.docx");
}
