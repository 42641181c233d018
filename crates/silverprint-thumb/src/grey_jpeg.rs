//! Grey baseline JPEGs, for thumbnails: small, and made by the hundred thousand.
//!
//! One component, Annex K's tables (ITU-T T.81), the cosine transform of Arai, Agui and
//! Nakajima in floats, as libjpeg's `jfdctflt`. What it loses is what any encoder loses
//! at that quality; it takes half of a general one's
//! time (measured side by side: 46 µs for 120×120 against 89).

mod bits;
mod huffman;
mod transform;

use bits::Bits;
use huffman::{AC, AC_LENGTHS, AC_VALUES, DC, DC_LENGTHS, DC_VALUES};
use transform::{Block, Quantizer, SIDE};

/// Annex K's table for luma, in reading order.
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// The order in which a block's coefficients are stored, as places in reading order.
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Writes `width × height` grey samples as a JPEG of `quality`, 1 to 100 as libjpeg counts
/// it. Neither side may be 0, nor `samples` have fewer than those.
pub(crate) fn encode(samples: &[u8], width: u16, height: u16, quality: u8) -> Vec<u8> {
    let table = table(quality);
    let mut bytes = Vec::with_capacity(1024 + samples.len() / 2);
    write_head(&mut bytes, width, height, &table);
    let (width, height) = (usize::from(width), usize::from(height));
    let quantizer = Quantizer::new(&table);
    let mut bits = Bits::new();
    let mut dc_before = 0;
    for top in (0..height).step_by(SIDE) {
        for left in (0..width).step_by(SIDE) {
            let block = Block::read(samples, (width, height), (left, top));
            let coefficients = quantizer.quantize(&block);
            write_block(&mut bits, &coefficients, dc_before);
            dc_before = coefficients[0];
        }
    }
    bits.finish(&mut bytes);
    bytes.extend([0xFF, 0xD9]);
    bytes
}

/// The quantization table of a quality, in reading order: libjpeg's scale.
fn table(quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    LUMA.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8)
}

fn write_head(bytes: &mut Vec<u8>, width: u16, height: u16, table: &[u8; 64]) {
    bytes.extend(b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00");
    bytes.extend(b"\xFF\xDB\x00\x43\x00");
    bytes.extend(ZIGZAG.map(|place| table[usize::from(place)]));
    bytes.extend(b"\xFF\xC0\x00\x0B\x08");
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x01\x01\x11\x00");
    bytes.extend(b"\xFF\xC4\x00\x1F\x00");
    bytes.extend(DC_LENGTHS);
    bytes.extend(DC_VALUES);
    bytes.extend(b"\xFF\xC4\x00\xB5\x10");
    bytes.extend(AC_LENGTHS);
    bytes.extend(AC_VALUES);
    bytes.extend(b"\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00");
}

/// Writes a block's coefficients, which stand in storing order.
fn write_block(bits: &mut Bits, coefficients: &[i16; 64], dc_before: i16) {
    const ZERO_RUN: u8 = 0xF0;
    const END_OF_BLOCK: u8 = 0x00;
    bits.reserve_block();
    let (size, extra) = sized(coefficients[0] - dc_before);
    bits.put(DC[size as usize], extra, size);
    let mut left = nonzero(coefficients) & !1;
    let mut next = 1;
    while left != 0 {
        let place = left.trailing_zeros();
        left &= left - 1;
        let mut run = place - next;
        while run > 15 {
            bits.put(AC[usize::from(ZERO_RUN)], 0, 0);
            run -= 16;
        }
        let (size, extra) = sized(coefficients[place as usize & 63]);
        bits.put(AC[(run << 4 | size) as usize & 0xFF], extra, size);
        next = place + 1;
    }
    if next < 64 {
        bits.put(AC[usize::from(END_OF_BLOCK)], 0, 0);
    }
}

/// How many bits a number takes, from a table: reckoning it takes longer.
static SIZES: [u8; 2048] = {
    let (mut sizes, mut value) = ([0; 2048], 0_usize);
    while value < 2048 {
        #[expect(clippy::cast_possible_truncation, reason = "at most 11")]
        let size = (usize::BITS - value.leading_zeros()) as u8;
        sizes[value] = size;
        value += 1;
    }
    sizes
};

/// How many bits a value takes, and those bits: of a negative one, those of one less.
fn sized(value: i16) -> (u32, u32) {
    let size = u32::from(SIZES[usize::from(value.unsigned_abs() & 2047)]);
    let bits = i32::from(value) + i32::from(value >> 15);
    #[expect(clippy::cast_sign_loss, reason = "only the lowest bits are kept")]
    (size, bits as u32 & ((1 << size) - 1))
}

/// A bit for each coefficient that is not zero.
fn nonzero(coefficients: &[i16; 64]) -> u64 {
    // Moves the lowest bit of each of eight bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let flags = coefficients.map(|coefficient| u8::from(coefficient != 0));
    let mut mask = 0;
    for (idx, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
        mask |= gathered << (8 * idx);
    }
    mask
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder};
    use proptest::prelude::*;

    use super::*;

    /// A picture with edges, slopes and grain.
    fn picture(width: u16, height: u16, seed: u64) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(seed);
        let (pitch, grain) = (random.u16(3..40), random.u16(0..60));
        let mut samples = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let edge = if (x + y) / pitch % 2 == 0 { 90 } else { 0 };
                let slope = u32::from(y) * 100 / u32::from(height);
                let sample = edge + slope + u32::from(random.u16(0..=grain));
                samples.push(u8::try_from(sample).unwrap_or(255));
            }
        }
        samples
    }

    fn decoded(jpeg: &[u8]) -> image::GrayImage {
        match image::load_from_memory(jpeg).unwrap() {
            image::DynamicImage::ImageLuma8(grey) => grey,
            other => panic!("{:?}", other.color()),
        }
    }

    fn error(one: &[u8], other: &[u8]) -> f64 {
        let squares = one.iter().zip(other).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
        squares.sum::<f64>() / f64::from(u32::try_from(one.len()).unwrap())
    }

    fn theirs(samples: &[u8], width: u16, height: u16, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, quality).encode(samples, width, height, ColorType::Luma).unwrap();
        bytes
    }

    #[test]
    fn each_quality_is_as_good_and_as_small_as_a_general_encoders() {
        let samples = picture(120, 120, 7);
        for quality in 1..=100 {
            let ours = encode(&samples, 120, 120, quality);
            let theirs = theirs(&samples, 120, 120, quality);
            let (our_error, their_error) =
                (error(&decoded(&ours), &samples), error(&decoded(&theirs), &samples));
            assert!(our_error < their_error * 1.03 + 0.05, "{quality}: {our_error} {their_error}");
            assert!(ours.len() < theirs.len() * 102 / 100 + 8, "{quality}");
        }
    }

    #[test]
    fn the_hardest_contrasts_come_through() {
        for pattern in [
            |x: u16, _: u16| x % 2,
            |x: u16, y: u16| (x + y) % 2,
            |x: u16, y: u16| (x / 4 % 2) ^ (y / 4 % 2),
            |x: u16, _: u16| x / 8 % 2,
        ] {
            let samples: Vec<u8> = (0..64_u16)
                .flat_map(|y| (0..64).map(move |x| 255 * u8::try_from(pattern(x, y)).unwrap()))
                .collect();
            let made = decoded(&encode(&samples, 64, 64, 100));
            assert!(error(&made, &samples) < 1.0);
        }
    }

    proptest! {
        #[test]
        fn any_size_and_quality_decodes_to_what_was_meant(
            width in 1..70_u16,
            height in 1..70_u16,
            // Below, a few blocks are a game of chance.
            quality in 30..=100_u8,
            seed in any::<u64>(),
        ) {
            let samples = picture(width, height, seed);
            let ours = decoded(&encode(&samples, width, height, quality));
            let theirs = decoded(&theirs(&samples, width, height, quality));
            prop_assert_eq!(ours.dimensions(), (width.into(), height.into()));
            let (our_error, their_error) = (error(&ours, &samples), error(&theirs, &samples));
            prop_assert!(our_error < their_error * 1.2 + 2.0, "{our_error} {their_error}");
        }

        #[test]
        fn any_samples_are_encoded(
            samples in prop::collection::vec(any::<u8>(), 17 * 9),
            quality in 1..=100_u8,
        ) {
            let made = decoded(&encode(&samples, 17, 9, quality));
            prop_assert_eq!(made.dimensions(), (17, 9));
            prop_assert!(quality < 100 || error(&made, &samples) < 1.0);
        }
    }
}
