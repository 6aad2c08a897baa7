//! Image columns (image-columns.md).
mod columns;
mod documented;
mod download;
mod errors;
mod matrix;
mod primary;
mod records;
mod upload;

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::messages;
use crate::world::{Answer, ID, World, block_id, from_base64};

pub(crate) const COLUMN: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";

/// An opaque image in which no two sizes look alike.
pub(crate) fn opaque(width: u32, height: u32) -> DynamicImage {
    let pixel = |x: u32, y: u32| Rgb([(x % 256) as u8, (y % 256) as u8, (width % 256) as u8]);
    RgbImage::from_fn(width, height, pixel).into()
}

/// An image that lets something shine through.
pub(crate) fn clear(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, y| Rgba([(x % 256) as u8, (y % 256) as u8, 0, 100])).into()
}

pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&opaque(width, height), ImageFormat::Png)
}

/// The sides of an image and its MIME type, both from its bytes.
#[track_caller]
pub(crate) fn seen(bytes: &[u8]) -> (u32, u32, &'static str) {
    let format = image::guess_format(bytes).unwrap();
    let (width, height) = image::load_from_memory(bytes).unwrap().dimensions();
    (width, height, format.to_mime_type())
}

/// Puts an image into the sample column by one PATCH.
#[track_caller]
pub(crate) fn put(world: &mut World, name: &str, bytes: &[u8]) {
    world.patch(&format!("{COLUMN}?x-ms-file-name={name}"), bytes).expect(204);
}

/// Columns of the sample account.
#[track_caller]
pub(crate) fn select(world: &mut World, columns: &str) -> Value {
    world.get(&format!("accounts({ID})?$select={columns}")).expect(200).json()
}

/// The commit of an upload of these bytes in blocks of 1000, to a column of any record.
pub(crate) fn by_blocks(world: &mut World, address: &str, name: &str, mime: &str, bytes: &[u8]) -> Answer {
    let (target, column) = addressed(address);
    let body = json!({"Target": target, "FileName": name, "FileAttributeName": column});
    let token = world.post("InitializeFileBlocksUpload", &body).expect(200).json();
    let token = token["FileContinuationToken"].as_str().unwrap().to_owned();
    let mut ids = Vec::new();
    for (number, block) in bytes.chunks(1000).enumerate() {
        messages::block(world, &token, &block_id(number), block).expect(204);
        ids.push(block_id(number));
    }
    let body = json!({"FileName": name, "MimeType": mime, "BlockList": ids, "FileContinuationToken": token});
    world.post("CommitFileBlocksUpload", &body)
}

/// The record of `things(<id>)/column` as messages name it, and the column.
fn addressed(address: &str) -> (Value, &str) {
    let (record, column) = address.split_once('/').unwrap();
    let (set, id) = record.trim_end_matches(')').split_once('(').unwrap();
    let table = set.strip_suffix('s').unwrap();
    (json!({"@odata.type": format!("Microsoft.Dynamics.CRM.{table}"), format!("{table}id"): id}), column)
}

/// What the messages say to a download.
pub(crate) fn initialize_download(world: &mut World, address: &str) -> Answer {
    let (target, column) = addressed(address);
    let body = json!({"Target": target, "FileAttributeName": column});
    world.post("InitializeFileBlocksDownload", &body)
}

/// The whole file by messages.
#[track_caller]
pub(crate) fn by_messages(world: &mut World, address: &str) -> Vec<u8> {
    let opened = initialize_download(world, address).expect(200).json();
    let body = json!({"Offset": 0, "BlockLength": opened["FileSizeInBytes"],
        "FileContinuationToken": opened["FileContinuationToken"]});
    from_base64(&world.post("DownloadBlock", &body).expect(200).json()["Data"])
}

pub(crate) fn sas(world: &mut World, address: &str) -> Answer {
    let (record, column) = address.split_once('/').unwrap();
    let target = format!("%7B'@odata.id':'{record}'%7D");
    world.get(&format!("GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t={target}&@f='{column}'"))
}

/// A further image column of the accounts.
pub(crate) fn second_column(world: &mut World, schema_name: &str, full: bool) {
    create_column(
        world,
        json!({"SchemaName": schema_name, "CanStoreFullImage": full, "MaxSizeInKB": 10_240}),
    );
}

/// The same with another limit.
pub(crate) fn limited_column(world: &mut World, schema_name: &str, kilobytes: u32) {
    create_column(
        world,
        json!({"SchemaName": schema_name, "CanStoreFullImage": true, "MaxSizeInKB": kilobytes}),
    );
}

fn create_column(world: &mut World, mut body: Value) {
    body["@odata.type"] = json!("Microsoft.Dynamics.CRM.ImageAttributeMetadata");
    world.post("EntityDefinitions(LogicalName='account')/Attributes", &body).expect(204);
}
