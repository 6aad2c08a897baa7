//! The formats of image columns (image-columns §2), told by their first bytes.

/// One of the five formats that image columns take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Gif,
    Jpeg,
    Tiff,
    Bmp,
    Png,
}

impl Format {
    /// Bytes that [`Format::of`] needs.
    pub(crate) const HEAD: usize = 8;

    /// The format that begins with these bytes; `None` for anything else, SVG and WebP among it.
    pub(crate) fn of(head: &[u8]) -> Option<Format> {
        const MARKS: [(&[u8], Format); 8] = [
            (b"GIF87a", Format::Gif),
            (b"GIF89a", Format::Gif),
            (b"\xff\xd8\xff", Format::Jpeg),
            (b"II*\0", Format::Tiff),
            (b"MM\0*", Format::Tiff),
            (b"II+\0", Format::Tiff),
            (b"BM", Format::Bmp),
            (b"\x89PNG\r\n\x1a\n", Format::Png),
        ];
        MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, format)| *format)
    }

    pub(crate) fn mime(self) -> &'static str {
        match self {
            Format::Gif => "image/gif",
            Format::Jpeg => "image/jpeg",
            Format::Tiff => "image/tiff",
            Format::Bmp => "image/bmp",
            Format::Png => "image/png",
        }
    }

    /// The usual extension, without a dot.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Format::Gif => "gif",
            Format::Jpeg => "jpg",
            Format::Tiff => "tif",
            Format::Bmp => "bmp",
            Format::Png => "png",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn formats_are_told_by_bytes_and_web_formats_are_none() {
        assert_eq!(Format::of(b"\x89PNG\r\n\x1a\n...."), Some(Format::Png));
        assert_eq!(Format::of(b"\xff\xd8\xff\xe0"), Some(Format::Jpeg));
        assert_eq!(Format::of(b"MM\0*"), Some(Format::Tiff));
        for other in [b"RIFF\0\0\0\0WEBP".as_slice(), b"<svg xmlns", b"GIF88a", b"\x89PNG", b"B", b""] {
            assert_eq!(Format::of(other), None, "{other:?}");
        }
    }
}
