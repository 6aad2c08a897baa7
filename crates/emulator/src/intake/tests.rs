//! The reference is `serde_json` on the whole text and `base64` on the whole string.
use std::io::ErrorKind;

use ::base64::Engine;
use ::base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::*;
use crate::payload::Stored;
use crate::random::SplitMix;
use crate::store::Memory;

const LIMIT: u64 = 300;

fn block() -> Intake {
    Intake::Json { binary: vec!["BlockData".into(), "documentbody".into()], limit: LIMIT }
}

fn receive(intake: Intake, store: &Memory, pieces: &[&[u8]]) -> io::Result<Content> {
    let mut receiver = Receiver::new(intake, Arc::new(store.clone()))?;
    for piece in pieces {
        receiver.push(piece)?;
    }
    receiver.finish()
}

fn json_of(text: &str) -> Content {
    receive(block(), &Memory::new(), &[text.as_bytes()]).unwrap()
}

fn bytes_of(store: &Memory, stored: Stored) -> Vec<u8> {
    store.read(stored.id, 0..stored.len).unwrap().to_vec()
}

/// Cut at random places, some pieces empty, some one byte long.
fn pieces<'a>(random: &mut SplitMix, mut text: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(random.below(17).min(text.len() as u64) as usize);
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// A JSON string in which any character may be an escape.
fn escaped(random: &mut SplitMix, text: &str) -> String {
    let one = |random: &mut SplitMix, unit: u16| match random.below(3) {
        0 => format!("\\u{unit:04x}"),
        1 => format!("\\u{unit:04X}"),
        _ if unit == u16::from(b'/') => "\\/".into(),
        _ => format!("\\u{unit:04x}"),
    };
    let mut written = String::from("\"");
    for character in text.chars() {
        if random.below(4) == 0 || matches!(character, '"' | '\\' | '\0'..='\x1f') {
            let mut units = [0; 2];
            written.extend(character.encode_utf16(&mut units).iter().map(|unit| one(random, *unit)));
        } else {
            written.push(character);
        }
    }
    written + "\""
}

fn random_bytes(random: &mut SplitMix, at_most: u64) -> Vec<u8> {
    (0..random.below(at_most + 1)).map(|_| random.below(256) as u8).collect()
}

fn random_value(random: &mut SplitMix, depth: u64) -> Value {
    match random.below(if depth == 0 { 4 } else { 6 }) {
        0 => Value::Null,
        1 => json!(random.below(1000)),
        2 => json!(random.below(2) == 0),
        3 => json!(
            ["", "日本 テスト.txt", "r&d #1 50%.txt", "\"\\{}[],:\n", "BlockData"][random.below(5) as usize]
        ),
        4 => (0..random.below(3)).map(|_| random_value(random, depth - 1)).collect(),
        _ => ["BlockData", "documentbody", "Target"]
            .iter()
            .take(random.below(4) as usize)
            .map(|name| ((*name).to_owned(), random_value(random, depth - 1)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn written(random: &mut SplitMix, value: &Value) -> String {
    let blank = ["", " ", "\r\n\t"][random.below(3) as usize];
    match value {
        Value::String(text) => escaped(random, text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| written(random, item)).collect();
            format!("[{blank}{}{blank}]", items.join(&format!("{blank},{blank}")))
        }
        Value::Object(object) => {
            let members: Vec<String> = object
                .iter()
                .map(|(key, value)| {
                    format!("{}{blank}:{blank}{}", escaped(random, key), written(random, value))
                })
                .collect();
            format!("{{{blank}{}{blank}}}", members.join(&format!("{blank},{blank}")))
        }
        other => other.to_string(),
    }
}

#[test]
fn any_json_in_any_pieces_is_read_as_the_reference_reads_it() {
    for seed in 0..3000 {
        let random = &mut SplitMix::new(seed);
        let mut object = Map::new();
        object.insert("BlockId".into(), json!("MDE="));
        object.insert("Target".into(), random_value(random, 3));
        object.insert("BlockData".into(), json!(BASE64_STANDARD.encode(random_bytes(random, LIMIT))));
        if random.below(2) == 0 {
            object.insert("documentbody".into(), Value::Null);
        }
        let text = written(random, &object.clone().into());

        let mut expected: Map<String, Value> = serde_json::from_str(&text).unwrap();
        let data = expected.remove("BlockData").unwrap();
        let data = BASE64_STANDARD.decode(data.as_str().unwrap()).unwrap();
        let store = Memory::new();
        let content = receive(block(), &store, &pieces(random, text.as_bytes())).unwrap();
        let Content::Json { value, blobs } = content else { panic!("seed {seed}: {content:?}: {text}") };
        assert_eq!(value, Value::Object(expected), "seed {seed}");
        assert_eq!(blobs.len(), 1, "seed {seed}");
        assert_eq!(bytes_of(&store, blobs["BlockData"]), data, "seed {seed}");
    }
}

#[test]
fn a_damaged_text_is_refused_exactly_when_the_reference_refuses_it_and_leaves_no_blob() {
    let mut refused = 0;
    for seed in 0..6000 {
        let random = &mut SplitMix::new(seed);
        let data = BASE64_STANDARD.encode(random_bytes(random, 12));
        let whole = json!({"BlockId": "MDE=", "BlockData": data, "List": [random_value(random, 2)]});
        let mut text = written(random, &whole).into_bytes();
        let at = random.below(text.len() as u64) as usize;
        match random.below(3) {
            0 => text.truncate(at),
            1 => text[at] = b"\"\\{}[]:,=Aq+/ 0\x01\xff"[random.below(17) as usize],
            _ => text.insert(at, b"\"\\{}[]:,=Aq+/ 0\x01\xff"[random.below(17) as usize]),
        }
        let store = Memory::new();
        let content = receive(block(), &store, &pieces(random, &text)).unwrap();
        let shown = String::from_utf8_lossy(&text);
        match reference(&text) {
            Some((value, data)) => {
                let Content::Json { value: read, blobs } = content else {
                    panic!("seed {seed}: {content:?}: {shown}")
                };
                assert_eq!(read, value, "seed {seed}");
                let read = blobs.get("BlockData").map(|stored| bytes_of(&store, *stored));
                assert_eq!(read, data, "seed {seed}: {shown}");
            }
            None => {
                assert!(matches!(content, Content::Malformed(_)), "seed {seed}: {content:?}: {shown}");
                assert_eq!(store.blobs(), 0, "seed {seed}");
                refused += 1;
            }
        }
    }
    assert!(refused > 2000, "{refused}");
}

/// The object without its data, and the data; nothing when the text is refused.
fn reference(text: &[u8]) -> Option<(Value, Option<Vec<u8>>)> {
    let mut value: Value = serde_json::from_slice(text).ok()?;
    let object = value.as_object_mut()?;
    if !object.get("BlockData").is_some_and(Value::is_string) {
        return Some((value, None));
    }
    let data = BASE64_STANDARD.decode(object.remove("BlockData")?.as_str()?).ok()?;
    Some((value, Some(data)))
}

#[test]
fn only_a_property_of_the_outermost_object_is_decoded() {
    let content = json_of(r#"{"a":{"BlockData":"no base64"},"b":["BlockData","x"],"c":"BlockData"}"#);
    let value = json!({"a": {"BlockData": "no base64"}, "b": ["BlockData", "x"], "c": "BlockData"});
    assert_eq!(content, Content::Json { value, blobs: Default::default() });
}

#[test]
fn a_name_may_be_written_with_escapes() {
    let Content::Json { blobs, .. } = json_of(r#"{"Block\u0044ata":"AAAA"}"#) else { panic!() };
    assert_eq!(blobs["BlockData"].len, 3);
}

#[test]
fn null_numbers_and_objects_in_place_of_data_stay_in_the_value() {
    for text in [r#"{"BlockData":null}"#, r#"{"BlockData":7}"#, r#"{"BlockData":{"BlockData":"="}}"#] {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(json_of(text), Content::Json { value, blobs: Default::default() });
    }
}

#[test]
fn empty_data_is_a_blob_of_no_bytes() {
    let Content::Json { blobs, .. } = json_of(r#"{"BlockData":""}"#) else { panic!() };
    assert_eq!(blobs["BlockData"].len, 0);
}

#[test]
fn data_given_twice_is_refused_and_leaves_no_blob() {
    let store = Memory::new();
    for text in
        [r#"{"BlockData":"AAAA","BlockData":"BBBB"}"#, r#"{"BlockData":null,"Block\u0044ata":"BBBB"}"#]
    {
        let content = receive(block(), &store, &[text.as_bytes()]).unwrap();
        assert_eq!(content, Content::Malformed("BlockData is given twice".into()));
        assert_eq!(store.blobs(), 0);
    }
}

#[test]
fn bad_base64_is_named_and_never_echoed() {
    for bad in
        ["AAA", "AAAA=", "AA=A", "A===", "AB==", "AA==AAAA", "AA\\n==", "AA-_", "AAAA\\u0100", "AA A", "\\q"]
    {
        let content = json_of(&format!(r#"{{"BlockData":"{bad}"}}"#));
        let Content::Malformed(reason) = content else { panic!("{bad}: {content:?}") };
        assert!(reason.starts_with("BlockData: ") && !reason.contains(bad), "{reason}");
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for text in [
        "",
        "[]",
        "7",
        "\"BlockData\"",
        "[{\"BlockData\":\"AAAA\"}]",
        "{}{}",
        "{\"BlockData\":\"AAAA",
        "\u{feff}{}",
    ] {
        assert!(matches!(json_of(text), Content::Malformed(_)), "{text}");
    }
}

#[test]
fn too_many_decoded_bytes_are_too_long_and_exactly_the_limit_is_not() {
    let text = |len: u64| json!({"BlockData": BASE64_STANDARD.encode(vec![7; len as usize])}).to_string();
    assert!(matches!(json_of(&text(LIMIT)), Content::Json { .. }));
    assert!(matches!(json_of(&text(LIMIT + 1)), Content::TooLong(_)));
}

#[test]
fn everything_else_together_stays_below_one_mebibyte() {
    let text = |len: usize| json!({"FileName": "x".repeat(len - 15)}).to_string();
    assert_eq!(text(1 << 20).len(), 1 << 20);
    assert!(matches!(json_of(&text(1 << 20)), Content::Json { .. }));
    assert!(matches!(json_of(&text((1 << 20) + 1)), Content::TooLong(_)));
}

#[test]
fn a_body_into_a_blob_may_have_its_limit_and_not_a_byte_more() {
    for (len, whole) in [(0, true), (10, true), (11, false)] {
        let store = Memory::new();
        let body = vec![1; len];
        let content =
            receive(Intake::Blob { limit: 10 }, &store, &[&body[..len / 2], &body[len / 2..]]).unwrap();
        match content {
            Content::Blob(stored) if whole => assert_eq!(bytes_of(&store, stored), body),
            other => {
                assert_eq!((other, whole), (Content::TooLong(11), false));
                assert_eq!(store.blobs(), 0);
            }
        }
    }
}

#[test]
fn an_announced_length_above_the_limit_settles_it_before_any_byte() {
    let store = Memory::new();
    for intake in [Intake::Blob { limit: 10 }, Intake::Bytes { limit: 10 }] {
        let mut receiver = Receiver::new(intake, Arc::new(store.clone())).unwrap();
        assert_eq!(receiver.announce(10), Flow::More);
        assert_eq!(receiver.announce(11), Flow::Enough);
        assert_eq!(receiver.push(b"x").unwrap(), Flow::Enough);
        assert_eq!(receiver.finish().unwrap(), Content::TooLong(11));
    }
    assert_eq!(store.blobs(), 0);
}

#[test]
fn a_receiver_that_is_dropped_leaves_nothing() {
    let store = Memory::new();
    let mut receiver = Receiver::new(block(), Arc::new(store.clone())).unwrap();
    receiver.push(br#"{"documentbody":"AAAA","BlockData":"AAAA"#).unwrap();
    assert_eq!(store.blobs(), 1);
    drop(receiver);
    assert_eq!(store.blobs(), 0);
}

#[test]
fn a_full_store_is_an_error_and_leaves_nothing() {
    for (intake, body) in [
        (block(), json!({"BlockData": "A".repeat(400)}).to_string()),
        (Intake::Blob { limit: 999 }, "A".repeat(300)),
    ] {
        let store = Memory::with_room(100);
        let error = receive(intake, &store, &[body.as_bytes()]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert_eq!(store.blobs(), 0);
    }
}
