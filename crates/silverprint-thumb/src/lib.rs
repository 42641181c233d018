//! Pictures in, thumbnails out: sniff, decode, orient, scale, tone, encode.
//!
//! A [`ThumbnailSpec`] says what a thumbnail looks like; a [`Thumbnailer`] makes
//! them one after another, keeping its scratch memory between pictures. Beside
//! it, [`read_header`] tells format and size from the first bytes, and
//! [`ends_whole`] whether a picture reaches its format's own end marker.
//!
//! All of it is synchronous and pure CPU. This crate never knows tokio, the
//! network, the disk, or any other crate of the workspace. Whatever the bytes,
//! it returns an error rather than panic, and its memory is bounded: sizes are
//! taken from the header and refused before anything is decoded.

mod decoded;
mod encode;
mod error;
mod exif;
mod frame;
mod framing;
mod grey_jpeg;
mod header;
mod icc;
mod jpeg;
mod limit;
mod marker;
mod meaning;
mod notes;
mod planes;
mod profile;
mod raster;
mod resize;
mod small;
mod spec;
mod thumbnailer;
mod tone;
mod whole;

pub use error::ThumbError;
pub use header::{Header, PictureFormat, read_header};
pub use limit::Limit;
pub use spec::{Dimensions, Encoding, Fit, SpecError, ThumbnailSpec, Tone};
pub use thumbnailer::{Thumbnail, Thumbnailer};
pub use whole::ends_whole;
