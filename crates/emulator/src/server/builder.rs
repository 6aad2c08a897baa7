//! How an emulator is set up.
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use super::limits::Limits;
use super::running::{Listeners, Running};
use super::seat::{self, Found, Seat};
use super::shared::Shared;
use crate::core::Options;
use crate::faults::Faults;
use crate::store::{Disk, Memory, Store};

/// An organization with file columns on this machine, for programs that talk to Dataverse.
///
/// ```
/// use dataverse_files_emulator::Emulator;
///
/// let emulator = Emulator::builder().seed(7).start()?;
/// assert!(emulator.url().starts_with("http://127.0.0.1:"));
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct Emulator(());

impl Emulator {
    /// An emulator to be set up: on a free port of `127.0.0.1`, in memory, in fair weather, for any bearer token.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// What an emulator is like before it runs. Made by [`Emulator::builder`](crate::Emulator::builder).
///
/// ```
/// use dataverse_files_emulator::Emulator;
/// use dataverse_files_emulator::faults::Faults;
///
/// let dir = tempfile::tempdir()?;
/// let emulator = Emulator::builder()
///     .data(dir.path())
///     .faults(Faults::profile("flaky".parse().map_err(std::io::Error::other)?, 7))
///     .random_token()
///     .start()?;
/// assert!(emulator.token().is_some_and(|token| token.len() == 64));
/// # std::io::Result::Ok(())
/// ```
pub struct Builder {
    listen: SocketAddr,
    listen_storage: Option<SocketAddr>,
    remote: Remote,
    options: Options,
    seed: Option<u64>,
    data: Option<PathBuf>,
    store: Option<Arc<dyn Store>>,
    faults: Faults,
    limits: Limits,
    token: Token,
}

/// Whom the server lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remote {
    Refused,
    Allowed,
}

enum Token {
    Any,
    Only(String),
    Random,
}

impl fmt::Debug for Builder {
    /// Never shows the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("data", &self.data)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            listen_storage: None,
            remote: Remote::Refused,
            options: Options::default(),
            seed: None,
            data: None,
            store: None,
            faults: Faults::none(),
            limits: Limits::default(),
            token: Token::Any,
        }
    }
}

impl Builder {
    /// Where the organization listens; port 0 picks one. `127.0.0.1:0` when not given.
    pub fn listen(mut self, addr: SocketAddr) -> Builder {
        self.listen = addr;
        self
    }

    /// Where the storage service listens; a free port beside the organization when not given.
    pub fn listen_storage(mut self, addr: SocketAddr) -> Builder {
        self.listen_storage = Some(addr);
        self
    }

    /// Lets it listen on addresses that other machines can reach. Without TLS, tokens and files go in the clear.
    pub fn allow_remote(mut self) -> Builder {
        self.remote = Remote::Allowed;
        self
    }

    /// How the organization reads what the documents leave open. The storage origin in it is the server's own,
    /// and a token given to the builder goes before one given here.
    pub fn options(mut self, options: Options) -> Builder {
        self.options = options;
        self
    }

    /// Where the ids and tokens of a new organization come from. Random when not given, so that nobody can guess
    /// the address of a file at the storage origin.
    pub fn seed(mut self, seed: u64) -> Builder {
        self.seed = Some(seed);
        self
    }

    /// Keeps everything in this folder, over restarts. In memory when not given.
    pub fn data(mut self, dir: impl Into<PathBuf>) -> Builder {
        self.data = Some(dir.into());
        self
    }

    /// Keeps everything in this store; it goes before [`Builder::data`].
    pub fn store(mut self, store: impl Store + 'static) -> Builder {
        self.store = Some(Arc::new(store));
        self
    }

    /// What goes wrong; nothing when not given.
    pub fn faults(mut self, faults: Faults) -> Builder {
        self.faults = faults;
        self
    }

    /// How much one client may take of the server.
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// Accepts this bearer token only. Any is accepted when not given.
    pub fn token(mut self, token: impl Into<String>) -> Builder {
        self.token = Token::Only(token.into());
        self
    }

    /// Accepts only a token that is made at the start from the system's random numbers: 256 bits, in hexadecimal.
    /// With it nobody else on the machine can use the emulator.
    pub fn random_token(mut self) -> Builder {
        self.token = Token::Random;
        self
    }

    /// Starts it, on threads of its own: programs with and without a runtime use it alike.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for an address that other machines can reach, unless that is allowed;
    /// [`ErrorKind::ResourceBusy`] for a data folder in use; [`ErrorKind::InvalidData`] for one that is damaged or
    /// of a newer version; and what the system says of the address, the folder and its random numbers.
    pub fn start(mut self) -> io::Result<Running> {
        let seed = match self.seed {
            Some(seed) => seed,
            None => u64::from_le_bytes(random()?),
        };
        if let (Token::Any, Some(token)) = (&self.token, self.options.required_token.take()) {
            self.token = Token::Only(token);
        }
        let options = self.options.clone();
        self.start_with(|storage_origin, token| {
            let (storage_origin, required_token) = (storage_origin.to_owned(), token.map(str::to_owned));
            seat::core(Options { storage_origin, required_token, ..options }, seed)
        })
    }

    /// Starts with an organization made by `found`, which is told the storage origin and the token.
    pub(crate) fn start_with(self, found: impl FnOnce(&str, Option<&str>) -> Found) -> io::Result<Running> {
        let storage = self.listen_storage.unwrap_or_else(|| SocketAddr::new(self.listen.ip(), 0));
        let listeners = Listeners { organization: self.bind(self.listen)?, storage: self.bind(storage)? };
        let token = match self.token {
            Token::Any => None,
            Token::Only(token) => Some(token),
            Token::Random => Some(random_token()?),
        };
        let store: Arc<dyn Store> = match (self.store, self.data) {
            (Some(store), _) => store,
            (None, Some(dir)) => Arc::new(Disk::open(&dir)?),
            (None, None) => Arc::new(Memory::new()),
        };
        let found = found(&super::running::url_of(&listeners.storage)?, token.as_deref());
        let shared = Shared::new(Seat::new(store, found)?, self.faults, self.limits);
        Running::start(listeners, shared, token)
    }

    fn bind(&self, addr: SocketAddr) -> io::Result<TcpListener> {
        if !addr.ip().is_loopback() && self.remote == Remote::Refused {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                format!("{addr} can be reached from other machines; use 127.0.0.1, or allow it explicitly"),
            ));
        }
        TcpListener::bind(addr).map_err(|e| io::Error::new(e.kind(), format!("cannot listen on {addr}: {e}")))
    }
}

fn random_token() -> io::Result<String> {
    Ok(random::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn random<const BYTES: usize>() -> io::Result<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|e| io::Error::other(format!("the system has no random numbers: {e}")))?;
    Ok(bytes)
}
