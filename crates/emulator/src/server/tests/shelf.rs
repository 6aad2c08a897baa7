//! An organization with one file, enough to exercise the shell.
use std::io;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, RANGE};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use serde_json::json;

use crate::core::Now;
use crate::core::Reply;
use crate::images::{Examination, Examined};
use crate::payload::{BlobId, Content, Intake, Passage, Payload, Slice, Stored};
use crate::server::refusal::envelope;
use crate::server::seat::Organization;
use crate::store::{Change, Store};

/// Bytes of a file at most.
pub(super) const LIMIT: u64 = 32 << 20;

#[derive(Default)]
struct Shelf {
    file: Option<Stored>,
    /// Files put so far, in this life of the shelf.
    puts: u64,
}

pub(super) fn found(store: &dyn Store) -> io::Result<Box<dyn Organization>> {
    let rows = store.load()?;
    let file = rows.first().map(|row| serde_json::from_value(row.value.clone())).transpose()?;
    Ok(Box::new(Shelf { file, puts: 0 }))
}

impl Organization for Shelf {
    fn intake(&mut self, _now: Now, head: &Parts) -> Result<Intake, Box<Reply>> {
        if !head.headers.contains_key(AUTHORIZATION) {
            return Err(Box::new(reply(envelope(StatusCode::UNAUTHORIZED, "0x80044302", "No token."))));
        }
        Ok(match head.method {
            Method::PATCH => Intake::Blob { limit: LIMIT },
            Method::POST => Intake::Json { binary: vec!["BlockData".into()], limit: LIMIT },
            _ => Intake::Bytes { limit: 0 },
        })
    }

    fn examination(&self, _now: Now, _head: &Parts, _content: &Content) -> Option<Examination> {
        None
    }

    fn handle(
        &mut self,
        _now: Now,
        head: &Parts,
        content: Content,
        _store: &dyn Store,
        _examined: Examined,
    ) -> Reply {
        match (content, head.uri.path()) {
            (Content::TooLong(seen), _) => {
                reply(envelope(StatusCode::BAD_REQUEST, "0x80090001", &format!("{seen} bytes")))
            }
            (Content::Malformed(reason), _) => {
                reply(envelope(StatusCode::BAD_REQUEST, "0x80048d19", &reason))
            }
            (Content::Blob(stored), _) => self.put(stored, StatusCode::NO_CONTENT),
            (Content::Json { mut blobs, .. }, path) => match blobs.remove("BlockData") {
                Some(stored) => self.put(stored, StatusCode::OK),
                None if path.ends_with("DownloadBlock") => self.block(),
                None => self.state(),
            },
            (_, "/api/data/v9.2/panic") => panic!("a request that breaks the organization"),
            (_, path) if path.ends_with("/$value") => self.value(head),
            _ => self.state(),
        }
    }

    fn storage(&mut self, _now: Now, head: &Parts) -> Reply {
        let mut reply = self.value(head);
        let len = self.file.map_or(0, |file| file.len);
        reply.response.headers_mut().insert(CONTENT_LENGTH, len.into());
        reply
    }
}

impl Shelf {
    fn put(&mut self, stored: Stored, status: StatusCode) -> Reply {
        let freed: Vec<BlobId> = self.file.replace(stored).map(|old| old.id).into_iter().collect();
        self.puts += 1;
        let mut response = Response::new(Payload::Bytes(Default::default()));
        *response.status_mut() = status;
        if status == StatusCode::OK {
            *response.body_mut() = Payload::Bytes(json!({"FileSizeInBytes": stored.len}).to_string().into());
        }
        let change = Change { space: "files", key: "file".into(), value: Some(json!(stored)) };
        Reply { response, changes: vec![change], durable: true, freed }
    }

    fn value(&self, head: &Parts) -> Reply {
        let Some(file) = self.file else {
            return reply(envelope(StatusCode::NOT_FOUND, "0x80040217", "No file attachment found."));
        };
        let range = head.headers.get(RANGE).map(|_| 0..file.len.min(10)).unwrap_or(0..file.len);
        let mut response = Response::new(Payload::Slices(vec![Slice { blob: file.id, range }]));
        response.headers_mut().insert("x-ms-file-size", file.len.into());
        reply(response)
    }

    fn block(&self) -> Reply {
        let slices = self.file.map(|file| Slice { blob: file.id, range: 0..file.len }).into_iter().collect();
        let (head, tail) = (Passage::Literal("{\"Data\":\"".into()), Passage::Literal("\"}".into()));
        let payload = Payload::Text(vec![head, Passage::Base64(slices), tail]);
        reply(Response::new(payload))
    }

    fn state(&self) -> Reply {
        let text = json!({"puts": self.puts, "size": self.file.map(|file| file.len)}).to_string();
        reply(Response::new(Payload::Bytes(text.into())))
    }
}

fn reply(response: Response<Payload>) -> Reply {
    Reply { response, changes: Vec::new(), durable: false, freed: Vec::new() }
}
