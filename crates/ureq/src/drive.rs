//! The loop that carries a session out. It starts exchanges, hands their replies in and waits; every decision is the session's.
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use dataverse_files_io::Source;

use crate::control::Control;
use crate::exchange::{Replies, Reply, Wire, exchange};
use crate::{Error, ErrorKind, Event, Input, Moment, Output, RequestId, Session, Transmit};

/// Replies that may wait for the session; a full queue holds the exchanges up, and they the service.
const QUEUE: usize = 8;

/// A session under way. Dropped, it aborts its requests in the air.
pub(crate) struct Drive<S, K> {
    session: S,
    pub keep: K,
    air: Air,
}

/// What the loop gives to whoever runs it.
pub(crate) enum Step<T> {
    Event(Event),
    Done(T),
}

/// Keeps checkpoints, or nothing. Asked when all events have been told.
pub(crate) trait Keep<S> {
    type Checkpoint;

    /// What is to be kept now.
    fn due(&mut self, session: &S, when: When<'_>) -> Option<Self::Checkpoint>;

    fn keep(&mut self, checkpoint: Self::Checkpoint) -> Result<(), Error>;
}

/// Where in the loop a checkpoint may be kept.
#[derive(Clone, Copy)]
pub(crate) enum When<'a> {
    /// Before this request goes out.
    Sending(&'a Transmit),
    Waiting,
    Failed,
}

impl<S: Session, K: Keep<S>> Drive<S, K> {
    pub fn new(wire: &Arc<Wire>, session: S, source: Arc<dyn Source>, keep: K) -> Self {
        Self { session, keep, air: Air::new(wire, source) }
    }

    /// Go on until there is something to tell.
    pub fn next(&mut self) -> Result<Step<S::Outcome>, Error> {
        loop {
            match self.session.poll(self.air.now()) {
                Output::Event(event) => return Ok(Step::Event(event)),
                Output::Send(transmit) => {
                    self.keep(When::Sending(&transmit))?;
                    self.air.send(transmit)?;
                }
                Output::Wait(until) => {
                    self.keep(When::Waiting)?;
                    if let Some((id, input)) = self.air.reply(until) {
                        self.session.handle(self.air.now(), id, input);
                    }
                }
                Output::Done(Ok(outcome)) => return Ok(Step::Done(outcome)),
                Output::Done(Err(e)) => {
                    // Whatever becomes of the checkpoint, this is what the caller must hear of.
                    let _ = self.keep(When::Failed);
                    return Err(e);
                }
            }
        }
    }

    fn keep(&mut self, when: When<'_>) -> Result<(), Error> {
        match self.keep.due(&self.session, when) {
            Some(checkpoint) => self.keep.keep(checkpoint),
            None => Ok(()),
        }
    }
}

/// The requests in the air: each on a thread of the client's.
struct Air {
    wire: Arc<Wire>,
    source: Arc<dyn Source>,
    flying: HashMap<RequestId, Arc<Control>>,
    to: SyncSender<Reply>,
    replies: Receiver<Reply>,
}

impl Air {
    fn new(wire: &Arc<Wire>, source: Arc<dyn Source>) -> Self {
        let (to, replies) = sync_channel(QUEUE);
        Self { wire: wire.clone(), source, flying: HashMap::new(), to, replies }
    }

    fn now(&self) -> Moment {
        self.wire.pace.now()
    }

    fn send(&mut self, transmit: Transmit) -> Result<(), Error> {
        let control = Arc::new(Control::default());
        self.flying.insert(transmit.id, control.clone());
        let (wire, source, to) = (Arc::downgrade(&self.wire), self.source.clone(), self.to.clone());
        let started = self.wire.workers.run(move || {
            // A client that is gone wants nothing any more.
            if let Some(wire) = wire.upgrade() {
                let replies = Replies::new(transmit.id, to, control);
                exchange(&wire, transmit, &source, replies);
            }
        });
        started.map_err(|e| Error::new(ErrorKind::Transport, "start a thread").because(e))
    }

    /// The next reply, or `None` when the moment has come.
    fn reply(&mut self, until: Option<Moment>) -> Option<Reply> {
        let reply = match until {
            Some(moment) => self.replies.recv_timeout(moment.since(self.now())).ok(),
            None => self.replies.recv().ok(),
        };
        if let Some((id, Input::End | Input::Failed(_))) = &reply {
            self.flying.remove(id);
        }
        reply
    }
}

impl Drop for Air {
    fn drop(&mut self) {
        for control in self.flying.values() {
            control.abort();
        }
        self.wire.pace.rouse();
    }
}
