//! What can go wrong between a picture and its thumbnail.

use std::error::Error;
use std::io;

use crate::{Encoding, Limit, PictureFormat};

/// The cause inside a decoder or encoder: boxed, so that changing the decoder does not change this crate's API.
pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// Why there is no thumbnail, or no answer about a picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThumbError {
    /// The bytes start like no picture format that is known here.
    #[error("not a picture: it starts with \"{}\"", .start.escape_ascii())]
    NotAPicture {
        /// The first bytes, at most 16: enough to tell an HTML page or an empty file.
        start: Vec<u8>,
    },
    /// A picture, but of a kind that cannot be decoded here; trying again will not help.
    #[error("a {format} picture that cannot be decoded: {what}")]
    Unsupported {
        /// The picture's format.
        format: PictureFormat,
        /// The feature that is missing.
        what: String,
    },
    /// The picture is cut short or its content contradicts itself.
    #[error("a damaged {format} picture")]
    Damaged {
        /// The format its first bytes announce.
        format: PictureFormat,
        /// What the decoder stumbled over.
        #[source]
        cause: Cause,
    },
    /// The picture would take more memory than is granted to one.
    #[error("a picture of {width}x{height} is over the limit of {limit}")]
    TooLarge {
        /// Width in pixels, from the header.
        width: u32,
        /// Height in pixels, from the header.
        height: u32,
        /// The limit it would exceed.
        limit: Limit,
    },
    /// The thumbnail asked for is larger than a thumbnail may be.
    #[error("a thumbnail of {width}x{height} is over the limit of {limit} a side")]
    SpecTooLarge {
        /// Width asked for.
        width: u32,
        /// Height asked for.
        height: u32,
        /// The most that a side may have.
        limit: u32,
    },
    /// The finished thumbnail could not be written in its format.
    #[error("a thumbnail could not be encoded as {encoding}")]
    Encode {
        /// The encoding asked for.
        encoding: Encoding,
        /// What the encoder said.
        #[source]
        cause: Cause,
    },
    /// The picture could not be read: nothing is known about its content.
    #[error("reading the picture failed")]
    Io(#[from] io::Error),
}

impl ThumbError {
    pub(crate) fn damaged(format: PictureFormat, cause: impl Into<Cause>) -> Self {
        Self::Damaged { format, cause: cause.into() }
    }

    pub(crate) fn unsupported(format: PictureFormat, what: impl Into<String>) -> Self {
        Self::Unsupported { format, what: what.into() }
    }

    /// Decoders report both a failing reader and nonsense in the bytes as I/O; only
    /// the kinds that bytes can cause are the picture's fault.
    pub(crate) fn from_io(format: PictureFormat, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::damaged(format, "it ends too early"),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Self::damaged(format, error)
            }
            _ => Self::Io(error),
        }
    }
}
