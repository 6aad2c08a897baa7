//! Image columns: the sessions of file columns, and where their stories differ.
use bytes::Bytes;
use dataverse_files_emulator::core::Options;
use dataverse_files_metadata as metadata;
use dataverse_files_proto::DownloadStrategy::{Blocks, Ranged, Sas, Single};
use dataverse_files_proto::{
    Column, Download, DownloadPlan, DownloadStrategy, Error, ErrorKind, ImageSize, Table, Upload, UploadPlan,
    UploadStrategy, query,
};
use http::Request;

use crate::stage::{Stage, tell_with};

/// A PNG of 2 by 3 pixels.
#[rustfmt::skip]
const PICTURE: [u8; 81] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x03, 0x08, 0x02, 0x00, 0x00, 0x00, 0x36, 0x88, 0x49,
    0xd6, 0x00, 0x00, 0x00, 0x18, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x90, 0xb3, 0x89,
    0xaa, 0x98, 0xc6, 0x00, 0x22, 0xb6, 0x5c, 0x62, 0x00, 0x11, 0x1f, 0xf8, 0x00, 0x48, 0xe9, 0x08,
    0x7f, 0x49, 0x3b, 0x4d, 0x54, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];
/// Bytes of a chunk, a block and a range: the picture has three of them.
const PART: u64 = 32;
const RECORD: &str = "accounts(00000000-0000-0000-0000-000000000001)";
const API: &str = "/api/data/v9.2";
/// The ways down, by their names.
const WAYS: [(Option<DownloadStrategy>, &str); 5] = [
    (None, "auto"),
    (Some(Single), "single"),
    (Some(Ranged), "ranged"),
    (Some(Blocks), "blocks"),
    (Some(Sas), "sas"),
];

fn tell(name: &str, story: impl Fn(&mut Stage)) {
    let options = Options { chunk_size: PART, chunk_size_v91: PART, ..Options::default() };
    tell_with(name, &options, story);
}

/// The seeded image column, which keeps full images.
fn full() -> Column {
    column("sample_imagecolumn")
}

fn column(name: &str) -> Column {
    let column: Column = format!("{RECORD}/{name}").parse().unwrap();
    column.with_table(Table::new("account", "accountid").unwrap()).as_image()
}

/// A column of its own that keeps thumbnails only.
fn thumbnails_only(stage: &mut Stage) -> Column {
    let body = serde_json::json!({
        "@odata.type": "Microsoft.Dynamics.CRM.ImageAttributeMetadata",
        "SchemaName": "sample_Small",
        "MaxSizeInKB": 10_240,
        "CanStoreFullImage": false,
    });
    let body = Bytes::from(body.to_string());
    let request = Request::post(format!("{API}/EntityDefinitions(LogicalName='account')/Attributes"))
        .header("content-type", "application/json")
        .header("content-length", body.len());
    let response = stage.world.organization.plain(request.body(body).unwrap());
    assert_eq!(response.status(), 204, "{:?}", response.body());
    column("sample_small")
}

/// Put the picture there, as another client would.
fn put(stage: &mut Stage, column: &Column) {
    let request = Request::patch(format!("{API}/{RECORD}/{}?x-ms-file-name=a.png", column.name()))
        .header("content-length", PICTURE.len());
    let response = stage.world.organization.plain(request.body(Bytes::from_static(&PICTURE)).unwrap());
    assert_eq!(response.status(), 204, "{:?}", response.body());
}

/// Say what the column holds.
fn show(stage: &mut Stage, column: &Column) {
    let held = |stage: &mut Stage, query: &str| {
        let uri = format!("{API}/{RECORD}/{}/$value{query}", column.name());
        let answer = stage.world.organization.plain(Request::get(uri).body(Bytes::new()).unwrap());
        match answer.status().as_u16() {
            200 if answer.body() == &PICTURE[..] => "the picture".to_owned(),
            200 => format!("{} bytes", answer.body().len()),
            _ => "nothing".to_owned(),
        }
    };
    let (full, thumbnail) = (held(stage, "?size=full"), held(stage, ""));
    stage.world.note(&format!("the column holds: full {full}, thumbnail {thumbnail}"));
}

fn upload(stage: &mut Stage, column: &Column, strategy: UploadStrategy) {
    let mut upload = Upload::new(UploadPlan {
        target: column.into(),
        block_size: PART,
        file_name: "a.png".into(),
        size: PICTURE.len() as u64,
        ..stage.upload_plan(strategy)
    })
    .unwrap();
    let uploaded = stage.world.run(&mut upload, &PICTURE).unwrap();
    stage.world.note(&format!("{:?}", uploaded.counts));
    show(stage, column);
}

/// What came, or why nothing did.
fn download(
    stage: &mut Stage,
    column: &Column,
    strategy: Option<DownloadStrategy>,
    image_size: ImageSize,
) -> Result<Vec<u8>, Error> {
    let plan =
        DownloadPlan { target: column.into(), image_size, part_size: PART, ..stage.download_plan(strategy) };
    let down = stage.world.run(&mut Download::new(plan).unwrap(), &[])?;
    let got = stage.world.sink.whole().unwrap().clone();
    stage.world.sink.restart();
    let (size, by, counts) = (down.size, down.strategy, down.counts);
    stage.world.note(&format!("{size} bytes of {:?} as {:?} by {by:?}, {counts:?}", down.mime, down.name));
    Ok(got.to_vec())
}

#[test]
fn an_image_is_uploaded_every_way_and_kept_in_both_sizes() {
    for strategy in [UploadStrategy::Single, UploadStrategy::Chunked, UploadStrategy::Blocks] {
        tell(&format!("image_upload_{}", strategy.as_str()), |stage| upload(stage, &full(), strategy));
    }
}

#[test]
fn a_column_that_keeps_thumbnails_only_takes_the_same_uploads() {
    tell("image_upload_thumbnail_only", |stage| {
        let column = thumbnails_only(stage);
        upload(stage, &column, UploadStrategy::Single);
        upload(stage, &column, UploadStrategy::Blocks);
    });
}

#[test]
fn an_image_column_that_nobody_looked_up_takes_blocks_too() {
    tell("image_upload_not_looked_up", |stage| {
        let unknown: Column = format!("{RECORD}/sample_imagecolumn").parse().unwrap();
        let unknown = unknown.with_table(Table::new("account", "accountid").unwrap());
        upload(stage, &unknown, UploadStrategy::Blocks);
    });
}

#[test]
fn the_full_image_comes_every_way() {
    for (strategy, way) in WAYS {
        tell(&format!("image_full_{way}"), |stage| {
            put(stage, &full());
            assert_eq!(download(stage, &full(), strategy, ImageSize::Full).unwrap(), PICTURE);
        });
    }
}

#[test]
fn the_thumbnail_comes_in_one_request_whichever_way() {
    tell("image_thumbnail", |stage| {
        put(stage, &full());
        for strategy in [None, Some(Single), Some(Ranged)] {
            let got = download(stage, &full(), strategy, ImageSize::Thumbnail).unwrap();
            assert_ne!(got, PICTURE);
        }
    });
}

#[test]
fn that_no_full_image_is_stored_is_an_answer_of_its_own_every_way() {
    for (strategy, way) in WAYS {
        tell(&format!("image_no_full_{way}"), |stage| {
            let column = thumbnails_only(stage);
            put(stage, &column);
            let e = download(stage, &column, strategy, ImageSize::Full).unwrap_err();
            assert_eq!(e.kind(), ErrorKind::NoFullImage, "{e}");
        });
    }
}

#[test]
fn that_there_is_no_image_is_another_answer_every_way() {
    for (strategy, way) in WAYS {
        tell(&format!("image_empty_{way}"), |stage| {
            let e = download(stage, &full(), strategy, ImageSize::Full).unwrap_err();
            assert_eq!(e.kind(), ErrorKind::NotFound, "{e}");
        });
    }
    tell("image_empty_thumbnail", |stage| {
        let e = download(stage, &full(), None, ImageSize::Thumbnail).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::NotFound, "{e}");
    });
}

#[test]
fn a_deleted_image_is_gone_in_both_sizes() {
    tell("image_delete", |stage| {
        put(stage, &full());
        for _ in 0..2 {
            let mut call = query::delete(&stage.contoso(), full()).unwrap();
            stage.world.run(&mut call, &[]).unwrap();
            show(stage, &full());
        }
    });
}

#[test]
fn both_sizes_of_an_image_are_told_without_fetching_the_full_one() {
    tell("image_details", |stage| {
        let small = thumbnails_only(stage);
        put(stage, &small);
        put(stage, &full());
        for (column, has_full) in [(full(), true), (small, false)] {
            let mut call = metadata::image_details(&stage.contoso(), &column);
            let details = stage.world.run(&mut call, &[]).unwrap().unwrap();
            assert_eq!(details.full_image.is_some(), has_full);
        }
        stage.world.run(&mut query::delete(&stage.contoso(), full()).unwrap(), &[]).unwrap();
        let mut call = metadata::image_details(&stage.contoso(), &full());
        assert_eq!(stage.world.run(&mut call, &[]).unwrap(), None);
    });
}
