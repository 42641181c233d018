//! What comes out: planes of samples.

/// How much smaller than the JPEG its picture is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// An eighth of the columns and rows, from the DC coefficients alone.
    Eighth,
    /// A quarter, from the lowest 2 × 2 coefficients of each block.
    Quarter,
    /// Half, from the lowest 4 × 4.
    Half,
}

impl Scale {
    /// Samples on each side of a block.
    pub(crate) const fn side(self) -> usize {
        match self {
            Self::Eighth => 1,
            Self::Quarter => 2,
            Self::Half => 4,
        }
    }
}

/// Which planes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Planes {
    /// Luma only.
    Luma,
    /// Luma, and chroma where there is any.
    All,
}

/// A small picture, in the decoder's own memory.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Brightness.
    pub luma: Plane<'a>,
    /// Cb and Cr, where they were wanted and are there: as large as luma, or
    /// smaller, as the JPEG samples them.
    pub chroma: Option<[Plane<'a>; 2]>,
}

/// Samples of one component: 8 bits each, rows from the top, without padding.
#[derive(Clone, Copy, Debug)]
pub struct Plane<'a> {
    /// Columns: the JPEG's, scaled, and rounded up.
    pub width: usize,
    /// Rows, likewise.
    pub height: usize,
    /// Luma's samples for each of its own, across and down.
    pub sampling: (u8, u8),
    /// `width × height` samples.
    pub samples: &'a [u8],
}
