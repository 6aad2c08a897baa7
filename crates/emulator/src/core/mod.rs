//! The organization as a pure state machine: request heads and descriptions of bodies in, responses out.
//!
//! ```text
//!  head ──▶ intake ──▶ how to take the body in, or an answer at once
//!  head + content ──▶ handle ──▶ Reply { response, changes, freed }
//!  head ──▶ storage ──▶ Reply              the second origin, where SAS URLs lead
//! ```
//!
//! Not here: sockets, files, threads, clocks, randomness. Time comes in as [`Now`], everything that looks
//! random is derived from the seed, and file bytes are only spoken of as blobs of a [`Store`].
//!
//! Where a handler is: `records` (rows and properties, notes and attachments among them), `upload` and `download` (file
//! bytes), `delete`, `definitions`. What a URL means is decided in `route` alone, every error is a line of `errors`, and `state`
//! is the only room that changes anything.
//!
//! ```
//! use std::time::Duration;
//! use dataverse_files_emulator::core::{Core, Now, Options};
//! use dataverse_files_emulator::payload::{Content, Intake};
//! # use dataverse_files_emulator::payload::{BlobId, Stored};
//! # use dataverse_files_emulator::store::{BlobWriter, Change, Row, Store};
//! # #[derive(Debug)] struct NoStore;
//! # impl Store for NoStore {
//! #     fn create(&self) -> std::io::Result<Box<dyn BlobWriter>> { Err(std::io::ErrorKind::Unsupported.into()) }
//! #     fn read(&self, _: BlobId, _: std::ops::Range<u64>) -> std::io::Result<bytes::Bytes> { Ok(Default::default()) }
//! #     fn remove(&self, _: BlobId) -> std::io::Result<()> { Ok(()) }
//! #     fn load(&self) -> std::io::Result<Vec<Row>> { Ok(Vec::new()) }
//! #     fn apply(&self, _: &[Change], _: bool) -> std::io::Result<()> { Ok(()) }
//! # }
//! # let store = NoStore;
//! let mut core = Core::new(Options::default(), 7);
//! let now = Now(Duration::from_secs(1_700_000_000));
//! let (head, ()) = http::Request::get("/api/data/v9.2/WhoAmI")
//!     .header("host", "127.0.0.1:8080")
//!     .header("authorization", "Bearer anything")
//!     .body(())
//!     .unwrap()
//!     .into_parts();
//!
//! assert!(matches!(core.intake(now, &head), Ok(Intake::Bytes { .. })));
//! let reply = core.handle(now, &head, Content::Bytes(Default::default()), &store);
//! assert_eq!(reply.response.status(), 200);
//! assert_eq!(reply.response.headers()["x-ms-dop-hint"], "4");
//! ```
mod access;
mod answer;
mod conditions;
mod cors;
mod definitions;
mod delete;
mod download;
mod dress;
mod errors;
mod examine;
mod family;
mod fault;
mod guid;
mod identity;
mod ids;
mod message;
mod mime;
mod odata;
mod options;
mod prefer;
mod records;
mod relationships;
mod request;
mod route;
mod schema;
mod seed;
mod settings;
mod state;
mod time;
mod upload;

use std::collections::BTreeSet;
use std::fmt;

use http::Response;
use http::request::Parts;

use self::fault::Answer;
use self::message::Message;
use self::prefer::Prefer;
use self::request::Request;
use self::route::Route;
use self::state::State;
use crate::images::{Examined, Thumbnailer};
use crate::kind::is_image_page;
use crate::payload::{BlobId, Content, Intake, Payload};
use crate::store::{Change, Row, Store};

pub use self::options::{HeaderNames, NamesInHeaders, Options, RangePastEnd};
pub use self::state::RestoreError;
pub use self::time::Now;

/// Bytes at most of a body that no handler reads.
const IGNORED: u64 = 65_536;

/// What a request led to.
///
/// ```
/// use dataverse_files_emulator::core::{Core, Now, Options};
///
/// let mut core = Core::new(Options::default(), 7);
/// let (head, ()) = http::Request::get("/files/unknown").body(()).unwrap().into_parts();
/// let reply = core.storage(Now(std::time::Duration::ZERO), &head);
/// assert_eq!(reply.response.status(), 403);
/// assert!(reply.changes.is_empty() && reply.freed.is_empty());
/// ```
#[derive(Debug)]
pub struct Reply {
    /// The answer.
    pub response: Response<Payload>,
    /// Rows to keep before the answer is sent.
    pub changes: Vec<Change>,
    /// Whether the changes must survive a power cut before the answer is sent (a commit, a record).
    pub durable: bool,
    /// Blobs nobody needs any more, to be removed after `changes` are kept (and after downloads of them end).
    pub freed: Vec<BlobId>,
}

/// One organization.
///
/// ```
/// use dataverse_files_emulator::core::{Core, Options};
///
/// let core = Core::new(Options::default(), 7);
/// assert!(core.blobs().is_empty());
/// assert!(core.seed_changes().iter().any(|change| change.key.starts_with("account/")));
/// ```
pub struct Core {
    options: Options,
    state: State,
    /// Requests answered since this core was made; only request ids come from it.
    served: u64,
}

impl fmt::Debug for Core {
    /// Counts only: what it holds are tokens and other people's files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("served", &self.served)
            .field("files", &self.state.files.len())
            .finish_non_exhaustive()
    }
}

impl Core {
    /// A new organization with its seeded tables and rows; every id in it follows from `seed`.
    pub fn new(options: Options, seed: u64) -> Core {
        Core { options, state: State::seeded(seed), served: 0 }
    }

    /// The organization that a store kept, or a new one when there are no rows.
    ///
    /// # Errors
    /// When a row is none that a core of this version wrote.
    ///
    /// ```
    /// use dataverse_files_emulator::core::{Core, Options};
    /// use dataverse_files_emulator::store::Row;
    ///
    /// let first = Core::new(Options::default(), 7);
    /// let rows = first.seed_changes().into_iter().filter_map(|change| {
    ///     Some(Row { space: change.space.to_owned(), key: change.key, value: change.value? })
    /// });
    /// let again = Core::restore(Options::default(), 8, rows.collect()).unwrap();
    /// assert_eq!(again.seed_changes(), first.seed_changes());
    /// ```
    pub fn restore(options: Options, seed: u64, rows: Vec<Row>) -> Result<Core, RestoreError> {
        Ok(Core { options, state: State::restored(seed, rows)?, served: 0 })
    }

    /// Every row of the organization as it is now: what a store without rows has to keep first.
    pub fn seed_changes(&self) -> Vec<Change> {
        self.state.all_rows()
    }

    /// Every blob that a file or an open upload needs. Others in a store are leftovers of a crash.
    pub fn blobs(&self) -> BTreeSet<BlobId> {
        self.state.blobs()
    }

    /// What to do with the body of this request.
    ///
    /// # Errors
    /// The answer, when it does not depend on the body: no token, an unknown address, a file that is too large by
    /// its `Content-Length`.
    pub fn intake(&mut self, now: Now, head: &Parts) -> Result<Intake, Box<Reply>> {
        match self.plan(now, head) {
            Ok(intake) => Ok(intake),
            Err(fault) => Err(Box::new(self.reply(head, Err(fault), &[]))),
        }
    }

    /// The answer to a request whose body has been taken in as [`Core::intake`] asked.
    pub fn handle(&mut self, now: Now, head: &Parts, content: Content, store: &dyn Store) -> Reply {
        self.handle_examined(now, head, content, store, Examined::default())
    }

    /// The same, with the images that the request brings read already; see [`Core::examination`]. What another request
    /// has changed since then is read again.
    pub fn handle_examined(
        &mut self,
        now: Now,
        head: &Parts,
        content: Content,
        store: &dyn Store,
        examined: Examined,
    ) -> Reply {
        let mut given = blobs_of(&content);
        self.state.expire(now, self.options.session_lifetime);
        let mut thumbnailer = Thumbnailer::new(store, examined);
        let answer = self.answer(now, head, content, &mut thumbnailer);
        if answer.is_err() {
            given.extend(thumbnailer.into_made());
        }
        self.reply(head, answer, &given)
    }

    /// The answer of the storage service that SAS URLs lead to, which is another origin (D20, D24).
    pub fn storage(&mut self, now: Now, head: &Parts) -> Reply {
        let response = self.storage_answer(now, head);
        Reply { response, changes: Vec::new(), durable: false, freed: Vec::new() }
    }

    fn plan(&self, now: Now, head: &Parts) -> Answer<Intake> {
        if cors::is_options(head) {
            return Ok(Intake::Bytes { limit: IGNORED });
        }
        self.authorize(head)?;
        if is_image_page(head) {
            return Ok(Intake::Bytes { limit: IGNORED });
        }
        let request = Request::new(now, head, &self.options)?;
        match self.resolve(&request)? {
            Route::Message(message, _) => self.message_intake(&request, message),
            Route::Set(table) => self.record_intake(&request, &table),
            Route::Record(target) => self.record_intake(&request, &target.table),
            Route::Property(property) => self.property_intake(&request, &property),
            Route::Definitions => Ok(self.definition_intake(&request)),
            Route::Metadata | Route::Batch | Route::Root | Route::Count(_) | Route::Navigation(_) => {
                Ok(Intake::Bytes { limit: IGNORED })
            }
        }
    }

    fn answer(
        &mut self,
        now: Now,
        head: &Parts,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        if cors::is_options(head) {
            return Ok(cors::preflight(head));
        }
        self.authorize(head)?;
        if is_image_page(head) {
            return self.image_page(head);
        }
        let request = Request::new(now, head, &self.options)?;
        match self.resolve(&request)? {
            Route::Root => self.service_document(&request),
            Route::Metadata => Err(errors::NOT_IMPLEMENTED.fault()),
            Route::Batch => Err(errors::BAD_REQUEST.with(&["$batch can not carry file content."])),
            Route::Message(message, arguments) => {
                self.message(&request, message, &arguments, content, thumbnailer)
            }
            Route::Definitions => self.definitions(&request, content),
            Route::Set(table) => self.set(&request, &table, content, thumbnailer),
            Route::Count(table) => self.count(&request, &table),
            Route::Record(target) => self.record(&request, &target, content, thumbnailer),
            Route::Navigation(navigation) => self.navigation(&request, &navigation),
            Route::Property(property) => self.property(&request, &property, content, thumbnailer),
        }
    }

    fn message(
        &mut self,
        request: &Request<'_>,
        message: Message,
        arguments: &str,
        content: Content,
        thumbnailer: &mut Thumbnailer<'_>,
    ) -> Answer {
        message.check_method(request)?;
        if message.is_function() {
            return match message {
                Message::WhoAmI => self.who_am_i(request),
                _ => self.get_file_sas_url(request, arguments),
            };
        }
        let call = message.call(content, &self.options)?;
        match message {
            Message::InitializeUpload(family) => self.initialize_upload(request, &call, family),
            Message::UploadBlock => self.upload_block(request, &call),
            Message::CommitUpload(family) => self.commit_upload(request, &call, family, thumbnailer),
            Message::InitializeDownload(family) => self.initialize_download(request, &call, family),
            Message::DownloadBlock => self.download_block(request, &call),
            Message::DeleteFile => self.delete_file(request, &call),
            Message::WhoAmI | Message::GetFileSasUrl => Err(errors::NOT_SUPPORTED.fault()),
        }
    }

    /// The answer with what every answer carries, and with the changes that led to it.
    fn reply(&mut self, head: &Parts, answer: Answer, given: &[BlobId]) -> Reply {
        let mut response = answer.unwrap_or_else(|fault| fault.into_response(&Prefer::of(&head.headers)));
        self.dress(head, &mut response);
        let mut journal = self.state.take_journal();
        let unused = given.iter().filter(|blob| !journal.kept.contains(blob));
        journal.freed.extend(unused);
        Reply { response, changes: journal.changes, durable: journal.durable, freed: journal.freed }
    }
}

/// The blobs that came with a request.
fn blobs_of(content: &Content) -> Vec<BlobId> {
    match content {
        Content::Blob(stored) => vec![stored.id],
        Content::Json { blobs, .. } => blobs.values().map(|stored| stored.id).collect(),
        Content::Bytes(_) | Content::Malformed(_) | Content::TooLong(_) => Vec::new(),
    }
}
