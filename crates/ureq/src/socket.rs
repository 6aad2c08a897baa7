//! Connections: TCP that can be shut down from another thread, TLS on top where the URL wants it, and around both a watch that
//! keeps the time of the exchange being carried out.
use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    TcpConnector, Transport, TransportAdapter,
};

use crate::control::{Control, Socket};

/// Everything between an agent and the network.
pub(crate) fn connector(tls: ClientConfig) -> impl Connector {
    ().chain(ConnectProxyConnector::default()).chain(Tcp::default()).chain(Tls(Arc::new(tls))).chain(Watch)
}

/// TCP whose sockets are made known to the exchange that asked for them.
#[derive(Debug, Default)]
struct Tcp(TcpConnector);

impl<In: Transport> Connector<In> for Tcp {
    type Out = <TcpConnector as Connector<In>>::Out;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let register = details.register_shutdown.clone();
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: Arc::new(move |socket: Socket| {
                if let Some(control) = Control::current() {
                    control.hold(Some(socket.clone()));
                }
                register(socket)
            }),
        };
        self.0.connect(&details, chained)
    }
}

/// TLS as the client has configured it.
#[derive(Debug)]
struct Tls(Arc<ClientConfig>);

struct Encrypted {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, Encrypted>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(plain) = chained else { return Ok(None) };
        if !details.needs_tls() || plain.is_tls() {
            return Ok(Some(Either::A(plain)));
        }
        let host = details.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|e| Error::Other(e.into()))?;
        let mut conn = ClientConnection::new(self.0.clone(), name).map_err(|e| Error::Other(e.into()))?;
        let mut sock = TransportAdapter::new(plain.boxed(), details.current_time.clone());
        sock.set_timeout(details.timeout);
        while conn.is_handshaking() {
            conn.complete_io(&mut sock)?;
        }
        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Either::B(Encrypted { buffers, stream: StreamOwned { conn, sock } })))
    }
}

impl Transport for Encrypted {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        Ok(self.stream.write_all(output)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.sock.set_timeout(timeout);
        let read = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted").finish_non_exhaustive()
    }
}

/// Puts a [`Watched`] around whatever came before.
#[derive(Debug)]
struct Watch;

/// A connection that obeys the [`Control`] of the exchange it serves.
struct Watched<In> {
    inner: In,
    socket: Option<Socket>,
    /// The server takes nothing any more. It may have answered before: what it said can still be read.
    deaf: bool,
}

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let socket = Control::current().and_then(|control| control.socket());
        Ok(chained.map(|inner| Watched { inner, socket, deaf: false }))
    }
}

impl<In> Watched<In> {
    fn limit(&self, timeout: NextTimeout) -> NextTimeout {
        Control::current().map_or(timeout, |control| control.limit(timeout))
    }
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if let Some(control) = Control::current() {
            control.hold(self.socket.clone());
            control.mark_sent();
        }
        if self.deaf {
            return Ok(());
        }
        match self.inner.transmit_output(amount, self.limit(timeout)) {
            Err(Error::Io(e)) if is_closed(&e) => {
                self.deaf = true;
                Ok(())
            }
            other => other,
        }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(self.limit(timeout))
    }

    fn is_open(&mut self) -> bool {
        !self.deaf && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

fn is_closed(e: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(e.kind(), BrokenPipe | ConnectionReset | ConnectionAborted)
}

impl<In: Transport> fmt::Debug for Watched<In> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("inner", &self.inner).finish_non_exhaustive()
    }
}
