//! The small picture within a JPEG: its planes at an eighth, a quarter or half
//! of their size, decoding no more than those show.

mod bits;
mod coefficients;
mod decoder;
mod differences;
mod error;
mod header;
mod huffman;
mod inverse;
mod join;
mod marker;
mod pattern;
mod picture;
mod processor;
mod progress;
mod samples;
mod scan;
mod search;
mod segments;
mod simd;
mod standard;
mod steps;
mod stretch;

pub use decoder::Decoder;
pub use error::{DecodeError, Unsupported};
pub use picture::{Picture, Plane, Planes, Scale};
