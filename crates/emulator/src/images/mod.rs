//! Images: what they are, told by their bytes, and their thumbnails.
//!
//! Pure like the core that asks it: bytes come out of a [`Store`], time and chance play no part. Decoding takes its
//! time, so a shell can have it done before it asks the core to handle a request: [`Core::examination`] says what there
//! is to do, [`Examination::run`] does it without the core, [`Core::handle_examined`] takes what came of it. A core
//! that is given nothing does it by itself.
//!
//! Without the feature `images` no image can be stored.
//!
//! [`Core::examination`]: crate::core::Core::examination
//! [`Core::handle_examined`]: crate::core::Core::handle_examined
use std::io::{self, Read};

use crate::payload::{BlobId, Slice, Stored};
use crate::store::Store;

#[cfg(feature = "images")]
mod decode;
mod format;
#[cfg(feature = "images")]
mod jpeg;
mod reader;
#[cfg(feature = "images")]
mod thumbnail;
#[cfg(feature = "images")]
mod tiff;

pub(crate) use format::Format;
use reader::{Failure, Reader};

/// An image that has been read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) format: Format,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    pub(crate) bits_per_pixel: u16,
    pub(crate) thumbnail: Thumbnail,
}

/// The small square that stands for an image.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thumbnail {
    pub(crate) format: Format,
    pub(crate) bytes: Vec<u8>,
}

/// Why there is no thumbnail.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is no image, or a broken one, or a larger one than can be processed.
    Unreadable(String),
    /// Its bytes can not be had.
    Store(io::Error),
    /// Built without the feature `images`.
    #[cfg_attr(feature = "images", allow(dead_code))]
    Unsupported,
}

/// The images that one request brings, to be read.
///
/// ```
/// use std::time::Duration;
/// use dataverse_files_emulator::core::{Core, Now, Options};
/// use dataverse_files_emulator::payload::Content;
/// use dataverse_files_emulator::store::{Memory, Store};
///
/// let (store, mut core, now) = (Memory::new(), Core::new(Options::default(), 7), Now(Duration::ZERO));
/// let mut writer = store.create()?;
/// writer.write(b"no image")?;
/// let content = Content::Blob(writer.finish()?);
/// let uri = "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn?x-ms-file-name=a.png";
/// let (head, ()) = http::Request::patch(uri).header("authorization", "Bearer t").body(())?.into_parts();
///
/// let examination = core.examination(now, &head, &content).expect("an image comes");
/// let examined = examination.run(&store);
/// let reply = core.handle_examined(now, &head, content, &store, examined);
/// assert!(reply.response.status().is_client_error() || reply.response.status().is_server_error());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Examination {
    images: Vec<Vec<Slice>>,
}

impl Examination {
    /// `None` when there is nothing to do.
    pub(crate) fn of(images: Vec<Vec<Slice>>) -> Option<Examination> {
        (!images.is_empty()).then_some(Examination { images })
    }

    /// Reads them all, one after the other. Each takes at most 144 MiB besides its file while it is read.
    pub fn run(self, store: &dyn Store) -> Examined {
        let read = self.images.into_iter().map(|slices| {
            let picture = examine(store, &slices);
            (slices, picture)
        });
        Examined { images: read.collect() }
    }
}

/// What came of an [`Examination`]; by default of none.
///
/// ```
/// use dataverse_files_emulator::images::Examined;
///
/// assert!(format!("{:?}", Examined::default()).contains("Examined"));
/// ```
#[derive(Debug, Default)]
pub struct Examined {
    images: Vec<(Vec<Slice>, Result<Picture, Refusal>)>,
}

/// Reads images and keeps their thumbnails, for one request.
#[derive(Debug)]
pub(crate) struct Thumbnailer<'a> {
    store: &'a dyn Store,
    examined: Examined,
    /// Thumbnails that were kept.
    made: Vec<BlobId>,
}

impl<'a> Thumbnailer<'a> {
    pub(crate) fn new(store: &'a dyn Store, examined: Examined) -> Thumbnailer<'a> {
        Thumbnailer { store, examined, made: Vec::new() }
    }

    /// Reads an image, unless that has been done before. A blob is never written twice, so the same slices are the
    /// same bytes.
    pub(crate) fn examine(&mut self, slices: &[Slice]) -> Result<Picture, Refusal> {
        let known = self.examined.images.iter().position(|(known, _)| known == slices);
        match known.map(|at| self.examined.images.swap_remove(at).1) {
            // What could not be read then may be there now.
            None | Some(Err(Refusal::Store(_))) => examine(self.store, slices),
            Some(done) => done,
        }
    }

    /// Keeps the bytes of a thumbnail.
    pub(crate) fn keep(&mut self, thumbnail: &Thumbnail) -> io::Result<Stored> {
        let mut writer = self.store.create()?;
        writer.write(&thumbnail.bytes)?;
        let stored = writer.finish()?;
        self.made.push(stored.id);
        Ok(stored)
    }

    /// The blobs that this request made.
    pub(crate) fn into_made(self) -> Vec<BlobId> {
        self.made
    }
}

/// What a stored image is, and its thumbnail.
fn examine(store: &dyn Store, slices: &[Slice]) -> Result<Picture, Refusal> {
    let failure = Failure::default();
    let mut reader = Reader::new(store, slices, &failure);
    let done = format(&mut reader).and_then(|format| decoded(format, reader));
    // A store that fails looks like an image that ends.
    match failure.take() {
        Some(error) => Err(Refusal::Store(error)),
        None => done,
    }
}

fn format(reader: &mut Reader<'_>) -> Result<Format, Refusal> {
    let mut head = Vec::with_capacity(Format::HEAD);
    let read = reader.take(Format::HEAD as u64).read_to_end(&mut head);
    let format = read.ok().and_then(|_| Format::of(&head));
    format.ok_or_else(|| Refusal::Unreadable("it is none of the five formats".to_owned()))
}

#[cfg(feature = "images")]
fn decoded(format: Format, reader: Reader<'_>) -> Result<Picture, Refusal> {
    // Decoders are the work of many hands and their input comes from anyone: one that gives up is a broken image.
    let decoding = std::panic::AssertUnwindSafe(|| decode::picture(format, reader));
    let gave_up = |_| Err(Refusal::Unreadable("its decoder failed".to_owned()));
    std::panic::catch_unwind(decoding).unwrap_or_else(gave_up)
}

#[cfg(not(feature = "images"))]
fn decoded(_: Format, _: Reader<'_>) -> Result<Picture, Refusal> {
    Err(Refusal::Unsupported)
}
