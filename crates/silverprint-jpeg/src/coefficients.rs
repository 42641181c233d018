//! The DC coefficients of a component, as far as the scans have told them.

use crate::DecodeError;
use crate::bits::{Bits, low_coefficients};
use crate::header::{Component, Frame, MAX_COMPONENTS};
use crate::inverse::Side;
use crate::pattern::Pattern;
use crate::scan::Found;
use crate::segments::Segments;

/// One coefficient for each block, in rows; the rows hold whole MCUs.
#[derive(Debug, Default)]
pub(crate) struct DcPlane {
    pub(crate) values: Vec<i16>,
    /// Blocks of a row.
    pub(crate) stride: usize,
}

impl DcPlane {
    /// Zeros for all blocks of a component.
    pub(crate) fn reset(&mut self, component: &Component, frame: &Frame) {
        self.stride = frame.mcus.0 * component.across;
        self.values.clear();
        self.values.resize(self.stride * frame.mcus.1 * component.down, 0);
    }
}

/// A component's samples at a scale, and what they are made by.
#[derive(Debug)]
pub(crate) struct Shrunk<'a> {
    pub(crate) quantization: Option<&'a [u16; 64]>,
    pub(crate) samples: &'a mut [u8],
    /// Samples of a row.
    pub(crate) width: usize,
}

impl<'a> Shrunk<'a> {
    pub(crate) fn new(samples: &'a mut [u8]) -> Self {
        Self { quantization: None, samples, width: 0 }
    }

    /// Puts a block's samples down, as far as they lie within.
    #[inline]
    fn put<S: Side>(&mut self, (column, row): (usize, usize), block: &[u8; 16]) {
        let left = column * S::SIDE;
        let is_whole = left + S::SIDE <= self.width;
        for (y, line) in block.chunks_exact(S::SIDE).take(S::SIDE).enumerate() {
            let at = (row * S::SIDE + y) * self.width + left;
            // Of a length that the compiler knows, wherever that is possible.
            let len = if is_whole { S::SIDE } else { self.width.saturating_sub(left) };
            let into = match self.samples.get_mut(at..) {
                Some(into) if is_whole => into.get_mut(..S::SIDE),
                Some(into) => into.get_mut(..len),
                None => None,
            };
            if let Some(into) = into {
                into.copy_from_slice(&line[..into.len()]);
            }
        }
    }
}

/// A scan whose blocks are to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks<'a> {
    pub(crate) segments: &'a Segments,
    pub(crate) pattern: &'a Pattern<'a>,
    /// MCUs from one restart to the next; 0 where there is none.
    pub(crate) interval: usize,
}

impl Blocks<'_> {
    /// Sums the differences up (T.81, F.2.1.3.1), and multiplies by 2^`shift`.
    pub(crate) fn sum_dc(self, found: Found<'_>, shift: u32, planes: &mut [DcPlane]) {
        let mut left = self.interval;
        let mut sums = [0_i32; MAX_COMPONENTS];
        let mut differences = found.differences();
        for row in 0..self.pattern.mcus.1 {
            let mut cells = self.pattern.cells(row, planes);
            for _ in 0..self.pattern.mcus.0 {
                if left == 0 && self.interval != 0 {
                    (sums, left) = ([0; MAX_COMPONENTS], self.interval);
                }
                left = left.wrapping_sub(1);
                for (block, at) in self.pattern.blocks.iter().zip(&mut cells) {
                    if !block.wanted {
                        break;
                    }
                    let difference = differences.next().map_or(0, i32::from);
                    let sum = &mut sums[block.component];
                    *sum = sum.wrapping_add(difference);
                    #[expect(clippy::cast_possible_truncation, reason = "meant: as libjpeg does")]
                    let value = (*sum << shift) as i16;
                    planes[block.component].values[*at] = value;
                    *at += block.of.0;
                }
            }
        }
    }

    /// Makes samples of the lowest coefficients, a block as [`Side::SIDE`]² of them.
    pub(crate) fn samples<S: Side>(self, found: Found<'_>, shrunk: &mut [Shrunk<'_>]) {
        let mut left = self.interval;
        let mut sums = [0_i32; MAX_COMPONENTS];
        let mut blocks = found.starts().zip(found.differences());
        for mcu in 0..self.pattern.n_mcus() {
            if left == 0 && self.interval != 0 {
                (sums, left) = ([0; MAX_COMPONENTS], self.interval);
            }
            left = left.wrapping_sub(1);
            let (row, column) = (mcu / self.pattern.mcus.0, mcu % self.pattern.mcus.0);
            for block in self.pattern.blocks.iter().filter(|block| block.wanted) {
                let Some((start, difference)) = blocks.next() else { return };
                let (Some(dc), Some(ac)) = (block.dc, block.ac) else { return };
                let sum = &mut sums[block.component];
                *sum = sum.wrapping_add(difference.into());
                let shrunk = &mut shrunk[block.component];
                let bits = Bits::at(&self.segments.bytes, start);
                let Some(quantization) = shrunk.quantization else { return };
                let low = low_coefficients(bits, (dc, ac), *sum, quantization, S::LAST);
                let (across, down) = block.of;
                let at = (column * across + block.offset.0, row * down + block.offset.1);
                shrunk.put::<S>(at, &S::inverse(&low));
            }
        }
    }

    /// Reads one more bit of each DC coefficient (T.81, G.1.2.1.2).
    pub(crate) fn refine_dc(self, shift: u32, planes: &mut [DcPlane]) -> Result<(), DecodeError> {
        let ends_early = || Err(DecodeError::Damaged("a scan that ends before its last block"));
        let n_mcus = self.pattern.n_mcus();
        let interval = if self.interval == 0 { n_mcus } else { self.interval };
        let n_blocks = self.pattern.blocks.len();
        let n_block_bits = u32::try_from(n_blocks).expect("at most seven");
        let bounds = &self.segments.bounds;
        let mcus_of = |idx: usize| interval.min(n_mcus - idx * interval);
        let fits = |(idx, &(begin, end)): (usize, &(u32, u32))| {
            (end - begin) as usize >= mcus_of(idx) * n_blocks
        };
        if !bounds.iter().enumerate().all(fits) {
            return ends_early();
        }
        let (mut bits, mut left, mut next) = (Bits::at(&self.segments.bytes, 0), 0, 0);
        for row in 0..self.pattern.mcus.1 {
            let mut cells = self.pattern.cells(row, planes);
            for _ in 0..self.pattern.mcus.0 {
                if left == 0 {
                    (bits, left) = (Bits::at(&self.segments.bytes, bounds[next].0), mcus_of(next));
                    next += 1;
                }
                left -= 1;
                let mut mcu_bits = bits.take(n_block_bits);
                for (block, at) in self.pattern.blocks.iter().zip(&mut cells) {
                    if block.wanted {
                        planes[block.component].values[*at] |=
                            i16::from(mcu_bits >> 63 != 0) << shift;
                        *at += block.of.0;
                    }
                    mcu_bits <<= 1;
                }
            }
        }
        Ok(())
    }
}
