//! What the organization takes: its own row and the rules in it (metadata §10, N1, U26).
use http::Method;
use serde_json::{Value, json};

use crate::messages;
use crate::world::{Answer, Ask, COLUMN, World, target};

const SETTINGS: &str =
    "organizations?$select=maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes";

fn change(world: &mut World, settings: &Value) -> Answer {
    let id = world.get("WhoAmI").json()["OrganizationId"].as_str().unwrap().to_owned();
    world.send(Ask::new(Method::PATCH, &format!("organizations({id})")).json(settings))
}

fn initialize(world: &mut World, name: &str) -> Answer {
    let body = json!({"Target": target(), "FileName": name, "FileAttributeName": "sample_filecolumn"});
    world.post("InitializeFileBlocksUpload", &body)
}

fn open(world: &mut World, name: &str) -> Answer {
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name={name}"));
    world.send(ask.header("x-ms-transfer-mode", "chunked"))
}

#[test]
fn the_documented_row_is_the_only_one_and_keeps_what_it_is_given() {
    let mut world = World::new();
    let before = world.get(SETTINGS).expect(200).json();
    assert_eq!(
        before["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#organizations(maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes)"
    );
    let row = &before["value"][0];
    assert_eq!((&row["maxuploadfilesize"], &row["allowedmimetypes"]), (&json!(5_242_880), &Value::Null));
    assert!(row["blockedattachments"].as_str().unwrap().starts_with("ade;adp;app;"));
    let new = json!({"maxuploadfilesize": 131_072_000, "blockedattachments": "exe", "blockedmimetypes": "image/svg+xml"});
    change(&mut world, &new).expect(204);
    world.restart();
    let after = world.get(SETTINGS).expect(200).json()["value"][0].clone();
    for (name, value) in new.as_object().unwrap() {
        assert_eq!(&after[name], value);
    }
    assert_ne!(after["@odata.etag"], row["@odata.etag"]);
}

#[test]
fn n1_the_upload_limit_has_its_documented_range() {
    let mut world = World::new();
    for wrong in [0, -1, 131_072_001] {
        change(&mut world, &json!({"maxuploadfilesize": wrong})).refuses(400, "0x80040203");
    }
    change(&mut world, &json!({"maxuploadfilesize": "5"})).refuses(400, "0x80048d19");
    for right in [1, 131_072_000] {
        change(&mut world, &json!({"maxuploadfilesize": right})).expect(204);
    }
}

#[test]
fn u26_a_blocked_extension_is_refused_at_the_first_request_whatever_its_case() {
    let mut world = World::new();
    let says =
        "The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.";
    for name in ["setup.exe", "setup.EXE", "a.svg"] {
        initialize(&mut world, name).refuses(400, "0x80043e09").says(says);
        let early = open(&mut world, name).refuses(400, "0x80043e09");
        assert!(early.early);
        let early = world.patch(&format!("{COLUMN}?x-ms-file-name={name}"), b"MZ").refuses(400, "0x80043e09");
        assert!(early.early);
    }
    let token = messages::initialize(&mut world, "setup.txt");
    messages::block(&mut world, &token, &crate::world::block_id(0), b"MZ").expect(204);
    messages::commit(&mut world, &token, "setup.exe", &[crate::world::block_id(0)])
        .refuses(400, "0x80043e09");
    change(&mut world, &json!({"blockedattachments": "bat"})).expect(204);
    initialize(&mut world, "setup.exe").expect(200);
    initialize(&mut world, "setup.bat").refuses(400, "0x80043e09");
}

#[test]
fn u26_a_blocked_mime_type_is_refused_by_the_name_and_by_the_type_that_is_given() {
    let mut world = World::new();
    change(&mut world, &json!({"blockedmimetypes": "text/css; Application/PDF"})).expect(204);
    let says = "Operation not allowed as mime type application/pdf is blocked.";
    initialize(&mut world, "a.pdf").refuses(400, "0x80072522").says(says);
    open(&mut world, "a.PDF").refuses(400, "0x80072522").says(says);
    world.patch(&format!("{COLUMN}?x-ms-file-name=a.pdf"), b"x").refuses(400, "0x80072522").says(says);
    let typed = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=unknown")).bytes(b"x");
    world.send(typed.header("content-type", "application/pdf")).refuses(400, "0x80072522");
    let typed = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=unknown"));
    let typed = typed.header("x-ms-transfer-mode", "chunked").header("content-type", "application/pdf");
    world.send(typed).refuses(400, "0x80072522");
    let token = messages::initialize(&mut world, "a.txt");
    messages::block(&mut world, &token, &crate::world::block_id(0), b"x").expect(204);
    messages::commit(&mut world, &token, "a.txt", &[crate::world::block_id(0)]).refuses(400, "0x80072522");
    world.patch(&format!("{COLUMN}?x-ms-file-name=a.txt"), b"x").expect(204);
}

#[test]
fn u26_a_list_of_allowed_types_switches_the_blocked_ones_off() {
    let mut world = World::new();
    let settings =
        json!({"blockedmimetypes": "application/pdf", "allowedmimetypes": "application/pdf;text/plain"});
    change(&mut world, &settings).expect(204);
    initialize(&mut world, "a.pdf").expect(200);
    let says = "Operation not allowed as mime type image/png is not in the allow list.";
    initialize(&mut world, "a.png").refuses(400, "0x80072521").says(says);
    open(&mut world, "a.png").refuses(400, "0x80072521").says(says);
    // Without an extension the type of a PATCH is that of any bytes.
    open(&mut world, "unknown").refuses(400, "0x80072521");
    world.patch(&format!("{COLUMN}?x-ms-file-name=unknown"), b"x").refuses(400, "0x80072521");
    change(&mut world, &json!({"allowedmimetypes": null})).expect(204);
    initialize(&mut world, "a.png").expect(200);
    initialize(&mut world, "a.pdf").refuses(400, "0x80072522");
}

#[cfg(feature = "images")]
#[test]
fn u26_of_an_image_the_type_of_its_bytes_counts_too() {
    let mut world = World::new();
    change(&mut world, &json!({"blockedmimetypes": "image/png"})).expect(204);
    let image = crate::images::png(10, 10);
    let path = format!("{}?x-ms-file-name=a.gif", crate::images::COLUMN);
    let says = "Operation not allowed as mime type image/png is blocked.";
    world.patch(&path, &image).refuses(400, "0x80072522").says(says);
    let body = json!({"sample_imagecolumn": crate::world::base64(&image)});
    world.post("accounts", &body).refuses(400, "0x80072522").says(says);
    assert!(world.store.blobs().is_empty());
}
