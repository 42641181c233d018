//! A picture's samples between decoder and resizer.

use image::metadata::Orientation;

use crate::Header;
use crate::profile::Profile;

/// A decoded picture, 8 bits a sample, rows without padding.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) header: Header,
    pub(crate) samples: Vec<u8>,
    pub(crate) channels: Channels,
    /// Columns in `samples`: fewer than the header's where decoding scaled.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The scale it was decoded at. The last column and row of a scaled picture may
    /// reach past its edge, so the size alone does not tell it.
    pub(crate) scale: f64,
    /// How to turn it for people.
    pub(crate) orientation: Orientation,
    /// What its colors mean.
    pub(crate) profile: Profile,
}

/// What the samples of one pixel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink, so that 0 is paper.
    Cmyk,
}

impl Channels {
    /// Samples of one pixel.
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

/// What to do with a picture that is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// It is an error.
    Strict,
    /// Show what there is.
    Lenient,
}
