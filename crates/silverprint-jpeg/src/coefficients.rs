//! The DC coefficients of a component, as far as the scans have told them.

use crate::bits::Bits;
use crate::header::{Component, Frame, MAX_COMPONENTS};
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
        let mut differences = found.differences().flatten();
        for row in 0..self.pattern.mcus.1 {
            let mut places = self.pattern.places(row, planes);
            for _ in 0..self.pattern.mcus.0 {
                if left == 0 && self.interval != 0 {
                    (sums, left) = ([0; MAX_COMPONENTS], self.interval);
                }
                left = left.wrapping_sub(1);
                for (block, place) in self.pattern.blocks.iter().zip(&mut places) {
                    if !block.wanted {
                        break;
                    }
                    let difference = differences.next().map_or(0, |&difference| difference.into());
                    let sum = &mut sums[block.component];
                    *sum = sum.wrapping_add(difference);
                    planes[block.component].values[*place] = (*sum << shift) as i16;
                    *place += block.of.0;
                }
            }
        }
    }

    /// Reads one more bit of each DC coefficient (T.81, G.1.2.1.2). False where
    /// the scan ends early.
    pub(crate) fn refine_dc(self, shift: u32, planes: &mut [DcPlane]) -> bool {
        let n_mcus = self.pattern.n_mcus();
        let interval = if self.interval == 0 { n_mcus } else { self.interval };
        let n_blocks = self.pattern.blocks.len();
        let bounds = &self.segments.bounds;
        if bounds.len() != n_mcus.div_ceil(interval) {
            return false;
        }
        let mcus_of = |idx: usize| interval.min(n_mcus - idx * interval);
        let fits = |(idx, &(begin, end)): (usize, &(u32, u32))| {
            (end - begin) as usize >= mcus_of(idx) * n_blocks
        };
        if !bounds.iter().enumerate().all(fits) {
            return false;
        }
        let (mut bits, mut left, mut next) = (Bits::at(&self.segments.bytes, 0), 0, 0);
        for row in 0..self.pattern.mcus.1 {
            let mut places = self.pattern.places(row, planes);
            for _ in 0..self.pattern.mcus.0 {
                if left == 0 {
                    (bits, left) = (Bits::at(&self.segments.bytes, bounds[next].0), mcus_of(next));
                    next += 1;
                }
                left -= 1;
                let mut mcu = bits.take(n_blocks);
                for (block, place) in self.pattern.blocks.iter().zip(&mut places) {
                    if block.wanted {
                        planes[block.component].values[*place] |=
                            i16::from(mcu >> 63 != 0) << shift;
                        *place += block.of.0;
                    }
                    mcu <<= 1;
                }
            }
        }
        true
    }
}
