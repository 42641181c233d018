//! How much one picture may ask for, whatever its header claims.

use std::fmt;

use crate::{Header, ThumbError};

const MIB: u64 = 1 << 20;

/// A bound on what one picture may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the picture as stored.
    StoredBytes(u64),
    /// Pixels, as the header gives them.
    Pixels(u64),
    /// Bytes that decoding would hold in memory at once.
    DecodedBytes(u64),
}

impl Limit {
    /// The largest picture file looked at.
    pub(crate) const STORED: Self = Self::StoredBytes(256 * MIB);
    /// Beyond the largest camera sensors (150 Mpx); what is larger are stitched panoramas and bombs.
    pub(crate) const PIXELS: Self = Self::Pixels(256 * MIB);
    /// Per picture in work, so that a machine with many cores stays within its memory.
    pub(crate) const DECODED: Self = Self::DecodedBytes(192 * MIB);

    pub(crate) const fn amount(self) -> u64 {
        match self {
            Self::StoredBytes(amount) | Self::Pixels(amount) | Self::DecodedBytes(amount) => amount,
        }
    }

    /// Refuses `header` if `asked` is more than this limit.
    pub(crate) fn check(self, header: Header, asked: u64) -> Result<(), ThumbError> {
        if asked <= self.amount() {
            return Ok(());
        }
        Err(ThumbError::TooLarge { width: header.width, height: header.height, limit: self })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoredBytes(bytes) => write!(f, "{} MiB as stored", bytes / MIB),
            Self::Pixels(pixels) => write!(f, "{} Mpx", pixels / MIB),
            Self::DecodedBytes(bytes) => write!(f, "{} MiB decoded", bytes / MIB),
        }
    }
}
