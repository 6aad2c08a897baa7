//! Records as JSON text, with the images and files in it still in the store.
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::payload::{Passage, Payload, Slice};

/// One record's JSON: images and files are base64 there, which is made while the answer is sent.
#[derive(Debug, Default)]
pub(super) struct Entity {
    pub(super) values: Map<String, Value>,
    /// By logical name of the column.
    pub(super) blobs: Vec<(String, Vec<Slice>)>,
    /// By name of the navigation property.
    pub(super) nested: Vec<(String, Nested)>,
}

/// What is expanded inside a record.
#[derive(Debug)]
pub(super) enum Nested {
    /// The record that it belongs to, if there is one.
    One(Option<Box<Entity>>),
    /// The records that belong to it.
    Many(Vec<Entity>),
}

/// JSON in the making.
#[derive(Debug, Default)]
struct Text {
    passages: Vec<Passage>,
    literal: String,
}

impl Entity {
    /// The record as a whole answer.
    pub(super) fn into_payload(self) -> Payload {
        let mut text = Text::default();
        text.entity(self);
        text.into_payload()
    }
}

/// A page of records, `value` among what else it says.
pub(super) fn page(rest: Map<String, Value>, records: Vec<Entity>) -> Payload {
    let mut text = Text::default();
    text.open(&Value::Object(rest).to_string());
    text.literal.push_str("\"value\":");
    text.entities(records);
    text.literal.push('}');
    text.into_payload()
}

impl Text {
    fn entities(&mut self, records: Vec<Entity>) {
        self.literal.push('[');
        for (at, record) in records.into_iter().enumerate() {
            self.separate(at);
            self.entity(record);
        }
        self.literal.push(']');
    }

    fn entity(&mut self, entity: Entity) {
        let Entity { values, blobs, nested } = entity;
        let object = Value::Object(values).to_string();
        if blobs.is_empty() && nested.is_empty() {
            self.literal.push_str(&object);
            return;
        }
        self.open(&object);
        let bytes = blobs.len();
        for (at, (name, slices)) in blobs.into_iter().enumerate() {
            self.separate(at);
            self.literal.push_str(&format!("{}:\"", Value::from(name)));
            let literal = Passage::Literal(Bytes::from(std::mem::take(&mut self.literal)));
            self.passages.extend([literal, Passage::Base64(slices)]);
            self.literal.push('"');
        }
        for (at, (name, nested)) in nested.into_iter().enumerate() {
            self.separate(bytes + at);
            self.literal.push_str(&format!("{}:", Value::from(name)));
            match nested {
                Nested::Many(records) => self.entities(records),
                Nested::One(Some(record)) => self.entity(*record),
                Nested::One(None) => self.literal.push_str("null"),
            }
        }
        self.literal.push('}');
    }

    /// A comma before all but the first.
    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.literal.push(',');
        }
    }

    /// An object whose end is still to come.
    fn open(&mut self, object: &str) {
        let inside = object.strip_suffix('}').unwrap_or(object);
        self.literal.push_str(inside);
        if inside != "{" {
            self.literal.push(',');
        }
    }

    fn into_payload(mut self) -> Payload {
        let last = Bytes::from(self.literal);
        if self.passages.is_empty() {
            return Payload::Bytes(last);
        }
        self.passages.push(Passage::Literal(last));
        Payload::Text(self.passages)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::payload::BlobId;

    /// The text with `<blob>` for every image.
    fn shown(payload: Payload) -> String {
        let passages = match payload {
            Payload::Text(passages) => passages,
            Payload::Bytes(bytes) => vec![Passage::Literal(bytes)],
            Payload::Slices(_) => Vec::new(),
        };
        let text = passages.into_iter().map(|passage| match passage {
            Passage::Literal(text) => String::from_utf8(text.to_vec()).unwrap(),
            Passage::Base64(slices) => format!("<{}>", slices[0].blob.0),
        });
        text.collect()
    }

    fn entity(values: &Value, images: &[(&str, u64)]) -> Entity {
        let slices = |blob| vec![Slice { blob: BlobId(blob), range: 0..1 }];
        let blobs = images.iter().map(|(name, blob)| ((*name).to_owned(), slices(*blob))).collect();
        Entity { values: values.as_object().unwrap().clone(), blobs, nested: Vec::new() }
    }

    #[test]
    fn images_stand_beside_the_values_of_their_record() {
        let records = vec![
            entity(&json!({"name": "}"}), &[("a", 1), ("b", 2)]),
            entity(&json!({"name": "x"}), &[]),
            entity(&json!({}), &[("a", 3)]),
        ];
        let rest = json!({"@odata.count": 3}).as_object().unwrap().clone();
        assert_eq!(
            shown(page(rest, records)),
            r#"{"@odata.count":3,"value":[{"name":"}","a":"<1>","b":"<2>"},{"name":"x"},{"a":"<3>"}]}"#
        );
        let mut parent = entity(&json!({"name": "p"}), &[]);
        let children = vec![entity(&json!({"a": 1}), &[("b", 4)]), entity(&json!({}), &[])];
        parent.nested.push(("many".to_owned(), Nested::Many(children)));
        parent.nested.push(("none".to_owned(), Nested::One(None)));
        parent.nested.push(("one".to_owned(), Nested::One(Some(Box::new(entity(&json!({"c": 2}), &[]))))));
        let nested = r#"{"name":"p","many":[{"a":1,"b":"<4>"},{}],"none":null,"one":{"c":2}}"#;
        assert_eq!(shown(parent.into_payload()), nested);
        assert_eq!(shown(page(Map::new(), Vec::new())), r#"{"value":[]}"#);
        assert_eq!(shown(entity(&json!({"a": null}), &[]).into_payload()), r#"{"a":null}"#);
    }
}
