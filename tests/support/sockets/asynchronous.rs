//! reqwest in a small runtime.
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use dataverse_files_io::Memory;
use dataverse_files_proto::{Downloaded, Error, Held, Link, Target, Uploaded};
use dataverse_files_reqwest as adapter;
use futures::TryStreamExt;
use tokio::runtime::{Builder, Runtime};

use super::{DownloadJob, Setting, Subject, UploadJob};

/// More than any test downloads into memory.
const MOST: u64 = 64 << 20;

pub(super) struct Client {
    client: adapter::Client,
    runtime: Runtime,
}

impl Client {
    pub fn new(setting: Setting) -> Self {
        let tokens = setting.tokens;
        let mut builder = adapter::Client::builder(&setting.url).unwrap();
        builder = builder.token(move |fresh: bool| {
            let token = tokens(fresh);
            async move { token }
        });
        builder = builder.api_version(setting.version).retry(setting.retry).limits(setting.limits);
        builder = builder.affinity(setting.affinity).connect_timeout(setting.connect_timeout);
        // A worker of its own: what a dropped transfer leaves must end while nobody waits for anything.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { client: builder.build().unwrap(), runtime }
    }

    fn upload_request<'a>(&self, job: UploadJob<'a>) -> adapter::UploadRequest<'a> {
        let mut request = self.client.upload(&job.target, job.source);
        request = request.parallel(job.parallel).block_size(job.block_size);
        if let Some(name) = job.name {
            request = request.name(name);
        }
        if let Some(mime) = job.mime {
            request = request.mime(mime);
        }
        if let Some(strategy) = job.strategy {
            request = request.strategy(strategy);
        }
        if let Some(limit) = job.deadline {
            request = request.deadline(limit);
        }
        if let Some(from) = job.resume {
            request = request.resume(from);
        }
        if let Some(events) = job.events {
            request = request.events(events);
        }
        if let Some(keep) = job.checkpoints {
            request = request.checkpoints(keep);
        }
        request
    }

    fn download_request<'a>(&self, job: DownloadJob<'a>) -> adapter::DownloadRequest<'a> {
        let mut request = self.client.download(&job.target);
        request = request.parallel(job.parallel).part_size(job.part_size).overwrite(job.overwrite);
        if let Some(strategy) = job.strategy {
            request = request.strategy(strategy);
        }
        if let Some(limit) = job.deadline {
            request = request.deadline(limit);
        }
        if let Some(from) = job.resume {
            request = request.resume(from);
        }
        if let Some(events) = job.events {
            request = request.events(events);
        }
        if let Some(keep) = job.checkpoints {
            request = request.checkpoints(keep);
        }
        request
    }
}

impl Subject for Client {
    fn upload(&self, job: UploadJob<'_>) -> Result<Uploaded, Error> {
        self.runtime.block_on(self.upload_request(job).run())
    }

    fn download(&self, job: DownloadJob<'_>) -> Result<(Bytes, Downloaded), Error> {
        let memory = Arc::new(Memory::new(MOST));
        let downloaded = self.runtime.block_on(self.download_request(job).to_sink(memory.clone()))?;
        Ok((memory.take(), downloaded))
    }

    fn read(&self, job: DownloadJob<'_>, enough: usize) -> Result<(Vec<u8>, Option<Downloaded>), Error> {
        self.runtime.block_on(async {
            let mut stream = self.download_request(job).stream();
            let mut all = Vec::new();
            while all.len() < enough {
                match stream.try_next().await? {
                    Some(bytes) => all.extend_from_slice(&bytes),
                    None => break,
                }
            }
            Ok((all, stream.downloaded().cloned()))
        })
    }

    fn save(&self, job: DownloadJob<'_>, path: &Path) -> Result<Downloaded, Error> {
        self.runtime.block_on(self.download_request(job).to_file(path))
    }

    fn held(&self, target: &Target) -> Result<Held, Error> {
        self.runtime.block_on(self.client.held(target))
    }

    fn delete(&self, target: &Target) -> Result<(), Error> {
        self.runtime.block_on(self.client.delete(target))
    }

    fn delete_content(&self, target: &Target) -> Result<(), Error> {
        self.runtime.block_on(self.client.delete_content(target))
    }

    fn link(&self, target: &Target) -> Result<Link, Error> {
        self.runtime.block_on(self.client.link(target))
    }
}
