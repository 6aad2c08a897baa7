//! What a store kept is enough to go on, wherever the organization stopped.
use dataverse_files_emulator::core::{Core, Options};
use dataverse_files_emulator::store::{Row, Store};
use http::Method;
use serde_json::{Value, json};

use crate::world::{Ask, COLUMN, ID, World, block_id, bytes};
use crate::{chunked, messages};

#[test]
fn an_upload_by_blocks_goes_on_after_a_crash() {
    let mut world = World::new();
    let file = bytes(1000);
    let token = messages::initialize(&mut world, "a.pdf");
    messages::block(&mut world, &token, &block_id(0), &file[..600]).expect(204);
    world.restart();
    messages::block(&mut world, &token, &block_id(1), &file[600..]).expect(204);
    world.restart();
    messages::block(&mut world, &token, "YWJj", b"x").refuses(400, "0x80040203");
    messages::commit(&mut world, &token, "a.pdf", &[block_id(0), block_id(1)]).expect(200);
    world.restart();
    assert!(world.get(&format!("{COLUMN}/$value")).expect(200).body == file);
    messages::commit(&mut world, &token, "a.pdf", &[block_id(0)]).refuses(400, "0x80090003");
}

#[test]
fn an_upload_by_chunks_goes_on_after_a_crash() {
    let mut world = World::new();
    let location = chunked::open(&mut world, "a.txt");
    world.restart();
    chunked::chunk(&mut world, &location, "bytes 0-2/6", b"abc").expect(206);
    world.restart();
    chunked::chunk(&mut world, &location, "bytes 0-2/6", b"abc").expect(206);
    chunked::chunk(&mut world, &location, "bytes 3-5/7", b"def").refuses(400, "0x80090005");
    chunked::chunk(&mut world, &location, "bytes 3-5/6", b"def").expect(204);
    world.restart();
    assert_eq!(world.get(&format!("{COLUMN}/$value")).expect(200).body, b"abcdef");
}

#[test]
fn no_id_comes_twice_across_crashes() {
    let mut world = World::new();
    let mut ids = std::collections::BTreeSet::new();
    for round in 0..5 {
        assert!(ids.insert(world.upload("a.txt", b"x")), "round {round}");
        let answer = world.post("accounts", &json!({"name": "n"})).expect(204);
        assert!(ids.insert(answer.header("odata-entityid").to_owned()), "round {round}");
        assert!(ids.insert(messages::initialize(&mut world, "a.pdf")), "round {round}");
        world.restart();
    }
}

#[test]
fn identities_and_links_stay_the_same_across_crashes() {
    let mut world = World::new();
    world.upload("a.txt", b"0123456789");
    let before = (world.get("WhoAmI").json(), world.get(&format!("accounts({ID})")).json());
    let token = crate::download::initialize(&mut world)["FileContinuationToken"].clone();
    world.restart();
    assert_eq!((world.get("WhoAmI").json(), world.get(&format!("accounts({ID})")).json()), before);
    crate::download::block(&mut world, &token, 0, 10).expect(200);
}

#[test]
fn nothing_kept_is_a_new_organization() {
    let fresh = Core::restore(Options::default(), 7, Vec::new()).unwrap();
    assert_eq!(fresh.seed_changes(), Core::new(Options::default(), 7).seed_changes());
}

#[test]
fn rows_that_make_no_sense_are_named() {
    let world = World::new();
    let good = world.store.load().unwrap();
    for (space, key, value) in [
        ("elsewhere", "1", json!({})),
        ("records", "account", json!({})),
        ("files", "x", json!({})),
        ("tokens", "1", json!({"serial": 1})),
        (
            "blocks",
            "00000000000000ff/YQ==",
            json!({"id": "YQ==", "total": 0, "stored": {"id": 1, "len": 1, "digest": 1}}),
        ),
    ] {
        let mut rows = good.clone();
        rows.push(Row { space: space.into(), key: key.into(), value });
        let error = Core::restore(Options::default(), 7, rows).unwrap_err().to_string();
        assert!(error.contains(space) && error.contains(key), "{error}");
    }
}

#[test]
fn two_organizations_of_one_seed_tell_the_same_story() {
    let story = || {
        let mut world = World::new();
        let token = messages::initialize(&mut world, "a.pdf");
        let id = world.upload("a.txt", b"x");
        (token, id, world.get("accounts").body, world.store.rows())
    };
    assert_eq!(story(), story());
}

/// The rows of a folder that a version without notes kept.
fn older(rows: Vec<Row>) -> Vec<Row> {
    let unknown = ["appointment", "activitypointer", "attachment", "systemuser"];
    let rows =
        rows.into_iter().filter(|row| row.space != "definitions" || !unknown.contains(&row.key.as_str()));
    rows.map(|mut row| {
        for later in ["shares", "unnamed"] {
            row.value.as_object_mut().unwrap().remove(later);
        }
        if let Some(columns) = row.value.get_mut("columns").and_then(Value::as_array_mut) {
            columns.retain(|column| {
                !["stepid", "ownerid", "attachmentid"].map(Value::from).contains(&column["logical_name"])
            });
            for column in columns {
                if column["source"].get("content").is_some() {
                    column["source"] = json!("client");
                }
                if column["kind"]["lookup"]["targets"]
                    .as_array()
                    .is_some_and(|targets| targets.contains(&json!("appointment")))
                {
                    column["kind"]["lookup"]["targets"] = json!(["email"]);
                }
            }
        }
        row
    })
    .collect()
}

#[test]
fn an_older_folder_gains_what_it_lacks() {
    let mut world = World::new();
    let note = json!({"subject": "s", "objectid_account@odata.bind": format!("accounts({ID})")});
    let note = crate::notes::create(&mut world, "annotations", &note);
    world
        .delete("EntityDefinitions(LogicalName='account')/Attributes(LogicalName='sample_filecolumn')")
        .expect(204);
    let rows = older(world.store.load().unwrap());
    let before = world.core.seed_changes().len();
    world.core = Core::restore(Options::default(), 99, rows).unwrap();
    assert_eq!(world.core.seed_changes().len(), before);

    let change = json!({"filename": "a.txt", "documentbody": crate::world::base64(b"x"), "stepid": "1"});
    world.send(Ask::new(Method::PATCH, &note).json(&change)).expect(204);
    let read = world.get(&note).expect(200).json();
    assert_eq!((&read["isdocument"], &read["filesize"]), (&json!(true), &json!(1)));
    let attachment = crate::attachments::create(&mut world, &crate::attachments::record(b"y"));
    assert!(world.get(&attachment).json()["_attachmentid_value"].is_string());
    world.post("appointments", &json!({"subject": "a"})).expect(204);
    world.get(crate::world::COLUMN).refuses(404, "0x80060888");
    world.restart();
    assert_eq!(world.get(&format!("{note}?$select=stepid")).expect(200).json()["stepid"], "1");
}
