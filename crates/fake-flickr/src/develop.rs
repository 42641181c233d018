//! From a painting to a file: enlarged or reduced, grained, turned, encoded.
//!
//! A file is encoded once for all photos that share a painting; the place where each photo's own
//! comment goes is kept, so that every photo's bytes are its own.

use bytes::Bytes;
use image::ImageEncoder;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::body::Body;
use crate::paint::Picture;
use crate::photo::{Original, Photo};
use crate::rendition::Label;
use crate::scale;
use crate::seed::join;

/// What is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Order {
    pub(crate) painting: u32,
    label: Label,
    original: Original,
    orientation: u8,
    /// The dimensions of the upright picture.
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Order {
    /// The order for a rendition; `None` where the photo has no such rendition.
    pub(crate) fn of(photo: &Photo, label: Label) -> Option<Self> {
        photo.dimensions(label)?;
        // Smaller sizes don't know how the original is stored; grey ones stay grey.
        let original = match (label, photo.original) {
            (Label::O, original) => original,
            (_, Original::Grey) => Original::Grey,
            _ => Original::Baseline,
        };
        let orientation = if label == Label::O { photo.orientation } else { 1 };
        let (width, height) = (photo.width, photo.height);
        Some(Self { painting: photo.painting, label, original, orientation, width, height })
    }
}

/// An encoded picture, and where a comment can be put into it.
#[derive(Debug)]
pub(crate) struct Encoded {
    bytes: Bytes,
    comment_at: usize,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Jpeg,
    Png,
    Gif,
}

impl Encoded {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The file with a comment in it that makes it this photo's own.
    pub(crate) fn with_comment(&self, text: &str) -> Body {
        let comment = match self.format {
            Format::Jpeg => jpeg_comment(text),
            Format::Png => png_comment(text),
            Format::Gif => gif_comment(text),
        };
        let (head, tail) =
            (self.bytes.slice(..self.comment_at), self.bytes.slice(self.comment_at..));
        Body::from([head, comment.into(), tail])
    }
}

/// Makes what was ordered from its painting.
pub(crate) fn develop(base: &Picture, order: Order, quality: u8, grain: f32, seed: u64) -> Encoded {
    let (width, height) =
        order.label.dimensions(order.width, order.height).unwrap_or((order.width, order.height));
    let source = if order.label.is_square() { base.square() } else { base.view() };
    let (width, height) = (width as usize, height as usize);
    // Reducing averages the grain away.
    let grain = grain * scale::share(width.max(height), order.width.max(order.height) as usize);
    let noise = join(seed, u64::from(order.painting));
    let print = scale::resize(source, width, height, grain, noise);
    if order.label == Label::O {
        original(&turned(print, order.orientation), order, quality)
    } else {
        let small =
            jpeg(&print, order.original, quality.saturating_sub(4).max(1), order.orientation);
        // Some of the site's smaller sizes begin without a JFIF header.
        if noise.is_multiple_of(5) { without_jfif(&small) } else { small }
    }
}

fn original(print: &Picture, order: Order, quality: u8) -> Encoded {
    match order.original {
        Original::Png => png(print),
        Original::Gif => gif(print),
        kind => jpeg(print, kind, quality, order.orientation),
    }
}

/// Encodes a JPEG. Writing to memory can't fail, and the dimensions are within bounds.
fn jpeg(print: &Picture, kind: Original, quality: u8, orientation: u8) -> Encoded {
    let mut out = Vec::with_capacity(print.rgb.len() / 6);
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_progressive(kind == Original::Progressive);
    encoder.set_optimized_huffman_tables(kind == Original::Optimized);
    if kind == Original::Restarts {
        encoder.set_restart_interval(64);
    }
    if orientation != 1 {
        let _ = encoder.add_exif_metadata(&exif(orientation));
    }
    let (width, height) = (side(print.width), side(print.height));
    let done = match kind {
        Original::Grey => encoder.encode(&grey(print), width, height, ColorType::Luma),
        Original::Cmyk => encoder.encode(&cmyk(print), width, height, ColorType::Cmyk),
        _ => encoder.encode(&print.rgb, width, height, ColorType::Rgb),
    };
    debug_assert!(done.is_ok(), "writing to memory can't fail");
    let comment_at = after_app_segments(&out);
    Encoded { bytes: out.into(), comment_at, format: Format::Jpeg }
}

fn side(pixels: usize) -> u16 {
    u16::try_from(pixels).unwrap_or(u16::MAX)
}

/// The place after the last `APPn` segment: JFIF and EXIF want to be first.
fn after_app_segments(jpeg: &[u8]) -> usize {
    let mut at = 2;
    while let [0xff, 0xe0..=0xef, high, low, ..] = jpeg.get(at..).unwrap_or_default() {
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    at.min(jpeg.len())
}

/// The same picture with an APP13 segment where its JFIF header was.
fn without_jfif(jpeg: &Encoded) -> Encoded {
    const PHOTOSHOP: &[u8] =
        b"\xff\xd8\xff\xed\x00\x1cPhotoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x00";
    let rest = jpeg.bytes.get(20..).unwrap_or_default();
    let bytes = [PHOTOSHOP, rest].concat();
    let comment_at = after_app_segments(&bytes);
    Encoded { bytes: bytes.into(), comment_at, format: Format::Jpeg }
}

/// An EXIF block with the orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

fn png(print: &Picture) -> Encoded {
    let mut out = Vec::with_capacity(print.rgb.len());
    let encoder = image::codecs::png::PngEncoder::new_with_quality(
        &mut out,
        image::codecs::png::CompressionType::Fast,
        image::codecs::png::FilterType::Sub,
    );
    let (width, height) = (u32::from(side(print.width)), u32::from(side(print.height)));
    let done = encoder.write_image(&print.rgb, width, height, image::ExtendedColorType::Rgb8);
    debug_assert!(done.is_ok(), "writing to memory can't fail");
    // After the signature and the IHDR chunk.
    Encoded { bytes: out.into(), comment_at: 33, format: Format::Png }
}

fn gif(print: &Picture) -> Encoded {
    let mut out = Vec::with_capacity(print.rgb.len() / 3);
    let (width, height) = (u32::from(side(print.width)), u32::from(side(print.height)));
    let done = image::codecs::gif::GifEncoder::new_with_speed(&mut out, 30).encode(
        &print.rgb,
        width,
        height,
        image::ExtendedColorType::Rgb8,
    );
    debug_assert!(done.is_ok(), "writing to memory can't fail");
    // Before the trailer.
    let comment_at = out.len().saturating_sub(1);
    Encoded { bytes: out.into(), comment_at, format: Format::Gif }
}

/// `photo_unavailable.gif`: a grey card, the same for every photo that is gone.
pub(crate) fn placeholder() -> Bytes {
    let (width, height) = (240, 180);
    let rgb = (0..width * height)
        .flat_map(|at| {
            let (x, y) = (at % width, at / width);
            let rim = x.min(width - 1 - x).min(y).min(height - 1 - y) < 8;
            [if rim { 205 } else { 235 }; 3]
        })
        .collect();
    gif(&Picture { width, height, rgb }).bytes
}

fn jpeg_comment(text: &str) -> Vec<u8> {
    let len = u16::try_from(text.len() + 2).unwrap_or(2);
    [&[0xff, 0xfe], &len.to_be_bytes()[..], text.as_bytes()].concat()
}

fn png_comment(text: &str) -> Vec<u8> {
    let data = [b"tEXtComment\0", text.as_bytes()].concat();
    let len = u32::try_from(data.len() - 4).unwrap_or(0);
    [&len.to_be_bytes()[..], &data, &crc32(&data).to_be_bytes()].concat()
}

fn gif_comment(text: &str) -> Vec<u8> {
    let text = &text.as_bytes()[..text.len().min(255)];
    let len = u8::try_from(text.len()).unwrap_or(0);
    [&[0x21, 0xfe, len], text, &[0]].concat()
}

/// The checksum of PNG chunks, bit by bit: comments are short.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn grey(print: &Picture) -> Vec<u8> {
    let luma = |rgb: &[u8]| {
        let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
        #[expect(clippy::cast_possible_truncation, reason = "the weights add up to 256")]
        let luma = ((77 * r + 150 * g + 29 * b) >> 8) as u8;
        luma
    };
    print.rgb.chunks_exact(3).map(luma).collect()
}

/// Black takes what the three inks share.
fn cmyk(print: &Picture) -> Vec<u8> {
    let mut out = Vec::with_capacity(print.rgb.len() / 3 * 4);
    for rgb in print.rgb.chunks_exact(3) {
        let [c, m, y] = [255 - rgb[0], 255 - rgb[1], 255 - rgb[2]];
        let k = c.min(m).min(y);
        let ink = |ink: u8| {
            let rest = u32::from(255 - k).max(1);
            u8::try_from(u32::from(ink - k) * 255 / rest).unwrap_or(255)
        };
        out.extend_from_slice(&[ink(c), ink(m), ink(y), k]);
    }
    out
}

/// The picture as a camera held this way stores it: turning it by its orientation makes it upright.
fn turned(upright: Picture, orientation: u8) -> Picture {
    if orientation <= 1 {
        return upright;
    }
    let (w, h) = (upright.width, upright.height);
    let (width, height) = if orientation >= 5 { (h, w) } else { (w, h) };
    let mut rgb = Vec::with_capacity(upright.rgb.len());
    for y in 0..height {
        for x in 0..width {
            // Where the stored pixel lies in the upright picture.
            let (ux, uy) = match orientation {
                2 => (w - 1 - x, y),
                3 => (w - 1 - x, h - 1 - y),
                4 => (x, h - 1 - y),
                5 => (y, x),
                6 => (w - 1 - y, x),
                7 => (w - 1 - y, h - 1 - x),
                _ => (y, h - 1 - x),
            };
            let at = (uy * w + ux) * 3;
            rgb.extend_from_slice(&upright.rgb[at..at + 3]);
        }
    }
    Picture { width, height, rgb }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_is_undone_by_the_orientation() {
        let upright = Picture {
            width: 3,
            height: 2,
            rgb: (0..6).flat_map(|n| [n * 10, n, 255 - n]).collect(),
        };
        for orientation in 2..=8 {
            let stored = turned(Picture { rgb: upright.rgb.clone(), ..upright }, orientation);
            let image = image::RgbImage::from_raw(
                u32::try_from(stored.width).unwrap(),
                u32::try_from(stored.height).unwrap(),
                stored.rgb,
            );
            let mut image = image::DynamicImage::ImageRgb8(image.unwrap());
            image.apply_orientation(image::metadata::Orientation::from_exif(orientation).unwrap());
            assert_eq!(image.into_rgb8().into_raw(), upright.rgb, "{orientation}");
        }
    }

    #[test]
    fn checksums_are_those_of_png() {
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }
}
