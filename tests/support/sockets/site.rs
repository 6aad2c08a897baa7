//! An emulator, and clients of it.
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dataverse_files_emulator::Emulator;
use dataverse_files_emulator::audit::Severity;
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::Faults;
use dataverse_files_emulator::kind::Kind;
use dataverse_files_emulator::server::{Builder, Running};
use dataverse_files_proto::{ApiVersion, PacerLimits, RetryPolicy, Target};

use super::{Driver, Reply, Subject, Tokens, asking};
use crate::Dice;

/// The seeded file column.
pub const COLUMN: &str = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn";
/// What emulators accept that are not told otherwise.
pub const TOKEN: &str = "t0ken-of-the-suite";

/// Quick to try again, quick to give up.
pub fn hasty() -> RetryPolicy {
    RetryPolicy {
        max_attempts: 5,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(20),
        idle: Duration::from_secs(10),
        ..RetryPolicy::default()
    }
}

/// Bytes without a pattern, the same for every run.
pub fn content(len: u64) -> Bytes {
    let mut dice = Dice::new(len);
    let mut bytes: Vec<u8> = (0..len.div_ceil(8)).flat_map(|_| dice.roll().to_le_bytes()).collect();
    bytes.truncate(usize::try_from(len).unwrap());
    bytes.into()
}

/// What a client is like.
#[derive(Clone)]
pub struct Setting {
    /// The organization.
    pub url: String,
    /// v9.2 or v9.1.
    pub version: ApiVersion,
    /// How often, how long.
    pub retry: RetryPolicy,
    /// The pace of all transfers together.
    pub limits: PacerLimits,
    /// Whether cookies go back (U28).
    pub affinity: bool,
    /// TLS included.
    pub connect_timeout: Duration,
    /// Where tokens come from.
    pub tokens: Tokens,
}

impl Setting {
    /// A hasty client of this organization.
    pub fn of(url: &str) -> Self {
        Self {
            url: url.into(),
            version: ApiVersion::V9_2,
            retry: hasty(),
            limits: PacerLimits::default(),
            affinity: true,
            connect_timeout: Duration::from_secs(10),
            tokens: Arc::new(|_| Ok(TOKEN.to_owned())),
        }
    }
}

/// An emulator in memory and the driver under test. When it goes, its audit must have nothing to say.
pub struct Site {
    /// The driver under test.
    pub driver: Driver,
    /// The emulator.
    pub server: Running,
}

impl Site {
    /// A strict organization.
    pub fn new(driver: Driver) -> Self {
        Self::with(driver, Options::default())
    }

    /// An organization that reads the documents in this way.
    pub fn with(driver: Driver, options: Options) -> Self {
        Self::start(driver, Emulator::builder().options(options))
    }

    /// An organization whose chunks have this size in both dialects.
    pub fn with_chunks(driver: Driver, size: u64) -> Self {
        Self::with(driver, Options { chunk_size: size, chunk_size_v91: size, ..Options::default() })
    }

    /// Of one's own making; it accepts [`TOKEN`] only.
    pub fn start(driver: Driver, builder: Builder) -> Self {
        Self { driver, server: builder.token(TOKEN).start().unwrap() }
    }

    /// What a client of this organization is like.
    pub fn setting(&self) -> Setting {
        Setting::of(self.server.url())
    }

    /// A client.
    pub fn client(&self) -> Box<dyn Subject> {
        self.driver.connect(self.setting())
    }

    /// A client that speaks this version.
    pub fn client_of(&self, version: ApiVersion) -> Box<dyn Subject> {
        self.driver.connect(Setting { version, ..self.setting() })
    }

    /// Asks by other means than the driver under test: method, path below the version, body.
    pub fn ask(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        asking::ask(self.server.url(), TOKEN, method, &format!("/api/data/v9.2/{path}"), body)
    }

    /// What the seeded column holds, read by other means than the driver under test.
    pub fn file(&self) -> Option<Vec<u8>> {
        let reply = self.ask("GET", &format!("{COLUMN}/$value"), b"");
        match reply.status {
            200 => Some(reply.body),
            404 => None,
            other => panic!("{other}: {}", String::from_utf8_lossy(&reply.body)),
        }
    }

    /// Puts a file into the seeded column by other means than the driver under test.
    pub fn put(&self, bytes: &[u8]) {
        let reply = self.ask("PATCH", &format!("{COLUMN}?x-ms-file-name=a.bin"), bytes);
        assert_eq!(reply.status, 204, "{}", String::from_utf8_lossy(&reply.body));
    }

    /// Other weather from now on.
    pub fn weather(&self, faults: Faults) {
        self.server.set_faults(faults);
    }

    /// How many requests of a kind `work` takes, and what it gives.
    pub fn counting<T>(&self, kind: Kind, work: impl FnOnce() -> T) -> (u64, T) {
        let before = self.server.requests_of(kind);
        let outcome = work();
        (self.server.requests_of(kind) - before, outcome)
    }

    /// The seeded column.
    pub fn column(&self) -> Target {
        COLUMN.parse().unwrap()
    }

    /// What the client did wrong so far.
    pub fn wrongs(&self) -> Vec<String> {
        let wrong =
            |finding: &dataverse_files_emulator::audit::Finding| finding.slip.severity() == Severity::Wrong;
        self.server.audit().iter().filter(|finding| wrong(finding)).map(ToString::to_string).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.wrongs(), Vec::<String>::new(), "the audit found something wrong");
        }
    }
}
