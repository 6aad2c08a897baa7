//! What happened, for people: one line per thing, with virtual time.
use bytes::{Bytes, BytesMut};
use dataverse_files_proto::{Body, Error, Event, Input, Moment, RequestId, Transmit};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Headers worth a line, in this order.
const TELLING: [&str; 13] = [
    "x-ms-transfer-mode",
    "x-ms-file-name",
    "content-range",
    "range",
    "cookie",
    "location",
    "x-ms-chunk-size",
    "x-ms-file-size",
    "mimetype",
    "retry-after",
    "set-cookie",
    "if-match",
    "odata-entityid",
];

#[derive(Debug, Default)]
pub(crate) struct Story {
    lines: Vec<String>,
    heads: BTreeMap<RequestId, (String, BytesMut)>,
}

impl Story {
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub fn note(&mut self, now: Moment, line: &str) {
        self.lines.push(format!("{:>9.3}     {line}", now.0.as_secs_f64()));
    }

    fn line(&mut self, now: Moment, id: RequestId, line: &str) {
        self.lines.push(format!("{:>9.3} {id:<4}{line}", now.0.as_secs_f64(), id = id.to_string()));
    }

    pub fn send(&mut self, now: Moment, transmit: &Transmit) {
        let request = &transmit.request;
        let there = match request.uri().host() {
            Some("org.test") => request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            _ => request.uri().to_string(),
        };
        let mut line = format!("--> {} {there}", request.method());
        tell(&mut line, request.headers());
        if transmit.fresh_token {
            line.push_str(" [fresh token]");
        }
        match request.body() {
            Body::Bytes(b) if b.is_empty() => {}
            Body::Bytes(b) => write!(line, " {}", String::from_utf8_lossy(b)).unwrap(),
            Body::Source(r) => write!(line, " <bytes {}..{}>", r.start, r.end).unwrap(),
            Body::Base64 { head, range, tail } => {
                let (head, tail) = (String::from_utf8_lossy(head), String::from_utf8_lossy(tail));
                write!(line, " {head}<base64 of {}..{}>{tail}", range.start, range.end).unwrap();
            }
        }
        self.line(now, transmit.id, &line);
    }

    pub fn input(&mut self, now: Moment, id: RequestId, input: &Input) {
        match input {
            Input::Head(head) => {
                let mut line = format!("<-- {}", head.status.as_u16());
                tell(&mut line, &head.headers);
                self.heads.insert(id, (line, BytesMut::new()));
            }
            Input::Chunk(bytes) => {
                if let Some((_, body)) = self.heads.get_mut(&id) {
                    body.extend_from_slice(bytes);
                }
            }
            Input::End => self.answer(now, id, ""),
            Input::Failed(failure) => self.answer(now, id, &format!(" !! {failure}")),
        }
    }

    fn answer(&mut self, now: Moment, id: RequestId, end: &str) {
        let (line, body) = self.heads.remove(&id).unwrap_or_else(|| ("<--".into(), BytesMut::new()));
        self.line(now, id, &format!("{line}{}{end}", show(&body.freeze())));
    }

    pub fn data(&mut self, now: Moment, offset: u64, len: usize) {
        let line = format!("{:>9.3}     data {offset}..{}", now.0.as_secs_f64(), offset + len as u64);
        // Chunks of one answer make one line.
        match self.lines.last_mut().and_then(|last| last.rsplit_once("     data ").map(|(_, r)| r.to_owned()))
        {
            Some(range) if range.ends_with(&format!("..{offset}")) => {
                let start = range.split("..").next().unwrap_or_default().to_owned();
                self.lines.pop();
                self.note(now, &format!("data {start}..{}", offset + len as u64));
            }
            _ => self.lines.push(line),
        }
    }

    pub fn event(&mut self, now: Moment, event: &Event) {
        match event {
            Event::Progress { .. } | Event::Data { .. } => {}
            Event::Retry { attempt, at, why } => {
                self.note(
                    now,
                    &format!("attempt {attempt} failed, again at {:.3}: {why}", at.0.as_secs_f64()),
                );
            }
            Event::Restart => self.note(now, "restart"),
            other => self.note(now, &format!("{other:?}")),
        }
    }

    pub fn done(&mut self, now: Moment, error: Option<&Error>) {
        match error {
            None => self.note(now, "done"),
            Some(e) => self.note(now, &format!("failed: {e}")),
        }
    }
}

fn tell(line: &mut String, headers: &http::HeaderMap) {
    for name in TELLING {
        for value in headers.get_all(name) {
            write!(line, " [{name}: {}]", String::from_utf8_lossy(value.as_bytes())).unwrap();
        }
    }
}

/// JSON as it is without its context, other text quoted, bytes counted.
fn show(body: &Bytes) -> String {
    if body.is_empty() {
        return String::new();
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            if let Some(object) = value.as_object_mut() {
                object.remove("@odata.context");
                object.remove("@odata.etag");
                for name in ["Data", "documentbody", "body"] {
                    if let Some(Value::String(data)) = object.get_mut(name) {
                        *data = format!("<{} characters>", data.len());
                    }
                }
            }
            format!(" {value}")
        }
        Err(_) => match std::str::from_utf8(body) {
            Ok(text) if text.is_ascii() && text.len() < 100 => format!(" {text:?}"),
            _ => format!(" <{} bytes>", body.len()),
        },
    }
}
