//! Every way in which an image is written makes the same thumbnail (image-columns §5, §9).
use http::Method;
use image::ImageFormat;
use serde_json::json;

use super::{COLUMN, by_blocks, by_messages, clear, encoded, opaque, png, put, seen, select};
use crate::world::{Ask, ID, World, base64, from_base64};

/// What is in the sample column: the thumbnail, and the original under its name.
#[track_caller]
fn stored(world: &mut World) -> (Vec<u8>, Vec<u8>, String) {
    let thumbnail = world.get(&format!("{COLUMN}/$value")).expect(200);
    let full = world.get(&format!("{COLUMN}/$value?size=full")).expect(200);
    let name = full.header("x-ms-file-name").to_owned();
    (thumbnail.body, full.body, name)
}

#[test]
fn every_way_of_writing_keeps_the_original_and_makes_the_same_thumbnail() {
    let image = png(400, 500);
    let record = format!("accounts({ID})");
    let mut thumbnails = Vec::new();
    for way in 0..6 {
        let mut world = World::new();
        match way {
            0 => put(&mut world, "400x500.png", &image),
            1 => {
                by_blocks(&mut world, COLUMN, "400x500.png", "image/png", &image).expect(200);
            }
            2 => {
                let location = open(&mut world, "400x500.png");
                let chunks: Vec<&[u8]> = image.chunks(700).collect();
                for (at, chunk) in chunks.iter().enumerate() {
                    let (start, total) = (at * 700, image.len());
                    let range = format!("bytes {start}-{}/{total}", start + chunk.len() - 1);
                    let status = if at + 1 == chunks.len() { 204 } else { 206 };
                    crate::chunked::chunk(&mut world, &location, &range, chunk).expect(status);
                }
            }
            3 => {
                let body = json!({"sample_imagecolumn": base64(&image), "name": "Fabrikam"});
                world.send(Ask::new(Method::PATCH, &record).json(&body)).expect(204);
                assert_eq!(select(&mut world, "name")["name"], "Fabrikam");
            }
            4 => {
                let body = json!({"value": base64(&image)});
                world.send(Ask::new(Method::PUT, COLUMN).json(&body)).expect(204);
            }
            _ => {
                world.delete(&record).expect(204);
                let body = json!({"accountid": ID, "sample_imagecolumn": base64(&image)});
                world.post("accounts", &body).expect(204);
            }
        }
        let (thumbnail, full, name) = stored(&mut world);
        assert_eq!(full, image, "way {way}");
        assert_eq!(name, if way < 3 { "400x500.png" } else { "sample_imagecolumn.png" }, "way {way}");
        assert_eq!(by_messages(&mut world, COLUMN), image);
        assert_eq!(world.store.blobs().len(), if way == 1 || way == 2 { 1 + pieces(&image, way) } else { 2 });
        thumbnails.push(thumbnail);
        world.restart();
        assert_eq!(stored(&mut world), (thumbnails[way].clone(), full, name), "after a restart");
    }
    assert_eq!(seen(&thumbnails[0]), (144, 144, "image/jpeg"));
    assert!(thumbnails.iter().all(|thumbnail| *thumbnail == thumbnails[0]));
}

fn pieces(image: &[u8], way: usize) -> usize {
    image.len().div_ceil(if way == 1 { 1000 } else { 700 })
}

fn open(world: &mut World, name: &str) -> String {
    let ask = Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name={name}"));
    world.send(ask.header("x-ms-transfer-mode", "chunked")).expect(200).header("location").to_owned()
}

#[test]
fn the_type_is_told_by_the_bytes_and_not_by_the_name() {
    for (format, mime) in [
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Tiff, "image/tiff"),
        (ImageFormat::Bmp, "image/bmp"),
        (ImageFormat::Png, "image/png"),
    ] {
        let mut world = World::new();
        let image = encoded(&opaque(91, 130), format);
        put(&mut world, "a.bmp", &image);
        let full = world.get(&format!("{COLUMN}/$value?size=full")).expect(200);
        assert_eq!((full.header("mimetype"), &full.body), (mime, &image));
        let thumbnail = world.get(&format!("{COLUMN}/$value")).expect(200);
        let (width, height, honest) = seen(&thumbnail.body);
        assert_eq!((width, height, thumbnail.header("mimetype")), (91, 91, honest), "{mime}");
    }
}

#[test]
fn i3_a_thumbnail_is_a_jpeg_or_a_png_and_says_so_in_type_and_name() {
    let mut world = World::new();
    put(&mut world, "photo.png", &png(400, 500));
    let opaque = world.get(&format!("{COLUMN}/$value")).expect(200);
    assert_eq!((opaque.header("mimetype"), opaque.header("x-ms-file-name")), ("image/jpeg", "photo.jpg"));
    put(&mut world, "photo.png", &encoded(&clear(400, 500), ImageFormat::Png));
    let clear = world.get(&format!("{COLUMN}/$value")).expect(200);
    assert_eq!((clear.header("mimetype"), clear.header("x-ms-file-name")), ("image/png", "photo.png"));
    assert_eq!(seen(&clear.body), (144, 144, "image/png"));
}

#[test]
fn a_new_image_has_a_new_id_and_leaves_nothing_of_the_old() {
    let mut world = World::new();
    let id = |world: &mut World| select(world, "sample_imagecolumnid")["sample_imagecolumnid"].clone();
    put(&mut world, "a.png", &png(10, 10));
    let (first, tag) = (id(&mut world), select(&mut world, "name")["@odata.etag"].clone());
    put(&mut world, "b.png", &png(20, 20));
    assert_ne!(id(&mut world), first);
    assert_ne!(select(&mut world, "name")["@odata.etag"], tag);
    assert_eq!(world.store.blobs().len(), 2);
}

#[test]
fn an_image_read_before_its_request_is_handled_is_not_read_again() {
    let mut world = World::new();
    let image = png(400, 500);
    let stored = world.store.put(&image);
    let content = dataverse_files_emulator::payload::Content::Blob(stored);
    let uri = format!("/api/data/v9.2/{COLUMN}?x-ms-file-name=a.png");
    let request = http::Request::patch(uri).header("authorization", "Bearer t").header("host", "h");
    let (head, ()) = request.body(()).unwrap().into_parts();
    let examination = world.core.examination(world.now, &head, &content).unwrap();
    let examined = examination.run(&world.store);
    // Bytes that can not be had any more are not asked for.
    let empty = crate::store::Shelf::default();
    let reply = world.core.handle_examined(world.now, &head, content, &empty, examined);
    assert_eq!(reply.response.status(), 204);
}

#[test]
fn what_a_chunk_or_a_commit_completes_is_read_before_too() {
    let mut world = World::new();
    let image = png(400, 500);
    by_blocks(&mut world, COLUMN, "a.png", "image/png", &image).expect(200);
    assert!(world.examined > 0, "the commit named its image beforehand");
    let before = world.examined;
    world.upload("a.txt", b"no image");
    assert_eq!(world.examined, before, "files are not looked into");
    let thumbnail = world.get(&format!("accounts({ID})?$select=sample_imagecolumn")).json();
    assert_eq!(seen(&from_base64(&thumbnail["sample_imagecolumn"])), (144, 144, "image/jpeg"));
}
