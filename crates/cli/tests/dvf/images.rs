//! Image columns: both sizes, every strategy, and the answers that are neither.
use std::fs;
use std::io::Cursor;

use image::{GenericImageView, ImageFormat, Rgb, RgbImage};

use crate::world::{World, assert_same};

const IMAGE: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";
const SMALL: &str = "accounts(00000000-0000-0000-0000-000000000001)/new_small";

/// A picture whose pixels differ, so that it has some size as a PNG too.
pub(crate) fn picture(world: &World, name: &str, width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| Rgb([(x * 7 % 256) as u8, (y * 13 % 256) as u8, (x * y % 251) as u8]);
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_fn(width, height, pixel).write_to(&mut bytes, ImageFormat::Png).unwrap();
    fs::write(world.path(name), bytes.get_ref()).unwrap();
    bytes.into_inner()
}

/// The sides of the picture in a file.
fn sides(world: &World, name: &str) -> (u32, u32) {
    image::load_from_memory(&fs::read(world.path(name)).unwrap()).unwrap().dimensions()
}

/// A world with an image column that keeps thumbnails only.
fn with_thumbnails_only() -> World {
    let world = World::new();
    world.dvf("column create account new_Small --kind image").ok();
    world
}

#[test]
fn an_image_comes_back_by_every_way_up_and_down() {
    let world = World::new();
    let original = picture(&world, "a.png", 400, 500);
    for engine in ["async", "blocking"] {
        for up in ["single", "chunked", "blocks"] {
            world.dvf(&format!("delete {IMAGE} --engine {engine}")).ok();
            let line = format!(
                "upload a.png {IMAGE} --strategy {up} --block-size 4096 --engine {engine} --verify --json"
            );
            let done = world.dvf(&line).ok().last_event();
            assert_eq!((&done["strategy"], &done["verified"]), (&up.into(), &true.into()));
            for down in ["auto", "single", "ranged", "blocks", "sas"] {
                let line = format!("download {IMAGE} b.png --force --strategy {down} --engine {engine}");
                world.dvf(&line).ok();
                assert_same(&world.path("b.png"), &original);
            }
        }
    }
}

#[test]
fn without_preflight_an_image_is_uploaded_too() {
    let world = World::new();
    let original = picture(&world, "a.png", 300, 200);
    for strategy in ["single", "chunked", "blocks"] {
        world.dvf(&format!("upload a.png {IMAGE} --no-preflight --verify --strategy {strategy}")).ok();
        world.dvf(&format!("download {IMAGE} b.png --force")).ok();
        assert_same(&world.path("b.png"), &original);
    }
}

#[test]
fn the_thumbnail_is_a_small_square() {
    let world = World::new();
    picture(&world, "a.png", 400, 500);
    world.dvf(&format!("upload a.png {IMAGE}")).ok();
    for engine in ["async", "blocking"] {
        for strategy in ["auto", "single", "ranged"] {
            let line = format!(
                "download {IMAGE} t --size thumbnail --force --strategy {strategy} --engine {engine}"
            );
            world.dvf(&line).ok();
            assert_eq!(sides(&world, "t"), (144, 144), "{line}");
        }
    }
    for strategy in ["blocks", "sas"] {
        let line = format!("download {IMAGE} u --size thumbnail --strategy {strategy}");
        assert!(world.dvf(&line).failed(2).contains("only give full images"));
        assert!(!world.path("u").exists());
    }
    world.dvf(&format!("download {IMAGE} u --size thumbnail --resume")).failed(2);
    world.dvf(&format!("download {IMAGE} u --size tiny")).failed(2);
}

#[test]
fn a_file_has_one_size_only() {
    let world = World::new();
    world.file("a.bin", 10);
    world.dvf("upload a.bin TARGET").ok();
    for size in ["full", "thumbnail"] {
        let said = world.dvf(&format!("download TARGET b.bin --size {size}")).failed(2);
        assert!(said.contains("file column"), "{said}");
    }
    let done = world.dvf("download TARGET b.bin --strategy single --json").ok().last_event();
    assert_eq!(done["requests"], 1, "what is looked up is not counted");
}

#[test]
fn an_image_without_a_full_copy_says_why() {
    let world = with_thumbnails_only();
    picture(&world, "a.png", 400, 144);
    for engine in ["async", "blocking"] {
        for up in ["single", "blocks"] {
            world.dvf(&format!("upload a.png {SMALL} --strategy {up} --engine {engine}")).ok();
            for down in ["auto", "single", "ranged", "blocks", "sas"] {
                let run =
                    world.dvf(&format!("download {SMALL} b.png --strategy {down} --engine {engine} --json"));
                assert_eq!(run.code, Some(3), "{run:?}");
                assert_eq!(run.last_event()["kind"], "no_full_image", "{down}: {run:?}");
                assert!(run.stderr.contains("kept no full images when it was uploaded"), "{}", run.stderr);
            }
            assert!(!world.path("b.png").exists());
            world.dvf(&format!("download {SMALL} t --size thumbnail --force --engine {engine}")).ok();
            assert_eq!(sides(&world, "t"), (144, 144));
        }
    }
    let said = world.dvf(&format!("upload a.png {SMALL} --verify")).failed(2);
    assert!(said.contains("nothing to compare"), "{said}");
}

#[test]
fn no_image_is_another_answer_than_no_full_image() {
    let world = World::new();
    for engine in ["async", "blocking"] {
        for way in ["", "b.png", "b.png --strategy single", "b.png --strategy blocks", "b.png --strategy sas"]
        {
            let run = world.dvf(&format!("download {IMAGE} {way} --engine {engine} --json"));
            assert_eq!(
                (run.code, &run.last_event()["kind"]),
                (Some(3), &"not_found".into()),
                "{way}: {run:?}"
            );
        }
        let run = world.dvf(&format!("download {IMAGE} b.png --size thumbnail --engine {engine} --json"));
        assert_eq!((run.code, &run.last_event()["kind"]), (Some(3), &"not_found".into()), "{run:?}");
        assert!(run.stderr.contains("is empty"), "{}", run.stderr);
    }
}

#[test]
fn an_image_is_called_like_its_column_where_no_name_is_given() {
    let world = World::new();
    let original = picture(&world, "a.png", 60, 80);
    world.dvf(&format!("upload a.png {IMAGE}")).ok();
    world.dvf(&format!("download {IMAGE}")).ok();
    assert_same(&world.path("sample_imagecolumn.png"), &original);
    world.dvf(&format!("download {IMAGE}")).failed(9);
    fs::create_dir(world.path("small")).unwrap();
    world.dvf(&format!("download {IMAGE} small --size thumbnail")).ok();
    let names: Vec<_> = fs::read_dir(world.path("small")).unwrap().map(|e| e.unwrap().file_name()).collect();
    let name = names[0].to_str().unwrap();
    assert!(name.starts_with("sample_imagecolumn."), "{names:?}");
    assert_eq!(sides(&world, &format!("small/{name}")), (60, 60));
}

#[test]
fn info_tells_both_sizes() {
    let world = with_thumbnails_only();
    let original = picture(&world, "a.png", 400, 500);
    world.dvf(&format!("upload a.png {IMAGE}")).ok();
    world.dvf(&format!("upload a.png {SMALL}")).ok();
    for engine in ["async", "blocking"] {
        let info = world.dvf(&format!("info {IMAGE} --json --engine {engine}")).ok().last_event();
        assert_eq!((&info["kind"], &info["full_images"]), (&"image".into(), &true.into()));
        assert_eq!((&info["bytes"], &info["mime"]), (&original.len().into(), &"image/png".into()));
        let full = &info["image"]["full_image"];
        assert_eq!((&full["width"], &full["height"]), (&400.into(), &500.into()), "{info}");
        assert!(info["image"]["thumbnail_size_in_bytes"].as_u64().unwrap() > 0);
        let info = world.dvf(&format!("info {SMALL} --json --engine {engine}")).ok().last_event();
        assert_eq!(info["full_images"], false);
        assert!(info["image"]["full_image"].is_null() && info["image"]["image_id"].is_string(), "{info}");
    }
    let text = world.dvf(&format!("info {IMAGE}")).ok().text();
    assert!(text.contains("400×500 pixels") && text.contains("thumbnail"), "{text}");
    let text = world.dvf(&format!("info {SMALL}")).ok().text();
    assert!(text.contains("thumbnails only") && text.contains("kept no full images"), "{text}");
}

#[test]
fn a_deleted_image_is_gone_in_both_sizes() {
    let world = World::new();
    picture(&world, "a.png", 200, 200);
    for engine in ["async", "blocking"] {
        world.dvf(&format!("upload a.png {IMAGE} --engine {engine}")).ok();
        for _ in 0..2 {
            world.dvf(&format!("delete {IMAGE} --engine {engine}")).ok();
        }
        let info = world.dvf(&format!("info {IMAGE} --json")).ok().last_event();
        assert!(info["image"].is_null() && info["bytes"].is_null(), "{info}");
        world.dvf(&format!("download {IMAGE} b.png --size thumbnail --engine {engine}")).failed(3);
    }
    assert!(world.dvf(&format!("info {IMAGE}")).ok().text().contains("the column is empty"));
}
