//! Deleting files and records (file-columns §8).
use http::Method;
use serde_json::json;

use crate::world::{Ask, COLUMN, ID, World};

#[test]
fn both_ways_leave_nothing_behind() {
    for way in ["id", "column"] {
        let mut world = World::new();
        let id = world.upload("a.txt", b"x");
        let answer = match way {
            "id" => world.post("DeleteFile", &json!({"FileId": id})),
            _ => world.delete(COLUMN),
        };
        assert!(answer.expect(204).durable);
        let record =
            world.get(&format!("accounts({ID})?$select=sample_filecolumn,sample_filecolumn_name")).json();
        assert!(record["sample_filecolumn"].is_null() && record["sample_filecolumn_name"].is_null());
        assert_eq!(world.get("fileattachments").json()["value"], json!([]));
        world.get(&format!("{COLUMN}/$value")).refuses(404, "0x80040217");
        assert!(world.store.blobs().is_empty());
    }
}

#[test]
fn x2_x5_deleting_from_an_empty_column_is_204() {
    let mut world = World::new();
    world.delete(COLUMN).expect(204);
    let image = format!("accounts({ID})/sample_imagecolumn");
    world.delete(&image).expect(204);
    world.send(Ask::new(Method::PUT, &image).json(&json!({"value": null}))).expect(204);
    world
        .send(Ask::new(Method::PATCH, &format!("accounts({ID})")).json(&json!({"sample_imagecolumn": null})))
        .expect(204);
}

#[test]
fn x3_an_id_that_is_no_files_is_404() {
    let mut world = World::new();
    let id = world.upload("a.txt", b"x");
    world.post("DeleteFile", &json!({"FileId": ID})).refuses(404, "0x80040217");
    world.post("DeleteFile", &json!({"FileId": "x"})).refuses(400, "0x80040203");
    world.post("DeleteFile", &json!({"Fileid": id})).refuses(400, "0x80048d19");
    world.post("DeleteFile", &json!({"FileId": id})).expect(204);
    world.post("DeleteFile", &json!({"FileId": id})).refuses(404, "0x80040217");
}

#[test]
fn the_files_of_a_record_go_with_it() {
    let mut world = World::new();
    world.upload("a.txt", b"x");
    world.delete(&format!("accounts({ID})")).expect(204);
    assert!(world.store.blobs().is_empty());
    assert_eq!(world.get("fileattachments").json()["value"], json!([]));
    world.delete(&format!("accounts({ID})")).refuses(404, "0x80040217");
    world.delete(COLUMN).refuses(404, "0x80040217");
}
