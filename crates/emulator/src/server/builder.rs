//! How an emulator is set up.
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use super::exchange::Shared;
use super::limits::Limits;
use super::running::{Listeners, Running};
use super::seat::{Found, Seat};
use crate::faults::Faults;
use crate::store::{Disk, Memory, Store};

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
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|e| io::Error::other(format!("no random numbers for a token: {e}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
