//! What notes and attachments belong to.
use http::Method;
use serde_json::{Value, json};

use super::{NOTE, create, with};
use crate::attachments;
use crate::world::{Ask, ID, World, base64, bytes};

fn table(has_notes: bool) -> Value {
    let name = json!({"@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "new_Name",
        "IsPrimaryName": true, "MaxLength": 100});
    json!({"@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", "SchemaName": "new_Thing", "HasNotes": has_notes,
        "Attributes": [name]})
}

fn note(parent: &str, address: &str) -> Value {
    let mut note = json!({"filename": "a.txt", "documentbody": base64(b"x"), "subject": address});
    note[format!("objectid_{parent}@odata.bind")] = json!(address);
    note
}

#[test]
fn a_parent_is_one_of_a_table_that_has_notes() {
    let mut world = World::new();
    for (parent, address, status, code) in [
        ("template", format!("templates({ID})"), 400, "0x80090801"),
        ("organization", format!("organizations({ID})"), 400, "0x80090801"),
        ("nothing", format!("nothings({ID})"), 400, "0x80090801"),
        ("account", format!("accounts({NOTE})"), 404, "0x80040217"),
        ("account", format!("contacts({ID})"), 400, "0x80090800"),
        ("account", "accounts(5)".to_owned(), 400, "0x80090800"),
    ] {
        world.post("annotations", &note(parent, &address)).refuses(status, code);
    }
    let loose = json!({"objectid@odata.bind": format!("accounts({ID})")});
    world.post("annotations", &loose).refuses(400, "0x80090801");
    assert!(world.store.blobs().is_empty());
    let contact = create(&mut world, "contacts", &json!({"firstname": "f"}));
    for (parent, address) in [("email", format!("/emails({ID})")), ("contact", contact)] {
        let made = create(&mut world, "annotations", &note(parent, &address));
        assert_eq!(world.get(&made).json()["objecttypecode"], parent);
    }
    let by_key = create(&mut world, "annotations", &note("account", "accounts(accountnumber='A1')"));
    assert_eq!(world.get(&by_key).json()["_objectid_value"], ID);
    let two = with(
        note("account", &format!("accounts({ID})")),
        &json!({"objectid_email@odata.bind": format!("emails({ID})")}),
    );
    world.post("annotations", &two).refuses(400, "0x80040203");
    let wrong = with(note("account", &format!("accounts({ID})")), &json!({"objecttypecode": "email"}));
    world.post("annotations", &wrong).refuses(400, "0x80040203");
}

#[test]
fn a_custom_table_takes_notes_when_it_was_made_to() {
    for has_notes in [true, false] {
        let mut world = World::new();
        world.post("EntityDefinitions", &table(has_notes)).expect(204);
        let thing = create(&mut world, "new_things", &json!({"new_name": "n"}));
        let answer = world.post("annotations", &note("new_thing", &thing));
        if !has_notes {
            answer.refuses(400, "0x80090801");
            world.get(&format!("{thing}/new_thing_Annotations")).refuses(404, "0x80060888");
            continue;
        }
        answer.expect(204);
        world.restart();
        let list = world.get(&format!("{thing}/new_thing_Annotations?$select=filename")).expect(200).json();
        assert_eq!(list["value"][0]["filename"], "a.txt");
        world.delete(&thing).expect(204);
        assert!(world.store.blobs().is_empty());
    }
}

#[test]
fn what_belongs_to_a_record_goes_with_it() {
    let mut world = World::new();
    let other = create(&mut world, "accounts", &json!({"name": "other"}));
    let kept = create(&mut world, "annotations", &note("account", &other));
    let free = create(&mut world, "annotations", &json!({"subject": "free"}));
    let of_email = create(&mut world, "annotations", &note("email", &format!("emails({ID})")));
    let of_account = create(&mut world, "annotations", &note("account", &format!("accounts({ID})")));
    let attachment = attachments::create(&mut world, &attachments::record(&bytes(100)));
    world.delete(&format!("accounts({ID})")).expect(204);
    world.get(&of_account).refuses(404, "0x80040217");
    world.delete(&format!("emails({ID})")).expect(204);
    world.get(&of_email).refuses(404, "0x80040217");
    world.get(&attachment).refuses(404, "0x80040217");
    world.get(&kept).expect(200);
    world.get(&free).expect(200);
    assert_eq!(world.store.blobs().len(), 1);
    world.restart();
}

#[test]
fn collections_of_a_parent_are_lists_like_others() {
    let mut world = World::new();
    let account = format!("accounts({ID})");
    for subject in ["b", "a", "c"] {
        let body = with(note("account", &account), &json!({ "subject": subject }));
        create(&mut world, "annotations", &body);
    }
    create(&mut world, "annotations", &json!({"subject": "free"}));
    let path = format!("{account}/Account_Annotation");
    let subjects = |world: &mut World, query: &str| {
        let list = world.get(&format!("{path}?$select=subject&{query}")).expect(200).json();
        list["value"].as_array().unwrap().iter().map(|row| row["subject"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(subjects(&mut world, "$orderby=subject"), ["a", "b", "c"]);
    assert_eq!(subjects(&mut world, "$orderby=subject%20desc&$top=1"), ["c"]);
    assert_eq!(subjects(&mut world, "$filter=subject%20eq%20'b'"), ["b"]);
    assert_eq!(world.get(&format!("{path}/$count")).expect(200).body, "\u{feff}3".as_bytes());
    let ask =
        Ask::new(Method::GET, &format!("{path}?$select=subject")).header("prefer", "odata.maxpagesize=2");
    let first = world.send(ask).expect(200).json();
    assert_eq!(first["value"].as_array().unwrap().len(), 2);
    let next = first["@odata.nextLink"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&next).expect(200).json()["value"].as_array().unwrap().len(), 1);
    world.get(&format!("{path}?$select=nothing")).refuses(400, "0x80060888");
    world.get(&format!("accounts({NOTE})/Account_Annotation")).refuses(404, "0x80040217");
    world.get(&format!("{account}/account_Annotations")).refuses(404, "0x80060888");

    let inner = "$select=subject,documentbody;$orderby=subject;$filter=subject%20ne%20'c';$top=1";
    let read = world.get(&format!("{account}?$select=name&$expand=Account_Annotation({inner})")).expect(200);
    let notes = read.json()["Account_Annotation"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 1);
    assert_eq!((&notes[0]["subject"], &notes[0]["documentbody"]), (&json!("a"), &json!("eA==")));
    let list = world.get("accounts?$select=name&$expand=Account_Annotation").expect(200).json();
    assert_eq!(list["value"][0]["Account_Annotation"].as_array().unwrap().len(), 3);
    world.get(&format!("{account}?$expand=Account_Annotation($select=x)")).refuses(400, "0x80060888");
    world
        .get(&format!("{account}?$expand=Account_Annotation($filter=x%20eq%201)"))
        .refuses(400, "0x80060888");
}

#[test]
fn a_note_leads_to_its_parent() {
    let mut world = World::new();
    let made = create(&mut world, "annotations", &note("account", &format!("accounts({ID})")));
    let read =
        world.get(&format!("{made}?$expand=objectid_account($select=name),objectid_email")).expect(200);
    let read = read.json();
    assert_eq!(read["objectid_account"]["name"], "Contoso Ltd.");
    assert_eq!(read["objectid_email"], Value::Null);
    let ask = Ask::new(Method::GET, &format!("{made}?$select=_objectid_value,_ownerid_value"));
    let read = world.send(ask.header("prefer", "odata.include-annotations=\"*\"")).expect(200).json();
    assert_eq!(read["_objectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "account");
    assert_eq!(read["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "systemuser");
    assert_eq!(world.get(&format!("{made}/objectid_account")).expect(200).json()["accountid"], ID);
    world.get(&format!("{made}/objectid_email")).expect(204);
    world.get(&format!("{made}/objectid_template")).refuses(404, "0x80060888");
}

#[test]
fn attachments_are_listed_by_their_activity_or_template() {
    let mut world = World::new();
    let template = create(&mut world, "templates", &json!({"title": "t"}));
    let record = with(
        attachments::record(b"x"),
        &json!({"objectid_email@odata.bind": null, "objectid_template@odata.bind": template,
            "objecttypecode": "template"}),
    );
    attachments::create(&mut world, &record);
    attachments::create(&mut world, &attachments::record(b"y"));
    for path in [
        format!("emails({ID})/activity_pointer_activity_mime_attachment"),
        format!("emails({ID})/email_activity_mime_attachment"),
        format!("{template}/template_activity_mime_attachments"),
    ] {
        let list = world.get(&format!("{path}?$select=filename")).expect(200).json();
        assert_eq!(list["value"].as_array().unwrap().len(), 1, "{path}");
        assert_eq!(list["value"][0]["filename"], "WordDoc.docx");
        let (parent, name) = path.split_once('/').unwrap();
        let read = world.get(&format!("{parent}?$expand={name}($select=filename)")).expect(200).json();
        assert_eq!(read[name][0]["filename"], "WordDoc.docx");
    }
}

#[test]
fn relationships_tell_the_names_of_collections() {
    let mut world = World::new();
    world.post("EntityDefinitions", &table(true)).expect(204);
    for (table, children, names) in [
        ("account", "annotation", vec!["Account_Annotation"]),
        ("contact", "annotation", vec!["Contact_Annotation"]),
        ("new_thing", "annotation", vec!["new_thing_Annotations"]),
        ("template", "annotation", vec![]),
        (
            "email",
            "activitymimeattachment",
            vec!["activity_pointer_activity_mime_attachment", "email_activity_mime_attachment"],
        ),
        ("template", "activitymimeattachment", vec!["template_activity_mime_attachments"]),
    ] {
        let path = format!(
            "EntityDefinitions(LogicalName='{table}')/OneToManyRelationships?\
             $select=SchemaName,ReferencingEntity,ReferencingAttribute,ReferencedEntityNavigationPropertyName\
             &$filter=ReferencingEntity%20eq%20'{children}'"
        );
        let list = world.get(&path).expect(200).json();
        let found: Vec<&Value> = list["value"].as_array().unwrap().iter().collect();
        let shown: Vec<&Value> =
            found.iter().map(|object| &object["ReferencedEntityNavigationPropertyName"]).collect();
        assert_eq!(shown, names, "{table}");
        for object in found {
            assert_eq!(object["ReferencingAttribute"], "objectid");
            assert_eq!(object["SchemaName"], object["ReferencedEntityNavigationPropertyName"]);
            assert_eq!(object.as_object().unwrap().len(), 5);
        }
    }
    let one =
        "EntityDefinitions(LogicalName='account')/OneToManyRelationships(SchemaName='Account_Annotation')";
    let object = world.get(one).expect(200).json();
    assert_eq!(object["ReferencingEntityNavigationPropertyName"], "objectid_account");
    assert_eq!(object["CascadeConfiguration"]["Delete"], "Cascade");
    let back = "EntityDefinitions(LogicalName='annotation')/ManyToOneRelationships?$filter=ReferencedEntity%20eq%20'account'";
    assert_eq!(world.get(back).expect(200).json()["value"][0]["SchemaName"], "Account_Annotation");
    let expand = "EntityDefinitions(LogicalName='account')?$select=LogicalName&$expand=OneToManyRelationships($select=SchemaName)";
    let names = world.get(expand).expect(200).json()["OneToManyRelationships"].clone();
    assert!(names.as_array().unwrap().iter().any(|object| object["SchemaName"] == "Account_Annotation"));
    world
        .get("EntityDefinitions(LogicalName='account')/OneToManyRelationships(SchemaName='x')")
        .refuses(404, "0x8004024a");
}
