//! How a JPEG is to be written.

/// All about a JPEG but its coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Columns of pixels.
    pub width: u16,
    /// Rows of pixels.
    pub height: u16,
    /// What its components mean.
    pub colour: Colour,
    /// One to four components.
    pub components: Vec<Component>,
    /// Up to four quantisation tables, in natural order. A value above 255 makes
    /// a table of 16 bits, and with it the process extended.
    pub quantisation: Vec<[u16; 64]>,
    /// Where restart markers stand.
    pub restart: Restart,
    /// How coefficients become bits.
    pub coding: Coding,
    /// The scans; none means one of all components, sequential.
    pub scans: Vec<Scan>,
}

/// What components mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// One component.
    Grey,
    /// Luma and two of chroma, said by a JFIF header.
    YCbCr,
    /// Red, green and blue, said by an Adobe marker.
    Rgb,
    /// Four inks, said by an Adobe marker.
    Cmyk,
    /// Luma, chroma and black, said by an Adobe marker.
    Ycck,
}

/// One component of a JPEG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name in the file.
    pub id: u8,
    /// Horizontal and vertical sampling factors, 1 to 4.
    pub sampling: [u8; 2],
    /// Which quantisation table is its own.
    pub quantisation: u8,
    /// Which Huffman tables are its own, 0 to 3; 2 and 3 make the process
    /// extended, and are only for [`Coding::Optimised`].
    pub tables: u8,
}

/// Where restart markers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Nowhere.
    Never,
    /// After so many MCUs.
    Mcus(u16),
    /// After so many rows of MCUs.
    Rows(u16),
}

/// How coefficients become bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// The standard's sample Huffman tables. Progressive scans are optimised all
    /// the same.
    Standard,
    /// Huffman tables made for each scan.
    Optimised,
    /// Arithmetic.
    Arithmetic,
}

/// One scan: which components, which coefficients of theirs, which bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Indices of components, rising.
    pub components: Vec<u8>,
    /// First and last coefficient, in zigzag order.
    pub band: [u8; 2],
    /// What was known of them before (Ah) and is known now (Al).
    pub bits: [u8; 2],
}

/// The quantised coefficients of one component, padded to whole MCUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// Blocks in a row.
    pub columns: usize,
    /// Rows of blocks.
    pub rows: usize,
    /// The blocks, each in natural order.
    pub blocks: Vec<[i16; 64]>,
}

impl Recipe {
    /// The highest sampling factors.
    pub fn max_sampling(&self) -> [u8; 2] {
        let max = |axis: usize| self.components.iter().map(|c| c.sampling[axis]).max();
        [max(0).unwrap_or(1), max(1).unwrap_or(1)]
    }

    /// Columns and rows of blocks that a component has, padded to whole MCUs.
    pub fn padded(&self, component: &Component) -> [usize; 2] {
        let [max_h, max_v] = self.max_sampling();
        let padded = |pixels: u16, sampling: u8, max: u8| {
            usize::from(pixels).div_ceil(8 * usize::from(max)) * usize::from(sampling)
        };
        let [h, v] = component.sampling;
        [padded(self.width, h, max_h), padded(self.height, v, max_v)]
    }

    /// Whether luma, or what comes first, is sampled as high as any.
    pub fn luma_is_highest(&self) -> bool {
        self.components.first().is_some_and(|luma| luma.sampling == self.max_sampling())
    }

    /// Whether the scans are progressive ones.
    pub fn is_progressive(&self) -> bool {
        self.scans.iter().any(|scan| scan.band != [0, 63] || scan.bits != [0, 0])
    }
}
