//! reqwest on tokio.
use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::sync::Arc;

use dataverse_files_io::Sink;
use dataverse_files_reqwest as adapter;
use dataverse_files_reqwest::{
    ApiVersion, BoxError, Bytes, CachedToken, Call, DownloadRequest, Downloaded, Error, Event, Held,
    Organization, RetryPolicy, Table, Target, Uploaded,
};
use futures::TryStreamExt;
use futures::future::{Either, select};
use tokio::runtime::Runtime;

use super::{DownloadJob, UploadJob, no_outcome};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::site::{Site, Token, read_token};

/// Threads that move bytes: encoding and encrypting are work, waiting is not.
const WORKERS: usize = 2;

#[derive(Debug)]
pub(super) struct Client {
    client: adapter::Client,
    runtime: Runtime,
    interrupt: Arc<Interrupt>,
}

impl Client {
    pub(super) fn new(
        site: &Site,
        version: ApiVersion,
        retry: RetryPolicy,
        interrupt: Arc<Interrupt>,
    ) -> Result<Client, Failure> {
        let builder = adapter::Client::builder(&site.url)?.api_version(version).retry(retry);
        let builder = match site.token.clone() {
            Token::Fixed(token) => builder.token(token.reveal().to_owned()),
            Token::File(path) => builder.token(CachedToken::new(move |_: bool| {
                let path = path.clone();
                async move { read_token(&path).map_err(|failure| BoxError::from(failure.message)) }
            })),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .enable_all()
            .build()
            .map_err(|e| Failure::local(&e))?;
        Ok(Client { client: builder.build()?, runtime, interrupt })
    }

    /// Whatever is not done when the signal comes is dropped, and its requests with it.
    fn run<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        self.runtime.block_on(async {
            match select(pin!(work), pin!(self.interrupt.signalled())).await {
                Either::Left((result, _)) => result,
                Either::Right(_) => Err(self.interrupt.failure()),
            }
        })
    }

    fn ask<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
        self.run(async { work.await.map_err(Failure::from) })
    }

    pub(super) fn call<T: Send>(
        &self,
        ask: impl FnOnce(&Organization) -> Result<Call<T>, Error>,
    ) -> Result<T, Failure> {
        self.ask(self.client.call(ask(self.client.organization())?))
    }

    pub(super) fn table(&self, set: &str) -> Result<Table, Failure> {
        self.ask(self.client.table(set))
    }

    pub(super) fn held(&self, target: &Target) -> Result<Held, Failure> {
        self.ask(self.client.held(target))
    }

    pub(super) fn delete(&self, target: &Target) -> Result<(), Failure> {
        self.ask(self.client.delete(target))
    }

    pub(super) fn upload(
        &self,
        job: UploadJob,
        tell: impl FnMut(&Event) + Send,
    ) -> Result<Uploaded, Failure> {
        let mut request = self.client.upload(&job.target, job.source).name(job.name).events(tell);
        request = request.parallel(job.parallel).block_size(job.block_size);
        if let Some(mime) = job.mime {
            request = request.mime(mime);
        }
        if let Some(strategy) = job.strategy {
            request = request.strategy(strategy);
        }
        if let Some(limit) = job.deadline {
            request = request.deadline(limit);
        }
        if let Some(keep) = job.keep {
            request = request.checkpoints(keep);
        }
        if let Some(from) = job.resume {
            request = request.resume(from);
        }
        self.ask(request.into_future())
    }

    pub(super) fn download(
        &self,
        job: DownloadJob,
        tell: impl FnMut(&Event) + Send,
        sink: Arc<dyn Sink>,
    ) -> Result<Downloaded, Failure> {
        self.ask(self.request(job, tell).to_sink(sink))
    }

    pub(super) fn read(
        &self,
        job: DownloadJob,
        tell: impl FnMut(&Event) + Send,
        take: &mut dyn FnMut(Bytes) -> Result<(), Failure>,
    ) -> Result<Downloaded, Failure> {
        self.run(async {
            let mut stream = self.request(job, tell).stream();
            while let Some(bytes) = stream.try_next().await? {
                take(bytes)?;
            }
            stream.downloaded().cloned().ok_or_else(no_outcome)
        })
    }

    fn request<'a>(&self, job: DownloadJob, tell: impl FnMut(&Event) + Send + 'a) -> DownloadRequest<'a> {
        let mut request = self.client.download(&job.target).parallel(job.parallel).part_size(job.part_size);
        request = request.events(tell).image_size(job.image_size);
        if let Some(strategy) = job.strategy {
            request = request.strategy(strategy);
        }
        if let Some(limit) = job.deadline {
            request = request.deadline(limit);
        }
        if let Some(keep) = job.keep {
            request = request.checkpoints(keep);
        }
        if let Some(from) = job.resume {
            request = request.resume(from);
        }
        request
    }
}
