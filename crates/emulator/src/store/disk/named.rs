//! Which blobs a row names: the contract's [`Stored`](crate::payload::Stored) and [`Slice`](crate::payload::Slice)
//! are found in its JSON wherever they stand.
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::payload::BlobId;

/// Blobs, each with the bytes it must at least have.
#[derive(Debug, Default)]
pub(super) struct Named(HashMap<BlobId, u64>);

impl Named {
    pub(super) fn by(value: &Value) -> Named {
        let mut named = Named::default();
        named.walk(value);
        named
    }

    pub(super) fn extend(&mut self, other: &Named) {
        for (blob, needed) in other.iter() {
            self.add(blob, needed);
        }
    }

    pub(super) fn contains(&self, blob: BlobId) -> bool {
        self.0.contains_key(&blob)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (BlobId, u64)> {
        self.0.iter().map(|(blob, needed)| (*blob, *needed))
    }

    fn add(&mut self, blob: BlobId, needed: u64) {
        let known = self.0.entry(blob).or_default();
        *known = needed.max(*known);
    }

    fn walk(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Value::Object(object) => {
                if let Some((blob, needed)) = stored(object).or_else(|| slice(object)) {
                    self.add(blob, needed);
                }
                object.values().for_each(|member| self.walk(member));
            }
            _ => {}
        }
    }
}

fn stored(object: &Map<String, Value>) -> Option<(BlobId, u64)> {
    object.get("digest")?.as_u64()?;
    Some((BlobId(object.get("id")?.as_u64()?), object.get("len")?.as_u64()?))
}

fn slice(object: &Map<String, Value>) -> Option<(BlobId, u64)> {
    let range = object.get("range")?.as_object()?;
    Some((BlobId(object.get("blob")?.as_u64()?), range.get("end")?.as_u64()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::payload::{Slice, Stored};

    #[test]
    fn what_the_contract_writes_is_found_at_any_depth() {
        let stored = Stored { id: BlobId(3), len: 10, digest: u64::MAX };
        let slices = [
            Slice { blob: BlobId(4), range: 0..7 },
            Slice { blob: BlobId(4), range: 9..12 },
            Slice { blob: BlobId(u64::MAX), range: 5..5 },
        ];
        let named = Named::by(&json!({"a": {"b": [stored]}, "c": slices, "id": 9, "blob": 8}));
        let mut found: Vec<(u64, u64)> = named.iter().map(|(blob, needed)| (blob.0, needed)).collect();
        found.sort_unstable();
        assert_eq!(found, [(3, 10), (4, 12), (u64::MAX, 5)]);
    }
}
