//! Pictures of nowhere: a sun or moon, hills, water.

use jpeg_encoder::{ColorType, Encoder};
use std::error::Error;

/// In color, as JPEG, with so much grain.
pub(crate) fn picture(
    seed: u64,
    width: u16,
    height: u16,
    grain: f64,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let (w, h) = (f64::from(width), f64::from(height));
    let mut grains = Grains(seed + 1);
    let mut rgb = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..height {
        for x in 0..width {
            let noise = grain * grains.next();
            let color = color(seed, f64::from(x) / w, f64::from(y) / h);
            rgb.extend(color.map(|part| to_byte(part + noise)));
        }
    }
    encode(&rgb, width, height, ColorType::Rgb)
}

/// Numbers from -1 to 1 without any order.
struct Grains(u64);

impl Grains {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let top = u32::try_from(self.0 >> 32).expect("half of the bits");
        f64::from(top) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}

/// The same in grey.
pub(crate) fn print(seed: u64, width: u16, height: u16) -> Result<Vec<u8>, Box<dyn Error>> {
    let (w, h) = (f64::from(width), f64::from(height));
    let mut grey = Vec::with_capacity(usize::from(width) * usize::from(height));
    for y in 0..height {
        for x in 0..width {
            // The middle of a picture of 4:3.
            let across = 0.125 + f64::from(x) / w * 0.75;
            let [red, green, blue] = color(seed, across, f64::from(y) / h);
            grey.push(to_byte(0.299 * red + 0.587 * green + 0.114 * blue));
        }
    }
    encode(&grey, width, height, ColorType::Luma)
}

fn encode(samples: &[u8], w: u16, h: u16, color: ColorType) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 85).encode(samples, w, h, color)?;
    Ok(jpeg)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn to_byte(value: f64) -> u8 {
    (value * 255.0).clamp(0.0, 255.0) as u8
}

/// The color of a point, both of whose places go from 0 to 1.
fn color(seed: u64, x: f64, y: f64) -> [f64; 3] {
    let chance = |n: u64| {
        let thousandths = u16::try_from((seed * 2_654_435_761 + n * 40_503) % 1_000);
        f64::from(thousandths.expect("less than a thousand")) / 1_000.0
    };
    let (hue, dusk) = (chance(1), chance(2));
    let sky = [0.35 + 0.5 * hue, 0.45 + 0.3 * dusk, 0.9 - 0.5 * hue];
    let fall = 1.0 - 0.55 * y - 0.25 * dusk;
    let mut color = sky.map(|part| part * fall);
    let (sun_x, sun_y, size) =
        (0.15 + 0.7 * chance(3), 0.1 + 0.35 * chance(4), 0.04 + 0.08 * chance(5));
    let away = ((x - sun_x).powi(2) + ((y - sun_y) * 0.75).powi(2)).sqrt();
    let glow = (1.0 - away / (size * 4.0)).max(0.0).powi(2) * 0.6;
    color = color.map(|part| part + glow);
    if away < size {
        color = [1.0, 0.96, 0.86];
    }
    for layer in 0_u8..3 {
        let depth = f64::from(layer);
        let wave = (x * (5.0 + 9.0 * chance(6 + u64::from(layer))) + chance(9) * 6.3 + depth).sin();
        let crest = 0.5 + 0.14 * depth + 0.07 * wave + 0.02 * (x * 41.0 + depth * 2.0).sin();
        if y > crest {
            let shade = 0.42 - 0.13 * depth + 0.05 * ((x * 90.0).sin() * (y * 70.0).cos());
            color = [shade * (0.7 + 0.5 * hue), shade, shade * (0.9 + 0.4 * dusk)];
        }
    }
    color
}
