//! Conditional requests on records (errors-and-limits §7).
use http::Method;
use serde_json::json;

use crate::world::{Ask, ID, World};

fn etag(world: &mut World) -> String {
    world.get(&format!("accounts({ID})")).header("etag").to_owned()
}

#[test]
fn an_unchanged_record_is_304_unless_more_than_columns_is_asked_for() {
    let mut world = World::new();
    let etag = etag(&mut world);
    let path = format!("accounts({ID})");
    let ask =
        |path: &str| Ask::new(Method::GET, path).without("if-none-match").header("if-none-match", &etag);
    let answer = world.send(ask(&path)).expect(304);
    assert!(answer.body.is_empty());
    world.send(ask(&format!("{path}?$expand=account_FileAttachments"))).expect(200);
    world.send(ask(&path).header("prefer", "odata.include-annotations=\"*\"")).expect(200);
    world.upload("a.txt", b"x");
    world.send(ask(&path)).expect(200);
}

#[test]
fn a_changed_record_is_neither_updated_nor_deleted() {
    let mut world = World::new();
    let old = etag(&mut world);
    let path = format!("accounts({ID})");
    world
        .send(Ask::new(Method::PATCH, &path).header("if-match", &old).json(&json!({"name": "x"})))
        .expect(204);
    world
        .send(Ask::new(Method::PATCH, &path).header("if-match", &old).json(&json!({"name": "y"})))
        .refuses(412, "0x80060882")
        .says("The version of the existing record doesn't match the RowVersion property provided.");
    world.send(Ask::new(Method::DELETE, &path).header("if-match", &old)).refuses(412, "0x80060882");
    let new = etag(&mut world);
    world.send(Ask::new(Method::DELETE, &path).header("if-match", &new)).expect(204);
}

#[test]
fn conditions_hold_for_the_delete_of_a_column() {
    let mut world = World::new();
    let old = etag(&mut world);
    world.upload("a.txt", b"x");
    let path = format!("accounts({ID})/sample_filecolumn");
    world.send(Ask::new(Method::DELETE, &path).header("if-match", &old)).refuses(412, "0x80060882");
    assert_ne!(world.file_id(), "");
}
