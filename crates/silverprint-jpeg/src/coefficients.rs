//! The DC coefficients of a component, as far as the scans have told them.

use crate::bits::Bits;
use crate::header::{Component, Frame};
use crate::pattern::Pattern;
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
    /// Reads the DC coefficients of the blocks that start there, each the sum
    /// of all differences since the last restart (T.81, F.2.1.3.1), times 2^`shift`.
    pub(crate) fn read_dc(self, starts: &[u32], shift: u32, planes: &mut [DcPlane]) {
        let n_wanted = self.pattern.n_wanted();
        let mut sums = [0_i32; 3];
        for (mcu, starts) in starts.chunks_exact(n_wanted).enumerate() {
            if self.interval != 0 && mcu.is_multiple_of(self.interval) {
                sums = [0; 3];
            }
            for (block, &start) in self.pattern.blocks.iter().zip(starts) {
                let Some(dc) = block.dc else { continue };
                let (_, difference) = Bits::at(&self.segments.bytes, start).value(dc);
                let sum = &mut sums[block.component];
                *sum = sum.wrapping_add(difference);
                let at = self.pattern.place(mcu, block, &planes[block.component]);
                planes[block.component].values[at] = (*sum << shift) as i16;
            }
        }
    }

    /// Reads one more bit of each DC coefficient (T.81, G.1.2.1.2). False where
    /// the scan ends early.
    pub(crate) fn refine_dc(self, shift: u32, planes: &mut [DcPlane]) -> bool {
        let n_mcus = self.pattern.n_mcus();
        let interval = if self.interval == 0 { n_mcus } else { self.interval };
        let n_blocks = self.pattern.blocks.len();
        if self.segments.bounds.len() != n_mcus.div_ceil(interval) {
            return false;
        }
        for (&(begin, end), first) in self.segments.bounds.iter().zip((0..).step_by(interval)) {
            let mcus = first..n_mcus.min(first + interval);
            if ((end - begin) as usize) < mcus.len() * n_blocks {
                return false;
            }
            let mut bits = Bits::at(&self.segments.bytes, begin);
            for mcu in mcus {
                for block in &self.pattern.blocks {
                    let bit = bits.bit();
                    if block.wanted {
                        let at = self.pattern.place(mcu, block, &planes[block.component]);
                        planes[block.component].values[at] |= bit << shift;
                    }
                }
            }
        }
        true
    }
}
