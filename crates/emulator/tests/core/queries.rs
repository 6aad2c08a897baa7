//! Sets of records: filter, order, pages.
use http::Method;
use serde_json::{Value, json};

use crate::world::{Ask, World};

/// Ten accounts beside the seeded one, with names `n0` to `n9`.
fn world() -> World {
    let mut world = World::new();
    for number in 0..10 {
        let path = format!("accounts(00000000-0000-0000-0000-0000000001{number:02})");
        let body = json!({"name": format!("n{number}"), "numberofemployees": number * 10, "creditonhold": number % 2 == 0});
        world.send(Ask::new(Method::PATCH, &path).json(&body)).expect(204);
    }
    world
}

fn names(json: &Value) -> Vec<&str> {
    json["value"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

fn filtered(world: &mut World, filter: &str) -> String {
    let path = format!("accounts?$select=name&$filter={}", filter.replace(' ', "%20"));
    names(&world.get(&path).expect(200).json()).join(" ")
}

#[test]
fn filters_choose_rows() {
    let mut world = world();
    for (filter, expected) in [
        ("name eq 'N3'", "n3"),
        ("numberofemployees ge 80 and creditonhold eq true", "n8"),
        ("not (numberofemployees ne 0) or name eq 'n9'", "n0 n9"),
        ("accountid eq 00000000-0000-0000-0000-000000000104", "n4"),
        ("accountnumber ne null", "Contoso Ltd."),
        ("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['n1','n7','none'])", "n1 n7"),
        ("sample_filecolumn ne null", ""),
        ("name eq 'it''s'", ""),
    ] {
        assert_eq!(filtered(&mut world, filter), expected, "{filter}");
    }
}

#[test]
fn filters_that_make_no_sense_are_400() {
    let mut world = world();
    for filter in ["typo%20eq%201", "name%20eq%205", "name%20eq", "name", "numberofemployees%20eq%20'5'"] {
        world.get(&format!("accounts?$filter={filter}")).refuses(400, "0x80060888");
    }
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let mut world = world();
    let mut path = "accounts?$select=name&$filter=numberofemployees%20ge%200&$orderby=name%20desc".to_owned();
    let mut pages = Vec::new();
    loop {
        let ask = Ask::new(Method::GET, &path).header("prefer", "odata.maxpagesize=4");
        let json = world.send(ask).expect(200).json();
        pages.push(names(&json).join(" "));
        match json.get("@odata.nextLink") {
            Some(next) => path = next.as_str().unwrap().to_owned(),
            None => break,
        }
        assert!(path.starts_with("http://127.0.0.1:8080/api/data/v9.2/accounts?$select=name&"), "{path}");
        assert_eq!(path.matches("skiptoken").count(), 1);
    }
    assert_eq!(pages, ["n9 n8 n7 n6", "n5 n4 n3 n2", "n1 n0"]);
}

#[test]
fn a_page_starts_behind_the_last_row_even_when_rows_before_it_went_away() {
    let mut world = world();
    let ask = Ask::new(Method::GET, "accounts?$select=name").header("prefer", "odata.maxpagesize=5");
    let json = world.send(ask).expect(200).json();
    assert_eq!(names(&json), ["Contoso Ltd.", "n0", "n1", "n2", "n3"]);
    world.delete("accounts(00000000-0000-0000-0000-000000000100)").expect(204);
    let next = json["@odata.nextLink"].as_str().unwrap();
    assert_eq!(names(&world.get(next).expect(200).json()), ["n4", "n5", "n6", "n7", "n8", "n9"]);
    world.get("accounts?$skiptoken=5").refuses(400, "0x80060888");
}

#[test]
fn top_count_and_order_work_together() {
    let mut world = world();
    let json = world
        .get("accounts?$select=name&$top=2&$count=true&$orderby=numberofemployees%20desc,name")
        .expect(200)
        .json();
    assert_eq!(names(&json), ["n9", "n8"]);
    assert_eq!(json["@odata.count"], 11);
    assert!(json.get("@odata.nextLink").is_none());
    let count = world.get("accounts/$count?$filter=creditonhold%20eq%20true").expect(200);
    assert_eq!(count.body, "\u{feff}5".as_bytes());
    world.get("accounts?$orderby=typo").refuses(400, "0x80060888");
}

#[test]
fn sets_expand_files_too() {
    let mut world = world();
    world.upload("a.txt", b"abc");
    let path = "accounts?$select=name&$filter=sample_filecolumn%20ne%20null&$expand=account_FileAttachments($select=filename,filesizeinbytes)";
    let json = world.get(path).expect(200).json();
    assert_eq!(json["value"].as_array().unwrap().len(), 1);
    assert_eq!(json["value"][0]["account_FileAttachments"][0]["filesizeinbytes"], 3);
}

#[test]
fn image_columns_are_listed_with_what_they_keep() {
    let mut world = World::new();
    let path = "attributeimageconfigs?$select=parententitylogicalname,attributelogicalname&$filter=canstorefullimage%20eq%20true";
    let json = world.get(path).expect(200).json();
    assert_eq!(json["value"][0]["attributelogicalname"], "sample_imagecolumn");
    assert_eq!(json["value"][0]["parententitylogicalname"], "account");
    let json = world
        .get("entityimageconfigs?$select=parententitylogicalname,primaryimageattribute")
        .expect(200)
        .json();
    assert_eq!(json["value"][0]["primaryimageattribute"], "sample_imagecolumn");
}
