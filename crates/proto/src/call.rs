//! One question to the service, asked until it is answered: every small query is a function returning a [`Call`].
use std::fmt;

use bytes::Bytes;
use http::{Request, response::Parts};

use crate::affinity::Affinity;
use crate::engine::{Context, Engine, Machine};
use crate::flights::{Counts, Described, Flights, Reply, Settled, What};
use crate::{Body, Error, ErrorKind, Input, Moment, Output, RequestId, RetryPolicy, Session};

/// A request together with the parser of its answer. It is a [`Session`]: any driver carries it out.
///
/// ```
/// use dataverse_files_proto::{Call, Organization, Output, RetryPolicy, Session, Moment, query};
///
/// let contoso = Organization::new("https://contoso.crm.dynamics.com").unwrap();
/// let mut call: Call<dataverse_files_proto::Table> = query::table(&contoso, "accounts").unwrap();
/// let Output::Send(first) = call.poll(Moment::default()) else { panic!() };
/// assert_eq!(first.request.uri().path(), "/api/data/v9.2/EntityDefinitions");
/// ```
pub struct Call<T> {
    engine: Engine<Question<T>>,
}

/// Reads an answer; the error says what is wrong with it.
pub type Parse<T> = Box<dyn FnMut(&Parts, &[u8]) -> Result<Answer<T>, String> + Send>;

/// What an answer turned out to be.
///
/// ```
/// use dataverse_files_proto::Answer;
/// let answer: Answer<u32> = Answer::Whole(7);
/// assert!(matches!(answer, Answer::Whole(7)));
/// ```
#[derive(Debug)]
pub enum Answer<T> {
    /// All there is.
    Whole(T),
    /// A page; this request brings the next one.
    Next(Box<Request<Body>>),
    /// A good answer that says what is asked about does not exist: why, and what to do.
    Missing(String),
}

struct Question<T> {
    step: &'static str,
    request: Request<Body>,
    parse: Parse<T>,
    absent: Option<fn() -> T>,
    pages: u32,
}

/// More pages than this are a loop.
const MOST_PAGES: u32 = 10_000;

impl<T> Call<T> {
    /// Ask `request` and read its answer with `parse`. `step` names it in errors.
    pub fn new(
        step: &'static str,
        request: Request<Body>,
        mut parse: impl FnMut(&Parts, &[u8]) -> Result<T, String> + Send + 'static,
    ) -> Self {
        Self::paged(step, request, move |head, body| parse(head, body).map(Answer::Whole))
    }

    /// Ask page after page: `parse` keeps what it has read and gives it all with the last one.
    pub fn paged(
        step: &'static str,
        request: Request<Body>,
        parse: impl FnMut(&Parts, &[u8]) -> Result<Answer<T>, String> + Send + 'static,
    ) -> Self {
        let question = Question { step, request, parse: Box::new(parse), absent: None, pages: 0 };
        Self { engine: Engine::new(question, Context::new(flights(RetryPolicy::default()))) }
    }

    /// "Not found" is an answer as well (X2, X3: what is to be deleted is gone).
    #[must_use]
    pub fn or_absent(mut self, absent: fn() -> T) -> Self {
        self.engine.machine.absent = Some(absent);
        self
    }

    /// With another policy than the default one.
    #[must_use]
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.engine.cx = Context::new(flights(policy));
        self
    }

    /// Requests sent so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.engine.cx.flights.counts
    }
}

fn flights(policy: RetryPolicy) -> Flights<()> {
    let mut flights = Flights::new(policy, 1, Affinity::new(false));
    flights.plan(());
    flights
}

impl<T> Machine for Question<T> {
    type Key = ();
    type Outcome = T;

    fn name(&self) -> &'static str {
        self.step
    }

    fn describe(&mut self, (): ()) -> Described {
        let request = self.request.clone();
        Described { request, expect: 0, streams: false, finishes: false, lookup: true, home: true }
    }

    fn land(&mut self, now: Moment, reply: Reply<()>, cx: &mut Context<(), T>) {
        let attempts = reply.attempts;
        match cx.flights.settle(now, self.step, reply) {
            Settled::Good(head, body) => self.answered(now, attempts, &head, &body, cx),
            Settled::Again { event, .. } => cx.tell(event),
            Settled::No(e) if e.kind() == ErrorKind::NotFound => match self.absent {
                Some(absent) => cx.finish(Ok(absent())),
                None => cx.fail(e),
            },
            Settled::Gone(e) | Settled::No(e) | Settled::Lost(e) => cx.fail(e),
        }
    }
}

impl<T> Question<T> {
    fn answered(&mut self, now: Moment, attempts: u32, head: &Parts, body: &Bytes, cx: &mut Context<(), T>) {
        match (self.parse)(head, body) {
            Ok(Answer::Whole(answer)) => cx.finish(Ok(answer)),
            Ok(Answer::Missing(why)) => cx.fail(Error::new(ErrorKind::NotFound, self.step).because(why)),
            Ok(Answer::Next(request)) if self.pages < MOST_PAGES => {
                self.pages += 1;
                self.request = *request;
                cx.flights.plan(());
            }
            Ok(Answer::Next(_)) => {
                cx.fail(Error::new(ErrorKind::Protocol, self.step).because("pages without end"));
            }
            Err(why) => {
                let odd = Reply::again((), attempts, What::Odd(ErrorKind::Protocol, why));
                match cx.flights.settle(now, self.step, odd) {
                    Settled::Again { event, .. } => cx.tell(event),
                    Settled::Good(..) => {}
                    Settled::Gone(e) | Settled::No(e) | Settled::Lost(e) => cx.fail(e),
                }
            }
        }
    }
}

impl<T> Session for Call<T> {
    type Outcome = T;

    fn poll(&mut self, now: Moment) -> Output<T> {
        self.engine.poll(now)
    }

    fn handle(&mut self, now: Moment, id: RequestId, input: Input) {
        self.engine.handle(now, id, input);
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("step", &self.engine.machine.step).finish_non_exhaustive()
    }
}
