//! Connections: taken as they come, a limited number at a time, and ended in an orderly way.
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::exchange::serve;
use super::line::{Line, Socket};
use super::shared::Shared;
use crate::kind::Origin;

/// Bytes a connection buffers in each direction; a head must fit. The same holds for a piece of a body.
const BUFFER: usize = 64 * 1024;

/// Serves one origin until told to stop, and then what is under way.
pub(crate) async fn listen(
    shared: Arc<Shared>,
    origin: Origin,
    listener: TcpListener,
    places: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            // A sender that is gone says the same as one that says stop.
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &places) => accepted,
        };
        while connections.try_join_next().is_some() {}
        let Some((stream, place)) = accepted else { continue };
        let (shared, stop) = (shared.clone(), stop.clone());
        connections.spawn(async move {
            connection(shared, origin, stream, stop).await;
            drop(place);
        });
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    // What is still under way is cut off with the set.
    let _ = timeout(shared.limits.farewell, ended).await;
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let stream = match listener.accept().await {
        Ok((stream, _)) => stream,
        Err(_) => {
            // Mostly no file descriptor is left: trying again at once would only burn the processor.
            sleep(Duration::from_millis(50)).await;
            return None;
        }
    };
    // Only now: a listener that waits for a client must not keep a place from the other one.
    let place = places.clone().acquire_owned().await.ok()?;
    Some((stream, place))
}

async fn connection(shared: Arc<Shared>, origin: Origin, stream: TcpStream, mut stop: watch::Receiver<bool>) {
    // Without it small answers wait for the next ones; where it cannot be set they merely do.
    let _ = stream.set_nodelay(true);
    let line = Arc::new(Line::default());
    let limits = shared.limits.clone();
    let socket = TokioIo::new(Socket::new(stream, line.clone(), limits.stall));
    let service = service_fn(move |request| serve(shared.clone(), origin, line.clone(), request));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(BUFFER)
        .serve_connection(socket, service);
    tokio::pin!(serving);
    tokio::select! {
        // How a connection ended concerns its client alone.
        _ = serving.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
