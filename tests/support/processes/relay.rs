//! A line between a client and the organization, of a given width, that counts what passes.
//!
//! On loopback a transfer is over before it can be killed in the middle; over this line it takes its time on every machine.
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes passed on at a time.
const PIECE: usize = 64 * 1024;

/// A listening end. It lives as long as the test process.
#[derive(Debug)]
pub struct Relay {
    url: String,
    line: Arc<Line>,
}

#[derive(Debug)]
struct Line {
    to: String,
    /// In each direction, all connections together.
    bytes_per_second: u64,
    free: [Mutex<Instant>; 2],
    /// First lines of requests.
    seen: Mutex<Vec<String>>,
}

impl Relay {
    /// To the organization at `url`, which need not run yet.
    pub fn start(url: &str, bytes_per_second: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let (to, now) = (url.strip_prefix("http://").unwrap().to_owned(), Instant::now());
        let (free, seen) = ([Mutex::new(now), Mutex::new(now)], Mutex::default());
        let line = Arc::new(Line { to, bytes_per_second, free, seen });
        let served = line.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let line = served.clone();
                // Whoever is gone, the other end learns of it.
                thread::spawn(move || drop(line.connect(client)));
            }
        });
        Self { url: own, line }
    }

    /// The address of its near end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many requests passed whose first line holds this, e.g. `/UploadBlock`.
    pub fn count(&self, part: &str) -> usize {
        self.line.seen.lock().unwrap().iter().filter(|first| first.contains(part)).count()
    }
}

impl Line {
    fn connect(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(&self.to)?;
        let (line, from, to) = (self.clone(), client.try_clone()?, server.try_clone()?);
        let up = thread::spawn(move || line.pass(from, to, 0));
        self.pass(server, client, 1);
        drop(up.join());
        Ok(())
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream, direction: usize) {
        let mut piece = vec![0; PIECE];
        while let Ok(n @ 1..) = from.read(&mut piece) {
            if direction == 0 {
                self.note(&piece[..n]);
            }
            self.take_time(n, direction);
            if to.write_all(&piece[..n]).is_err() {
                break;
            }
        }
        // One of them may be gone already.
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }

    /// Clients begin a request with a write of its own, so that its first line is the beginning of a piece or follows a body.
    fn note(&self, piece: &[u8]) {
        let text = String::from_utf8_lossy(piece);
        let mut rest = &*text;
        while let Some(end) = rest.find(" HTTP/1.1\r\n") {
            let begin = rest[..end].rfind(['\n', '}']).map_or(0, |at| at + 1);
            self.seen.lock().unwrap().push(rest[begin..end].to_owned());
            rest = &rest[end + 11..];
        }
    }

    fn take_time(&self, bytes: usize, direction: usize) {
        let takes = Duration::from_secs_f64(bytes as f64 / self.bytes_per_second as f64);
        let wait = {
            let mut free = self.free[direction].lock().unwrap();
            *free = (*free).max(Instant::now()) + takes;
            free.saturating_duration_since(Instant::now())
        };
        thread::sleep(wait); // waits: as long as a line of this width takes
    }
}
