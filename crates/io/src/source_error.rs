//! A mark by which an error of the source is found again inside a transport's error.
use std::error::Error;
use std::{fmt, io};

/// Wraps an error of a [`Source`](crate::Source) while it travels through an HTTP library: to such a library a body that cannot
/// be read looks like a broken connection, and broken connections are tried again.
///
/// ```
/// use std::io;
/// use dataverse_files_io::SourceError;
///
/// let marked = SourceError::mark(io::Error::other("bad sector"));
/// let from_the_library = io::Error::other(marked);
/// assert_eq!(SourceError::find(&from_the_library).unwrap().to_string(), "bad sector");
/// assert!(SourceError::find(&io::Error::other("connection reset")).is_none());
/// ```
#[derive(Debug)]
pub struct SourceError(io::Error);

impl SourceError {
    /// The error, to be found again.
    #[must_use]
    pub fn mark(e: io::Error) -> io::Error {
        io::Error::new(e.kind(), SourceError(e))
    }

    /// The source's own error, if there is one anywhere below `e`.
    #[must_use]
    pub fn find(e: &(dyn Error + 'static)) -> Option<io::Error> {
        let mut next = Some(e);
        while let Some(e) = next {
            let inside =
                e.downcast_ref::<io::Error>().and_then(io::Error::get_ref).and_then(|e| Self::find(e));
            if inside.is_some() {
                return inside;
            }
            if let Some(SourceError(own)) = e.downcast_ref() {
                return Some(io::Error::new(own.kind(), own.to_string()));
            }
            next = e.source();
        }
        None
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for SourceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_error_is_found_however_deep_it_is() {
        let changed = io::Error::new(io::ErrorKind::InvalidData, "it changed");
        let deep = io::Error::other(io::Error::other(SourceError::mark(changed)));
        let found = SourceError::find(&deep).unwrap();
        assert_eq!((found.kind(), found.to_string()), (io::ErrorKind::InvalidData, "it changed".into()));
    }
}
