//! From a decoder's samples to grey or RGB, and from grey to black and white.
//!
//! Samples are rewritten in place: every step leaves at most as many as it found,
//! so a large picture is in memory once.

use image::GrayImage;

use crate::Tone;
use crate::decoded::Channels;

/// Leaves grey, or RGB where `tone` wants it and the picture has it, and tells which.
/// What was transparent lies on white paper.
pub(crate) fn reduce(samples: &mut Vec<u8>, channels: Channels, tone: Tone) -> Channels {
    let colored = tone == Tone::Colour;
    match channels {
        Channels::Grey => return Channels::Grey,
        Channels::GreyAlpha => map(samples, |[grey, alpha]| [over_white(grey, alpha)]),
        Channels::Rgb if colored => return Channels::Rgb,
        Channels::Rgb => map(samples, |rgb| [luma(rgb)]),
        Channels::Rgba if colored => map(samples, rgba_over_white),
        Channels::Rgba => map(samples, |rgba| [luma(rgba_over_white(rgba))]),
        Channels::Cmyk if colored => map(samples, print),
        Channels::Cmyk => map(samples, |cmyk| [luma(print(cmyk))]),
    }
    let has_colors = matches!(channels, Channels::Rgba | Channels::Cmyk);
    if has_colors && colored { Channels::Rgb } else { Channels::Grey }
}

/// Lays on white what is transparent, and leaves the colors as the picture's profile has
/// them; white is white in all of them.
pub(crate) fn lay_on_white(samples: &mut Vec<u8>, channels: Channels) -> Channels {
    match channels {
        Channels::Grey | Channels::Rgb | Channels::Cmyk => return channels,
        Channels::GreyAlpha => map(samples, |[grey, alpha]| [over_white(grey, alpha)]),
        Channels::Rgba => map(samples, rgba_over_white),
    }
    if channels == Channels::Rgba { Channels::Rgb } else { Channels::Grey }
}

/// Keeps the high byte of native-endian 16-bit samples, as Pillow does.
pub(crate) fn narrow(samples: &mut Vec<u8>) {
    map(samples, |wide| [(u16::from_ne_bytes(wide) >> 8) as u8]);
}

/// Sets black and white dots: Floyd–Steinberg with the sixteenths and the threshold
/// of Pillow's `convert("1")`, so that both give the same dots.
pub(crate) fn dither(grey: &mut GrayImage) {
    // In sixteenths; one more at the end, for what the last pixel gives to the right.
    let mut errors = vec![0_i32; grey.width() as usize + 1];
    for row in grey.rows_mut() {
        let (mut ahead, mut below, mut below_right) = (0, 0, 0);
        for (x, pixel) in row.enumerate() {
            let value = (i32::from(pixel.0[0]) + (ahead + errors[x + 1]) / 16).clamp(0, 255);
            pixel.0[0] = if value > 128 { 255 } else { 0 };
            let error = value - i32::from(pixel.0[0]);
            errors[x] = 3 * error + below;
            below = 5 * error + below_right;
            below_right = error;
            ahead = 7 * error;
        }
        if let Some(last) = errors.last_mut() {
            *last = below;
        }
    }
}

/// Rewrites pixels of `IN` samples as pixels of `OUT`, at most as many.
fn map<const IN: usize, const OUT: usize>(
    samples: &mut Vec<u8>,
    pixel: impl Fn([u8; IN]) -> [u8; OUT],
) {
    const { assert!(OUT <= IN) };
    let n_pixels = samples.len() / IN;
    for idx in 0..n_pixels {
        let mut before = [0; IN];
        before.copy_from_slice(&samples[idx * IN..][..IN]);
        samples[idx * OUT..][..OUT].copy_from_slice(&pixel(before));
    }
    samples.truncate(n_pixels * OUT);
}

/// Pillow's `convert("L")`: ITU-R BT.601 in 16-bit fixed point.
#[expect(clippy::cast_possible_truncation, reason = "the weights sum to 65,536")]
fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let sum = u32::from(red) * 19_595 + u32::from(green) * 38_470 + u32::from(blue) * 7_471;
    ((sum + 0x8000) >> 16) as u8
}

fn rgba_over_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    [over_white(red, alpha), over_white(green, alpha), over_white(blue, alpha)]
}

fn over_white(sample: u8, alpha: u8) -> u8 {
    255 - product(255 - sample, alpha)
}

/// JFIF's colors, which are BT.601's over the full range, in 16-bit fixed point as libjpeg
/// reckons them.
pub(crate) fn rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    const HALF: i32 = 0x8000;
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + 91_881 * cr + HALF;
    let green = y - 22_554 * cb - 46_802 * cr + HALF;
    let blue = y + 116_130 * cb + HALF;
    #[expect(clippy::cast_sign_loss, reason = "clamped to a sample first")]
    [red, green, blue].map(|sum| (sum >> 16).clamp(0, 255) as u8)
}

/// Ink on white paper, as Pillow prints it.
fn print([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let light = 255 - black;
    [cyan, magenta, yellow].map(|ink| light - product(ink, light))
}

/// a × b / 255, rounded.
#[expect(clippy::cast_possible_truncation, reason = "at most 255")]
fn product(a: u8, b: u8) -> u8 {
    ((u32::from(a) * u32::from(b) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_is_pillows() {
        // As printed by Pillow: Image.new("RGB", (1, 1), c).convert("L").getpixel((0, 0)).
        for (rgb, grey) in [
            ([255, 255, 255], 255),
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([1, 2, 3], 2),
        ] {
            assert_eq!(luma(rgb), grey, "{rgb:?}");
        }
    }

    #[test]
    fn what_is_transparent_is_white_paper() {
        let mut samples = vec![10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 0, 128];
        map(&mut samples, rgba_over_white);
        assert_eq!(samples, [255, 255, 255, 10, 20, 30, 127, 127, 127]);
    }

    #[test]
    fn no_ink_is_white_and_black_ink_is_black() {
        assert_eq!(print([0, 0, 0, 0]), [255; 3]);
        assert_eq!(print([9, 99, 200, 255]), [0; 3]);
        assert_eq!(print([255, 0, 0, 0]), [0, 255, 255]);
    }

    #[test]
    fn narrowing_keeps_the_high_bytes() {
        let mut samples: Vec<u8> =
            [0xFFFF_u16, 0x12FF, 0x00FF].iter().flat_map(|wide| wide.to_ne_bytes()).collect();
        narrow(&mut samples);
        assert_eq!(samples, [0xFF, 0x12, 0]);
    }

    #[test]
    fn dots_keep_the_lightness() {
        let mut grey = GrayImage::from_pixel(64, 64, image::Luma([64]));
        dither(&mut grey);
        let white = grey.pixels().filter(|pixel| pixel.0[0] == 255).count();
        assert!(grey.pixels().all(|pixel| matches!(pixel.0[0], 0 | 255)));
        assert!((960..=1090).contains(&white), "{white} of 4096");
    }
}
