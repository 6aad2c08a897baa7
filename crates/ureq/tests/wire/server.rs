//! A server that does what a test tells it, on a real socket: it can also be silent, slow or rude.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// One request as it came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub method: String,
    /// Path and query.
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// All bytes came that `Content-Length` had announced.
    pub complete: bool,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn is(&self, method: &str, part: &str) -> bool {
        self.method == method && self.target.contains(part)
    }

    /// The bytes of `Range: bytes=a-b`, clipped.
    pub fn range<'a>(&self, file: &'a [u8]) -> Option<&'a [u8]> {
        let (from, to) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        Some(&file[from..file.len().min(to + 1)])
    }
}

/// What the server does about a request whose head (and, unless it is `Early`, body) has come.
pub enum Answer {
    /// Status, headers, body.
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Whatever the test writes itself.
    Raw(Box<dyn FnOnce(&mut TcpStream) + Send>),
}

pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Answer::Reply(status, Vec::new(), body.into())
}

pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answer each request, after its body has come, with what `answer` gives.
    pub fn start(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_with(true, answer)
    }

    /// Answer as soon as the head of a request has come.
    pub fn start_early(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_with(false, answer)
    }

    fn start_with(patient: bool, answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), seen.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, log) = (answer.clone(), log.clone());
                thread::spawn(move || serve(stream, patient, &*answer, &log));
            }
        });
        Self { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn count(&self, method: &str, part: &str) -> usize {
        self.seen().iter().filter(|seen| seen.is(method, part)).count()
    }
}

fn serve(
    mut stream: TcpStream,
    patient: bool,
    answer: &(dyn Fn(&Seen) -> Answer + Send + Sync),
    log: &Mutex<Vec<Seen>>,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(mut seen) = read_head(&mut reader) {
        let length = seen.header("content-length").map_or(0, |n| n.parse().unwrap());
        if patient {
            seen.complete = read_body(&mut reader, length, &mut seen.body);
        }
        log.lock().unwrap().push(seen.clone());
        if patient && !seen.complete {
            return;
        }
        match answer(&seen) {
            Answer::Raw(act) => return act(&mut stream),
            Answer::Reply(status, headers, body) => {
                if write_reply(&mut stream, status, &headers, &body).is_err() {
                    return;
                }
            }
        }
        if !patient && !read_body(&mut reader, length, &mut seen.body) {
            return;
        }
    }
}

fn read_head(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut seen = Seen { method, target, ..Seen::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => seen.headers.push((name.to_owned(), value.trim().to_owned())),
            None => return Some(seen),
        }
    }
}

fn read_body(reader: &mut BufReader<TcpStream>, length: u64, body: &mut Vec<u8>) -> bool {
    reader.take(length).read_to_end(body).is_ok() && body.len() as u64 == length
}

fn write_reply(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(&str, String)],
    body: &[u8],
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} As told\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if status != 204 {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body)
}

/// What a file column answers to a GET of its value, whole or by ranges.
pub fn value_of(file: &[u8], seen: &Seen) -> Answer {
    let headers = vec![("x-ms-file-size", file.len().to_string()), ("x-ms-file-name", "a.bin".into())];
    match seen.range(file) {
        Some(part) => Answer::Reply(206, headers, part.to_vec()),
        None => Answer::Reply(200, headers, file.to_vec()),
    }
}

/// What a look at the record says.
pub fn held(file_id: &str) -> Answer {
    let row = format!(r#"{{"sample_filecolumn":"{file_id}","sample_filecolumn_name":"a.bin"}}"#);
    reply(200, row)
}

/// What the definition of the table says.
pub fn account() -> Answer {
    reply(
        200,
        r#"{"value":[{"LogicalName":"account","EntitySetName":"accounts","PrimaryIdAttribute":"accountid"}]}"#,
    )
}
