//! Base64 that arrives in pieces, decoded into a blob: standard alphabet, padded, canonical, no line breaks.
use super::Stop;
use crate::payload::Stored;
use crate::store::BlobWriter;

/// Characters decoded at once; divisible by 4. With it goes the memory that one body needs.
const RUN: usize = 64 * 1024;

pub(super) struct Decoder {
    writer: Box<dyn BlobWriter>,
    /// Characters of a group of four that is not complete yet.
    group: [u8; 4],
    held: usize,
    /// Padding has come: nothing may follow.
    ended: bool,
    decoded: Vec<u8>,
    len: u64,
    limit: u64,
}

impl Decoder {
    pub(super) fn new(writer: Box<dyn BlobWriter>, limit: u64) -> Decoder {
        Decoder { writer, group: [0; 4], held: 0, ended: false, decoded: Vec::new(), len: 0, limit }
    }

    pub(super) fn push(&mut self, mut text: &[u8]) -> Result<(), Stop> {
        if self.held > 0 {
            let taken = text.len().min(4 - self.held);
            self.group[self.held..self.held + taken].copy_from_slice(&text[..taken]);
            self.held += taken;
            text = &text[taken..];
            if self.held < 4 {
                return Ok(());
            }
            self.held = 0;
            let group = self.group;
            self.decode(&group)?;
        }
        let whole = text.len() / 4 * 4;
        for run in text[..whole].chunks(RUN) {
            self.decode(run)?;
        }
        let rest = &text[whole..];
        self.group[..rest.len()].copy_from_slice(rest);
        self.held = rest.len();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Stored, Stop> {
        if self.held > 0 {
            return Err(Stop::Malformed("its base64 does not come in groups of four characters".into()));
        }
        self.flush()?;
        Ok(self.writer.finish()?)
    }

    fn decode(&mut self, run: &[u8]) -> Result<(), Stop> {
        if self.ended {
            return Err(Stop::Malformed("its base64 goes on after the padding".into()));
        }
        let before = self.decoded.len();
        base64_simd::STANDARD.decode_append(run, &mut self.decoded).map_err(|_| {
            Stop::Malformed("it is not base64 (standard alphabet, padded, no line breaks)".into())
        })?;
        let added = self.decoded.len() - before;
        self.ended = added < run.len() / 4 * 3;
        self.len += added as u64;
        if self.len > self.limit {
            return Err(Stop::TooLong);
        }
        if self.decoded.len() >= RUN / 4 * 3 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.writer.write(&self.decoded)?;
        self.decoded.clear();
        Ok(())
    }
}
