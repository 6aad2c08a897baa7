//! The one image of a record that stands for it (image-columns §6).
use http::Method;
use serde_json::{Value, json};

use super::second_column;
use crate::world::{Ask, World};

const ACCOUNT: &str = "EntityDefinitions(LogicalName='account')";
const CAST: &str = "Microsoft.Dynamics.CRM.ImageAttributeMetadata";

#[track_caller]
fn primary(world: &mut World) -> Value {
    let table = world.get(&format!("{ACCOUNT}?$select=PrimaryImageAttribute")).expect(200).json();
    let columns =
        world.get(&format!("{ACCOUNT}/Attributes/{CAST}?$select=LogicalName,IsPrimaryImage")).json();
    let marked: Vec<&Value> = columns["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|column| column["IsPrimaryImage"] == true)
        .collect();
    let named = table["PrimaryImageAttribute"].clone();
    assert!(marked.len() <= 1);
    assert_eq!(named, marked.first().map_or(Value::Null, |column| column["LogicalName"].clone()));
    let configs = world.get("entityimageconfigs?$filter=parententitylogicalname%20eq%20'account'").json();
    let config = configs["value"].as_array().unwrap().first().cloned();
    assert_eq!(named, config.map_or(Value::Null, |config| config["primaryimageattribute"].clone()));
    named
}

fn column(name: &str) -> String {
    format!("{ACCOUNT}/Attributes(LogicalName='{name}')")
}

/// The definition put back with another word about being primary.
fn set(world: &mut World, name: &str, primary: bool) -> crate::world::Answer {
    let mut definition = world.get(&format!("{}/{CAST}", column(name))).expect(200).json();
    definition["IsPrimaryImage"] = json!(primary);
    definition["@odata.type"] = json!(CAST);
    world.send(Ask::new(Method::PUT, &column(name)).json(&definition))
}

#[test]
fn it_changes_hands_is_never_given_up_and_follows_a_deletion() {
    let mut world = World::new();
    assert_eq!(primary(&mut world), "sample_imagecolumn");
    let body = json!({"@odata.type": CAST, "SchemaName": "sample_Second", "IsPrimaryImage": true});
    world.post(&format!("{ACCOUNT}/Attributes"), &body).expect(204);
    assert_eq!(primary(&mut world), "sample_imagecolumn", "ignored at create");
    second_column(&mut world, "sample_Third", false);

    set(&mut world, "sample_second", false).expect(204);
    set(&mut world, "sample_second", true).expect(204);
    assert_eq!(primary(&mut world), "sample_second");
    set(&mut world, "sample_second", true).expect(204);
    set(&mut world, "sample_second", false).refuses(400, "0x80040203");
    assert_eq!(primary(&mut world), "sample_second");
    world.restart();

    world.delete(&column("sample_second")).expect(204);
    assert_eq!(primary(&mut world), "sample_imagecolumn");
    world.delete(&column("sample_third")).expect(204);
    assert_eq!(primary(&mut world), "sample_imagecolumn");
    world.delete(&column("sample_imagecolumn")).expect(204);
    assert_eq!(primary(&mut world), Value::Null);
    world.restart();
    second_column(&mut world, "sample_Fourth", false);
    assert_eq!(primary(&mut world), "sample_fourth");
}

#[test]
fn an_image_is_created_with_the_record_for_whichever_column_is_primary_then() {
    let mut world = World::new();
    second_column(&mut world, "sample_Second", true);
    let body = |name: &str| json!({ name: crate::world::base64(&super::png(10, 10)) });
    world.post("accounts", &body("sample_second")).refuses(400, "0x80090487");
    set(&mut world, "sample_second", true).expect(204);
    world.post("accounts", &body("sample_second")).expect(204);
    world.post("accounts", &body("sample_imagecolumn")).refuses(400, "0x80090487");
}
