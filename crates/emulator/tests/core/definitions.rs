//! Definitions (metadata §2 to §5).
use serde_json::{Value, json};

use crate::world::World;

const ACCOUNT: &str = "EntityDefinitions(LogicalName='account')";

#[test]
fn the_documented_table_is_found_by_name_and_by_id() {
    let mut world = World::new();
    let names = "LogicalName,SchemaName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,PrimaryImageAttribute,HasNotes,IsOptimisticConcurrencyEnabled";
    let json = world.get(&format!("{ACCOUNT}?$select={names}")).expect(200).json();
    let id = json["MetadataId"].as_str().unwrap().to_owned();
    assert_eq!(
        json,
        json!({
            "@odata.context": format!("http://127.0.0.1:8080/api/data/v9.2/$metadata#EntityDefinitions({names})/$entity"),
            "LogicalName": "account",
            "SchemaName": "Account",
            "EntitySetName": "accounts",
            "PrimaryIdAttribute": "accountid",
            "PrimaryNameAttribute": "name",
            "PrimaryImageAttribute": "sample_imagecolumn",
            "HasNotes": true,
            "IsOptimisticConcurrencyEnabled": true,
            "MetadataId": id,
        })
    );
    assert_eq!(
        world.get(&format!("EntityDefinitions({id})?$select=LogicalName")).expect(200).json()["LogicalName"],
        "account"
    );
    assert_eq!(
        world.get("EntityDefinitions(LogicalName='email')").json()["PrimaryIdAttribute"],
        "activityid"
    );
}

#[test]
fn the_documented_list_is_filtered_by_set_name() {
    let mut world = World::new();
    let path = "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,HasNotes&$filter=EntitySetName%20eq%20'accounts'";
    let json = world.get(path).expect(200).json();
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#EntityDefinitions(LogicalName,EntitySetName,PrimaryIdAttribute,HasNotes)"
    );
    assert_eq!(json["value"].as_array().unwrap().len(), 1);
    assert_eq!(json["value"][0]["LogicalName"], "account");
    assert_eq!(json["value"][0].as_object().unwrap().len(), 5);
    assert_eq!(world.get("EntityDefinitions").expect(200).json()["value"].as_array().unwrap().len(), 14);
    let none = world.get("EntityDefinitions?$filter=LogicalName%20eq%20'nothing'").expect(200).json();
    assert_eq!(none["value"], json!([]));
}

#[test]
fn file_and_image_columns_have_their_limits_under_the_cast() {
    let mut world = World::new();
    let path = format!(
        "{ACCOUNT}/Attributes/Microsoft.Dynamics.CRM.FileAttributeMetadata?$select=LogicalName,SchemaName,MaxSizeInKB"
    );
    let json = world.get(&path).expect(200).json();
    assert_eq!(
        json,
        json!({
            "@odata.context": "http://127.0.0.1:8080/api/data/v9.2/$metadata#EntityDefinitions('account')/Attributes/Microsoft.Dynamics.CRM.FileAttributeMetadata(LogicalName,SchemaName,MaxSizeInKB)",
            "value": [{"LogicalName": "sample_filecolumn", "SchemaName": "sample_FileColumn", "MaxSizeInKB": 10_485_760,
                "MetadataId": json["value"][0]["MetadataId"]}],
        })
    );
    let path = format!(
        "{ACCOUNT}/Attributes/Microsoft.Dynamics.CRM.ImageAttributeMetadata?$select=SchemaName,CanStoreFullImage,MaxSizeInKB,IsPrimaryImage"
    );
    let image = world.get(&path).expect(200).json()["value"][0].clone();
    assert_eq!(image["SchemaName"], "sample_ImageColumn");
    assert_eq!((&image["CanStoreFullImage"], &image["IsPrimaryImage"]), (&json!(true), &json!(true)));
    assert_eq!(image["MaxSizeInKB"], 30_720);
}

#[test]
fn one_column_is_read_with_and_without_its_cast() {
    let mut world = World::new();
    let column = format!("{ACCOUNT}/Attributes(LogicalName='sample_filecolumn')");
    let json = world
        .get(&format!("{column}/Microsoft.Dynamics.CRM.FileAttributeMetadata?$select=MaxSizeInKB"))
        .expect(200)
        .json();
    assert_eq!(json["MaxSizeInKB"], 10_485_760);
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#EntityDefinitions('account')/Attributes/Microsoft.Dynamics.CRM.FileAttributeMetadata(MaxSizeInKB)/$entity"
    );
    let id = json["MetadataId"].as_str().unwrap();
    let json = world.get(&format!("{ACCOUNT}/Attributes({id})")).expect(200).json();
    assert_eq!(json["AttributeTypeName"]["Value"], "FileType");
    assert_eq!(json["AttributeType"], "Virtual");
    assert_eq!(json["@odata.type"], "#Microsoft.Dynamics.CRM.FileAttributeMetadata");
    assert!(json.get("MaxSizeInKB").is_none());
    world.get(&format!("{column}?$select=MaxSizeInKB")).refuses(400, "0x80060888");
    world.get(&format!("{column}/Microsoft.Dynamics.CRM.ImageAttributeMetadata")).refuses(404, "0x8004024a");
}

#[test]
fn companions_say_which_column_they_belong_to() {
    let mut world = World::new();
    let path =
        format!("{ACCOUNT}/Attributes?$select=LogicalName,AttributeOf&$filter=AttributeOf%20ne%20null");
    let json = world.get(&path).expect(200).json();
    let pairs: Vec<_> = json["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["LogicalName"].as_str(), c["AttributeOf"].as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            (Some("sample_filecolumn_name"), Some("sample_filecolumn")),
            (Some("sample_imagecolumnid"), Some("sample_imagecolumn")),
            (Some("sample_imagecolumn_timestamp"), Some("sample_imagecolumn")),
            (Some("sample_imagecolumn_url"), Some("sample_imagecolumn")),
        ]
    );
}

#[test]
fn enum_values_and_paths_are_understood_in_filters() {
    let mut world = World::new();
    let path = format!(
        "{ACCOUNT}/Attributes?$select=LogicalName&$filter=AttributeType%20eq%20Microsoft.Dynamics.CRM.AttributeTypeCode'Virtual'%20and%20IsCustomizable/Value%20eq%20true"
    );
    let names: Vec<Value> = world.get(&path).expect(200).json()["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["LogicalName"].clone())
        .collect();
    assert_eq!(names, ["sample_filecolumn", "sample_imagecolumn"]);
}

#[test]
fn columns_come_inside_their_table_when_expanded() {
    let mut world = World::new();
    let json = world
        .get(&format!("{ACCOUNT}?$select=LogicalName&$expand=Attributes($select=LogicalName)"))
        .expect(200)
        .json();
    assert!(json["Attributes"].as_array().unwrap().len() > 10);
    assert_eq!(json["Attributes"][0].as_object().unwrap().len(), 2);
}

#[test]
fn unknown_definitions_are_404_and_unknown_properties_400() {
    let mut world = World::new();
    world
        .get("EntityDefinitions(LogicalName='nothing')")
        .refuses(404, "0x80094005")
        .says("Could not find table with name 'nothing'.");
    world.get("EntityDefinitions(00000000-0000-0000-0000-000000000001)").refuses(404, "0x8004024a");
    world.get(&format!("{ACCOUNT}/Attributes(LogicalName='typo')")).refuses(404, "0x8004024a");
    world.get(&format!("{ACCOUNT}/Typo")).refuses(404, "0x80060888");
    world.get(&format!("{ACCOUNT}/Attributes/Microsoft.Dynamics.CRM.Typo")).refuses(404, "0x80060888");
    world.get(&format!("{ACCOUNT}?$select=Typo")).refuses(400, "0x80060888");
    world.get("EntityDefinitions?$filter=Typo%20eq%20'x'").refuses(400, "0x80060888");
    world.get("EntityDefinitions?$top=1").refuses(400, "0x80060888");
    world.get("EntityDefinitions(name='account')").refuses(400, "0x80060888");
}
