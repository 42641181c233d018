//! The judge of our JPEG decoder, for tests only: libjpeg-turbo's decoder, and
//! its encoder, which writes any coefficients in any scans. Both are what
//! mozjpeg keeps of libjpeg-turbo, in C, with no assembly and mozjpeg's own
//! ways switched off. No program of ours ever depends on it.

mod decode;
mod encode;
mod random;
mod recipe;
mod report;
mod source;

pub use decode::{Coefficients, Decoded, MAX_PIXELS, coefficients, decode_grey};
pub use encode::encode;
pub use random::{Painting, paint, random};
pub use recipe::{Blocks, Coding, Colour, Component, Recipe, Restart, Scan};
