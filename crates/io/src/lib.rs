//! Positional sources and sinks, `.part` files, checkpoints and fingerprints: what transfers need of a file system.
//!
//! What is *not* here: HTTP, Dataverse, a runtime, threads of its own. Both clients stand on this crate and hand their bytes
//! through two small traits: a [`Source`] is read at any position while it is sent, a [`Sink`] is written at any position
//! while parts arrive.
//!
//! ```
//! use dataverse_files_io::{Begin, Existing, FileSource, PartFile, Sink, Source};
//!
//! let folder = tempfile::tempdir()?;
//! let part = PartFile::open(folder.path().join("a.txt"), Existing::Refuse, Begin::Anew)?;
//! part.write(6, b"world")?;
//! part.write(0, b"hello ")?;
//! assert!(!folder.path().join("a.txt").exists(), "the final name never shows half a file");
//! part.finish(11)?;
//!
//! let source = FileSource::open(folder.path().join("a.txt"))?;
//! assert_eq!(source.read(0..source.len())?, "hello world");
//! # Ok::<(), std::io::Error>(())
//! ```
mod checkpoint_file;
mod context;
mod file_source;
mod fingerprint;
mod in_order;
mod media_type;
mod part_file;
mod progress;
mod safe_name;
mod sha256;
mod sink;
mod source;
mod source_error;
mod spool;
mod upload_source;

pub use checkpoint_file::{CheckpointFile, Saved};
pub use file_source::FileSource;
pub use fingerprint::Fingerprint;
pub use in_order::InOrder;
pub use media_type::media_type;
pub use part_file::{Begin, Existing, PartFile};
pub use progress::Progress;
pub use safe_name::safe_name;
pub use sha256::{sha256_of_file, sha256_of_source};
pub use sink::{Memory, Sink};
pub use source::Source;
pub use source_error::SourceError;
pub use spool::spool;
pub use upload_source::{Opened, UploadSource};
