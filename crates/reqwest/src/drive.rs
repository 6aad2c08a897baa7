//! The loop that carries a session out. It starts exchanges, hands their replies in and waits; every decision is the session's.
use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::Poll;

use dataverse_files_io::Source;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout_at;

use crate::exchange::{Reply, Wire, exchange};
use crate::{Error, Event, Moment, Output, RequestId, Session, Transmit};

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
pub(crate) trait Keep<S>: Send {
    type Checkpoint: Send;

    /// What is to be kept now.
    fn due(&mut self, session: &S, when: When<'_>) -> Option<Self::Checkpoint>;

    fn keep(&mut self, checkpoint: Self::Checkpoint) -> impl Future<Output = Result<(), Error>> + Send;
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
    pub async fn next(&mut self) -> Result<Step<S::Outcome>, Error> {
        loop {
            match self.session.poll(self.air.now()) {
                Output::Event(event) => return Ok(Step::Event(event)),
                Output::Send(transmit) => {
                    self.keep(When::Sending(&transmit)).await?;
                    self.air.send(transmit);
                }
                Output::Wait(until) => {
                    self.keep(When::Waiting).await?;
                    if let Some((id, input)) = self.air.reply(until).await {
                        self.session.handle(self.air.now(), id, input);
                        if !self.session.expects(id) {
                            self.air.stop(id);
                        }
                    }
                }
                Output::Done(Ok(outcome)) => return Ok(Step::Done(outcome)),
                Output::Done(Err(e)) => {
                    // Whatever becomes of the checkpoint, this is what the caller must hear of.
                    let _ = self.keep(When::Failed).await;
                    return Err(e);
                }
            }
        }
    }

    async fn keep(&mut self, when: When<'_>) -> Result<(), Error> {
        match self.keep.due(&self.session, when) {
            Some(checkpoint) => self.keep.keep(checkpoint).await,
            None => Ok(()),
        }
    }
}

/// The requests in the air: one task each.
struct Air {
    wire: Arc<Wire>,
    source: Arc<dyn Source>,
    tasks: JoinSet<()>,
    flying: HashMap<RequestId, AbortHandle>,
    to: mpsc::Sender<Reply>,
    replies: mpsc::Receiver<Reply>,
}

impl Air {
    fn new(wire: &Arc<Wire>, source: Arc<dyn Source>) -> Self {
        let (to, replies) = mpsc::channel(QUEUE);
        let (tasks, flying) = (JoinSet::new(), HashMap::new());
        Self { wire: wire.clone(), source, tasks, flying, to, replies }
    }

    fn now(&self) -> Moment {
        self.wire.pace.now()
    }

    fn send(&mut self, transmit: Transmit) {
        let id = transmit.id;
        let exchange = exchange(self.wire.clone(), transmit, self.source.clone(), self.to.clone());
        self.flying.insert(id, self.tasks.spawn(exchange));
    }

    /// Nothing more of it is of use; it may have ended by itself.
    fn stop(&mut self, id: RequestId) {
        if let Some(task) = self.flying.remove(&id) {
            task.abort();
        }
    }

    /// The next reply, or `None` when the moment has come.
    async fn reply(&mut self, until: Option<Moment>) -> Option<Reply> {
        let until = until.and_then(|moment| self.wire.pace.instant(moment));
        let reply = poll_fn(|cx| {
            while let Poll::Ready(Some(ended)) = self.tasks.poll_join_next(cx) {
                // A token source that panics does so in the caller's name.
                if let Err(Ok(panic)) = ended.map_err(tokio::task::JoinError::try_into_panic) {
                    resume_unwind(panic);
                }
            }
            self.replies.poll_recv(cx)
        });
        match until {
            Some(at) => timeout_at(at, reply).await.ok().flatten(),
            None => reply.await,
        }
    }
}
