//! Where the organization sits: one request at a time changes it, and what it changes is kept before it is answered.
use std::collections::HashSet;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Response;
use http::request::Parts;

use super::leases::{Lease, Leases};
use super::refusal;
use crate::core::{Core, Now, Options, Reply};
use crate::images::{Examination, Examined};
use crate::payload::{BlobId, Content, Intake, Passage, Payload};
use crate::store::Store;

/// What the shell asks of the core, and a test of the shell of its stand-in.
pub(crate) trait Organization: Send {
    fn intake(&mut self, now: Now, head: &Parts) -> Result<Intake, Box<Reply>>;
    fn examination(&self, now: Now, head: &Parts, content: &Content) -> Option<Examination>;
    fn handle(
        &mut self,
        now: Now,
        head: &Parts,
        content: Content,
        store: &dyn Store,
        examined: Examined,
    ) -> Reply;
    fn storage(&mut self, now: Now, head: &Parts) -> Reply;
}

/// Makes an organization out of what the store holds.
pub(crate) type Found = Box<dyn Fn(&dyn Store) -> io::Result<Box<dyn Organization>> + Send + Sync>;

impl Organization for Core {
    fn intake(&mut self, now: Now, head: &Parts) -> Result<Intake, Box<Reply>> {
        Core::intake(self, now, head)
    }

    fn examination(&self, now: Now, head: &Parts, content: &Content) -> Option<Examination> {
        Core::examination(self, now, head, content)
    }

    fn handle(
        &mut self,
        now: Now,
        head: &Parts,
        content: Content,
        store: &dyn Store,
        examined: Examined,
    ) -> Reply {
        self.handle_examined(now, head, content, store, examined)
    }

    fn storage(&mut self, now: Now, head: &Parts) -> Reply {
        Core::storage(self, now, head)
    }
}

/// The organization that a store holds; a store that holds none gets a new one.
pub(crate) fn core(options: Options, seed: u64) -> Found {
    Box::new(move |store| {
        let rows = store.load()?;
        if !rows.is_empty() {
            let restored = Core::restore(options.clone(), seed, rows);
            let core = restored.map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
            return Ok(Box::new(core));
        }
        let core = Core::new(options.clone(), seed);
        store.apply(&core.seed_changes(), true)?;
        Ok(Box::new(core))
    })
}

/// An organization with its store.
pub(crate) struct Seat {
    /// Empty after a change that could not be kept, or a panic: what was in memory is ahead of the store then, so
    /// the next request starts from what the store holds.
    organization: Mutex<Option<Box<dyn Organization>>>,
    found: Found,
    /// Whoever reads an image holds this: each takes its memory.
    reading: Mutex<()>,
    pub(crate) store: Arc<dyn Store>,
    leases: Arc<Leases>,
}

/// An answer together with the hold on the blobs it is read from.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response<Payload>,
    pub(crate) lease: Lease,
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Seat {
    pub(crate) fn new(store: Arc<dyn Store>, found: Found) -> io::Result<Seat> {
        let organization = Mutex::new(Some(found(&*store)?));
        let leases = Arc::new(Leases::new(store.clone()));
        Ok(Seat { organization, found, reading: Mutex::default(), store, leases })
    }

    /// What to do with the body that follows this head, or the answer that needs none.
    pub(crate) fn intake(&self, now: Now, head: &Parts) -> Result<Intake, Box<Answer>> {
        let mut seat = self.sit();
        let mut organization = match self.take(&mut seat) {
            Ok(organization) => organization,
            Err(error) => return Err(Box::new(self.refused(&error))),
        };
        let decided = organization.intake(now, head);
        *seat = Some(organization);
        match decided {
            Ok(intake) => Ok(intake),
            Err(reply) => Err(Box::new(self.settle(&mut seat, *reply, &[]))),
        }
    }

    /// Reads the images that a request brings, while other requests are handled.
    pub(crate) fn examine(&self, now: Now, head: &Parts, content: &Content) -> Examined {
        let examination = {
            let mut seat = self.sit();
            let Ok(organization) = self.take(&mut seat) else { return Examined::default() };
            let examination = organization.examination(now, head, content);
            *seat = Some(organization);
            examination
        };
        let Some(examination) = examination else { return Examined::default() };
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        examination.run(&*self.store)
    }

    /// The whole request, its bytes in the store already.
    pub(crate) fn handle(&self, now: Now, head: &Parts, content: Content, examined: Examined) -> Answer {
        let arrived = blobs_of(&content);
        let mut seat = self.sit();
        let mut organization = match self.take(&mut seat) {
            Ok(organization) => organization,
            Err(error) => {
                self.leases.free(&arrived);
                return self.refused(&error);
            }
        };
        let reply = organization.handle(now, head, content, &*self.store, examined);
        *seat = Some(organization);
        self.settle(&mut seat, reply, &arrived)
    }

    /// A request to the storage origin.
    pub(crate) fn storage(&self, now: Now, head: &Parts) -> Answer {
        let mut seat = self.sit();
        let mut organization = match self.take(&mut seat) {
            Ok(organization) => organization,
            Err(error) => return self.refused(&error),
        };
        let reply = organization.storage(now, head);
        *seat = Some(organization);
        self.settle(&mut seat, reply, &[])
    }

    /// Keeps what a reply changed. When that fails the organization is left behind, and so are the bytes that came
    /// with the request.
    fn settle(&self, seat: &mut Option<Box<dyn Organization>>, reply: Reply, arrived: &[BlobId]) -> Answer {
        // Bytes that go may still be named by the rows on the disk until the change that lets them go is there too.
        let durable = reply.durable || !reply.freed.is_empty();
        if !(reply.changes.is_empty() && reply.freed.is_empty())
            && let Err(error) = self.store.apply(&reply.changes, durable)
        {
            *seat = None;
            self.leases.free(arrived);
            return self.refused(&error);
        }
        let lease = self.leases.hold(&blobs_in(reply.response.body()));
        self.leases.free(&reply.freed);
        Answer { response: reply.response, lease }
    }

    /// An answer that needs no file bytes.
    pub(crate) fn plain(&self, response: Response<Payload>) -> Answer {
        Answer { response, lease: self.leases.hold(&HashSet::new()) }
    }

    /// Forgets the bytes of a request that the organization is not told of.
    pub(crate) fn discard(&self, content: &Content) {
        self.leases.free(&blobs_of(content));
    }

    fn refused(&self, error: &io::Error) -> Answer {
        self.plain(refusal::store(error))
    }

    fn take(&self, seat: &mut Option<Box<dyn Organization>>) -> io::Result<Box<dyn Organization>> {
        seat.take().map_or_else(|| (self.found)(&*self.store), Ok)
    }

    fn sit(&self) -> MutexGuard<'_, Option<Box<dyn Organization>>> {
        // A panic left the seat empty: nothing half changed stays.
        self.organization.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn blobs_of(content: &Content) -> Vec<BlobId> {
    match content {
        Content::Blob(stored) => vec![stored.id],
        Content::Json { blobs, .. } => blobs.values().map(|stored| stored.id).collect(),
        Content::Bytes(_) | Content::Malformed(_) | Content::TooLong(_) => Vec::new(),
    }
}

fn blobs_in(payload: &Payload) -> HashSet<BlobId> {
    match payload {
        Payload::Bytes(_) => HashSet::new(),
        Payload::Slices(slices) => slices.iter().map(|slice| slice.blob).collect(),
        Payload::Text(passages) => {
            let slices = passages.iter().flat_map(|passage| match passage {
                Passage::Literal(_) => [].as_slice(),
                Passage::Base64(slices) => slices,
            });
            slices.map(|slice| slice.blob).collect()
        }
    }
}
