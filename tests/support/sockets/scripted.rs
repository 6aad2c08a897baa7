//! A server that says what a test tells it, for answers that no organization gives.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method, path and query.
    pub first: String,
    /// In lower case, `name: value`.
    pub headers: Vec<String>,
    /// As long as `Content-Length` says.
    pub body: Vec<u8>,
}

/// It lives as long as the test process.
#[derive(Debug)]
pub struct Scripted {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scripted {
    /// Answers each request with these very bytes, head included.
    pub fn start(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, log) = (answer.clone(), log.clone());
                thread::spawn(move || serve(stream, &*answer, &log));
            }
        });
        Self { url, asked }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What came so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Asked {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&Asked) -> Vec<u8>, log: &Mutex<Vec<Asked>>) {
    let mut from = BufReader::new(stream.try_clone().unwrap());
    while let Some(asked) = read(&mut from) {
        log.lock().unwrap().push(asked.clone());
        if stream.write_all(&answer(&asked)).is_err() {
            return;
        }
    }
}

fn read(from: &mut BufReader<TcpStream>) -> Option<Asked> {
    let first = line(from)?.strip_suffix(" HTTP/1.1")?.to_owned();
    let mut asked = Asked { first, headers: Vec::new(), body: Vec::new() };
    while let Some(line) = line(from).filter(|line| !line.is_empty()) {
        asked.headers.push(line.to_ascii_lowercase());
    }
    let len = asked.header("content-length").map_or(0, |text| text.parse().unwrap());
    from.take(len).read_to_end(&mut asked.body).ok()?;
    Some(asked)
}

fn line(from: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = from.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}
