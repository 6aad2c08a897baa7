//! ureq on threads.
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use dataverse_files_io::{Sink, Source};
use dataverse_files_ureq as adapter;
use dataverse_files_ureq::{
    ApiVersion, BoxError, Bytes, CachedToken, Call, DownloadRequest, Downloaded, Error, Event, Held,
    Organization, RetryPolicy, Table, Target, Uploaded,
};

use super::{DownloadJob, UploadJob, no_outcome};
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::site::{Site, Token, read_token};

/// Bytes read at a time from a download in order.
const PIECE: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct Client {
    client: adapter::Client,
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
                read_token(&path).map_err(|failure| BoxError::from(failure.message))
            })),
        };
        Ok(Client { client: builder.build()?, interrupt })
    }

    pub(super) fn call<T: Send>(
        &self,
        ask: impl FnOnce(&Organization) -> Result<Call<T>, Error>,
    ) -> Result<T, Failure> {
        Ok(self.client.call(ask(self.client.organization())?)?)
    }

    pub(super) fn table(&self, set: &str) -> Result<Table, Failure> {
        Ok(self.client.table(set)?)
    }

    pub(super) fn held(&self, target: &Target) -> Result<Held, Failure> {
        Ok(self.client.held(target)?)
    }

    pub(super) fn delete(&self, target: &Target) -> Result<(), Failure> {
        Ok(self.client.delete(target)?)
    }

    pub(super) fn upload(
        &self,
        job: UploadJob,
        tell: impl FnMut(&Event) + Send,
    ) -> Result<Uploaded, Failure> {
        let source: Arc<dyn Source> =
            Arc::new(Stopping { inner: job.source, interrupt: self.interrupt.clone() });
        let mut request = self.client.upload(&job.target, source).name(job.name).events(tell);
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
        Ok(request.run()?)
    }

    pub(super) fn download(
        &self,
        job: DownloadJob,
        tell: impl FnMut(&Event) + Send,
        sink: Arc<dyn Sink>,
    ) -> Result<Downloaded, Failure> {
        let sink = Arc::new(Stopping { inner: sink, interrupt: self.interrupt.clone() });
        Ok(self.request(job, tell).to_sink(sink)?)
    }

    pub(super) fn read(
        &self,
        job: DownloadJob,
        tell: impl FnMut(&Event) + Send,
        take: &mut dyn FnMut(Bytes) -> Result<(), Failure>,
    ) -> Result<Downloaded, Failure> {
        let mut reader = self.request(job, tell).reader();
        let mut piece = vec![0; PIECE];
        loop {
            if self.interrupt.is_signalled() {
                return Err(self.interrupt.failure());
            }
            match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => take(Bytes::copy_from_slice(&piece[..n]))?,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    return Err(e.downcast::<Error>().map_or_else(|e| Failure::local(&e), Failure::from));
                }
            }
        }
        reader.downloaded().cloned().ok_or_else(no_outcome)
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

/// Bytes stop moving once the signal has come: that ends a transfer in an orderly way, wherever it is.
struct Stopping<T: ?Sized> {
    interrupt: Arc<Interrupt>,
    inner: Arc<T>,
}

impl<T: ?Sized> Stopping<T> {
    fn check(&self) -> io::Result<()> {
        if self.interrupt.is_signalled() { Err(io::Error::other("interrupted")) } else { Ok(()) }
    }
}

impl Source for Stopping<dyn Source> {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        self.check()?;
        self.inner.read(range)
    }

    fn verify(&self) -> io::Result<()> {
        self.inner.verify()
    }
}

impl Sink for Stopping<dyn Sink> {
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.check()?;
        self.inner.write(offset, bytes)
    }

    fn restart(&self) -> io::Result<()> {
        self.inner.restart()
    }

    fn sync(&self) -> io::Result<()> {
        self.inner.sync()
    }

    fn finish(&self, len: u64) -> io::Result<()> {
        self.inner.finish(len)
    }

    fn abandon(&self) {
        self.inner.abandon();
    }
}
