//! Thumbnail and original on their way out (image-columns §10).
use http::Method;
use serde_json::json;

use super::{COLUMN, by_messages, png, put, sas, seen, select};
use crate::world::{Ask, ID, World, from_base64};

#[test]
fn the_documented_full_image_says_its_size_name_type_and_pixels() {
    let mut world = World::new();
    let image = png(400, 500);
    put(&mut world, "400x500.png", &image);
    for size in ["full", "FULL"] {
        let answer = world.get(&format!("{COLUMN}/$value?size={size}")).expect(200);
        assert_eq!(answer.body, image);
        for (header, value) in [
            ("x-ms-file-size", image.len().to_string()),
            ("x-ms-file-name", "400x500.png".into()),
            ("mimetype", "image/png".into()),
            ("content-type", "application/octet-stream".into()),
            ("x-ms-image-pixel-width", "400".into()),
            ("x-ms-image-pixel-height", "500".into()),
            ("x-ms-color-depth-bits", "24".into()),
            ("access-control-expose-headers", "x-ms-file-size; x-ms-file-name; mimetype".into()),
        ] {
            assert_eq!(answer.header(header), value, "{header}");
        }
    }
}

#[test]
fn i4_a_thumbnail_never_says_its_size() {
    let mut world = World::new();
    put(&mut world, "400x500.png", &png(400, 500));
    for path in [format!("{COLUMN}/$value"), format!("{COLUMN}/$value?size=small")] {
        let answer = world.get(&path).expect(200);
        assert_eq!(seen(&answer.body), (144, 144, "image/jpeg"));
        let part = world.range(&path, "bytes=0-4194303").expect(206);
        assert_eq!(part.body, answer.body);
        let last = world.range(&path, &format!("bytes=10-{}", answer.body.len())).expect(206);
        assert_eq!(last.body, answer.body[10..]);
        for answer in [answer, part] {
            for header in ["x-ms-file-size", "x-ms-image-pixel-width", "x-ms-image-pixel-height"] {
                assert!(!answer.headers.contains_key(header), "{header}");
            }
            assert!(!answer.header("access-control-expose-headers").contains("x-ms-file-size"));
        }
    }
}

#[test]
fn the_documented_ranges_of_a_full_image_are_served() {
    let mut world = World::new();
    let image = png(400, 500);
    put(&mut world, "400x500.png", &image);
    let answer = world.range(&format!("{COLUMN}/$value?size=full"), "bytes=100-199").expect(206);
    assert_eq!(answer.body, image[100..200]);
    assert_eq!(answer.header("x-ms-file-size"), image.len().to_string());
    assert_eq!(answer.header("x-ms-chunk-size"), "4194304");
    assert_eq!(answer.header("x-ms-image-pixel-height"), "500");
}

#[test]
fn d18_the_property_is_the_thumbnail_and_with_a_range_a_part_of_either_form() {
    let mut world = World::new();
    let image = png(400, 500);
    put(&mut world, "a.png", &image);
    let thumbnail = world.get(&format!("{COLUMN}/$value")).body;
    let answer = world.get(COLUMN).expect(200).json();
    assert_eq!(from_base64(&answer["value"]), thumbnail);
    assert_eq!(answer["@odata.context"], format!("http://127.0.0.1:8080/api/data/v9.2/$metadata#{COLUMN}"));
    let part = world.range(COLUMN, "bytes=0-9").expect(206);
    assert_eq!(from_base64(&part.json()["value"]), thumbnail[..10]);
    assert!(!part.headers.contains_key("x-ms-file-size"));
    let part = world.range(&format!("{COLUMN}?size=full"), "bytes=5-9").expect(206);
    assert_eq!(from_base64(&part.json()["value"]), image[5..10]);
    assert_eq!(part.header("x-ms-file-size"), image.len().to_string());
    assert!(part.header("content-disposition").starts_with("attachment"));
}

#[test]
fn messages_and_sas_urls_give_the_original() {
    let mut world = World::new();
    let image = png(400, 500);
    put(&mut world, "a.png", &image);
    assert_eq!(by_messages(&mut world, COLUMN), image);
    let result = sas(&mut world, COLUMN).expect(200).json()["Result"].clone();
    assert_eq!((&result["FileName"], &result["MimeType"]), (&json!("a.png"), &json!("image/png")));
    let answer = world.storage(Method::GET, result["SasUrl"].as_str().unwrap(), &[]).expect(200);
    assert_eq!((answer.body, answer.headers["content-type"].to_str().unwrap()), (image, "image/png"));
}

#[test]
fn x4_deleting_the_original_by_its_id_leaves_the_thumbnail() {
    let mut world = World::new();
    let image = png(400, 500);
    let commit = super::by_blocks(&mut world, COLUMN, "a.png", "image/png", &image).expect(200);
    let file = commit.json()["FileId"].clone();
    let id = select(&mut world, "sample_imagecolumnid")["sample_imagecolumnid"].clone();
    world.post("DeleteFile", &json!({"FileId": id})).refuses(404, "0x80040217");
    world.post("DeleteFile", &json!({"FileId": file})).expect(204);
    world.post("DeleteFile", &json!({"FileId": file})).refuses(404, "0x80040217");
    world.get(&format!("{COLUMN}/$value?size=full")).expect(204);
    world.get(&format!("{COLUMN}/$value")).expect(200);
    assert_eq!(world.store.blobs().len(), 1);
    world.restart();
    super::initialize_download(&mut world, COLUMN).refuses(404, "0x80040217").says(&format!(
        "No FileAttachment records found for imagedescriptorId: {} for image attribute: sample_imagecolumn of account record with id {ID}.",
        id.as_str().unwrap()
    ));
}

#[test]
fn the_older_dialect_goes_on_at_its_location_in_the_form_it_began_with() {
    let mut world = World::new();
    let image = png(400, 500);
    put(&mut world, "a.png", &image);
    let thumbnail = world.get(&format!("{COLUMN}/$value")).body;
    for (query, whole) in [("", &thumbnail), ("?size=full", &image)] {
        let path = format!("/api/data/v9.1/{COLUMN}/$value{query}");
        let first = world.range(&path, "bytes=0-9").expect(206);
        assert_eq!(first.header("x-ms-file-name").matches('"').count(), 2);
        let next = format!("/{}", first.header("location"));
        assert_eq!(world.range(&next, "bytes=10-4000").expect(206).body, whole[10..whole.len().min(4001)]);
        put(&mut world, "a.png", &image);
        world.range(&next, "bytes=10-19").refuses(404, "0x80040217");
        put(&mut world, "a.png", &image);
    }
}

#[test]
fn the_page_of_the_url_column_gives_the_image_to_those_who_may_see_it() {
    let mut world = World::new();
    let image = png(400, 500);
    put(&mut world, "a.png", &image);
    let url = select(&mut world, "sample_imagecolumn_url")["sample_imagecolumn_url"].clone();
    let url = url.as_str().unwrap().to_owned();
    let thumbnail = world.get(&url).expect(200);
    assert_eq!(thumbnail.headers["content-type"], "image/jpeg");
    assert_eq!(seen(&thumbnail.body), (144, 144, "image/jpeg"));
    let full = world.get(&format!("{url}&Full=true")).expect(200);
    assert_eq!((full.headers["content-type"].to_str().unwrap(), &full.body), ("image/png", &image));
    world.send(Ask::new(Method::GET, &url).without("authorization")).refuses(401, "0x80044302");
    world.send(Ask::new(Method::POST, &url)).refuses(405, "0x80040315");
    world.get(&url.replace("Entity=account", "Entity=contact")).expect(204);
    world.get(&url.replace("&Id=", "&Key=")).refuses(400, "0x80040203");
    put(&mut world, "b.png", &image);
    assert_eq!(world.get(&url).expect(204).body, b"", "that image is not there any more");
}
