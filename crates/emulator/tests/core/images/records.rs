//! Images with their records (image-columns §8, §11).
use http::Method;
use serde_json::{Value, json};

use super::{COLUMN, png, put, seen, select};
use crate::world::{Ask, ID, World, base64, from_base64};

#[test]
fn the_documented_read_gives_the_thumbnail_in_base64() {
    let mut world = World::new();
    put(&mut world, "a.png", &png(400, 500));
    let answer = world.get(&format!("accounts({ID})?$select=sample_imagecolumn")).expect(200);
    let json = answer.json();
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#accounts(sample_imagecolumn)/$entity"
    );
    assert_eq!(json["@odata.etag"], answer.header("etag"));
    assert_eq!((json["accountid"].as_str(), json.as_object().unwrap().len()), (Some(ID), 4));
    assert_eq!(seen(&from_base64(&json["sample_imagecolumn"])), (144, 144, "image/jpeg"));
}

#[test]
fn lists_give_the_thumbnail_of_every_record_and_null_where_there_is_none() {
    let mut world = World::new();
    for (name, side) in [("A", 10), ("B", 20)] {
        world
            .post("accounts", &json!({"name": name, "sample_imagecolumn": base64(&png(side, side))}))
            .expect(204);
    }
    let path = "accounts?$select=name,sample_imagecolumn,sample_imagecolumn&$orderby=name&$count=true";
    let json = world.get(path).expect(200).json();
    assert_eq!(json["@odata.count"], 3);
    let rows: Vec<(&str, Option<u32>)> = json["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let image = Some(&row["sample_imagecolumn"]).filter(|image| !image.is_null());
            (row["name"].as_str().unwrap(), image.map(|image| seen(&from_base64(image)).0))
        })
        .collect();
    assert_eq!(rows, [("A", Some(10)), ("B", Some(20)), ("Contoso Ltd.", None)]);
    let with_image = world.get("accounts?$filter=sample_imagecolumn%20ne%20null&$select=name").json();
    assert_eq!(with_image["value"].as_array().unwrap().len(), 2);
}

#[test]
fn all_columns_are_all_but_images_and_their_companions() {
    let mut world = World::new();
    put(&mut world, "a.png", &png(10, 10));
    let json = world.get(&format!("accounts({ID})")).expect(200).json();
    assert!(json.as_object().unwrap().keys().all(|name| !name.starts_with("sample_")), "{json}");
}

#[test]
fn a_written_record_comes_back_with_its_thumbnail_when_wished() {
    let mut world = World::new();
    let ask = |method, path: &str| {
        Ask::new(method, &format!("{path}?$select=name,sample_imagecolumn"))
            .header("prefer", "return=representation")
            .json(&json!({"name": "A", "sample_imagecolumn": base64(&png(60, 80))}))
    };
    let made = world.send(ask(Method::POST, "accounts")).expect(201).json();
    assert_eq!(seen(&from_base64(&made["sample_imagecolumn"])), (60, 60, "image/jpeg"));
    let changed = world.send(ask(Method::PATCH, &format!("accounts({ID})"))).expect(200).json();
    assert_eq!(seen(&from_base64(&changed["sample_imagecolumn"])), (60, 60, "image/jpeg"));
}

#[test]
fn i7_x5_the_three_deletes_leave_null_and_only_the_first_names_the_record() {
    let mut world = World::new();
    let record = format!("accounts({ID})");
    for way in 0..3 {
        put(&mut world, "a.png", &png(400, 500));
        for time in ["full", "empty"] {
            let ask = match way {
                0 => Ask::new(Method::PATCH, &record)
                    .header("if-match", "*")
                    .json(&json!({"accountid": ID, "sample_imagecolumn": null})),
                1 => Ask::new(Method::PUT, COLUMN).json(&json!({"value": null})),
                _ => Ask::new(Method::DELETE, COLUMN),
            };
            let answer = world.send(ask).expect(204);
            let address = format!("http://127.0.0.1:8080/api/data/v9.2/accounts({ID})");
            let expected = if way == 0 { address.as_str() } else { "" };
            assert_eq!(answer.header("odata-entityid"), expected, "way {way}, {time}");
            assert_eq!(answer.header("location"), expected, "way {way}, {time}");
            let columns =
                "sample_imagecolumn,sample_imagecolumnid,sample_imagecolumn_timestamp,sample_imagecolumn_url";
            let json = select(&mut world, columns);
            assert!(columns.split(',').all(|name| json[name] == Value::Null), "{json}");
            assert!(world.store.blobs().is_empty(), "way {way}");
        }
    }
}

#[test]
fn a_record_takes_its_image_with_it_and_its_files_list_does_not_show_it() {
    let mut world = World::new();
    put(&mut world, "a.png", &png(10, 10));
    let path = format!("accounts({ID})?$select=name&$expand=account_FileAttachments($select=filename)");
    assert_eq!(world.get(&path).expect(200).json()["account_FileAttachments"], json!([]));
    assert_eq!(world.get("fileattachments").json()["value"], json!([]));
    world.delete(&format!("accounts({ID})")).expect(204);
    assert!(world.store.blobs().is_empty());
}

#[test]
fn images_that_are_no_base64_text_change_nothing() {
    let mut world = World::new();
    let record = format!("accounts({ID})");
    for value in [json!("no base64!"), json!(5), json!(["a"]), json!(true)] {
        let body = json!({"name": "changed", "sample_imagecolumn": value});
        world.send(Ask::new(Method::PATCH, &record).json(&body)).refuses(400, "0x80048d19");
        world.send(Ask::new(Method::PUT, COLUMN).json(&json!({"value": value}))).refuses(400, "0x80048d19");
    }
    for value in [json!(""), json!(base64(b"no image"))] {
        let body = json!({"name": "changed", "sample_imagecolumn": value});
        world.send(Ask::new(Method::PATCH, &record).json(&body)).refuses(400, "0x80072553");
    }
    assert_eq!(select(&mut world, "name")["name"], "Contoso Ltd.");
    for name in ["sample_imagecolumnid", "sample_imagecolumn_timestamp", "sample_imagecolumn_url"] {
        let body = json!({ name: null });
        world.send(Ask::new(Method::PATCH, &record).json(&body)).refuses(400, "0x80040203");
    }
}

#[test]
fn an_image_over_the_limit_is_refused_whichever_json_it_comes_in() {
    let mut world = World::new();
    let long = base64(&vec![0; 31_457_281]);
    let asks = [
        Ask::new(Method::PATCH, &format!("accounts({ID})")).json(&json!({"sample_imagecolumn": long})),
        Ask::new(Method::PUT, COLUMN).json(&json!({"value": long})),
        Ask::new(Method::POST, "accounts").json(&json!({"sample_imagecolumn": long})),
    ];
    for ask in asks {
        world.send(ask).refuses(400, "0x80072553").says(
            "Error occured when processing image. Reason: File size is too big. MaxSize: 30 MB, Uploaded filesize: 30 MB.",
        );
    }
    assert!(world.store.blobs().is_empty());
}
