//! Notes as records: POST, PATCH, PUT, DELETE, and lists of them.
use dataverse_files_emulator::core::Options;
use http::Method;
use serde_json::{Value, json};

use super::{NOTE, create, file, id_of};
use crate::world::{Ask, ID, World, base64};

#[track_caller]
fn empty(world: &mut World, note: &str) {
    let read = world.get(&format!("{note}?$select=filesize,isdocument,documentbody")).expect(200).json();
    assert_eq!(read["filesize"], Value::Null);
    assert_eq!(read["isdocument"], false);
    assert_eq!(read["documentbody"], Value::Null);
    assert!(world.store.blobs().is_empty());
    world.get(&format!("{note}/documentbody/$value")).expect(204);
    world.get(&format!("{note}/documentbody")).expect(204);
}

#[test]
fn n5_the_content_goes_by_null_by_put_and_by_delete() {
    let mut world = World::new();
    for how in 0..4 {
        let note = file(&mut world, "a.txt", b"hello");
        let body = format!("{note}/documentbody");
        match how {
            0 => {
                let nulls = json!({"documentbody": null, "filename": null, "mimetype": null});
                world.send(Ask::new(Method::PATCH, &note).json(&nulls)).expect(204);
                let read = world.get(&note).expect(200).json();
                assert_eq!((&read["filename"], &read["mimetype"]), (&Value::Null, &Value::Null));
            }
            1 => drop(world.send(Ask::new(Method::PUT, &body).json(&json!({"value": null}))).expect(204)),
            _ => drop(world.delete(&body).expect(204)),
        }
        empty(&mut world, &note);
        world.delete(&body).expect(204);
        world.delete(&note).expect(204);
    }
}

#[test]
fn x6_a_patch_makes_the_note_unless_if_match_forbids_it() {
    let mut world = World::new();
    let note = format!("annotations({NOTE})");
    let body = json!({"filename": "a.txt", "documentbody": base64(b"one")});
    world.send(Ask::new(Method::PATCH, &note).header("if-match", "*").json(&body)).refuses(404, "0x80040217");
    assert!(world.store.blobs().is_empty());
    world.send(Ask::new(Method::PATCH, &note).json(&body)).expect(204);
    let read = world.get(&note).expect(200).json();
    assert_eq!(read["mimetype"], "application/octet-stream", "what is left out");
    let put = Ask::new(Method::PUT, &format!("{note}/documentbody")).json(&json!({"value": base64(b"four")}));
    world.send(put).expect(204);
    let read = world.get(&note).expect(200).json();
    assert_eq!((&read["filename"], &read["filesize"]), (&json!("a.txt"), &json!(4)));
    assert_eq!(world.store.blobs().len(), 1);
}

#[test]
fn a_note_that_is_no_file_can_become_one() {
    let mut world = World::new();
    let note = create(&mut world, "annotations", &json!({"subject": "s", "notetext": "t"}));
    let read = world.get(&note).expect(200).json();
    assert_eq!((&read["isdocument"], &read["filesize"]), (&json!(false), &Value::Null));
    assert_eq!(read["mimetype"], Value::Null);
    let user = world.get("WhoAmI").json()["UserId"].clone();
    assert_eq!(read["_ownerid_value"], user);
    for column in ["langid", "stepid", "objecttypecode", "_objectid_value", "filename"] {
        assert_eq!(read[column], Value::Null, "{column}");
    }
    let change = json!({"documentbody": base64(b"x"), "filename": "x.txt", "mimetype": "text/plain"});
    world.send(Ask::new(Method::PATCH, &note).json(&change)).expect(204);
    assert_eq!(world.get(&note).json()["isdocument"], true);
    world.send(Ask::new(Method::PATCH, &note).json(&json!({"filename": "y.txt"}))).expect(204);
    let target = json!({"annotationid": id_of(&note), "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let opened = super::initialize_download(&mut world, "Annotation", &target).expect(200).json();
    assert_eq!(opened["FileName"], "y.txt");
}

#[test]
fn what_follows_from_the_file_is_not_written() {
    let mut world = World::new();
    let given = json!({"filesize": 99, "isdocument": true, "subject": "s"});
    let note = create(&mut world, "annotations", &given);
    let read = world.get(&note).expect(200).json();
    assert_eq!((&read["isdocument"], &read["filesize"]), (&json!(false), &Value::Null));
    let put = |column: &str, value: Value| {
        Ask::new(Method::PUT, &format!("{note}/{column}")).json(&json!({ "value": value }))
    };
    world.send(put("filesize", json!(99))).refuses(400, "0x80040203");
    world.send(put("isdocument", json!(true))).refuses(400, "0x80040203");
    world.delete(&format!("{note}/filesize")).refuses(400, "0x80040203");
    world.send(put("notetext", json!("t"))).expect(204);
    assert_eq!(world.get(&format!("{note}/isdocument/$value")).expect(200).body, b"false");
    world.get(&format!("{note}/filesize")).expect(204);
}

#[test]
fn a_file_column_of_notes_is_a_file_column() {
    let mut world = World::new();
    let column =
        json!({"@odata.type": "Microsoft.Dynamics.CRM.FileAttributeMetadata", "SchemaName": "new_File"});
    world.post("EntityDefinitions(LogicalName='annotation')/Attributes", &column).expect(204);
    let note = file(&mut world, "a.txt", b"hello");
    world.patch(&format!("{note}/new_file?x-ms-file-name=b.txt"), b"bytes").expect(204);
    assert_eq!(world.get(&format!("{note}/new_file/$value")).expect(200).body, b"bytes");
    assert_eq!(world.get(&format!("{note}/documentbody/$value")).expect(200).body, b"aGVsbG8=");
    let rows = world.get("fileattachments?$select=filename").expect(200).json();
    assert_eq!(rows["value"].as_array().unwrap().len(), 1, "notes have no rows there");
    let id = rows["value"][0]["fileattachmentid"].clone();
    world.post("DeleteFile", &json!({ "FileId": id })).expect(204);
    assert_eq!(world.store.blobs().len(), 1);
}

#[test]
fn an_owner_is_the_user_who_asks_unless_another_is_named() {
    let mut world = World::new();
    let user = world.get("WhoAmI").json()["UserId"].as_str().unwrap().to_owned();
    let note = json!({"ownerid@odata.bind": format!("systemusers({user})")});
    let note = create(&mut world, "annotations", &note);
    let read = world.get(&format!("{note}?$expand=ownerid($select=systemuserid)")).expect(200).json();
    assert_eq!((&read["_ownerid_value"], &read["ownerid"]["systemuserid"]), (&json!(user), &json!(user)));
    let nobody = json!({"ownerid@odata.bind": format!("systemusers({NOTE})")});
    world.post("annotations", &nobody).refuses(404, "0x80040217");
}

#[test]
fn lists_filter_order_and_page_by_what_notes_say() {
    let mut world = World::new();
    let parent = format!("accounts({ID})");
    for (name, bound) in [("b.txt", true), ("a.txt", true), ("c.txt", false)] {
        let mut note = json!({"filename": name, "documentbody": base64(name.as_bytes())});
        if bound {
            note["objectid_account@odata.bind"] = json!(parent);
        }
        create(&mut world, "annotations", &note);
    }
    create(&mut world, "annotations", &json!({"subject": "text", "objectid_account@odata.bind": parent}));
    let names = |world: &mut World, query: &str| {
        let list = world.get(&format!("annotations?$select=filename&{query}")).expect(200).json();
        list["value"].as_array().unwrap().iter().map(|row| row["filename"].clone()).collect::<Vec<_>>()
    };
    let of_parent =
        format!("$filter=_objectid_value%20eq%20{ID}%20and%20isdocument%20eq%20true&$orderby=filename");
    assert_eq!(names(&mut world, &of_parent), ["a.txt", "b.txt"]);
    assert_eq!(names(&mut world, "$filter=isdocument%20eq%20false"), [Value::Null]);
    assert_eq!(names(&mut world, "$filter=filesize%20gt%204&$orderby=filename%20desc&$top=1"), ["c.txt"]);
    assert_eq!(names(&mut world, "$filter=objecttypecode%20eq%20null"), ["c.txt"]);
    let list = world.get("annotations?$select=documentbody&$filter=filename%20eq%20'a.txt'").expect(200);
    assert_eq!(list.json()["value"][0]["documentbody"], base64(b"a.txt"));
    let page = Ask::new(Method::GET, "annotations?$select=filename").header("prefer", "odata.maxpagesize=3");
    assert!(world.send(page).json()["@odata.nextLink"].is_string());
}

#[test]
fn a_created_note_comes_back_with_its_file_unless_other_columns_are_selected() {
    let mut world = World::new();
    let note = json!({"filename": "a.txt", "documentbody": base64(b"hello")});
    for (query, body) in [("", Some("aGVsbG8=")), ("?$select=subject", None)] {
        let ask = Ask::new(Method::POST, &format!("annotations{query}"));
        let made = world.send(ask.header("prefer", "return=representation").json(&note)).expect(201).json();
        assert_eq!(made.get("documentbody").and_then(Value::as_str), body);
    }
}

#[test]
fn the_text_of_raw_values_begins_with_a_mark_where_servers_send_one() {
    let mut world = World::with(Options { value_byte_order_mark: true, ..Options::default() });
    let note = file(&mut world, "a.txt", b"hello");
    let read = |world: &mut World, path: &str| world.get(&format!("{note}/{path}/$value")).expect(200).body;
    assert_eq!(read(&mut world, "documentbody"), b"\xef\xbb\xbfaGVsbG8=");
    assert_eq!(read(&mut world, "filename"), b"\xef\xbb\xbfa.txt");
    world.upload("a.txt", b"bytes");
    assert_eq!(world.get(&format!("{}/$value", crate::world::COLUMN)).expect(200).body, b"bytes");
}

#[test]
fn columns_of_notes_are_not_written_as_those_of_files_are() {
    let mut world = World::new();
    let note = file(&mut world, "a.txt", b"hello");
    world.patch(&format!("{note}/documentbody?x-ms-file-name=a.txt"), b"x").refuses(400, "0x80090007");
    let target = json!({"annotationid": id_of(&note), "@odata.type": "Microsoft.Dynamics.CRM.annotation"});
    let body = json!({"Target": target, "FileName": "a.txt", "FileAttributeName": "documentbody"});
    world.post("InitializeFileBlocksUpload", &body).refuses(400, "0x80090007");
    world.send(Ask::new(Method::PATCH, &note).json(&json!({"documentbody": 5}))).refuses(400, "0x80048d19");
    world.send(Ask::new(Method::PATCH, &note).json(&json!({"documentbody": "*"}))).refuses(400, "0x80048d19");
    assert_eq!(world.get(&format!("{note}/documentbody/$value")).expect(200).body, b"aGVsbG8=");
}
