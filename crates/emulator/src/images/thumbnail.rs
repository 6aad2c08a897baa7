//! The rule of thumbnails (image-columns §5.1).
use std::io::Cursor;

use image::imageops::{self, FilterType};
use image::{DynamicImage, GenericImageView, ImageFormat, ImageResult};

use super::Thumbnail;
use super::format::Format;

/// Sides of a thumbnail in pixels at most; `MaxHeight` and `MaxWidth` of every image column (image-columns §5).
const SIDE: u32 = 144;

/// A side over 144: the square in the middle, scaled to 144 × 144, be it larger or smaller (400 × 60 is scaled up).
/// Both at most 144: the square in the middle as it is (I2).
pub(super) fn of(image: &DynamicImage) -> ImageResult<Thumbnail> {
    let (width, height) = image.dimensions();
    let square = width.min(height);
    let side = if width.max(height) > SIDE { SIDE } else { square };
    let middle = imageops::crop_imm(image, (width - square) / 2, (height - square) / 2, square, square);
    let scaled = match square >= side {
        true => imageops::thumbnail(&*middle, side, side),
        false => imageops::resize(&*middle, side, side, FilterType::Triangle),
    };
    encode(DynamicImage::from(scaled))
}

/// JPEG, or PNG when something shines through (I3).
fn encode(image: DynamicImage) -> ImageResult<Thumbnail> {
    let opaque = image.as_rgba8().is_none_or(|image| image.pixels().all(|pixel| pixel.0[3] == u8::MAX));
    let mut bytes = Cursor::new(Vec::new());
    let format = match opaque {
        true => {
            DynamicImage::from(image.into_rgb8()).write_to(&mut bytes, ImageFormat::Jpeg)?;
            Format::Jpeg
        }
        false => {
            image.write_to(&mut bytes, ImageFormat::Png)?;
            Format::Png
        }
    };
    Ok(Thumbnail { format, bytes: bytes.into_inner() })
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GenericImageView, Rgb, RgbImage, RgbaImage};

    use super::*;

    fn sides(width: u32, height: u32) -> (u32, u32) {
        let thumbnail = of(&DynamicImage::from(RgbImage::new(width, height))).unwrap();
        image::load_from_memory(&thumbnail.bytes).unwrap().dimensions()
    }

    #[test]
    fn the_documented_sizes_come_out() {
        for (width, height, side) in [
            (300, 428, 144),
            (91, 130, 91),
            (144, 144, 144),
            (144, 400, 144),
            (400, 144, 144),
            (400, 500, 144),
            (60, 80, 60),
            (144, 100, 100),
            (400, 60, 144),
            (1, 5000, 144),
            (1, 1, 1),
        ] {
            assert_eq!(sides(width, height), (side, side), "{width} × {height}");
        }
    }

    #[test]
    fn the_middle_is_what_is_kept() {
        let red_in_the_middle =
            |x: u32| if (100..300).contains(&x) { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
        let image = RgbImage::from_fn(400, 200, |x, _| red_in_the_middle(x));
        let thumbnail = of(&DynamicImage::from(image)).unwrap();
        let thumbnail = image::load_from_memory(&thumbnail.bytes).unwrap().into_rgb8();
        let red = thumbnail.pixels().filter(|pixel| pixel.0[0] > 200 && pixel.0[2] < 60).count();
        assert_eq!(red, 144 * 144);
    }

    #[test]
    fn what_shines_through_stays_so_and_the_type_is_that_of_the_bytes() {
        let clear = of(&DynamicImage::from(RgbaImage::new(200, 200))).unwrap();
        assert_eq!((clear.format, Format::of(&clear.bytes)), (Format::Png, Some(Format::Png)));
        assert!(image::load_from_memory(&clear.bytes).unwrap().into_rgba8().pixels().all(|p| p.0[3] == 0));
        let full = of(&DynamicImage::from(RgbImage::new(200, 200))).unwrap();
        assert_eq!((full.format, Format::of(&full.bytes)), (Format::Jpeg, Some(Format::Jpeg)));
    }
}
