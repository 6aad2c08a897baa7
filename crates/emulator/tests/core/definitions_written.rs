//! File and image columns made, replaced and deleted (metadata §6 to §9).
use http::Method;
use serde_json::{Value, json};

use crate::world::{Ask, ID, World};

const ACCOUNT: &str = "EntityDefinitions(LogicalName='account')";
const FILE: &str = "Microsoft.Dynamics.CRM.FileAttributeMetadata";
const IMAGE: &str = "Microsoft.Dynamics.CRM.ImageAttributeMetadata";

fn columns() -> String {
    format!("{ACCOUNT}/Attributes")
}

fn column(name: &str) -> String {
    format!("{ACCOUNT}/Attributes(LogicalName='{name}')")
}

fn label(text: &str) -> Value {
    json!({"@odata.type": "Microsoft.Dynamics.CRM.Label", "LocalizedLabels": [
        {"@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel", "Label": text, "LanguageCode": 1033, "IsManaged": false}]})
}

/// The documented file column under another name.
fn documented() -> Value {
    json!({"@odata.type": FILE, "AttributeTypeName": {"Value": "FileType"}, "SchemaName": "sample_Second",
        "MaxSizeInKB": 30720, "DisplayName": label("Sample File Column"),
        "Description": label("Sample File Column for FileOperation samples")})
}

#[test]
fn the_documented_file_column_is_made_and_takes_a_file_at_once() {
    let mut world = World::new();
    let answer = world.post(&columns(), &documented()).expect(204);
    let address = answer.header("odata-entityid").to_owned();
    assert_eq!(answer.header("location"), address);
    let path = address.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    let made = world.get(&format!("{path}/{FILE}")).expect(200).json();
    assert_eq!(made["LogicalName"], "sample_second");
    assert_eq!((&made["MaxSizeInKB"], &made["IsCustomAttribute"]), (&json!(30720), &json!(true)));
    assert_eq!(made["DisplayName"]["UserLocalizedLabel"]["Label"], "Sample File Column");
    assert_eq!(
        made["Description"]["LocalizedLabels"][0]["Label"],
        "Sample File Column for FileOperation samples"
    );
    assert_eq!(made["CreatedOn"], "2022-10-22T21:01:45Z");

    let file = format!("accounts({ID})/sample_second");
    world.patch(&format!("{file}?x-ms-file-name=a.txt"), b"at once").expect(204);
    let record = world.get(&format!("accounts({ID})?$select=sample_second_name")).expect(200).json();
    assert_eq!(record["sample_second_name"], "a.txt");
    world.restart();
    assert_eq!(world.get(&format!("{file}/$value")).expect(200).body, b"at once");
}

#[test]
fn columns_that_say_little_have_the_documented_defaults() {
    let mut world = World::new();
    for (kind, name, default) in [(FILE, "sample_A", 32_768), (IMAGE, "sample_B", 10_240)] {
        world.post(&columns(), &json!({"@odata.type": format!("#{kind}"), "SchemaName": name})).expect(204);
        let made = world.get(&format!("{}/{kind}", column(&name.to_lowercase()))).expect(200).json();
        assert_eq!(made["MaxSizeInKB"], default);
        assert_eq!(made["DisplayName"]["UserLocalizedLabel"]["Label"], name);
    }
    let image = world.get(&format!("{}/{IMAGE}", column("sample_b"))).expect(200).json();
    assert_eq!((&image["CanStoreFullImage"], &image["IsPrimaryImage"]), (&json!(false), &json!(false)));
    assert_eq!((&image["MaxHeight"], &image["MaxWidth"]), (&json!(144), &json!(144)));
    let config = world.get("attributeimageconfigs?$filter=attributelogicalname%20eq%20'sample_b'").json();
    assert_eq!(config["value"][0]["canstorefullimage"], false);
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let mut world = World::new();
    let column = |name: &str| json!({"@odata.type": FILE, "SchemaName": name});
    world.post(&columns(), &column("sample_FileColumn")).refuses(400, "0x80047013");
    world.post(&columns(), &column("Sample_FILEcolumn")).refuses(400, "0x80047013");
    world
        .post(&columns(), &column("sample_ImageColumn_URL"))
        .refuses(400, "0x80060304")
        .says("Attribute sample_ImageColumn_URL already exists for entity account.");
    world.post(&columns(), &column("sample_Notes_Name")).expect(204);
    world.post(&columns(), &column("sample_Notes")).refuses(400, "0x80060304");
}

#[test]
fn sizes_outside_the_documented_ranges_are_refused() {
    let mut world = World::new();
    for size in [-1_i64, 10_485_761, 1 << 40] {
        let body = json!({"@odata.type": FILE, "SchemaName": "sample_A", "MaxSizeInKB": size});
        world
            .post(&columns(), &body)
            .refuses(400, "0x80090009")
            .says("Invalid size for file type attribute. Valid size should be between [0-10485760] KB");
    }
    for size in [-1, 30_721] {
        let body = json!({"@odata.type": IMAGE, "SchemaName": "sample_A", "MaxSizeInKB": size});
        world.post(&columns(), &body).refuses(400, "0x8009000e").says(
            "Invalid MaxSizeInKB for image attribute sample_a of entity account. Valid size should be between [0 - 30720] KB",
        );
    }
    world.get(&column("sample_a")).refuses(404, "0x8004024a");
}

#[test]
fn definitions_that_make_no_sense_are_refused() {
    let mut world = World::new();
    for (change, code) in [
        (json!({"@odata.type": null}), "0x80048d19"),
        (json!({"@odata.type": "Microsoft.Dynamics.CRM.Typo"}), "0x80048d19"),
        (json!({"@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata"}), "0x80040315"),
        (json!({"SchemaName": null}), "0x80048d19"),
        (json!({"SchemaName": "NoPrefix"}), "0x80040203"),
        (json!({"SchemaName": "sample_"}), "0x80040203"),
        (json!({"SchemaName": "1x_A"}), "0x80040203"),
        (json!({"SchemaName": "sample_A b"}), "0x80040203"),
        (json!({"SchemaName": format!("sample_{}", "a".repeat(130))}), "0x80044331"),
        (json!({"MaxSizeInKB": "30720"}), "0x80048d19"),
        (json!({"MaxSizeInKb": 30720}), "0x80090801"),
        (json!({"CanStoreFullImage": true}), "0x80090801"),
        (json!({"AttributeTypeName": {"Value": "ImageType"}}), "0x80048d19"),
        (json!({"DisplayName": "text"}), "0x80048d19"),
        (json!({"RequiredLevel": {"Value": "Maybe"}}), "0x80048d19"),
    ] {
        let mut body = documented();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let status = if code == "0x80040315" { 405 } else { 400 };
        world.post(&columns(), &body).refuses(status, code);
    }
    let image = json!({"@odata.type": IMAGE, "SchemaName": "sample_A", "MaxHeight": 145});
    world.post(&columns(), &image).refuses(400, "0x80040203");
    world.send(Ask::new(Method::POST, &columns()).bytes(b"{")).refuses(400, "0x80048d19");
    world.post("EntityDefinitions(LogicalName='typo')/Attributes", &documented()).refuses(404, "0x80094005");
    for table in ["fileattachment", "organization", "attributeimageconfig"] {
        let path = format!("EntityDefinitions(LogicalName='{table}')/Attributes");
        world.post(&path, &documented()).refuses(405, "0x80040315");
    }
    assert_eq!(world.get(&format!("{}/{FILE}", columns())).json()["value"].as_array().unwrap().len(), 1);
}

#[test]
fn m1_the_limit_is_raised_by_putting_the_whole_definition() {
    let mut world = World::new();
    world
        .post(&columns(), &json!({"@odata.type": FILE, "SchemaName": "sample_A", "MaxSizeInKB": 1}))
        .expect(204);
    let file = format!("accounts({ID})/sample_a?x-ms-file-name=a.bin");
    world.patch(&file, &[1; 1025]).refuses(400, "0x80044a02");
    let mut definition = world.get(&format!("{}/{FILE}", column("sample_a"))).expect(200).json();
    definition["MaxSizeInKB"] = json!(2);
    definition["@odata.type"] = json!(FILE);
    definition["DisplayName"] = label("Larger");
    world.now.0 += std::time::Duration::from_secs(60);
    let ask = Ask::new(Method::PUT, &column("sample_a")).header("mscrm.mergelabels", "true");
    world.send(ask.json(&definition)).expect(204);
    world.patch(&file, &[1; 1025]).expect(204);
    let changed = world.get(&format!("{}/{FILE}", column("sample_a"))).expect(200).json();
    assert_eq!(changed["DisplayName"]["UserLocalizedLabel"]["Label"], "Larger");
    assert_eq!(
        (&changed["CreatedOn"], &changed["ModifiedOn"]),
        (&json!("2022-10-22T21:01:45Z"), &json!("2022-10-22T21:02:45Z"))
    );
    assert_eq!(changed["MetadataId"], definition["MetadataId"]);
    world.restart();
    world.patch(&file, &[1; 2049]).refuses(400, "0x80044a02");
}

#[test]
fn a_put_that_is_not_the_whole_definition_or_of_another_column_changes_nothing() {
    let mut world = World::new();
    let whole = world.get(&format!("{}/{IMAGE}", column("sample_imagecolumn"))).expect(200).json();
    let mut whole = whole.as_object().unwrap().clone();
    whole.insert("@odata.type".into(), json!(IMAGE));
    for (change, code) in [
        (json!({"MaxSizeInKB": null}), "0x80040203"),
        (json!({"CanStoreFullImage": null}), "0x80040203"),
        (json!({"MaxSizeInKB": 30_721}), "0x8009000e"),
        (json!({"LogicalName": "sample_other"}), "0x80040203"),
        (json!({"SchemaName": "sample_imagecolumn"}), "0x80040203"),
        (json!({"MaxWidth": 200}), "0x80040203"),
        (json!({"IsPrimaryImage": false}), "0x80040203"),
        (json!({"@odata.type": FILE}), "0x80048d19"),
        (json!({"@odata.type": null}), "0x80048d19"),
        (json!({"Typo": 1}), "0x80090801"),
    ] {
        let mut body = whole.clone();
        body.extend(change.as_object().unwrap().clone());
        let ask = Ask::new(Method::PUT, &column("sample_imagecolumn"));
        world.send(ask.json(&Value::Object(body))).refuses(400, code);
    }
    let after = world.get(&format!("{}/{IMAGE}", column("sample_imagecolumn"))).expect(200).json();
    assert_eq!(after["ModifiedOn"], whole["ModifiedOn"]);
    world.send(Ask::new(Method::PUT, &column("typo")).json(&json!({}))).refuses(404, "0x8004024a");
    world
        .send(Ask::new(Method::PATCH, &column("sample_imagecolumn")).json(&json!({})))
        .refuses(405, "0x80040315");
}

#[test]
fn deleting_a_column_deletes_its_files_and_what_was_on_its_way() {
    let mut world = World::new();
    world.post(&columns(), &documented()).expect(204);
    let file = format!("accounts({ID})/sample_second");
    world.patch(&format!("{file}?x-ms-file-name=a.txt"), b"gone").expect(204);
    world.upload("kept.txt", b"kept");
    let ask = Ask::new(Method::PATCH, &format!("{file}?x-ms-file-name=b.txt"));
    let opened = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
    let location = opened.header("location").to_owned();
    crate::chunked::chunk(&mut world, &location, "bytes 0-1/4", b"ab").expect(206);
    assert_eq!(world.store.blobs().len(), 3);
    world
        .send(Ask::new(Method::DELETE, &column("sample_second")).header("consistency", "Strong"))
        .expect(204);
    assert_eq!(world.store.blobs().len(), 1);
    world.get(&format!("{file}/$value")).refuses(404, "0x80060888");
    world.get(&format!("accounts({ID})?$select=sample_second_name")).refuses(400, "0x80060888");
    crate::chunked::chunk(&mut world, &location, "bytes 2-3/4", b"cd").refuses(404, "0x80060888");
    assert_eq!(world.get("fileattachments").json()["value"].as_array().unwrap().len(), 1);
    world.delete(&column("sample_second")).refuses(404, "0x8004024a");
    world.restart();
    world.post(&columns(), &documented()).expect(204);
    world.get(&format!("{file}/$value")).refuses(404, "0x80040217");
}

#[test]
fn what_the_organization_needs_is_not_deleted() {
    let mut world = World::new();
    for name in ["sample_filecolumn_name", "sample_imagecolumnid", "name"] {
        world.delete(&column(name)).refuses(400, "0x8004f01f");
    }
    for name in ["accountid", "telephone1", "versionnumber"] {
        world.delete(&column(name)).refuses(405, "0x80040315");
    }
    world.delete(ACCOUNT).refuses(405, "0x80040315");
    world.delete("EntityDefinitions").refuses(405, "0x80040315");
}

#[test]
fn the_relationship_of_files_comes_with_the_first_file_column_and_goes_with_the_last() {
    let mut world = World::new();
    let contacts = "EntityDefinitions(LogicalName='contact')/Attributes";
    let expand = "contacts?$select=fullname&$expand=contact_FileAttachments($select=filename)";
    world.get(expand).refuses(400, "0x80060888");
    world.post(contacts, &documented()).expect(204);
    let made = world.post("contacts", &json!({"firstname": "A"})).expect(204);
    let id = made.header("odata-entityid").rsplit(['(', ')']).nth(1).unwrap().to_owned();
    world.patch(&format!("contacts({id})/sample_second?x-ms-file-name=a.txt"), b"x").expect(204);
    let json = world.get(expand).expect(200).json();
    assert_eq!(json["value"][0]["contact_FileAttachments"][0]["filename"], "a.txt");
    let targets = "EntityDefinitions(LogicalName='fileattachment')/Attributes(LogicalName='objectid')/Microsoft.Dynamics.CRM.LookupAttributeMetadata?$select=Targets";
    assert_eq!(world.get(targets).expect(200).json()["Targets"], json!(["account", "contact"]));
    world.delete(&format!("{contacts}(LogicalName='sample_second')")).expect(204);
    world.get(expand).refuses(400, "0x80060888");
    assert_eq!(world.get(targets).expect(200).json()["Targets"], json!(["account"]));
}
