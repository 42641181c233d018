//! Pictures in, thumbnails out: sniff, decode, orient, scale, tone, encode.
//!
//! A [`ThumbnailSpec`] says what a thumbnail looks like: its size in pixels, how the
//! picture is fitted in, its tone and format. [`thumbnail`] makes one, [`batch`] many
//! on several threads, and a [`Thumbnailer`], kept by a thread of yours, one after
//! another with the same memory and tables. Beside them, [`read_header`] tells format
//! and size from the first bytes, and [`ends_whole`] whether a picture reaches its
//! format's own end marker.
//!
//! ```no_run
//! use silverprint_thumb::{ThumbnailSpec, thumbnail};
//!
//! let picture = std::fs::read("photo.jpg")?;
//! let made = thumbnail(ThumbnailSpec::default(), &picture)?;
//! println!("{} × {} pixels before", made.source.width, made.source.height);
//! std::fs::write("thumbnail.jpg", made.bytes)?; // 120 × 120, grey
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All of it is synchronous and pure CPU. This crate never knows tokio, the
//! network, the disk, or any other crate of the workspace than `silverprint-jpeg`,
//! which decodes ordinary JPEGs. Whatever the bytes, it returns an error
//! ([`ThumbError`]) rather than panic, and its memory is bounded ([`Limit`]): sizes
//! are taken from the header and refused before anything is decoded.

mod batch;
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
mod lanczos;
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
mod webp;
mod whole;

pub use batch::{batch, thumbnail};
pub use error::ThumbError;
pub use header::{Header, PictureFormat, read_header};
pub use limit::Limit;
pub use spec::{Dimensions, Encoding, Fit, SpecError, ThumbnailSpec, Tone};
pub use thumbnailer::{Thumbnail, Thumbnailer};
pub use whole::ends_whole;
