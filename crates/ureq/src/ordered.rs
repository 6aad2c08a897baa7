//! A download as a reader of bytes in order.
use std::fmt;
use std::io::{self, Read};

use bytes::Bytes;
use dataverse_files_io::InOrder;

use crate::drive::{Drive, Step};
use crate::hooks::Hooks;
use crate::{Download, DownloadRequest, Downloaded, Error, ErrorKind, Event};

/// The bytes of a file in order. Its end means that all of them came and the file did not change meanwhile; until then, what
/// came may be part of a file that is no more. Dropped, it aborts the requests in the air.
///
/// Errors are [`Error`]s inside an [`io::Error`]: [`io::Error::downcast`] gives them back.
///
/// ```no_run
/// # fn example(client: dataverse_files_ureq::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let column: dataverse_files_ureq::Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// let mut reader = client.download(&column).parallel(8).reader();
/// let bytes = std::io::copy(&mut reader, &mut std::io::stdout())?;
/// println!("{bytes} bytes of {:?}", reader.downloaded().and_then(|file| file.name.as_ref()));
/// # Ok(())
/// # }
/// ```
#[must_use = "a reader does nothing unless it is read"]
pub struct DownloadReader<'a> {
    state: State<'a>,
    ready: Bytes,
    downloaded: Option<Downloaded>,
}

enum State<'a> {
    Asked(Box<DownloadRequest<'a>>),
    Under(Box<Drive<Download, Hooks<'a, Download>>>, InOrder),
    Over,
    Failed(ErrorKind),
}

impl<'a> DownloadReader<'a> {
    pub(crate) fn new(request: DownloadRequest<'a>) -> Self {
        Self { state: State::Asked(Box::new(request)), ready: Bytes::new(), downloaded: None }
    }

    /// What the service said about the file; known at the end.
    #[must_use]
    pub fn downloaded(&self) -> Option<&Downloaded> {
        self.downloaded.as_ref()
    }

    /// The next bytes, none at the end. A failure stays one: what comes after it must not look like an end.
    fn next(&mut self) -> Result<Bytes, Error> {
        let next = self.advance();
        if let Err(e) = &next {
            self.state = State::Failed(e.kind());
        }
        next
    }

    fn advance(&mut self) -> Result<Bytes, Error> {
        let (mut drive, mut order) = match std::mem::replace(&mut self.state, State::Over) {
            State::Asked(request) => (Box::new(request.drive_in_order()?), InOrder::default()),
            State::Under(drive, order) => (drive, order),
            State::Over => return Ok(Bytes::new()),
            State::Failed(kind) => return Err(Error::new(kind, "download").because("it has failed before")),
        };
        loop {
            if let Some(bytes) = order.pop() {
                self.state = State::Under(drive, order);
                return Ok(bytes);
            }
            match drive.next()? {
                Step::Event(Event::Data { offset, bytes }) => order.push(offset, bytes),
                Step::Event(event) => drive.keep.tell(&event)?,
                Step::Done(downloaded) => {
                    self.downloaded = Some(downloaded);
                    return Ok(Bytes::new());
                }
            }
        }
    }
}

impl Read for DownloadReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.ready.is_empty() {
            self.ready = self.next().map_err(io::Error::other)?;
        }
        let part = self.ready.split_to(buffer.len().min(self.ready.len()));
        buffer[..part.len()].copy_from_slice(&part);
        Ok(part.len())
    }
}

impl fmt::Debug for DownloadReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadReader").field("downloaded", &self.downloaded).finish_non_exhaustive()
    }
}
