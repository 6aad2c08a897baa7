//! The columns that come with an image column (image-columns §7).
use std::time::Duration;

use dataverse_files_emulator::core::Now;

use super::{COLUMN, png, put, select};
use crate::world::{ID, World};

#[test]
fn the_documented_time_stamp_and_url_follow_from_the_moment_and_the_id() {
    let mut world = World::new();
    world.now = Now(Duration::new(1_603_234_071, 809_088_500));
    put(&mut world, "a.png", &png(10, 10));
    let json = select(&mut world, "sample_imagecolumnid,sample_imagecolumn_timestamp,sample_imagecolumn_url");
    let id = json["sample_imagecolumnid"].as_str().unwrap();
    assert_eq!(json["sample_imagecolumn_timestamp"], 637_388_308_718_090_885_u64);
    assert_eq!(
        json["sample_imagecolumn_url"],
        format!(
            "/Image/download.aspx?Entity=account&Attribute=sample_imagecolumn&Id={id}&Timestamp=637388308718090885"
        )
    );
    world.get(&format!("accounts({ID})/sample_imagecolumnid")).expect(200);
}

#[test]
fn an_image_has_no_name_column() {
    let mut world = World::new();
    put(&mut world, "a.png", &png(10, 10));
    world
        .get(&format!("accounts({ID})?$select=sample_imagecolumn_name"))
        .refuses(400, "0x80060888")
        .says("Resource not found for the segment 'sample_imagecolumn_name'.");
    world.get(&format!("{COLUMN}_name")).refuses(400, "0x80060888");
    world.get(&format!("accounts({ID})/no_such_name")).refuses(404, "0x80060888");
}
