//! One question to the service, asked until it is answered: every small query is a function returning a [`Call`].
use std::fmt;

use bytes::Bytes;
use http::{Request, response::Parts};

use crate::affinity::Affinity;
use crate::engine::{Context, Engine, Machine};
use crate::flights::{Counts, Described, Flights, Reply, Settled, What};
use crate::wire::odata::is_unknown_name;
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

/// What a definite no means to one question; `None` leaves it the error it is.
pub type Excuse<T> = Box<dyn FnMut(&Error) -> Option<Answer<T>> + Send>;

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
    excuse: Excuse<T>,
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
        let question =
            Question { step, request, parse: Box::new(parse), excuse: Box::new(|_| None), pages: 0 };
        Self { engine: Engine::new(question, Context::new(flights(RetryPolicy::default()))) }
    }

    /// "Not found" is an answer as well (X2, X3: what is to be deleted is gone).
    #[must_use]
    pub fn or_absent(self, absent: fn() -> T) -> Self
    where
        T: 'static,
    {
        // A column that was never there, such as a misspelt one, is not one that is empty.
        self.or_else(move |e| {
            (e.kind() == ErrorKind::NotFound && !is_unknown_name(e)).then(|| Answer::Whole(absent()))
        })
    }

    /// Some definite refusals are answers as well: `excuse` sees each one (never one that may have been carried out)
    /// and says what it means to this question, where it means more than an error. The last `excuse` given counts.
    ///
    /// ```
    /// use dataverse_files_proto::{Answer, Body, Call, ErrorKind};
    /// # let request = http::Request::new(Body::empty());
    /// let call = Call::new("look", request, |_, _| Ok(true))
    ///     .or_else(|e| (e.kind() == ErrorKind::Forbidden).then_some(Answer::Whole(false)));
    /// # let _ = call;
    /// ```
    #[must_use]
    pub fn or_else(mut self, excuse: impl FnMut(&Error) -> Option<Answer<T>> + Send + 'static) -> Self {
        self.engine.machine.excuse = Box::new(excuse);
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
        Described::question(self.request.clone())
    }

    fn land(&mut self, now: Moment, reply: Reply<()>, cx: &mut Context<(), T>) {
        let attempts = reply.attempts;
        match cx.flights.settle(now, self.step, reply) {
            Settled::Good(head, body) => self.answered(now, attempts, &head, &body, cx),
            Settled::Again { event, .. } => cx.tell(event),
            Settled::No(e) => match (self.excuse)(&e) {
                Some(answer) => self.go_on(answer, cx),
                None => cx.fail(e),
            },
            Settled::Gone(e) | Settled::Lost(e) => cx.fail(e),
        }
    }
}

impl<T> Question<T> {
    fn go_on(&mut self, answer: Answer<T>, cx: &mut Context<(), T>) {
        match answer {
            Answer::Whole(answer) => cx.finish(Ok(answer)),
            Answer::Missing(why) => cx.fail(Error::new(ErrorKind::NotFound, self.step).because(why)),
            Answer::Next(request) if self.pages < MOST_PAGES => {
                self.pages += 1;
                self.request = *request;
                cx.flights.plan(());
            }
            Answer::Next(_) => {
                cx.fail(Error::new(ErrorKind::Protocol, self.step).because("pages without end"));
            }
        }
    }

    fn answered(&mut self, now: Moment, attempts: u32, head: &Parts, body: &Bytes, cx: &mut Context<(), T>) {
        match (self.parse)(head, body) {
            Ok(answer) => self.go_on(answer, cx),
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

    fn expects(&self, id: RequestId) -> bool {
        self.engine.expects(id)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("step", &self.engine.machine.step).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(mut call: Call<u32>, replies: &[(u16, &str)]) -> (u32, Result<u32, Error>) {
        let (mut asked, mut replies) = (0, replies.iter());
        let mut now = Moment::default();
        loop {
            match call.poll(now) {
                Output::Send(sent) => {
                    asked += 1;
                    let (status, body) = replies.next().expect("a reply for each request");
                    let (head, ()) = http::Response::builder().status(*status).body(()).unwrap().into_parts();
                    for input in [Input::Head(head), Input::Chunk(body.to_string().into()), Input::End] {
                        call.handle(now, sent.id, input);
                    }
                }
                Output::Done(result) => return (asked, result),
                Output::Wait(until) => now = until.expect("something to wait for"),
                Output::Event(_) => {}
            }
        }
    }

    fn call() -> Call<u32> {
        Call::new("look", Request::new(Body::empty()), |_, body| {
            String::from_utf8_lossy(body).parse().map_err(|_| "no number".to_owned())
        })
    }

    #[test]
    fn a_refusal_is_an_error_until_it_is_excused() {
        let conflict = [(400, r#"{"error":{"code":"0x80047013","message":"it is there"}}"#)];
        let (_, refused) = answered(call(), &conflict);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Exists);
        let exists = |e: &Error| (e.kind() == ErrorKind::Exists).then_some(Answer::Whole(7));
        assert_eq!(answered(call().or_else(exists), &conflict).1.unwrap(), 7);
        let (_, other) = answered(call().or_else(exists), &[(403, "")]);
        assert_eq!(other.unwrap_err().kind(), ErrorKind::Forbidden);
    }

    #[test]
    fn an_excuse_can_explain_or_ask_on() {
        let explain = |e: &Error| Some(Answer::Missing(format!("no such thing ({})", e.server().unwrap())));
        let error = answered(call().or_else(explain), &[(400, "what?")]).1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("no such thing (400 \"what?\")"), "{error}");
        let ask_on = |_: &Error| Some(Answer::Next(Box::new(Request::new(Body::empty()))));
        let (asked, answer) = answered(call().or_else(ask_on), &[(404, ""), (404, ""), (200, "5")]);
        assert_eq!((asked, answer.unwrap()), (3, 5));
    }

    #[test]
    fn what_may_have_been_carried_out_is_never_excused() {
        let said = r#"{"error":{"code":"0x80047013","message":"no"}}"#;
        let (_, outcome) = answered(call().or_else(|_| Some(Answer::Whole(7))), &[(500, said)]);
        assert!(outcome.is_err());
    }
}
