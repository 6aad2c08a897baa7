//! Images over sockets, with the real organization behind them.
use std::fs;
use std::io::{self, Cursor};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use ::base64::Engine;
use ::base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use image::{GenericImageView, GrayImage, ImageFormat, Luma};
use serde_json::{Value, json};

use super::*;
use crate::payload::BlobId;
use crate::store::disk::tests::killed;
use crate::store::{BlobWriter, Change, Row, Store};

const RECORD: &str = "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)";

fn png(side: u32) -> Vec<u8> {
    let image = GrayImage::from_fn(side, side, |x, y| Luma([(x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn column(rest: &str) -> String {
    format!("{RECORD}/sample_imagecolumn{rest}")
}

fn json_of(client: &mut Client, path: &str) -> Value {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

fn thumbnail(client: &mut Client) -> Vec<u8> {
    let record = json_of(client, &format!("{RECORD}?$select=sample_imagecolumn"));
    BASE64_STANDARD.decode(record["sample_imagecolumn"].as_str().unwrap()).unwrap()
}

#[test]
fn an_image_and_its_thumbnail_survive_a_kill_and_leave_nothing_when_they_go() {
    let dir = tempfile::tempdir().unwrap();
    let image = png(300);
    let first = Builder::default().data(dir.path()).start().unwrap();
    let mut client = Client::connect(&first);
    let body = json!({"name": "Fabrikam", "sample_imagecolumn": BASE64_STANDARD.encode(&image)}).to_string();
    client.send("PATCH", RECORD, "Content-Type: application/json\r\n", body.as_bytes());
    assert_eq!(client.answer().status, 204);
    let before = thumbnail(&mut client);
    assert_eq!(image::load_from_memory(&before).unwrap().dimensions(), (144, 144));

    let dir = killed(dir.path());
    let second = Builder::default().data(dir.path()).start().unwrap();
    let mut client = Client::connect(&second);
    assert_eq!(thumbnail(&mut client), before);
    let full = client.get(&column("/$value?size=full"));
    assert_eq!((full.headers["x-ms-image-pixel-width"].as_str(), full.body == image), ("300", true));
    let url = json_of(&mut client, &format!("{RECORD}?$select=sample_imagecolumn_url"));
    let page = client.get(url["sample_imagecolumn_url"].as_str().unwrap());
    assert_eq!((page.headers["content-type"].as_str(), page.body), ("image/jpeg", before));
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 2);
    client.send("PUT", &column(""), "Content-Type: application/json\r\n", b"{\"value\": null}");
    assert_eq!(client.answer().status, 204);
    assert_eq!(client.get(&column("/$value")).status, 204);
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
    let slips = second.audit();
    assert!(!format!("{slips:?}").contains("download.aspx"), "{slips:?}");
}

#[test]
fn a_refused_image_leaves_no_bytes_behind() {
    let dir = tempfile::tempdir().unwrap();
    let running = Builder::default().data(dir.path()).start().unwrap();
    let mut client = Client::connect(&running);
    client.send("PATCH", &column("?x-ms-file-name=a.png"), "", b"no image");
    assert_eq!(client.answer().status, 400);
    let body = json!({"value": BASE64_STANDARD.encode(b"no image")}).to_string();
    client.send("PUT", &column(""), "Content-Type: application/json\r\n", body.as_bytes());
    assert_eq!(client.answer().status, 400);
    assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
}

/// A store in which reading waits for a word.
#[derive(Debug)]
struct Slow {
    memory: Memory,
    begun: Mutex<Sender<()>>,
    go_on: Mutex<Receiver<()>>,
}

impl Store for Slow {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        self.memory.create()
    }

    fn read(&self, blob: BlobId, range: Range<u64>) -> io::Result<Bytes> {
        // Once nobody listens or speaks any more, reading goes on by itself.
        let _ = self.begun.lock().unwrap().send(());
        let _ = self.go_on.lock().unwrap().recv();
        self.memory.read(blob, range)
    }

    fn remove(&self, blob: BlobId) -> io::Result<()> {
        self.memory.remove(blob)
    }

    fn load(&self) -> io::Result<Vec<Row>> {
        self.memory.load()
    }

    fn settle(&self) -> io::Result<()> {
        self.memory.settle()
    }

    fn apply(&self, changes: &[Change], durable: bool) -> io::Result<()> {
        self.memory.apply(changes, durable)
    }
}

#[test]
fn others_are_served_while_an_image_is_read() {
    let (begun, begins) = channel();
    let (word, go_on) = channel();
    let slow = Slow { memory: Memory::new(), begun: Mutex::new(begun), go_on: Mutex::new(go_on) };
    let running = Builder::default().store(slow).start().unwrap();
    let (mut uploader, mut other) = (Client::connect(&running), Client::connect(&running));
    uploader.send("PATCH", &column("?x-ms-file-name=a.png"), "", &png(10));
    begins.recv().unwrap();
    assert_eq!(other.get("/api/data/v9.2/WhoAmI").status, 200);
    assert_eq!(other.get(&column("/$value")).status, 204, "there is no image before it has been read");
    drop(word);
    assert_eq!(uploader.answer().status, 204);
    assert_eq!(uploader.get(&column("/$value")).status, 200);
}
