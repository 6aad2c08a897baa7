//! Images that are refused (image-columns §3, §4).
use http::Method;
use image::ImageFormat;
use serde_json::json;

use super::{COLUMN, by_blocks, encoded, opaque, png, put};
use crate::world::{Ask, ID, World, bytes};

fn reason() -> String {
    format!(
        "Error occured when processing image. Reason: Update image properties failed for objectid: {ID}, logicalName: account, attribute: sample_imagecolumn"
    )
}

#[test]
fn what_is_none_of_the_formats_is_refused_with_the_documented_text() {
    let mut world = World::new();
    let path = format!("{COLUMN}?x-ms-file-name=a.png");
    put(&mut world, "kept.png", &png(10, 10));
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"/>"#.to_vec();
    let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\0".to_vec();
    for content in
        [b"not an image".to_vec(), svg, webp, vec![0], b"BM".to_vec(), b"\x89PNG\r\n\x1a\n".to_vec()]
    {
        world.patch(&path, &content).refuses(400, "0x80072553").says(&reason());
    }
    assert_eq!(world.store.blobs().len(), 2, "the image before stays, nothing else does");
}

#[test]
fn a_broken_image_is_refused_whichever_way_it_comes() {
    let mut world = World::new();
    let mut broken = png(400, 500);
    broken.truncate(broken.len() / 2);
    world.patch(&format!("{COLUMN}?x-ms-file-name=a.png"), &broken).refuses(400, "0x80072553");
    by_blocks(&mut world, COLUMN, "a.png", "image/png", &broken).refuses(400, "0x80072553").says(&reason());
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.png"));
    let opened = world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200);
    let location = opened.header("location").to_owned();
    let range = format!("bytes 0-{}/{}", broken.len() - 1, broken.len());
    for _ in ["once", "again"] {
        crate::chunked::chunk(&mut world, &location, &range, &broken).refuses(400, "0x80072553");
    }
    world.get(&format!("{COLUMN}/$value")).expect(204);
}

#[test]
fn those_who_ask_for_annotations_hear_why() {
    let mut world = World::new();
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.png")).bytes(b"text");
    let ask = ask.header("prefer", "odata.include-annotations=\"*\"");
    let error = world.send(ask).refuses(400, "0x80072553").json()["error"].clone();
    assert_eq!(error["@Microsoft.PowerApps.CDS.TraceText"], "it is none of the five formats");
}

#[test]
fn a_create_takes_the_primary_image_only() {
    let mut world = World::new();
    crate::images::second_column(&mut world, "sample_Second", true);
    let image = crate::world::base64(&png(10, 10));
    world
        .post("accounts", &json!({"name": "x", "sample_second": image}))
        .refuses(400, "0x80090487")
        .says("Non-primary image attribute sample_second of entity account is not allowed to upload during Create operation.");
    let missing = "accounts(00000000-0000-0000-0000-0000000000ff)";
    world
        .send(Ask::new(Method::PATCH, missing).json(&json!({"sample_second": image})))
        .refuses(400, "0x80090487");
    world.get(missing).refuses(404, "0x80040217");
    world.post("accounts", &json!({"sample_imagecolumn": image, "sample_second": null})).expect(204);
    world
        .send(Ask::new(Method::PATCH, &format!("accounts({ID})")).json(&json!({"sample_second": image})))
        .expect(204);
}

/// The header of a PNG that claims these sides, with a checksum that is right.
fn claimed_png(width: u32, height: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 6, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(&head);
    png.extend(crc(&head).to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    png
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[test]
fn an_image_that_claims_more_pixels_than_can_be_processed_is_refused_by_its_header() {
    let mut bmp = encoded(&opaque(1, 1), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&100_000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&100_000_i32.to_le_bytes());
    let mut gif = encoded(&opaque(1, 1), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    let mut jpeg = encoded(&opaque(1, 1), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|mark| mark == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let mut tiff = encoded(&opaque(1, 1), ImageFormat::Tiff);
    for tag in [256_u16, 257] {
        let entry = [&tag.to_le_bytes()[..], &[4, 0, 1, 0, 0, 0]].concat();
        let entry = tiff.windows(8).position(|bytes| bytes == entry).unwrap();
        tiff[entry + 8..entry + 12].copy_from_slice(&100_000_u32.to_le_bytes());
    }
    for (name, bomb) in
        [("png", claimed_png(100_000, 100_000)), ("bmp", bmp), ("gif", gif), ("jpg", jpeg), ("tif", tiff)]
    {
        let mut world = World::new();
        let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.{name}")).bytes(&bomb);
        let ask = ask.header("prefer", "odata.include-annotations=\"*\"");
        let error = world.send(ask).refuses(400, "0x80072553").json()["error"].clone();
        let trace = error["@Microsoft.PowerApps.CDS.TraceText"].as_str().unwrap();
        assert!(
            ["pixels", "limit", "memory", "large"].iter().any(|word| trace.to_lowercase().contains(word)),
            "{name}: {trace}"
        );
    }
}

#[test]
fn a_frame_or_an_inner_image_that_is_larger_than_the_outside_claims_is_refused() {
    let mut world = World::new();
    let mut gif = encoded(&opaque(1, 1), ImageFormat::Gif);
    let frame = gif.iter().rposition(|byte| *byte == 0x2c).unwrap();
    gif[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    world.patch(&format!("{COLUMN}?x-ms-file-name=a.gif"), &gif).refuses(400, "0x80072553");
    let mut tiff = encoded(&opaque(1, 1), ImageFormat::Tiff);
    let entry = tiff.windows(4).position(|bytes| bytes == [3, 1, 3, 0]).unwrap();
    tiff[entry + 8] = 7;
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a.tif")).bytes(&tiff);
    let answer = world.send(ask.header("prefer", "odata.include-annotations=\"*\""));
    let error = answer.refuses(400, "0x80072553").json()["error"].clone();
    assert_eq!(error["@Microsoft.PowerApps.CDS.TraceText"], "it is a JPEG inside a TIFF");
}

#[test]
fn i1_i8_the_columns_own_limit_counts() {
    let mut world = World::new();
    crate::images::limited_column(&mut world, "sample_Small", 2);
    let column = format!("accounts({ID})/sample_small");
    let path = format!("{column}?x-ms-file-name=a.png");
    let mut image = png(4, 4);
    image.extend(bytes(2048 - image.len()));
    world.patch(&path, &image).expect(204);
    image.push(0);
    let says = "Error occured when processing image. Reason: File size is too big. MaxSize: 0 MB, Uploaded filesize: 0 MB.";
    world.patch(&path, &image).refuses(400, "0x80072553").says(says);
    by_blocks(&mut world, &column, "a.png", "image/png", &image[..2000]).expect(200);
    let body = json!({"value": crate::world::base64(&image)});
    world.send(Ask::new(Method::PUT, &column).json(&body)).refuses(400, "0x80072553").says(says);
    let body = json!({"sample_small": crate::world::base64(&image)});
    world
        .send(Ask::new(Method::PATCH, &format!("accounts({ID})")).json(&body))
        .refuses(400, "0x80072553")
        .says(says);
}
