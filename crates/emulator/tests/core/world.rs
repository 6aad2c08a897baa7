//! An organization with its store, driven as the shell drives it.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64_simd::STANDARD;
use dataverse_files_emulator::core::{Core, Now, Options, Reply};
use dataverse_files_emulator::payload::{Content, Intake, Passage, Payload, Slice};
use dataverse_files_emulator::store::Store;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::store::Shelf;

pub(crate) const API: &str = "/api/data/v9.2";
pub(crate) const ID: &str = "00000000-0000-0000-0000-000000000001";
pub(crate) const COLUMN: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";
pub(crate) const HOST: &str = "127.0.0.1:8080";
/// One block, 4 MB.
pub(crate) const BLOCK: usize = 4_194_304;
/// The documented example: six blocks and 704,546 bytes.
pub(crate) const EXAMPLE: usize = 25_870_370;

pub(crate) struct World {
    pub(crate) core: Core,
    pub(crate) store: Shelf,
    pub(crate) now: Now,
    /// Whether each request is followed by [`World::check`], which takes a millisecond.
    pub(crate) careful: bool,
    /// Requests whose images were read before they were handled.
    pub(crate) examined: u32,
    options: Options,
}

/// An answer whose body has been read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body of the request was not even asked for.
    pub(crate) early: bool,
    pub(crate) durable: bool,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// An error with this status and code.
    #[track_caller]
    pub(crate) fn refuses(self, status: u16, code: &str) -> Answer {
        let answer = self.expect(status);
        assert_eq!(answer.json()["error"]["code"], code, "{}", String::from_utf8_lossy(&answer.body));
        answer
    }

    #[track_caller]
    pub(crate) fn says(self, message: &str) -> Answer {
        assert_eq!(self.json()["error"]["message"], message);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        std::str::from_utf8(self.headers.get(name).map_or(b"", |value| value.as_bytes())).unwrap()
    }
}

/// A request in the making.
pub(crate) struct Ask {
    parts: http::request::Builder,
    body: Vec<u8>,
}

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Ask {
        let path = if path.starts_with('/') || path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{API}/{path}")
        };
        let parts = Request::builder().method(method).uri(path).header("host", HOST);
        Ask {
            parts: parts.header("authorization", "Bearer token").header("if-none-match", "null"),
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Ask {
        self.parts = self.parts.header(name, value);
        self
    }

    pub(crate) fn header_bytes(mut self, name: &str, value: &[u8]) -> Ask {
        self.parts = self.parts.header(name, value);
        self
    }

    pub(crate) fn bytes(mut self, body: &[u8]) -> Ask {
        self.body = body.to_vec();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Ask {
        self.header("content-type", "application/json; charset=utf-8").bytes(body.to_string().as_bytes())
    }

    pub(crate) fn without(mut self, name: &str) -> Ask {
        self.parts.headers_mut().unwrap().remove(name);
        self
    }
}

impl World {
    pub(crate) fn new() -> World {
        World::with(Options { storage_origin: "http://127.0.0.1:8081".into(), ..Options::default() })
    }

    pub(crate) fn with(options: Options) -> World {
        let core = Core::new(options.clone(), 7);
        let store = Shelf::default();
        store.apply(&core.seed_changes(), true).unwrap();
        World {
            core,
            store,
            now: Now(Duration::from_secs(1_666_472_505)),
            careful: true,
            examined: 0,
            options,
        }
    }

    /// Sends a request with its `Content-Length` and holds what must be true after every one.
    pub(crate) fn send(&mut self, ask: Ask) -> Answer {
        let length = ask.body.len();
        let announced =
            ask.parts.headers_ref().is_some_and(|headers| headers.contains_key("transfer-encoding"));
        let parts = if announced { ask.parts } else { ask.parts.header("content-length", length) };
        let (head, ()) = parts.body(()).unwrap().into_parts();
        let (reply, early) = match self.core.intake(self.now, &head) {
            Ok(intake) => {
                let content = self.content(intake, &ask.body);
                (self.handled(&head, content), false)
            }
            Err(reply) => (*reply, true),
        };
        let answer = self.settle(reply, early);
        if self.careful {
            self.check();
        }
        answer
    }

    /// Images are read before the request that brings them is handled, as a shell does it; not every time.
    fn handled(&mut self, head: &Parts, content: Content) -> Reply {
        match self.core.examination(self.now, head, &content) {
            Some(examination) if self.examined == 0 || head.headers.len().is_multiple_of(2) => {
                self.examined += 1;
                let examined = examination.run(&self.store);
                self.core.handle_examined(self.now, head, content, &self.store, examined)
            }
            _ => self.core.handle(self.now, head, content, &self.store),
        }
    }

    pub(crate) fn storage(&mut self, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
        let mut builder = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (head, ()): (Parts, ()) = builder.body(()).unwrap().into_parts();
        let reply = self.core.storage(self.now, &head);
        self.settle(reply, false)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send(Ask::new(Method::GET, path))
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Ask::new(Method::POST, path).json(body))
    }

    pub(crate) fn patch(&mut self, path: &str, body: &[u8]) -> Answer {
        self.send(Ask::new(Method::PATCH, path).bytes(body))
    }

    pub(crate) fn delete(&mut self, path: &str) -> Answer {
        self.send(Ask::new(Method::DELETE, path))
    }

    pub(crate) fn range(&mut self, path: &str, range: &str) -> Answer {
        self.send(Ask::new(Method::GET, path).header("range", range))
    }

    /// Puts a file into the sample column and gives its id.
    #[track_caller]
    pub(crate) fn upload(&mut self, name: &str, body: &[u8]) -> String {
        self.patch(&format!("{COLUMN}?x-ms-file-name={name}"), body).expect(204);
        self.file_id()
    }

    #[track_caller]
    pub(crate) fn file_id(&mut self) -> String {
        let record = self.get(&format!("accounts({ID})?$select=sample_filecolumn")).expect(200).json();
        record["sample_filecolumn"].as_str().unwrap_or_default().to_owned()
    }

    /// The core forgets everything but what the store kept, as after a crash.
    pub(crate) fn restart(&mut self) {
        self.core = Core::restore(self.options.clone(), 99, self.store.load().unwrap()).unwrap();
        self.check();
    }

    /// What the store kept is the whole state, and exactly the blobs that are needed are there.
    pub(crate) fn check(&self) {
        let needed: BTreeSet<_> = self.core.blobs();
        assert_eq!(needed, self.store.blobs().into_iter().collect(), "blobs needed, blobs kept");
        let state = self.core.seed_changes().into_iter();
        let state: BTreeMap<_, _> = state.map(|c| ((c.space.to_owned(), c.key), c.value.unwrap())).collect();
        assert_eq!(state, self.store.rows(), "the state, and the rows that were kept");
    }

    fn settle(&mut self, reply: Reply, early: bool) -> Answer {
        self.store.apply(&reply.changes, reply.durable).unwrap();
        let (head, payload) = reply.response.into_parts();
        let body = match payload {
            Payload::Bytes(bytes) => bytes.to_vec(),
            Payload::Slices(slices) => self.read(&slices),
            Payload::Text(passages) => {
                passages.into_iter().flat_map(|passage| self.passage(passage)).collect()
            }
        };
        for blob in reply.freed {
            self.store.remove(blob).unwrap();
        }
        Answer { status: head.status, headers: head.headers, body, early, durable: reply.durable }
    }

    fn read(&self, slices: &[Slice]) -> Vec<u8> {
        slices.iter().flat_map(|slice| self.store.read(slice.blob, slice.range.clone()).unwrap()).collect()
    }

    fn passage(&self, passage: Passage) -> Vec<u8> {
        match passage {
            Passage::Literal(text) => text.to_vec(),
            Passage::Base64(slices) => STANDARD.encode_to_string(self.read(&slices)).into_bytes(),
        }
    }

    /// Takes a body in as the core asked.
    fn content(&self, intake: Intake, body: &[u8]) -> Content {
        match intake {
            Intake::Bytes { limit } if body.len() as u64 <= limit => Content::Bytes(body.to_vec().into()),
            Intake::Blob { limit } if body.len() as u64 <= limit => Content::Blob(self.store.put(body)),
            Intake::Bytes { .. } | Intake::Blob { .. } => Content::TooLong(body.len() as u64),
            Intake::Json { binary, limit } => self.json_content(&binary, limit, body),
        }
    }

    fn json_content(&self, binary: &[String], limit: u64, body: &[u8]) -> Content {
        let mut value = match serde_json::from_slice(body) {
            Ok(Value::Object(value)) => value,
            Ok(_) => return Content::Malformed("no object".into()),
            Err(error) => return Content::Malformed(error.to_string()),
        };
        let mut blobs = BTreeMap::new();
        for name in binary {
            let Some(Value::String(text)) = value.get(name) else { continue };
            let Ok(bytes) = STANDARD.decode_to_vec(text) else {
                return Content::Malformed("no base64".into());
            };
            if bytes.len() as u64 > limit {
                return Content::TooLong(body.len() as u64);
            }
            value.remove(name);
            blobs.insert(name.clone(), self.store.put(&bytes));
        }
        Content::Json { value: Value::Object(value), blobs }
    }
}

/// Bytes in which no two stretches look alike.
pub(crate) fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    (0..length).map(|_| next()).collect()
}

/// A block id of the samples: base64 of a 36-byte text.
pub(crate) fn block_id(number: usize) -> String {
    STANDARD.encode_to_string(format!("98c88968-736f-4bb5-8279-{number:012}"))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

pub(crate) fn from_base64(text: &Value) -> Vec<u8> {
    STANDARD.decode_to_vec(text.as_str().unwrap()).unwrap()
}

/// A `Target` of the sample account.
pub(crate) fn target() -> Value {
    json!({"accountid": ID, "@odata.type": "Microsoft.Dynamics.CRM.account"})
}
