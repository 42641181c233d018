//! The small picture within a JPEG: its planes at an eighth, a quarter or half
//! of their size, decoding no more than those show.

mod decoder;
mod error;
mod picture;

pub use decoder::Decoder;
pub use error::{DecodeError, Unsupported};
pub use picture::{Picture, Plane, Planes, Scale};
