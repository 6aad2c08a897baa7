//! What picture it is, by its first bytes (image-columns §2).
use std::fmt;

/// A format that image columns take. SVG and WebP are none of them.
///
/// ```
/// use dataverse_files_metadata::ImageType;
/// assert_eq!(ImageType::of(b"\x89PNG\r\n\x1a\n...").map(ImageType::mime), Some("image/png"));
/// assert_eq!(ImageType::of(b"%PDF-1.7"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageType {
    /// `image/gif`
    Gif,
    /// `image/jpeg`
    Jpeg,
    /// `image/tiff`, of either byte order.
    Tiff,
    /// `image/bmp`
    Bmp,
    /// `image/png`
    Png,
}

impl ImageType {
    /// How many first bytes of a file are enough to tell.
    pub const FIRST_BYTES: usize = 8;

    /// By the first bytes of a file, whatever its name says; `None` when it is no picture that image columns take.
    #[must_use]
    pub fn of(first_bytes: &[u8]) -> Option<ImageType> {
        let signatures: [(&[u8], ImageType); 7] = [
            (b"GIF87a", ImageType::Gif),
            (b"GIF89a", ImageType::Gif),
            (b"\xff\xd8\xff", ImageType::Jpeg),
            // Forty-two, in the byte order that the two letters name.
            (b"II\x2a\0", ImageType::Tiff),
            (b"MM\0\x2a", ImageType::Tiff),
            (b"BM", ImageType::Bmp),
            (b"\x89PNG\r\n\x1a\n", ImageType::Png),
        ];
        signatures.into_iter().find(|(signature, _)| first_bytes.starts_with(signature)).map(|(_, kind)| kind)
    }

    /// Its MIME type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            ImageType::Gif => "image/gif",
            ImageType::Jpeg => "image/jpeg",
            ImageType::Tiff => "image/tiff",
            ImageType::Bmp => "image/bmp",
            ImageType::Png => "image/png",
        }
    }
}

impl fmt::Display for ImageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ImageType::Gif => "GIF",
            ImageType::Jpeg => "JPEG",
            ImageType::Tiff => "TIFF",
            ImageType::Bmp => "BMP",
            ImageType::Png => "PNG",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_formats_are_told_by_their_bytes_and_nothing_else_is() {
        let known: [(&[u8], ImageType); 7] = [
            (b"GIF87a\x01\0", ImageType::Gif),
            (b"GIF89a\x01\0", ImageType::Gif),
            (b"\xff\xd8\xff\xe0\0\x10JF", ImageType::Jpeg),
            (b"II*\0\x08\0\0\0", ImageType::Tiff),
            (b"MM\0*\0\0\0\x08", ImageType::Tiff),
            (b"BM\x36\0\0\0\0\0", ImageType::Bmp),
            (b"\x89PNG\r\n\x1a\n", ImageType::Png),
        ];
        for (bytes, kind) in known {
            assert_eq!(ImageType::of(bytes), Some(kind), "{kind}");
            assert!(bytes.len() <= ImageType::FIRST_BYTES);
            assert_eq!(ImageType::of(&bytes[..1]), None, "one byte of {kind} is not enough");
        }
        let others: [&[u8]; 9] = [
            b"",
            b"GIF88a..",
            b"\xff\xd8",
            b"II\0*....",
            b"MM*\0....",
            b"\x89PNG\n\n\n\n",
            b"RIFF....WEBP",
            b"<svg xmlns=",
            b"%PDF-1.7",
        ];
        for bytes in others {
            assert_eq!(ImageType::of(bytes), None, "{bytes:?}");
        }
    }
}
