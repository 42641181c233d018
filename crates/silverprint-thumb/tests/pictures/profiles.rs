//! Colour profiles, made up from their numbers, and pictures that carry them.

use image::codecs::png::PngEncoder;
use image::codecs::tiff::TiffEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use moxcms::{
    ColorProfile, DataColorSpace, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d,
    ProfileClass,
};
use std::io::Cursor;

/// The profiles that pictures are met with, by name.
pub(crate) fn rgb() -> Vec<(&'static str, Vec<u8>)> {
    [
        ("p3", ColorProfile::new_display_p3()),
        ("adobe", ColorProfile::new_adobe_rgb()),
        ("prophoto", ColorProfile::new_pro_photo_rgb()),
        ("bt2020", ColorProfile::new_bt2020()),
        ("dci", ColorProfile::new_dci_p3()),
    ]
    .map(|(name, profile)| (name, profile.encode().unwrap()))
    .to_vec()
}

pub(crate) fn srgb() -> Vec<u8> {
    ColorProfile::new_srgb().encode().unwrap()
}

pub(crate) fn grey(gamma: f32) -> Vec<u8> {
    ColorProfile::new_gray_with_gamma(gamma).encode().unwrap()
}

/// A press whose four inks take light away, each from one direction of CIE Lab, and whose
/// darkest black is a dark grey.
pub(crate) fn press() -> Vec<u8> {
    const GRID: u8 = 9;
    let steps = || (0..GRID).map(|step| f64::from(step) / f64::from(GRID - 1));
    let mut lab = Vec::new();
    for cyan in steps() {
        for magenta in steps() {
            for yellow in steps() {
                lab.extend(steps().flat_map(|black| printed([cyan, magenta, yellow, black])));
            }
        }
    }
    let line = |channels| LutStore::Store16([0, 0xFFFF].repeat(channels));
    let lut = LutDataType {
        num_input_channels: 4,
        num_output_channels: 3,
        num_clut_grid_points: GRID,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 2,
        num_output_table_entries: 2,
        input_table: line(4),
        clut_table: LutStore::Store16(lab),
        output_table: line(3),
        lut_type: LutType::Lut16,
    };
    let mut profile = ColorProfile::new_lab();
    profile.color_space = DataColorSpace::Cmyk;
    profile.pcs = DataColorSpace::Lab;
    profile.profile_class = ProfileClass::OutputDevice;
    profile.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(lut));
    profile.lut_a_to_b_colorimetric = None;
    profile.lut_b_to_a_perceptual = None;
    profile.lut_b_to_a_colorimetric = None;
    let mut bytes = profile.encode().unwrap();
    bytes[8] = 2; // Those of presses are of the second version nearly all.
    bytes
}

/// The color of inks from 0 to 1, as 16-bit Lab of ICC's older encoding.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 16 bits")]
fn printed([cyan, magenta, yellow, black]: [f64; 4]) -> [u16; 3] {
    let light = (1.0 - 0.85 * black) * (1.0 - 0.3 * cyan) * (1.0 - 0.4 * magenta);
    let a = (-35.0 * cyan + 65.0 * magenta) * light;
    let b = (-45.0 * cyan - 5.0 * magenta + 85.0 * yellow) * light;
    [100.0 * light * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0].map(|value| value as u16)
}

/// 512 colors, all over the cube, each on 8×8 pixels.
pub(crate) fn patches() -> RgbImage {
    const LEVELS: [u8; 8] = [0, 20, 60, 100, 140, 180, 220, 255];
    RgbImage::from_fn(256, 128, |x, y| {
        let patch = (y / 8 * 32 + x / 8) as usize;
        Rgb([LEVELS[patch / 64], LEVELS[patch / 8 % 8], LEVELS[patch % 8]])
    })
}

/// A JPEG as near to its samples as one can be. Here and below, no bytes are no profile.
pub(crate) fn jpeg(samples: &[u8], size: (u32, u32), color: ColorType, icc: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 100);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    if !icc.is_empty() {
        encoder.add_icc_profile(icc).unwrap();
    }
    let (width, height) = (size.0.try_into().unwrap(), size.1.try_into().unwrap());
    encoder.encode(samples, width, height, color).unwrap();
    bytes
}

pub(crate) fn png(picture: &DynamicImage, icc: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(picture, PngEncoder::new(&mut bytes), icc);
    bytes
}

pub(crate) fn webp(picture: &DynamicImage, icc: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(picture, WebPEncoder::new_lossless(&mut bytes), icc);
    bytes
}

pub(crate) fn tiff(picture: &DynamicImage, icc: &[u8]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    write(picture, TiffEncoder::new(&mut bytes), icc);
    bytes.into_inner()
}

fn write(picture: &DynamicImage, mut encoder: impl ImageEncoder, icc: &[u8]) {
    if !icc.is_empty() {
        encoder.set_icc_profile(icc.to_vec()).unwrap();
    }
    picture.write_with_encoder(encoder).unwrap();
}
