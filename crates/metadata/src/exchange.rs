//! A service of prepared answers: every test of this crate carries its calls out against it.
use dataverse_files_proto::{Body, Call, Error, Guid, Input, Moment, Organization, Output, Session, Table};
use http::{HeaderMap, Method};
use serde_json::Value;

pub(crate) fn contoso() -> Organization {
    Organization::new("https://contoso.crm.dynamics.com").unwrap()
}

pub(crate) fn account() -> Table {
    Table::new("account", "accountid").unwrap()
}

pub(crate) fn guid(text: &str) -> Guid {
    text.parse().unwrap()
}

/// What the service says to one request.
#[derive(Clone)]
pub(crate) struct Says {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

pub(crate) fn ok(body: &str) -> Says {
    Says { status: 200, headers: Vec::new(), body: body.to_owned() }
}

pub(crate) fn no_content() -> Says {
    Says { status: 204, headers: Vec::new(), body: String::new() }
}

/// A refusal in the documented envelope (errors-and-limits §2).
pub(crate) fn refusal(status: u16, code: &str) -> Says {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#);
    Says { status, headers: Vec::new(), body }
}

impl Says {
    pub(crate) fn status(mut self, status: u16) -> Says {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Says {
        self.headers.push((name, value.into()));
        self
    }
}

/// One request as it was sent.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) origin: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The request's body, read as the service would.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(self.header("content-length"), Some(self.body.len().to_string().as_str()));
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Carry a call out with these answers, in order: what was asked, and what came of it.
pub(crate) fn carry_out<T>(mut call: Call<T>, says: &[Says]) -> (Vec<Asked>, Result<T, Error>) {
    let (mut asked, mut says, mut now) = (Vec::new(), says.iter(), Moment::default());
    loop {
        match call.poll(now) {
            Output::Send(sent) => {
                asked.push(received(sent.request));
                let said = says.next().expect("an answer for each question");
                let mut response = http::Response::builder().status(said.status);
                for (name, value) in &said.headers {
                    response = response.header(*name, value);
                }
                let (head, ()) = response.body(()).unwrap().into_parts();
                for input in [Input::Head(head), Input::Chunk(said.body.clone().into()), Input::End] {
                    call.handle(now, sent.id, input);
                }
            }
            Output::Done(result) => return (asked, result),
            Output::Wait(until) => now = until.expect("something to wait for"),
            Output::Event(_) => {}
        }
    }
}

/// Everything that every request must have (errors-and-limits §11) is checked here, once.
fn received(request: http::Request<Body>) -> Asked {
    let (head, body) = request.into_parts();
    for (name, value) in [
        ("accept", "application/json"),
        ("odata-maxversion", "4.0"),
        ("odata-version", "4.0"),
        ("if-none-match", "null"),
    ] {
        assert_eq!(head.headers[name], value, "{} {}", head.method, head.uri);
    }
    let Body::Bytes(body) = body else { panic!("a question holds no file") };
    Asked {
        method: head.method,
        origin: format!("{}://{}", head.uri.scheme_str().unwrap(), head.uri.authority().unwrap()),
        path: head.uri.path_and_query().unwrap().to_string(),
        headers: head.headers,
        body: body.to_vec(),
    }
}

pub(crate) const API: &str = "/api/data/v9.2/";
