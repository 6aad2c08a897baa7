//! A download as a stream of bytes in order.
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use dataverse_files_io::InOrder;
use futures::Stream;
use futures::stream::{BoxStream, try_unfold};

use crate::drive::{Drive, Step};
use crate::hooks::Hooks;
use crate::{Download, DownloadRequest, Downloaded, Error, Event};

/// The bytes of a file in order. Its end means that all of them came and the file did not change meanwhile; until then, what
/// came may be part of a file that is no more. Dropped, it aborts the requests in the air.
///
/// ```no_run
/// # async fn example(client: dataverse_files_reqwest::Client) -> Result<(), dataverse_files_reqwest::Error> {
/// use futures::TryStreamExt;
///
/// let column: dataverse_files_reqwest::Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// let mut stream = client.download(&column).parallel(8).stream();
/// while let Some(bytes) = stream.try_next().await? {
///     println!("{} bytes", bytes.len());
/// }
/// println!("{:?}", stream.downloaded().and_then(|file| file.name.as_ref()));
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing unless it is polled"]
pub struct DownloadStream<'a> {
    inner: BoxStream<'a, Result<Bytes, Error>>,
    downloaded: Arc<OnceLock<Downloaded>>,
}

enum State<'a> {
    Asked(Box<DownloadRequest<'a>>),
    Under(Box<Drive<Download, Hooks<'a, Download>>>, InOrder),
}

impl<'a> DownloadStream<'a> {
    pub(crate) fn new(request: DownloadRequest<'a>) -> Self {
        let downloaded = Arc::new(OnceLock::new());
        let done = downloaded.clone();
        let next = move |state| next(state, done.clone());
        Self { inner: Box::pin(try_unfold(State::Asked(Box::new(request)), next)), downloaded }
    }

    /// What the service said about the file; known at the end of the stream.
    #[must_use]
    pub fn downloaded(&self) -> Option<&Downloaded> {
        self.downloaded.get()
    }
}

async fn next(
    state: State<'_>,
    done: Arc<OnceLock<Downloaded>>,
) -> Result<Option<(Bytes, State<'_>)>, Error> {
    let (mut drive, mut order) = match state {
        State::Asked(request) => (Box::new(request.drive_in_order().await?), InOrder::default()),
        State::Under(drive, order) => (drive, order),
    };
    loop {
        if let Some(bytes) = order.pop() {
            return Ok(Some((bytes, State::Under(drive, order))));
        }
        match drive.next().await? {
            Step::Event(Event::Data { offset, bytes }) => order.push(offset, bytes),
            Step::Event(event) => drive.keep.tell(&event)?,
            Step::Done(downloaded) => {
                done.get_or_init(|| downloaded);
                return Ok(None);
            }
        }
    }
}

impl Stream for DownloadStream<'_> {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for DownloadStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadStream").field("downloaded", &self.downloaded).finish_non_exhaustive()
    }
}
