//! What a name's extension says about the content.

/// The MIME type that a file's extension stands for; `application/octet-stream` for unknown ones.
///
/// ```
/// use dataverse_files_io::media_type;
/// assert_eq!(media_type("25mb.pdf"), "application/pdf");
/// assert_eq!(media_type("LICENSE"), "application/octet-stream");
/// ```
#[must_use]
pub fn media_type(name: &str) -> &'static str {
    mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream")
}
