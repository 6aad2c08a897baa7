//! Images that are broken in every way, given to an emulated organization.
use std::io::Cursor;
use std::time::Duration;

use bytes::Bytes;
use dataverse_files_emulator::core::Options;
use dataverse_files_emulator::faults::Faults;
use http::Request;
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GenericImageView, ImageFormat, RgbaImage};

use crate::dice::Dice;
use crate::organization::Organization;

const COLUMN: &str = "/api/data/v9.2/accounts(00000000-0000-0000-0000-000000000001)/sample_imagecolumn";
/// 24 × 16 pixels, in finer and finer scans: what no encoder here writes.
const PROGRESSIVE: &[u8] = include_bytes!("progressive.jpg");
/// Sides of a thumbnail at most.
const SIDE: u32 = 144;
/// Numbers that lie on the edge of something.
const EDGES: [u32; 10] = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff];

/// Uploads of mutated images, from a seed.
///
/// ```
/// use dataverse_files_tests::ImageFuzz;
///
/// let mut fuzz = ImageFuzz::new(7);
/// fuzz.step();
/// assert_eq!(fuzz.taken() + fuzz.refused(), 1);
/// ```
#[derive(Debug)]
pub struct ImageFuzz {
    organization: Organization,
    dice: Dice,
    healthy: Vec<Vec<u8>>,
    taken: u64,
    refused: u64,
}

impl ImageFuzz {
    /// The same seed breaks the same images in the same way.
    pub fn new(seed: u64) -> ImageFuzz {
        let faults = Faults::none();
        let organization = Organization::new(Options::default(), seed, faults);
        ImageFuzz { organization, dice: Dice::new(seed), healthy: healthy(), taken: 0, refused: 0 }
    }

    /// How many images were taken though they were touched.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// How many were refused.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Breaks an image and uploads it.
    ///
    /// # Panics
    /// When the answer is neither that it was stored nor that it is no image, or when what was stored is not what
    /// was sent, or its thumbnail no thumbnail.
    pub fn step(&mut self) {
        let image = self.broken();
        let (status, body) = self.ask(Request::patch(format!("{COLUMN}?x-ms-file-name=a.png")), &image);
        if status == 400 {
            let text = String::from_utf8_lossy(&body);
            assert!(text.contains("0x80072553") || image.is_empty(), "{text}");
            self.refused += 1;
            return;
        }
        assert_eq!(status, 204, "{}", String::from_utf8_lossy(&body));
        let (status, full) = self.ask(Request::get(format!("{COLUMN}/$value?size=full")), &[]);
        assert_eq!((status, full == image), (200, true));
        let (status, thumbnail) = self.ask(Request::get(format!("{COLUMN}/$value")), &[]);
        assert_eq!(status, 200);
        let (width, height) = image::load_from_memory(&thumbnail).unwrap().dimensions();
        assert!(width == height && (1..=SIDE).contains(&width), "{width} × {height}");
        self.taken += 1;
    }

    fn ask(&mut self, request: http::request::Builder, body: &[u8]) -> (u16, Bytes) {
        let request = request.header("content-length", body.len());
        let response = self.organization.plain(request.body(Bytes::copy_from_slice(body)).unwrap());
        (response.status().as_u16(), response.into_body())
    }

    fn broken(&mut self) -> Vec<u8> {
        let at = self.dice.below(self.healthy.len() as u64) as usize;
        let mut image = self.healthy[at].clone();
        for _ in 0..=self.dice.below(4) {
            self.mutate(&mut image);
        }
        if self.dice.chance(70) {
            mend_checksums(&mut image);
        }
        image
    }

    fn mutate(&mut self, image: &mut Vec<u8>) {
        let len = image.len() as u64;
        if len < 16 {
            return;
        }
        match self.dice.below(7) {
            0 => image.truncate(self.dice.below(len) as usize),
            1 => {
                for _ in 0..=self.dice.below(8) {
                    let (at, bit) = (self.place(len), self.dice.below(8));
                    image[at] ^= 1 << bit;
                }
            }
            // A number in a header, in either byte order.
            2 | 3 => {
                let (at, edge) = (self.place(len - 4), self.dice.pick(&EDGES));
                let width = self.dice.pick(&[1, 2, 4]);
                let bytes = if self.dice.chance(50) { edge.to_be_bytes() } else { edge.to_le_bytes() };
                let bytes = if self.dice.chance(50) { &bytes[..width] } else { &bytes[4 - width..] };
                image[at..at + width].copy_from_slice(bytes);
            }
            4 => {
                let (from, to) = (self.place(len), self.place(len));
                let part = image[from.min(to)..from.max(to)].to_vec();
                let at = self.place(len);
                image.splice(at..at, part);
            }
            5 => {
                let (from, to) = (self.place(len), self.place(len));
                image.drain(from.min(to)..from.max(to));
            }
            _ => {
                let other = self.dice.below(self.healthy.len() as u64) as usize;
                let (from, at) =
                    (self.dice.below(self.healthy[other].len() as u64) as usize, self.place(len));
                image.truncate(at);
                image.extend_from_slice(&self.healthy[other][from..]);
            }
        }
    }

    /// Most of what matters stands in front.
    fn place(&mut self, len: u64) -> usize {
        let within = if self.dice.chance(60) { len.min(64) } else { len };
        self.dice.below(within) as usize
    }
}

/// A few of every format and of different pixels; animations among them.
fn healthy() -> Vec<Vec<u8>> {
    let picture = |side: u32| {
        let pixel = |x: u32, y: u32| image::Rgba([x as u8, y as u8, (x ^ y) as u8, (x * y) as u8]);
        DynamicImage::from(RgbaImage::from_fn(side, side * 2 / 3, pixel))
    };
    let encoded = |image: DynamicImage, format| {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let mut healthy = Vec::new();
    for side in [6, 70, 200] {
        let rgb = || DynamicImage::from(picture(side).into_rgb8());
        let rgba = || picture(side);
        let gray = || DynamicImage::from(picture(side).into_luma8());
        let deep = || DynamicImage::from(picture(side).into_rgba16());
        healthy.extend([rgb(), gray()].map(|image| encoded(image, ImageFormat::Jpeg)));
        healthy.extend([rgb(), rgba(), gray(), deep()].map(|image| encoded(image, ImageFormat::Png)));
        healthy.extend([rgb(), rgba(), gray(), deep()].map(|image| encoded(image, ImageFormat::Tiff)));
        healthy.extend([rgb(), rgba(), gray()].map(|image| encoded(image, ImageFormat::Bmp)));
        healthy.push(encoded(rgba(), ImageFormat::Gif));
    }
    let mut animation = Vec::new();
    let delay = image::Delay::from_saturating_duration(Duration::from_millis(100));
    let frames = (0..4).map(|at| Frame::from_parts(picture(30).into_rgba8(), at, at, delay));
    GifEncoder::new(&mut animation).encode_frames(frames).unwrap();
    healthy.push(animation);
    healthy.push(PROGRESSIVE.to_vec());
    healthy
}

/// Sets the checksums of a PNG right, so that what was changed is looked at.
fn mend_checksums(image: &mut [u8]) {
    if !image.starts_with(b"\x89PNG\r\n\x1a\n") {
        return;
    }
    let mut at = 8;
    while let Some(length) = image.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let (Some(start), Some(end)) =
            (at.checked_add(4), at.checked_add(8).and_then(|at| at.checked_add(length)))
        else {
            return;
        };
        let Some(sum) = image.get(start..end).map(checksum) else { return };
        let Some(stored) = image.get_mut(end..end + 4) else { return };
        stored.copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
