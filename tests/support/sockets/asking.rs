//! A request by hand: what a driver did is looked at without the driver.
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Without its framing.
    pub body: Vec<u8>,
}

/// Sends one request, path and query from the origin on, and reads its answer.
pub fn ask(url: &str, token: &str, method: &str, path: &str, body: &[u8]) -> Reply {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n\
         OData-Version: 4.0\r\nOData-MaxVersion: 4.0\r\nIf-None-Match: null\r\nContent-Type: {}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        if method == "POST" { "application/json" } else { "application/octet-stream" },
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    read(&mut BufReader::new(stream))
}

fn read(from: &mut impl BufRead) -> Reply {
    let first = line(from);
    let status = first.split(' ').nth(1).unwrap().parse().unwrap();
    let mut chunked = false;
    loop {
        match line(from).to_ascii_lowercase() {
            empty if empty.is_empty() => break,
            header => chunked |= header == "transfer-encoding: chunked",
        }
    }
    let mut body = Vec::new();
    if !chunked {
        from.read_to_end(&mut body).unwrap();
        return Reply { status, body };
    }
    loop {
        let len = usize::from_str_radix(&line(from), 16).unwrap();
        let begin = body.len();
        body.resize(begin + len, 0);
        from.read_exact(&mut body[begin..]).unwrap();
        line(from);
        if len == 0 {
            return Reply { status, body };
        }
    }
}

fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
