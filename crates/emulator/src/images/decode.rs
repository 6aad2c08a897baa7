//! From the bytes of an image to its thumbnail, within a bound on memory that does not depend on the image.
use std::io::{BufRead, Seek};

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::format::Format;
use super::reader::Reader;
use super::{Picture, Refusal, jpeg, thumbnail, tiff};

/// Bytes that decoding one image may take besides its file: 50 million pixels of a camera, 37 million with what shines
/// through. Bombs claim far more in their headers and are refused by them.
const BUDGET: u64 = 144 << 20;

/// The image and its thumbnail; only the first one of an animation, or of a file with many pages.
pub(super) fn picture(format: Format, mut reader: Reader<'_>) -> Result<Picture, Refusal> {
    let per_pixel = working_bytes_per_pixel(format, &mut reader)?;
    reader.rewind().map_err(unreadable)?;

    let mut source = ImageReader::with_format(reader, known(format));
    source.limits(limits(BUDGET));
    let mut decoder = source.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(refused("it has no pixels"));
    }
    let pixels = decoder.total_bytes();
    let working = u64::from(width).saturating_mul(u64::from(height)).saturating_mul(per_pixel);
    let left = BUDGET.checked_sub(pixels.saturating_add(working));
    let left = left.ok_or_else(|| refused("it has more pixels than can be processed"))?;
    decoder.set_limits(limits(left)).map_err(unreadable)?;
    let bits_per_pixel = decoder.original_color_type().bits_per_pixel();
    let image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let thumbnail = thumbnail::of(&image).map_err(unreadable)?;
    Ok(Picture { format, width, height, bits_per_pixel, thumbnail })
}

/// What decoding takes for each pixel besides the pixel itself.
fn working_bytes_per_pixel(format: Format, reader: &mut (impl BufRead + Seek)) -> Result<u64, Refusal> {
    match format {
        Format::Jpeg => jpeg::working_bytes_per_pixel(reader).map_err(unreadable),
        Format::Tiff => match tiff::may_hold_jpeg(reader).map_err(unreadable)? {
            true => Err(refused("it is a JPEG inside a TIFF")),
            // The decoder keeps to the limit by itself.
            false => Ok(0),
        },
        Format::Gif | Format::Bmp | Format::Png => Ok(0),
    }
}

fn limits(bytes: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(bytes);
    limits
}

fn known(format: Format) -> ImageFormat {
    match format {
        Format::Gif => ImageFormat::Gif,
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Tiff => ImageFormat::Tiff,
        Format::Bmp => ImageFormat::Bmp,
        Format::Png => ImageFormat::Png,
    }
}

fn refused(reason: &str) -> Refusal {
    Refusal::Unreadable(reason.to_owned())
}

fn unreadable(error: impl Into<ImageError>) -> Refusal {
    Refusal::Unreadable(error.into().to_string())
}
