//! Bytes from the fuzzer as JPEGs that go deep: a sound one, by chance, and
//! then some damage. And a folder for those that are files of an archive.

#[cfg(feature = "catalogue")]
mod scratch;

#[cfg(feature = "catalogue")]
pub use scratch::Scratch;

use fastrand::Rng;
use turbo_judge::{Recipe, encode, paint, random};

/// A sound JPEG, and what of the fuzzer's bytes is left.
pub struct Sound<'a> {
    /// How it is written.
    pub recipe: Recipe,
    /// The file.
    pub jpeg: Vec<u8>,
    rest: &'a [u8],
}

impl<'a> Sound<'a> {
    /// The first bytes choose the JPEG: a seed, and its size.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let ([seed @ .., width, height], rest) = bytes.split_first_chunk::<6>()?;
        let seed = u32::from_le_bytes(*seed);
        let mut rng = Rng::with_seed(seed.into());
        let size = |byte: &u8| u16::from(byte % 96 + 1);
        let recipe = Recipe { width: size(width), height: size(height), ..random(&mut rng) };
        let jpeg = encode(&recipe, &paint(&recipe, &mut rng)).expect("the judge can write it");
        Some(Self { recipe, jpeg, rest })
    }

    /// The frame header as it stands in the file.
    pub fn frame(&self) -> &[u8] {
        let mut rest = &self.jpeg[2..];
        loop {
            let length = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
            let (segment, after) = rest.split_at(length);
            if matches!(segment[1], 0xC0..=0xC2 | 0xC9 | 0xCA) {
                return segment;
            }
            rest = after;
        }
    }

    /// The JPEG after the damage that the rest of the bytes says: six bytes a
    /// blow, of which the first two say where, in 1/65,536 of the file.
    pub fn damaged(&self) -> Vec<u8> {
        let mut jpeg = self.jpeg.clone();
        for blow in self.rest.chunks_exact(6) {
            let [at_high, at_low, kind, count, value, other] = *blow else { continue };
            let at = usize::from(u16::from_be_bytes([at_high, at_low])) * jpeg.len() >> 16;
            let end = (at + usize::from(count)).min(jpeg.len());
            match kind % 7 {
                0 => jpeg[at] = value,
                1 => jpeg[at] ^= 1 << (value & 7),
                2 => drop(jpeg.drain(at..end)),
                3 => drop(jpeg.splice(at..at, [value, other])),
                4 => drop(jpeg.splice(at..at, jpeg[at..end].to_vec())),
                5 => drop(jpeg.splice(at..at, [0xFF, value])),
                _ => jpeg.truncate(at),
            }
            if jpeg.is_empty() {
                break;
            }
        }
        jpeg
    }
}
