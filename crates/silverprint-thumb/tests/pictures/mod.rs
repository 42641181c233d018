//! Test pictures: like photographs in what is hard about them (fine grain, hard
//! edges, saturated colors), in every format that can be written from here.

#![allow(dead_code, reason = "each test binary uses the pictures it needs")]

pub(crate) mod profiles;

use std::f32::consts::TAU;
use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, GrayImage, ImageEncoder, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A picture of any size: sky and sea, a sun, saturated stripes, a fence, grain.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "drawing: coordinates are small and samples are clamped"
)]
pub(crate) fn photo(width: u32, height: u32) -> RgbImage {
    let mut grain = fastrand::Rng::with_seed(u64::from(width) << 32 | u64::from(height));
    let (w, h) = (width as f32, height as f32);
    RgbImage::from_fn(width, height, |px, py| {
        let (x, y) = (px as f32 / w, py as f32 / h);
        let wave = (x * 11.0 * TAU + (y * 7.0 * TAU).sin()).sin();
        let mut color = [90.0 + 120.0 * y, 140.0 - 60.0 * y + 20.0 * wave, 220.0 - 150.0 * y];
        if (x - 0.7).hypot((y - 0.3) * h / w) < 0.13 {
            color = [255.0, 210.0, 20.0];
        }
        if y > 0.62 && y < 0.8 {
            let stripes =
                [[250.0, 5.0, 10.0], [5.0, 240.0, 15.0], [10.0, 5.0, 250.0], [250.0, 0.0, 240.0]];
            color = stripes[(x * 20.0) as usize % stripes.len()];
        }
        if y > 0.86 && ((x + y) * 36.0).fract() < 0.4 {
            color = [30.0, 24.0, 20.0];
        }
        let noise = (grain.f32() + grain.f32() - 1.0) * 28.0;
        Rgb(color.map(|sample| (sample + noise).clamp(0.0, 255.0) as u8))
    })
}

/// How a JPEG is written.
#[derive(Clone, Copy)]
pub(crate) struct Jpeg {
    pub(crate) sampling: SamplingFactor,
    pub(crate) progressive: bool,
    pub(crate) restart_interval: u16,
    pub(crate) optimized: bool,
    pub(crate) turned: u8,
}

pub(crate) const BASELINE: Jpeg = Jpeg {
    sampling: SamplingFactor::F_2_2,
    progressive: false,
    restart_interval: 0,
    optimized: false,
    turned: 0,
};

pub(crate) const PROGRESSIVE: Jpeg = Jpeg { progressive: true, ..BASELINE };

pub(crate) fn jpeg(
    samples: &[u8],
    (width, height): (u32, u32),
    color: ColorType,
    how: Jpeg,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(how.sampling);
    encoder.set_progressive(how.progressive);
    encoder.set_restart_interval(how.restart_interval);
    encoder.set_optimized_huffman_tables(how.optimized);
    if how.turned != 0 {
        encoder.add_exif_metadata(&exif(how.turned)).unwrap();
    }
    let (width, height) = (width.try_into().unwrap(), height.try_into().unwrap());
    encoder.encode(samples, width, height, color).unwrap();
    bytes
}

pub(crate) fn photo_jpeg(width: u32, height: u32, how: Jpeg) -> Vec<u8> {
    jpeg(&photo(width, height), (width, height), ColorType::Rgb, how)
}

/// RGB samples stored as they are, which an Adobe marker in place of JFIF's says.
pub(crate) fn rgb_jpeg(width: u32, height: u32) -> Vec<u8> {
    const ADOBE: &[u8] = b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00";
    let how = Jpeg { sampling: SamplingFactor::F_1_1, ..BASELINE };
    let bytes = jpeg(&photo(width, height), (width, height), ColorType::Ycbcr, how);
    assert_eq!(&bytes[2..11], b"\xFF\xE0\x00\x10JFIF\0");
    [&bytes[..2], ADOBE, &bytes[20..]].concat()
}

/// Ink for a picture: what is dark in all three colors is printed black.
pub(crate) fn ink(picture: &RgbImage) -> Vec<u8> {
    picture
        .pixels()
        .flat_map(|Rgb([r, g, b])| {
            let black = 255 - *r.max(g).max(b);
            [255 - r - black, 255 - g - black, 255 - b - black, black]
        })
        .collect()
}

/// A photo as it goes to the press.
pub(crate) fn cmyk_jpeg(width: u32, height: u32, color: ColorType) -> Vec<u8> {
    let ink = ink(&photo(width, height));
    jpeg(&ink, (width, height), color, Jpeg { sampling: SamplingFactor::F_1_1, ..BASELINE })
}

pub(crate) fn png(picture: &DynamicImage, turned: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    if turned != 0 {
        encoder.set_exif_metadata(exif(turned)).unwrap();
    }
    picture.write_with_encoder(encoder).unwrap();
    bytes
}

pub(crate) fn webp(picture: &DynamicImage, turned: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    if turned != 0 {
        encoder.set_exif_metadata(exif(turned)).unwrap();
    }
    picture.write_with_encoder(encoder).unwrap();
    bytes
}

/// The frames of a GIF, the first of which counts.
pub(crate) fn gif(frames: &[DynamicImage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
        for frame in frames {
            encoder.encode_frame(image::Frame::new(frame.to_rgba8())).unwrap();
        }
    }
    bytes
}

pub(crate) fn tiff(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Tiff).unwrap();
    bytes.into_inner()
}

/// A grey TIFF in one strip that says how it is turned, if `turned` is not 0.
pub(crate) fn turned_tiff(picture: &GrayImage, turned: u8) -> Vec<u8> {
    const SHORT: u32 = 3;
    const LONG: u32 = 4;
    let (width, height) = picture.dimensions();
    let mut entries = vec![
        (256, LONG, width),
        (257, LONG, height),
        (258, SHORT, 8),
        (259, SHORT, 1),
        (262, SHORT, 1),
        (273, LONG, 8),
        (278, LONG, height),
        (279, LONG, width * height),
    ];
    if turned != 0 {
        entries.insert(6, (274, SHORT, turned.into()));
    }
    let directory = 8 + width * height;
    let mut bytes = [b"II\x2A\0", &directory.to_le_bytes()[..], picture.as_raw()].concat();
    bytes.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    for (tag, kind, value) in entries {
        // Tag and kind are 16 bits each.
        bytes.extend((kind << 16 | tag).to_le_bytes());
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

/// A photo with a transparent hole and a fading edge.
#[expect(clippy::cast_possible_truncation, reason = "the remainder of a division by 256")]
pub(crate) fn with_holes(width: u32, height: u32) -> DynamicImage {
    let mut picture = DynamicImage::from(photo(width, height)).into_rgba8();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if x < width / 3 && y < height / 2 {
            pixel.0[3] = 0;
        } else if x > width / 2 {
            pixel.0[3] = (y % 256) as u8;
        }
    }
    picture.into()
}

/// An EXIF block that holds only an orientation.
pub(crate) fn exif(turned: u8) -> Vec<u8> {
    [b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[turned, 0, 0, 0, 0, 0, 0]]
        .concat()
}

/// An EXIF block as a camera writes it that is set to Adobe RGB.
pub(crate) fn exif_of_adobe_rgb() -> Vec<u8> {
    [
        &b"II\x2A\0\x08\0\0\0"[..],
        b"\x01\0\x69\x87\x04\0\x01\0\0\0\x1A\0\0\0\0\0\0\0",
        b"\x02\0\x01\xA0\x03\0\x01\0\0\0\xFF\xFF\0\0",
        b"\x05\xA0\x04\0\x01\0\0\0\x38\0\0\0\0\0\0\0",
        b"\x01\0\x01\0\x02\0\x04\0\0\0R03\0\0\0\0\0",
    ]
    .concat()
}
