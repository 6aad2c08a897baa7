//! A server at work.
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use tokio::sync::{Semaphore, watch};

use super::listen::listen;
use super::shared::{Shared, lock};
use crate::audit::Finding;
use crate::faults::Faults;
use crate::kind::{Kind, Origin};

/// Threads that may wait for the disk at the same time. Few, since each keeps memory of its own.
const WAITING_THREADS: usize = 8;

/// A running emulator. Dropping it stops it.
///
/// ```
/// use dataverse_files_emulator::Emulator;
///
/// let emulator = Emulator::builder().start()?;
/// println!("listening on {}", emulator.url());
/// assert_eq!(emulator.requests(), 0);
/// emulator.stop();
/// # std::io::Result::Ok(())
/// ```
pub struct Running {
    url: String,
    storage_url: String,
    token: Option<String>,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// Where a server listens.
pub(crate) struct Listeners {
    pub(crate) organization: TcpListener,
    pub(crate) storage: TcpListener,
}

impl fmt::Debug for Running {
    /// Never shows the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("url", &self.url)
            .field("storage_url", &self.storage_url)
            .finish_non_exhaustive()
    }
}

impl Running {
    pub(crate) fn start(
        listeners: Listeners,
        shared: Shared,
        token: Option<String>,
    ) -> std::io::Result<Running> {
        let url = url(listeners.organization.local_addr()?);
        let storage_url = url_of(&listeners.storage)?;
        let shared = Arc::new(shared);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(thread::available_parallelism().map_or(2, usize::from).min(4))
            .max_blocking_threads(WAITING_THREADS)
            .thread_name("dataverse-emulator")
            .enable_io()
            .enable_time()
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let entered = runtime.enter();
        let organization = tokio_listener(listeners.organization)?;
        let storage = tokio_listener(listeners.storage)?;
        drop(entered);
        let served = shared.clone();
        let thread = thread::Builder::new().name("dataverse-emulator".into()).spawn(move || {
            let places = Arc::new(Semaphore::new(served.limits.connections));
            runtime.block_on(async {
                let storage = tokio::spawn(listen(
                    served.clone(),
                    Origin::Storage,
                    storage,
                    places.clone(),
                    stopped.clone(),
                ));
                listen(served, Origin::Organization, organization, places, stopped).await;
                // It has only ended early if it panicked, and then it has nothing under way.
                let _ = storage.await;
            });
        })?;
        Ok(Running { url, storage_url, token, shared, stop, thread: Some(thread) })
    }

    /// The organization's address, e.g. `http://127.0.0.1:40213`, without a final slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the storage service that SAS URLs lead to, without a final slash.
    pub fn storage_url(&self) -> &str {
        &self.storage_url
    }

    /// The only bearer token that is accepted; `None` when any is.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// What clients did wrong so far though they got away with it, oldest first.
    pub fn audit(&self) -> Vec<Finding> {
        lock(&self.shared.audit).findings().to_vec()
    }

    /// Requests so far, at both origins, faults included.
    pub fn requests(&self) -> u64 {
        Kind::ALL.into_iter().map(|kind| self.requests_of(kind)).sum()
    }

    /// Requests of one kind so far, faults included.
    pub fn requests_of(&self, kind: Kind) -> u64 {
        self.shared.requests[kind as usize].load(Ordering::Relaxed)
    }

    /// Changes the weather for the requests to come.
    pub fn set_faults(&self, faults: Faults) {
        *lock(&self.shared.faults) = faults;
    }

    /// Stops: takes no more connections, lets requests under way end for a few seconds, gives the data folder free.
    pub fn stop(self) {}
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been reported where it happened.
            let _ = thread.join();
        }
    }
}

fn tokio_listener(listener: TcpListener) -> std::io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// The address of a listener as a URL.
pub(crate) fn url_of(listener: &TcpListener) -> std::io::Result<String> {
    Ok(url(listener.local_addr()?))
}

fn url(addr: SocketAddr) -> String {
    format!("http://{addr}")
}
