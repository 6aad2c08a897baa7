//! ureq on threads.
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use dataverse_files_io::Memory;
use dataverse_files_proto::{Column, Downloaded, Error, Held, Uploaded};
use dataverse_files_ureq as adapter;

use super::{Fetch, Send, Setting, Subject};

/// More than any test downloads into memory.
const MOST: u64 = 64 << 20;

pub(super) struct Client {
    client: adapter::Client,
}

impl Client {
    pub fn new(setting: Setting) -> Self {
        let tokens = setting.tokens;
        let mut builder = adapter::Client::builder(&setting.url).unwrap();
        builder = builder.token(move |fresh: bool| tokens(fresh));
        builder = builder.api_version(setting.version).retry(setting.retry).limits(setting.limits);
        builder = builder.affinity(setting.affinity).connect_timeout(setting.connect_timeout);
        Self { client: builder.build().unwrap() }
    }

    fn sending<'a>(&self, send: Send<'a>) -> adapter::UploadRequest<'a> {
        let mut request = self.client.upload(&send.column, send.source);
        request = request.parallel(send.parallel).block_size(send.block_size);
        if let Some(name) = send.name {
            request = request.name(name);
        }
        if let Some(mime) = send.mime {
            request = request.mime(mime);
        }
        if let Some(strategy) = send.strategy {
            request = request.strategy(strategy);
        }
        if let Some(limit) = send.deadline {
            request = request.deadline(limit);
        }
        if let Some(from) = send.resume {
            request = request.resume(from);
        }
        if let Some(events) = send.events {
            request = request.events(events);
        }
        if let Some(keep) = send.checkpoints {
            request = request.checkpoints(keep);
        }
        request
    }

    fn fetching<'a>(&self, fetch: Fetch<'a>) -> adapter::DownloadRequest<'a> {
        let mut request = self.client.download(&fetch.column);
        request = request.parallel(fetch.parallel).part_size(fetch.part_size).overwrite(fetch.overwrite);
        if let Some(strategy) = fetch.strategy {
            request = request.strategy(strategy);
        }
        if let Some(limit) = fetch.deadline {
            request = request.deadline(limit);
        }
        if let Some(from) = fetch.resume {
            request = request.resume(from);
        }
        if let Some(events) = fetch.events {
            request = request.events(events);
        }
        if let Some(keep) = fetch.checkpoints {
            request = request.checkpoints(keep);
        }
        request
    }
}

impl Subject for Client {
    fn upload(&self, send: Send<'_>) -> Result<Uploaded, Error> {
        self.sending(send).run()
    }

    fn download(&self, fetch: Fetch<'_>) -> Result<(Bytes, Downloaded), Error> {
        let memory = Arc::new(Memory::new(MOST));
        let downloaded = self.fetching(fetch).to_sink(memory.clone())?;
        Ok((memory.take(), downloaded))
    }

    fn read(&self, fetch: Fetch<'_>, enough: usize) -> Result<(Vec<u8>, Option<Downloaded>), Error> {
        let mut reader = self.fetching(fetch).reader();
        let (mut all, mut piece) = (Vec::new(), vec![0; 65_536]);
        while all.len() < enough {
            match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => all.extend_from_slice(&piece[..n]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.downcast::<Error>().unwrap()),
            }
        }
        Ok((all, reader.downloaded().cloned()))
    }

    fn save(&self, fetch: Fetch<'_>, path: &Path) -> Result<Downloaded, Error> {
        self.fetching(fetch).to_file(path)
    }

    fn held(&self, column: &Column) -> Result<Held, Error> {
        self.client.held(column)
    }

    fn delete(&self, column: &Column) -> Result<(), Error> {
        self.client.delete(column)
    }
}
