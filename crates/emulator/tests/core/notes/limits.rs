//! What the organization takes (notes-attachments §2, §6).
use http::Method;
use serde_json::{Value, json};

use super::{NOTE, commit, create, file, initialize, limit, target, with};
use crate::messages;
use crate::world::{Ask, World, base64, block_id, bytes};

#[test]
fn n2_the_limit_counts_characters_of_base64_whichever_way_the_bytes_come() {
    let mut world = World::new();
    world.careful = false;
    let (fits, more) = (bytes(3_932_160), bytes(3_932_161));
    let note = |bytes: &[u8]| json!({"filename": "a.bin", "documentbody": base64(bytes)});
    let made = create(&mut world, "annotations", &note(&fits));
    world
        .post("annotations", &note(&more))
        .refuses(400, "0x80044a02")
        .says("Attachment file size is too big.");
    world.send(Ask::new(Method::PATCH, &made).json(&note(&more))).refuses(400, "0x80044a02");
    let put = Ask::new(Method::PUT, &format!("{made}/documentbody"));
    world.send(put.json(&json!({"value": base64(&more)}))).refuses(400, "0x80044a02");

    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), &more).refuses(400, "0x80044a02");
    messages::block(&mut world, &token, &block_id(0), &fits).expect(204);
    messages::block(&mut world, &token, &block_id(1), b"x").refuses(400, "0x80044a02");
    let done = commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0)]).expect(200);
    assert_eq!(done.json()["FileSizeInBytes"], 3_932_160);
    world.check();
}

#[test]
fn n1_the_limit_can_be_changed_and_counts_from_then_on() {
    let mut world = World::new();
    let id = world.get("WhoAmI").json()["OrganizationId"].as_str().unwrap().to_owned();
    for wrong in [0, 131_072_001] {
        let body = json!({"maxuploadfilesize": wrong}).to_string();
        world.patch(&format!("organizations({id})"), body.as_bytes()).refuses(400, "0x80040203");
    }
    let note = |length: usize| json!({"filename": "a.bin", "documentbody": base64(&bytes(length))});
    for (characters, largest) in [(8, 6), (7, 3), (4, 3), (12, 9)] {
        limit(&mut world, characters);
        create(&mut world, "annotations", &note(largest));
        world.post("annotations", &note(largest + 1)).refuses(400, "0x80044a02");
    }
    limit(&mut world, 3);
    world.post("annotations", &note(1)).refuses(400, "0x80044a02");
    limit(&mut world, 131_072_000);
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), &bytes(100)).expect(204);
    limit(&mut world, 100);
    commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0)]).refuses(400, "0x80044a02");
    limit(&mut world, 136);
    commit(&mut world, "Annotation", &target(NOTE), &token, &[block_id(0)]).expect(200);
}

#[test]
fn u19_what_is_empty_is_refused_whichever_way_it_comes() {
    let mut world = World::new();
    let note = file(&mut world, "a.txt", b"x");
    let empty = json!({"filename": "a.txt", "documentbody": ""});
    world.post("annotations", &empty).refuses(400, "0x80044a04").says("Attachment is empty.");
    world.send(Ask::new(Method::PATCH, &note).json(&empty)).refuses(400, "0x80044a04");
    let put = Ask::new(Method::PUT, &format!("{note}/documentbody"));
    world.send(put.json(&json!({"value": ""}))).refuses(400, "0x80044a04");
    let token = initialize(&mut world, "Annotation", &target(NOTE));
    messages::block(&mut world, &token, &block_id(0), b"").refuses(400, "0x80044a04");
    commit(&mut world, "Annotation", &target(NOTE), &token, &[]).refuses(400, "0x80044a04");
}

#[test]
fn names_and_types_are_checked_whichever_way_they_come() {
    let mut world = World::new();
    let id = world.get("WhoAmI").json()["OrganizationId"].as_str().unwrap().to_owned();
    let settings = json!({"blockedmimetypes": "image/svg+xml"}).to_string();
    world.patch(&format!("organizations({id})"), settings.as_bytes()).expect(204);
    let check = |world: &mut World, change: Value, code: &str| {
        let note = with(json!({"documentbody": base64(b"x"), "filename": "a.txt"}), &change);
        let text = world.post("annotations", &note).refuses(400, code).json()["error"]["message"].clone();
        let target = with(target(NOTE), &change);
        world.post("InitializeAnnotationBlocksUpload", &json!({ "Target": target })).refuses(400, code);
        text
    };
    check(&mut world, json!({"filename": "setup.EXE"}), "0x80043e09");
    check(&mut world, json!({"filename": "a\nb.txt"}), "0x80044a08");
    check(&mut world, json!({"filename": "a<b>|*.txt"}), "0x80044a08");
    check(&mut world, json!({"filename": "a".repeat(256)}), "0x80044331");
    check(&mut world, json!({"mimetype": "a".repeat(257)}), "0x80044331");
    let text = check(&mut world, json!({"mimetype": "image/svg+xml"}), "0x80072522");
    assert_eq!(text, "Operation not allowed as mime type image/svg+xml is blocked.");
    let settings = json!({"allowedmimetypes": "text/plain;application/pdf"}).to_string();
    world.patch(&format!("organizations({id})"), settings.as_bytes()).expect(204);
    let text = check(&mut world, json!({"mimetype": "image/svg+xml"}), "0x80072521");
    assert_eq!(text, "Operation not allowed as mime type image/svg+xml is not in the allow list.");
    for name in ["r&d #1 50%.txt", "日本 テスト.txt", "it's \"quoted\".txt", "a+b=c?d.txt", "no extension"]
    {
        let note = json!({"documentbody": base64(b"x"), "filename": name, "mimetype": "text/plain"});
        let made = create(&mut world, "annotations", &note);
        assert_eq!(world.get(&made).json()["filename"], name);
    }
}
