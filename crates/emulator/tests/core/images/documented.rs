//! The documented example: one column, first without and then with full images (image-columns §12).
use http::Method;
use serde_json::{Value, json};

use super::{by_blocks, by_messages, initialize_download, png, sas, seen};
use crate::world::{Ask, World, base64, from_base64};

/// The sizes of the sample's images and the side of the thumbnail of each.
const IMAGES: [(u32, u32, u32); 5] =
    [(144, 144, 144), (144, 400, 144), (400, 144, 144), (400, 500, 144), (60, 80, 60)];
const TABLE: &str = "EntityDefinitions(LogicalName='sample_thing')";
const COLUMN: &str =
    "EntityDefinitions(LogicalName='sample_thing')/Attributes(LogicalName='sample_imagecolumn')";
const CAST: &str = "Microsoft.Dynamics.CRM.ImageAttributeMetadata";

fn label(text: &str) -> Value {
    json!({"@odata.type": "Microsoft.Dynamics.CRM.Label", "LocalizedLabels": [{
        "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel", "Label": text, "LanguageCode": 1033,
        "IsManaged": false}]})
}

/// A table of its own, so that the column is its first image and thereby the primary one.
fn create(world: &mut World) {
    let name = json!({"@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "sample_Name",
        "IsPrimaryName": true, "MaxLength": 100, "FormatName": {"Value": "Text"}});
    let table = json!({"@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", "SchemaName": "sample_Thing",
        "DisplayName": label("Thing"), "Attributes": [name]});
    world.post("EntityDefinitions", &table).expect(204);
    let column = json!({"@odata.type": CAST, "AttributeTypeName": {"Value": "ImageType"},
        "SchemaName": "sample_ImageColumn", "CanStoreFullImage": false, "IsPrimaryImage": false, "MaxSizeInKB": 30720,
        "DisplayName": label("Sample Image Column"), "RequiredLevel": {"Value": "None"}});
    world.post(&format!("{TABLE}/Attributes"), &column).expect(204);
}

/// Five records with the five images, each written in another way; their ids.
fn five(world: &mut World) -> Vec<String> {
    let mut ids = Vec::new();
    for (at, (width, height, _)) in IMAGES.into_iter().enumerate() {
        let image = png(width, height);
        let name = format!("{width}x{height}.png");
        let body = match at {
            0 => json!({"sample_name": name, "sample_imagecolumn": base64(&image)}),
            _ => json!({"sample_name": name}),
        };
        let made = world.post("sample_things", &body).expect(204);
        let id = made.header("odata-entityid").rsplit(['(', ')']).nth(1).unwrap().to_owned();
        let column = format!("sample_things({id})/sample_imagecolumn");
        match at {
            1 => {
                world.patch(&format!("{column}?x-ms-file-name={name}"), &image).expect(204);
            }
            2 => {
                let ask = Ask::new(Method::PATCH, &format!("{column}?x-ms-file-name={name}"));
                let opened = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
                let location = opened.header("location").to_owned();
                let range = format!("bytes 0-{}/{}", image.len() - 1, image.len());
                crate::chunked::chunk(world, &location, &range, &image).expect(204);
            }
            3 => {
                by_blocks(world, &column, &name, "image/png", &image).expect(200);
            }
            4 => {
                world
                    .send(Ask::new(Method::PUT, &column).json(&json!({"value": base64(&image)})))
                    .expect(204);
            }
            _ => {}
        }
        ids.push(id);
    }
    ids
}

#[track_caller]
fn check_thumbnails(world: &mut World, ids: &[String]) {
    for (id, (_, _, side)) in ids.iter().zip(IMAGES) {
        let record = world.get(&format!("sample_things({id})?$select=sample_imagecolumn")).expect(200).json();
        let thumbnail = from_base64(&record["sample_imagecolumn"]);
        assert_eq!(seen(&thumbnail), (side, side, "image/jpeg"));
        let column = format!("sample_things({id})/sample_imagecolumn");
        assert_eq!(world.get(&format!("{column}/$value")).expect(200).body, thumbnail);
        assert_eq!(world.range(&format!("{column}/$value"), "bytes=0-4194303").expect(206).body, thumbnail);
    }
}

#[test]
fn full_images_are_there_for_those_that_were_written_while_the_column_kept_them() {
    let mut world = World::new();
    create(&mut world);
    let thing = world.get(&format!("{TABLE}?$select=PrimaryImageAttribute")).expect(200).json();
    assert_eq!(thing["PrimaryImageAttribute"], "sample_imagecolumn");

    let first = five(&mut world);
    let ask = Ask::new(Method::GET, &format!("{COLUMN}/{CAST}")).header("consistency", "Strong");
    let mut definition = world.send(ask).expect(200).json();
    assert_eq!(
        (&definition["CanStoreFullImage"], &definition["IsPrimaryImage"]),
        (&json!(false), &json!(true))
    );
    definition["CanStoreFullImage"] = json!(true);
    definition["@odata.type"] = json!(CAST);
    let put = Ask::new(Method::PUT, COLUMN).header("mscrm.mergelabels", "true").json(&definition);
    let answer = world.send(put).expect(204);
    assert_eq!(answer.header("odata-entityid"), format!("http://127.0.0.1:8080/api/data/v9.2/{COLUMN}"));
    let second = five(&mut world);

    world.restart();
    check_thumbnails(&mut world, &first);
    check_thumbnails(&mut world, &second);
    for id in &first {
        let column = format!("sample_things({id})/sample_imagecolumn");
        let record = world.get(&format!("sample_things({id})?$select=sample_imagecolumnid")).json();
        let image = record["sample_imagecolumnid"].as_str().unwrap().to_owned();
        world.get(&format!("{column}/$value?size=full")).expect(204);
        world.range(&format!("{column}/$value?size=full"), "bytes=0-4194303").expect(204);
        initialize_download(&mut world, &column).refuses(404, "0x80040217").says(&format!(
            "No FileAttachment records found for imagedescriptorId: {image} for image attribute: sample_imagecolumn of sample_thing record with id {id}."
        ));
        sas(&mut world, &column).refuses(404, "0x80040217");
    }
    for (id, (width, height, _)) in second.iter().zip(IMAGES) {
        let (column, image) = (format!("sample_things({id})/sample_imagecolumn"), png(width, height));
        assert_eq!(world.get(&format!("{column}/$value?size=full")).expect(200).body, image);
        let part = world.range(&format!("{column}/$value?size=full"), "bytes=0-4194303").expect(206);
        assert_eq!((part.header("x-ms-file-size"), &part.body), (image.len().to_string().as_str(), &image));
        assert_eq!(by_messages(&mut world, &column), image);
    }

    for (at, id) in first.iter().chain(&second).enumerate() {
        let column = format!("sample_things({id})/sample_imagecolumn");
        let ask = match at % 3 {
            0 => Ask::new(Method::PATCH, &format!("sample_things({id})"))
                .header("if-match", "*")
                .json(&json!({"sample_thingid": id, "sample_imagecolumn": null})),
            1 => Ask::new(Method::PUT, &column).json(&json!({"value": null})),
            _ => Ask::new(Method::DELETE, &column),
        };
        world.send(ask).expect(204);
        let record = world.get(&format!("sample_things({id})?$select=sample_imagecolumn")).expect(200).json();
        assert_eq!(record["sample_imagecolumn"], Value::Null);
    }
    world.send(Ask::new(Method::DELETE, COLUMN).header("consistency", "Strong")).expect(204);
    assert!(world.store.blobs().is_empty());
    world.get(&format!("sample_things({})?$select=sample_imagecolumn", first[0])).refuses(400, "0x80060888");
    world.restart();
}
