//! HTTP by hand: what is sent is exactly what stands here.
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::server::Running;

pub(super) struct Client {
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: Vec<u8>,
    /// How the body ended, when not as announced.
    pub(super) broken: Option<ErrorKind>,
}

impl Client {
    pub(super) fn connect(running: &Running) -> Client {
        Client::to(running.url())
    }

    pub(super) fn to(url: &str) -> Client {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        // A server that hangs is a failed test, not a hanging one.
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
        Client { stream: BufReader::new(stream) }
    }

    /// One request with a token and a Content-Length; `headers` are whole lines.
    pub(super) fn send(&mut self, method: &str, target: &str, headers: &str, body: &[u8]) {
        let length = if matches!(method, "GET" | "HEAD") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n{length}{headers}\r\n"
        );
        // In one write: a reset that comes between two would be the error of the second, and the answer only an end.
        // The answer to a body that is not wanted may be there before all of it is written.
        let _ = self.write(&[head.as_bytes(), body].concat());
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.write(bytes).unwrap();
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    pub(super) fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, "", b"");
        self.answer()
    }

    pub(super) fn answer(&mut self) -> Answer {
        self.try_answer().unwrap()
    }

    pub(super) fn try_answer(&mut self) -> io::Result<Answer> {
        let mut answer = self.head()?;
        let (status, headers) = (answer.status, &answer.headers);
        let read = if status == 204 || status == 304 || status == 100 {
            Ok(())
        } else if headers.get("transfer-encoding").is_some_and(|encoding| encoding == "chunked") {
            self.chunks(&mut answer.body)
        } else if let Some(length) = headers.get("content-length") {
            let length: usize = length.parse().unwrap();
            self.exactly(length, &mut answer.body)
        } else {
            self.stream.read_to_end(&mut answer.body).map(drop)
        };
        answer.broken = read.err().map(|error| error.kind());
        Ok(answer)
    }

    /// Status line and headers only.
    pub(super) fn head(&mut self) -> io::Result<Answer> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, first.clone()))?;
        let mut headers = HashMap::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        Ok(Answer { status, headers, body: Vec::new(), broken: None })
    }

    pub(super) fn exactly(&mut self, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
        let start = body.len();
        (&mut self.stream).take(length as u64).read_to_end(body)?;
        if body.len() - start == length { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    /// Whether the server has ended the connection.
    pub(super) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(read) => read == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }

    /// The line before a chunk.
    pub(super) fn chunk_size(&mut self) -> usize {
        usize::from_str_radix(&self.line().unwrap(), 16).unwrap()
    }

    /// The empty line after a chunk.
    pub(super) fn chunk_end(&mut self) {
        assert_eq!(self.line().unwrap(), "");
    }

    fn chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(&line, 16).map_err(|_| ErrorKind::InvalidData)?;
            self.exactly(size, body)?;
            self.line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}
