//! Custom tables.
use http::Method;
use serde_json::{Value, json};

use crate::world::{Ask, World};

fn bank_account() -> Value {
    let name = json!({"AttributeType": "String", "AttributeTypeName": {"Value": "StringType"}, "IsPrimaryName": true,
        "RequiredLevel": {"Value": "None", "CanBeChanged": true,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"},
        "SchemaName": "new_AccountName", "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
        "FormatName": {"Value": "Text"}, "MaxLength": 100});
    json!({"@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", "Attributes": [name], "HasActivities": false,
        "HasNotes": true, "IsActivity": false, "OwnershipType": "UserOwned", "SchemaName": "new_BankAccount",
        "DisplayName": {"LocalizedLabels": [{"Label": "Bank Account", "LanguageCode": 1033}]}})
}

fn with(change: &Value) -> Value {
    let mut body = bank_account();
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[test]
fn a_custom_table_is_usable_at_once_and_after_a_restart() {
    let mut world = World::new();
    let answer = world.post("EntityDefinitions", &bank_account()).expect(204);
    let address = answer.header("odata-entityid").strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    let table = world.get(&address).expect(200).json();
    for (name, value) in [
        ("LogicalName", json!("new_bankaccount")),
        ("EntitySetName", json!("new_bankaccounts")),
        ("PrimaryIdAttribute", json!("new_bankaccountid")),
        ("PrimaryNameAttribute", json!("new_accountname")),
        ("PrimaryImageAttribute", Value::Null),
        ("HasNotes", json!(true)),
        ("IsCustomEntity", json!(true)),
    ] {
        assert_eq!(table[name], value, "{name}");
    }
    assert_eq!(table["DisplayName"]["UserLocalizedLabel"]["Label"], "Bank Account");
    let made = world.post("new_bankaccounts", &json!({"new_accountname": "Savings"})).expect(204);
    let record = made.header("odata-entityid").rsplit('/').next().unwrap().to_owned();
    let column =
        json!({"@odata.type": "Microsoft.Dynamics.CRM.FileAttributeMetadata", "SchemaName": "new_Statement"});
    world.post(&format!("{address}/Attributes"), &column).expect(204);
    world.patch(&format!("{record}/new_statement?x-ms-file-name=a.pdf"), b"pdf").expect(204);
    let note = json!({"subject": "s", "objectid_new_bankaccount@odata.bind": format!("/{record}")});
    world.post("annotations", &note).expect(204);
    world.restart();
    assert_eq!(world.get(&format!("{record}/new_statement/$value")).expect(200).body, b"pdf");
    assert_eq!(world.get(&format!("{record}/new_accountname")).expect(200).json()["value"], "Savings");

    world.delete(&address).expect(204);
    assert!(world.store.blobs().is_empty());
    world.get("new_bankaccounts").refuses(404, "0x80060888");
    world.get(&address).refuses(404, "0x8004024a");
    world.restart();
    world.post("EntityDefinitions", &bank_account()).expect(204);
    assert_eq!(world.get("new_bankaccounts").expect(200).json()["value"], json!([]));
}

#[test]
fn its_set_can_have_a_name_of_its_own() {
    for (property, name) in [("LogicalCollectionName", "new_bankaccountset"), ("EntitySetName", "new_banks")]
    {
        let mut world = World::new();
        world.post("EntityDefinitions", &with(&json!({ property: name }))).expect(204);
        world.get(name).expect(200);
        world.get("new_bankaccounts").refuses(404, "0x80060888");
    }
}

#[test]
fn tables_that_make_no_sense_are_refused() {
    let mut world = World::new();
    let table_before = world.get("EntityDefinitions").json()["value"].as_array().unwrap().len();
    let column = |name: &str, primary: bool| {
        json!({"@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": name,
            "IsPrimaryName": primary, "MaxLength": 10})
    };
    let number = json!({"@odata.type": "Microsoft.Dynamics.CRM.IntegerAttributeMetadata", "SchemaName": "new_N", "IsPrimaryName": true});
    for (change, status, code) in [
        (json!({"@odata.type": null}), 400, "0x80048d19"),
        (json!({"SchemaName": null}), 400, "0x80048d19"),
        (json!({"SchemaName": "BankAccount"}), 400, "0x80040203"),
        (json!({"Attributes": []}), 400, "0x80048d19"),
        (json!({"Attributes": [column("new_A", false)]}), 400, "0x80048d19"),
        (json!({"Attributes": [column("new_A", true), column("new_B", true)]}), 400, "0x80048d19"),
        (json!({"Attributes": [column("new_A", true), column("new_a", false)]}), 400, "0x80047013"),
        (json!({"Attributes": [number]}), 400, "0x80048d19"),
        (json!({"Attributes": ["new_A"]}), 400, "0x80048d19"),
        (json!({"EntitySetName": "accounts"}), 400, "0x8004e30a"),
        (json!({"EntitySetName": "a/b"}), 400, "0x80040203"),
        (json!({"HasNotes": "yes"}), 400, "0x80048d19"),
        (json!({"IsActivity": true}), 405, "0x80040315"),
    ] {
        world.post("EntityDefinitions", &with(&change)).refuses(status, code);
    }
    assert_eq!(world.get("EntityDefinitions").json()["value"].as_array().unwrap().len(), table_before);
    world.post("EntityDefinitions", &bank_account()).expect(204);
    world.post("EntityDefinitions", &bank_account()).refuses(400, "0x8004e30a");
}

#[test]
fn columns_of_other_types_come_with_their_table_and_go_with_their_values() {
    let mut world = World::new();
    let mut body = bank_account();
    for (kind, name) in
        [("Memo", "new_Text"), ("Integer", "new_Count"), ("Boolean", "new_Open"), ("DateTime", "new_On")]
    {
        let column = json!({"@odata.type": format!("Microsoft.Dynamics.CRM.{kind}AttributeMetadata"), "SchemaName": name});
        body["Attributes"].as_array_mut().unwrap().push(column);
    }
    world.post("EntityDefinitions", &body).expect(204);
    let record = json!({"new_text": "t", "new_count": 5, "new_open": true, "new_on": "2022-10-22T21:01:45Z"});
    let ask = Ask::new(Method::POST, "new_bankaccounts").header("prefer", "return=representation");
    let made = world.send(ask.json(&record)).expect(201).json();
    for (name, value) in record.as_object().unwrap() {
        assert_eq!(&made[name], value);
    }
    world
        .delete("EntityDefinitions(LogicalName='new_bankaccount')/Attributes(LogicalName='new_count')")
        .expect(204);
    world.restart();
    let column =
        json!({"@odata.type": "Microsoft.Dynamics.CRM.IntegerAttributeMetadata", "SchemaName": "new_Count"});
    world.post("EntityDefinitions(LogicalName='new_bankaccount')/Attributes", &column).expect(204);
    let rows = world.get("new_bankaccounts?$select=new_count,new_text").expect(200).json();
    assert_eq!((&rows["value"][0]["new_count"], &rows["value"][0]["new_text"]), (&Value::Null, &json!("t")));
}
