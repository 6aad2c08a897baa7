//! `UploadBlock`: one block, of whatever file (file-columns §3.2).
use std::ops::Range;

use base64_simd::STANDARD;
use http::{Request, StatusCode, response::Parts};
use serde_json::json;

use crate::wire::message;
use crate::{Body, Organization};

/// Block ids of one file have one length, are base64, and at most 64 bytes before encoding (rules 1-3). They stay the same
/// across attempts and resumes, so that a repeated block replaces itself (U16).
pub(crate) fn block_id(nonce: u64, index: u32) -> String {
    STANDARD.encode_to_string(format!("{nonce:016x}-{index:010}"))
}

pub(crate) fn block(
    organization: &Organization,
    token: &str,
    nonce: u64,
    index: u32,
    range: Range<u64>,
) -> Request<Body> {
    let head = format!("{{\"BlockId\":\"{}\",\"BlockData\":\"", block_id(nonce, index));
    let tail = format!("\",\"FileContinuationToken\":{}}}", json!(token));
    message(organization, "UploadBlock", Body::Base64 { head: head.into(), range, tail: tail.into() })
}

/// 204, or an empty 200.
pub(crate) fn taken(head: &Parts, body: &[u8]) -> Result<(), String> {
    match head.status {
        StatusCode::NO_CONTENT => Ok(()),
        StatusCode::OK if body.is_empty() => Ok(()),
        other => Err(format!("{other} where 204 was due")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::initialize::tests::example;

    #[test]
    fn block_ids_keep_the_documented_rules() {
        let ids: Vec<String> = [0, 1, 49_999].map(|i| block_id(u64::MAX, i)).into();
        for id in &ids {
            let before = STANDARD.decode_to_vec(id).unwrap();
            assert!(before.len() <= 64);
            assert_eq!(id.len(), ids[0].len());
        }
        assert!(ids[0] != ids[1] && ids[0] != block_id(1, 0));
    }

    #[test]
    fn the_documented_block() {
        let (contoso, _) = example();
        let request = block(&contoso, "tok\"en", 7, 3, 12..15);
        let body: Vec<u8> = request
            .body()
            .pieces()
            .flat_map(|p| p.encode(|r| Ok::<_, ()>(vec![b'a'; (r.end - r.start) as usize].into())).unwrap())
            .collect();
        let sent: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let documented =
            json!({"BlockId": block_id(7, 3), "BlockData": "YWFh", "FileContinuationToken": "tok\"en"});
        assert_eq!(sent, documented);
        assert_eq!(request.headers()["content-length"], body.len().to_string());
    }
}
