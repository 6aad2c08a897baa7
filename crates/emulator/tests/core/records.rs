//! Records one by one (metadata §12, file-columns §1).
use dataverse_files_emulator::core::Options;
use http::Method;
use serde_json::{Value, json};

use crate::world::{Ask, COLUMN, ID, World};

fn send(world: &mut World, method: Method, path: &str, body: &Value) -> crate::world::Answer {
    world.send(Ask::new(method, path).json(body))
}

#[test]
fn the_documented_read_has_the_file_its_name_and_the_key() {
    let mut world = World::new();
    let file = world.upload("25mb.pdf", b"x");
    let path = format!("accounts({ID})?$select=name,sample_filecolumn,sample_filecolumn_name");
    let answer = world.get(&path).expect(200);
    let json = answer.json();
    let etag = json["@odata.etag"].as_str().unwrap();
    assert!(etag.starts_with("W/\"") && etag.ends_with('"'));
    assert_eq!(answer.header("etag"), etag);
    assert_eq!(
        json,
        json!({
            "@odata.context": "http://127.0.0.1:8080/api/data/v9.2/$metadata#accounts(name,sample_filecolumn,sample_filecolumn_name)/$entity",
            "@odata.etag": etag,
            "name": "Contoso Ltd.",
            "sample_filecolumn": file,
            "sample_filecolumn_name": "25mb.pdf",
            "accountid": ID,
        })
    );
}

#[test]
fn a_read_of_all_columns_leaves_files_and_images_out() {
    let mut world = World::new();
    world.upload("a.txt", b"x");
    let json = world.get(&format!("accounts({ID})")).expect(200).json();
    assert!(json["@odata.context"].as_str().unwrap().ends_with("$metadata#accounts/$entity"));
    assert_eq!(json["name"], "Contoso Ltd.");
    assert!(json.as_object().unwrap().contains_key("telephone1"), "null columns are there");
    for absent in
        ["sample_filecolumn", "sample_filecolumn_name", "sample_imagecolumn", "sample_imagecolumn_url"]
    {
        assert!(!json.as_object().unwrap().contains_key(absent), "{absent}");
    }
}

#[test]
fn the_documented_expand_lists_the_files_of_file_columns() {
    let mut world = World::new();
    let file = world.upload("25mb.pdf", b"12345");
    let path = format!(
        "accounts({ID})?$filter=sample_filecolumn%20ne%20null&$expand=account_FileAttachments($select=createdon,mimetype,filesizeinbytes,filename,regardingfieldname)&$select=accountid"
    );
    let json = world.get(&path).expect(200).json();
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#accounts(accountid,account_FileAttachments(createdon,mimetype,filesizeinbytes,filename,regardingfieldname))/$entity"
    );
    let rows = json["account_FileAttachments"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0],
        json!({
            "@odata.etag": rows[0]["@odata.etag"],
            "createdon": "2022-10-22T21:01:45Z",
            "mimetype": "application/pdf",
            "filesizeinbytes": 5,
            "filename": "25mb.pdf",
            "regardingfieldname": "sample_filecolumn",
            "fileattachmentid": file,
        })
    );
    let listed = world.get(&format!("accounts({ID})/account_FileAttachments")).expect(200).json();
    assert_eq!(listed["value"][0]["_objectid_value"], ID);
    assert_eq!(
        world.get(&format!("fileattachments({file})?$select=objecttypecode")).json()["objecttypecode"],
        "account"
    );
}

#[test]
fn create_answers_with_the_address_or_with_the_record() {
    let mut world = World::new();
    let answer = send(&mut world, Method::POST, "accounts", &json!({"name": "New", "numberofemployees": 5}))
        .expect(204);
    let address = answer.header("odata-entityid").to_owned();
    assert!(address.starts_with("http://127.0.0.1:8080/api/data/v9.2/accounts("));
    assert_eq!(answer.header("location"), address);
    assert!(answer.durable);
    assert_eq!(world.get(&address).expect(200).json()["name"], "New");

    let ask = Ask::new(Method::POST, "accounts?$select=name").header("prefer", "return=representation");
    let answer = world.send(ask.json(&json!({"name": "Shown"}))).expect(201);
    assert_eq!(answer.header("preference-applied"), "return=representation");
    assert_eq!(answer.json()["name"], "Shown");
}

#[test]
fn create_with_a_key_that_exists_is_412() {
    let mut world = World::new();
    send(&mut world, Method::POST, "accounts", &json!({"accountid": ID}))
        .refuses(412, "0x80040237")
        .says("A record with matching key values already exists.");
    let own = "00000000-0000-0000-0000-00000000000a";
    send(&mut world, Method::POST, "accounts", &json!({"accountid": own})).expect(204);
    world.get(&format!("accounts({own})")).expect(200);
}

#[test]
fn x6_an_update_creates_unless_if_match_forbids_it() {
    let mut world = World::new();
    let path = "accounts(00000000-0000-0000-0000-000000000009)";
    let update = |world: &mut World, header: Option<(&str, &str)>| {
        let ask = Ask::new(Method::PATCH, path).json(&json!({"name": "Upserted"}));
        world.send(match header {
            Some((name, value)) => ask.without(name).header(name, value),
            None => ask,
        })
    };
    update(&mut world, Some(("if-match", "*"))).refuses(404, "0x80040217");
    let answer = update(&mut world, None).expect(204);
    assert_eq!(answer.header("odata-entityid"), format!("http://127.0.0.1:8080/api/data/v9.2/{path}"));
    update(&mut world, Some(("if-match", "*"))).expect(204);
    update(&mut world, Some(("if-none-match", "*"))).refuses(412, "0x80040237");
    let ask = Ask::new(Method::PATCH, path).header("prefer", "return=representation");
    assert_eq!(world.send(ask.json(&json!({}))).expect(200).json()["name"], "Upserted");
    let keyed = "accounts(accountnumber='B2')";
    world.send(Ask::new(Method::PATCH, keyed).json(&json!({"name": "Keyed"}))).expect(204);
    assert_eq!(world.get(keyed).expect(200).json()["accountnumber"], "B2");
}

#[test]
fn bodies_hold_known_columns_of_their_type() {
    let mut world = World::new();
    let path = format!("accounts({ID})");
    let patch = |world: &mut World, body: &Value| world.send(Ask::new(Method::PATCH, &path).json(body));
    patch(&mut world, &json!({"nmae": "x"}))
        .refuses(400, "0x80090801")
        .says("Invalid property 'nmae' was found in entity 'Microsoft.Dynamics.CRM.account'.");
    patch(&mut world, &json!({"name": 5})).refuses(400, "0x80048d19");
    patch(&mut world, &json!({"numberofemployees": "5"})).refuses(400, "0x80048d19");
    patch(&mut world, &json!({"numberofemployees": -1})).refuses(400, "0x80040203");
    patch(&mut world, &json!({"name": "x".repeat(161)})).refuses(400, "0x80044331");
    patch(&mut world, &json!({"accountid": "00000000-0000-0000-0000-000000000002"}))
        .refuses(400, "0x80040203");
    patch(&mut world, &json!({"accountid": ID, "name": null, "@odata.etag": "x", "createdon": "x"}))
        .expect(204);
    assert_eq!(world.get(&path).json()["name"], Value::Null);
    world.send(Ask::new(Method::PATCH, &path).bytes(b"[]")).refuses(400, "0x80048d19");
    world.send(Ask::new(Method::PATCH, &path).bytes(b"{")).refuses(400, "0x80048d19");
}

#[test]
fn u27_x1_files_are_not_set_with_the_record() {
    let mut world = World::new();
    let file = world.upload("a.txt", b"x");
    let path = format!("accounts({ID})");
    for body in [
        json!({"sample_filecolumn": null}),
        json!({"sample_filecolumn": file}),
        json!({"sample_filecolumn_name": "b"}),
    ] {
        send(&mut world, Method::PATCH, &path, &body).refuses(400, "0x80040203");
    }
    send(&mut world, Method::PUT, COLUMN, &json!({"value": null})).refuses(400, "0x80040203");
    send(&mut world, Method::POST, "accounts", &json!({"sample_filecolumn": file}))
        .refuses(400, "0x80040203");
    assert_eq!(world.file_id(), file);

    let mut loose = World::with(Options { null_deletes_file: true, ..Options::default() });
    loose.upload("a.txt", b"x");
    send(&mut loose, Method::PATCH, &path, &json!({"sample_filecolumn": null})).expect(204);
    assert_eq!(loose.file_id(), "");
    assert!(loose.store.blobs().is_empty());
}

#[test]
fn properties_are_read_set_and_cleared_one_by_one() {
    let mut world = World::new();
    let path = format!("accounts({ID})/name");
    let json = world.get(&path).expect(200).json();
    assert_eq!(
        json,
        json!({"@odata.context": format!("http://127.0.0.1:8080/api/data/v9.2/$metadata#accounts({ID})/name"), "value": "Contoso Ltd."})
    );
    let raw = world.get(&format!("{path}/$value")).expect(200);
    assert_eq!((raw.header("content-type"), raw.body.as_slice()), ("text/plain", b"Contoso Ltd.".as_slice()));
    send(&mut world, Method::PUT, &path, &json!({"value": "Renamed"})).expect(204);
    assert_eq!(world.get(&path).json()["value"], "Renamed");
    send(&mut world, Method::PUT, &path, &json!({"name": "x"})).refuses(400, "0x80048d19");
    world.delete(&path).expect(204);
    world.get(&path).expect(204);
    world.get(&format!("{path}/$value")).expect(204);
    world.delete(&format!("accounts({ID})/accountid")).expect(400);
}

#[test]
fn lookups_are_bound_by_address() {
    let mut world = World::new();
    let child = "accounts(00000000-0000-0000-0000-000000000003)";
    let bind = |world: &mut World, property: &str, value: &Value| {
        world.send(Ask::new(Method::PATCH, child).json(&json!({property: value})))
    };
    bind(&mut world, "parentaccountid@odata.bind", &json!(format!("/accounts({ID})"))).expect(204);
    assert_eq!(world.get(child).json()["_parentaccountid_value"], ID);
    bind(&mut world, "parentaccountid@odata.bind", &json!(format!("contacts({ID})")))
        .refuses(400, "0x80090800");
    bind(&mut world, "parentaccountid@odata.bind", &json!("accounts(00000000-0000-0000-0000-0000000000ff)"))
        .refuses(404, "0x80040217");
    bind(&mut world, "unknown@odata.bind", &json!(format!("accounts({ID})"))).refuses(400, "0x80090801");
    bind(&mut world, "parentaccountid@odata.bind", &Value::Null).expect(204);
    assert_eq!(world.get(child).json()["_parentaccountid_value"], Value::Null);
    let note = send(
        &mut world,
        Method::POST,
        "annotations",
        &json!({"subject": "s", "objectid_account@odata.bind": format!("accounts({ID})")}),
    );
    let address = note.expect(204).header("odata-entityid").to_owned();
    assert_eq!(world.get(&address).json()["_objectid_value"], ID);
}

#[test]
fn the_organization_is_one_row_that_can_be_set() {
    let mut world = World::new();
    let path = "organizations?$select=maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes";
    let json = world.get(path).expect(200).json();
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#organizations(maxuploadfilesize,blockedattachments,blockedmimetypes,allowedmimetypes)"
    );
    let rows = json["value"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["maxuploadfilesize"], 5_242_880);
    let blocked = rows[0]["blockedattachments"].as_str().unwrap();
    assert!(
        blocked.starts_with("ade;adp;app;")
            && blocked.ends_with(";wsh;svg")
            && !blocked.contains(char::is_whitespace)
    );
    let row = format!("organizations({})", rows[0]["organizationid"].as_str().unwrap());
    send(&mut world, Method::PATCH, &row, &json!({"maxuploadfilesize": 131_072_000})).expect(204);
    send(&mut world, Method::PATCH, &row, &json!({"maxuploadfilesize": 131_072_001}))
        .refuses(400, "0x80040203");
    world.delete(&row).refuses(405, "0x80040315");
    send(&mut world, Method::PATCH, "organizations(00000000-0000-0000-0000-000000000005)", &json!({}))
        .refuses(404, "0x80040217");
}

#[test]
fn bad_names_in_select_and_expand_are_400() {
    let mut world = World::new();
    world
        .get(&format!("accounts({ID})?$select=name,typo"))
        .refuses(400, "0x80060888")
        .says("Resource not found for the segment 'typo'.");
    world.get(&format!("accounts({ID})?$expand=typo")).refuses(400, "0x80060888");
    world
        .get(&format!("accounts({ID})?$expand=account_FileAttachments($select=typo)"))
        .refuses(400, "0x80060888");
    world.get(&format!("accounts({ID})?$select=sample_imagecolumn_name")).refuses(400, "0x80060888");
}
