//! The emulator's core and store, driven without a socket.
use std::sync::Arc;
use std::time::Duration;

use base64_simd::STANDARD;
use bytes::{Bytes, BytesMut};
use dataverse_files_emulator::core::Now;
use dataverse_files_emulator::core::{Core, Options, Reply};
use dataverse_files_emulator::faults::{Answer, Expired, Fault, Faults};
use dataverse_files_emulator::intake::Receiver;
use dataverse_files_emulator::kind::{Kind, Origin};
use dataverse_files_emulator::payload::{Content, Passage, Payload, Slice};
use dataverse_files_emulator::store::{Memory, Store};
use dataverse_files_proto::Moment;
use http::{Request, Response, request::Parts};

/// When virtual time begins: a date in the past, so that nothing depends on today.
pub(crate) const BEGIN: Duration = Duration::from_secs(1_700_000_000);
const FILE: &str = "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";

/// An organization in memory.
#[derive(Debug)]
pub struct Organization {
    core: Core,
    store: Arc<Memory>,
    faults: Faults,
    expired: Expired,
    /// How many requests have made a file visible.
    pub commits: u32,
}

/// What becomes of a request: its answer, if any, and how the answer is mistreated.
pub(crate) struct Served {
    pub response: Option<Response<Bytes>>,
    pub fault: Option<Fault>,
}

impl Organization {
    pub(crate) fn new(options: Options, seed: u64, faults: Faults) -> Organization {
        let options = Options {
            scheme: "https".into(),
            storage_origin: "https://storage.test".into(),
            token_length: 12,
            ..options
        };
        let core = Core::new(options, seed);
        Organization { core, store: Arc::new(Memory::new()), faults, expired: Expired::default(), commits: 0 }
    }

    /// Other weather from now on.
    pub fn weather(&mut self, faults: Faults) {
        self.faults = faults;
    }

    /// What the file column of the seeded account holds.
    pub fn file(&mut self) -> Option<Vec<u8>> {
        let request = Request::get(format!("{FILE}/$value")).body(Bytes::new()).unwrap();
        let response = self.plain(request);
        (response.status() == 200).then(|| response.into_body().to_vec())
    }

    /// Put a file there, as another client would.
    pub fn put(&mut self, name: &str, bytes: &[u8]) {
        let uri = format!("{FILE}?x-ms-file-name={name}");
        let request = Request::patch(uri).header("content-length", bytes.len());
        let response = self.plain(request.body(Bytes::copy_from_slice(bytes)).unwrap());
        assert_eq!(response.status(), 204, "{:?}", response.body());
    }

    /// A request in fair weather, not counted as a commit of the client's.
    pub fn plain(&mut self, request: Request<Bytes>) -> Response<Bytes> {
        let (mut head, body) = request.into_parts();
        head.headers.insert("host", http::HeaderValue::from_static("org.test"));
        head.headers.insert("authorization", http::HeaderValue::from_static("Bearer other"));
        let commits = self.commits;
        let response = self.handle(Now(BEGIN), &head, &body, false);
        self.commits = commits;
        response
    }

    pub(crate) fn serve(&mut self, now: Moment, origin: Origin, head: &Parts, body: &Bytes) -> Served {
        let now = Now(BEGIN + now.0);
        let fault = self.faults.decide(Kind::of(origin, head));
        let response = match &fault {
            Some(Fault::Drop | Fault::Silence(dataverse_files_emulator::faults::Handling::Ignored)) => None,
            Some(Fault::Answer(answer)) => Some(self.materialize(answer.response(now))),
            _ if origin == Origin::Storage => {
                let reply = self.core.storage(now, head);
                Some(self.settle(reply, fault.as_ref()))
            }
            Some(Fault::Twice) => {
                self.handle(now, head, body, false);
                Some(self.handle(now, head, body, false))
            }
            Some(Fault::Masked(answer)) => {
                let answer = answer.clone();
                self.handle(now, head, body, false);
                Some(self.materialize(answer.response(now)))
            }
            Some(fault) => Some(self.handle_with(now, head, body, fault)),
            None => Some(self.handle(now, head, body, false)),
        };
        Served { response, fault }
    }

    fn handle_with(&mut self, now: Now, head: &Parts, body: &Bytes, fault: &Fault) -> Response<Bytes> {
        if *fault == Fault::Expire {
            return self.handle(now, head, body, true);
        }
        match self.reply(now, head, body, false) {
            Ok(reply) => self.settle(reply, Some(fault)),
            Err(response) => *response,
        }
    }

    fn handle(&mut self, now: Now, head: &Parts, body: &Bytes, expire: bool) -> Response<Bytes> {
        match self.reply(now, head, body, expire) {
            Ok(reply) => self.settle(reply, None),
            Err(response) => *response,
        }
    }

    /// `Err`: answered before the core had a say.
    fn reply(
        &mut self,
        now: Now,
        head: &Parts,
        body: &Bytes,
        expire: bool,
    ) -> Result<Reply, Box<Response<Bytes>>> {
        let intake = match self.core.intake(now, head) {
            Ok(intake) => intake,
            Err(reply) => return Ok(*reply),
        };
        let mut receiver = Receiver::new(intake, self.store.clone()).unwrap();
        receiver.announce(body.len() as u64);
        receiver.push(body).unwrap();
        let content = receiver.finish().unwrap();
        if expire {
            self.expired.add(head, &content);
        }
        if self.expired.covers(head, &content) {
            self.forget(&content);
            return Err(Box::new(self.materialize(Answer::session_expired().response(now))));
        }
        let kind = Kind::of(Origin::Organization, head);
        let reply = self.core.handle(now, head, content, &*self.store);
        let last_chunk = kind == Kind::Chunk && reply.response.status() == 204;
        let made = matches!(kind, Kind::Commit | Kind::Single) && reply.response.status().is_success();
        self.commits += u32::from(last_chunk || made);
        Ok(reply)
    }

    fn forget(&self, content: &Content) {
        match content {
            Content::Blob(stored) => self.store.remove(stored.id).unwrap(),
            Content::Json { blobs, .. } => {
                blobs.values().for_each(|stored| self.store.remove(stored.id).unwrap());
            }
            _ => {}
        }
    }

    fn settle(&mut self, reply: Reply, fault: Option<&Fault>) -> Response<Bytes> {
        let mut response = reply.response;
        if let Some(fault) = fault {
            fault.damage(&mut response);
        }
        let response = self.materialize(response);
        for blob in reply.freed {
            self.store.remove(blob).unwrap();
        }
        response
    }

    fn materialize(&self, response: Response<Payload>) -> Response<Bytes> {
        response.map(|payload| match payload {
            Payload::Bytes(bytes) => bytes,
            Payload::Slices(slices) => self.read(&slices),
            Payload::Text(passages) => {
                passages.into_iter().flat_map(|passage| self.passage(passage)).collect()
            }
        })
    }

    fn passage(&self, passage: Passage) -> Bytes {
        match passage {
            Passage::Literal(text) => text,
            Passage::Base64(slices) => STANDARD.encode_to_string(self.read(&slices)).into(),
        }
    }

    fn read(&self, slices: &[Slice]) -> Bytes {
        let mut bytes = BytesMut::new();
        for slice in slices {
            bytes.extend_from_slice(&self.store.read(slice.blob, slice.range.clone()).unwrap());
        }
        bytes.freeze()
    }
}
