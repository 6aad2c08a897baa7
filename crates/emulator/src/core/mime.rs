//! MIME types from file names (U12: PATCH uploads carry no type that counts).

/// What a file is when nothing is known about it.
pub(in crate::core) const UNKNOWN: &str = "application/octet-stream";

/// Extensions and their types, in the order of the extensions.
const TYPES: &[(&str, &str)] = &[
    ("7z", "application/x-7z-compressed"),
    ("avi", "video/x-msvideo"),
    ("bin", "application/octet-stream"),
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eml", "message/rfc822"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ico", "image/x-icon"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("msg", "application/vnd.ms-outlook"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// What stands after the last dot, in lower case; `None` without one.
pub(in crate::core) fn extension(name: &str) -> Option<String> {
    let (_, extension) = name.trim_end().rsplit_once('.')?;
    (!extension.is_empty()).then(|| extension.to_lowercase())
}

/// The type that the extension of `name` stands for.
pub(in crate::core) fn of_name(name: &str) -> Option<&'static str> {
    let extension = extension(name)?;
    let at = TYPES.binary_search_by(|(known, _)| (*known).cmp(extension.as_str())).ok()?;
    TYPES.get(at).map(|(_, mime)| *mime)
}

/// The type of a PATCH upload: by extension, then by `Content-Type`, then octets (U12).
pub(in crate::core) fn of_upload(name: &str, content_type: Option<&str>) -> String {
    of_name(name).or(content_type).unwrap_or(UNKNOWN).to_owned()
}

/// The type without its parameters, in lower case, for comparing.
pub(in crate::core) fn essence(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{TYPES, extension, of_upload};

    #[test]
    fn the_table_can_be_searched() {
        assert!(TYPES.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn the_extension_decides_before_the_content_type() {
        assert_eq!(of_upload("25mb.PDF", Some("text/plain")), "application/pdf");
        assert_eq!(of_upload("notes.unknown", Some("text/plain")), "text/plain");
        assert_eq!(of_upload("README", None), "application/octet-stream");
    }

    #[test]
    fn names_without_an_extension_have_none() {
        assert_eq!(extension("README"), None);
        assert_eq!(extension("odd."), None);
        assert_eq!(extension("setup.EXE ").as_deref(), Some("exe"));
        assert_eq!(extension("日本 テスト.txt").as_deref(), Some("txt"));
    }
}
