//! The DC coefficients of a component, as far as the scans have told them.

use crate::DecodeError;
use crate::bits::{Bits, low_coefficients};
use crate::header::{Component, Frame, MAX_COMPONENTS};
use crate::inverse::Side;
use crate::pattern::{Block, Pattern};
use crate::scan::Found;
use crate::segments::Segments;
use std::array;

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
    quantization: Option<&'a [u16; 64]>,
    samples: &'a mut [u8],
    /// Samples of a row.
    width: usize,
}

impl<'a> Shrunk<'a> {
    /// Makes room for columns and rows, where the scan has this component.
    pub(crate) fn new(
        samples: &'a mut Vec<u8>,
        quantization: Option<&'a [u16; 64]>,
        size: Option<(usize, usize)>,
    ) -> Self {
        if let Some((width, height)) = size {
            samples.clear();
            samples.resize(width * height, 0);
        }
        Self { quantization, samples, width: size.map_or(0, |(width, _)| width) }
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
    pub(crate) fn sum_dc(self, differences: &mut [i16], shift: u32, planes: &mut [DcPlane]) {
        let wanted = &self.pattern.blocks[..self.pattern.n_wanted()];
        let interval = if self.interval == 0 { usize::MAX } else { self.interval };
        // Component by component, so that its sum stays in a register.
        for component in 0..MAX_COMPONENTS {
            let is_its = |block: &&Block<'_>| block.component == component;
            let first = wanted.iter().take_while(|block| block.component < component).count();
            let own = first..first + wanted.iter().filter(is_its).count();
            for mcus in differences.chunks_mut(interval.saturating_mul(wanted.len())) {
                let mut sum = 0_i32;
                for mcu in mcus.chunks_exact_mut(wanted.len()) {
                    for value in &mut mcu[own.clone()] {
                        sum = sum.wrapping_add((*value).into());
                        #[expect(clippy::cast_possible_truncation, reason = "as libjpeg does")]
                        let shifted = (sum << shift) as i16;
                        *value = shifted;
                    }
                }
            }
        }
        self.spread(differences, planes, |cell, value| *cell = value);
    }

    /// Brings a value for each wanted block, in the order of the MCUs, to where its
    /// block has its coefficient.
    fn spread(self, values: &[i16], planes: &mut [DcPlane], put: impl Fn(&mut i16, i16)) {
        let wanted = &self.pattern.blocks[..self.pattern.n_wanted()];
        for (row, mcus) in values.chunks(self.pattern.mcus.0 * wanted.len()).enumerate() {
            for (idx, block) in wanted.iter().enumerate() {
                let DcPlane { values, stride } = &mut planes[block.component];
                let (across, down) = block.of;
                let begin = (row * down + block.offset.1) * *stride;
                let line = &mut values[begin..begin + *stride];
                let cells = line.chunks_exact_mut(across);
                for (cells, mcu) in cells.zip(mcus.chunks_exact(wanted.len())) {
                    put(&mut cells[block.offset.0], mcu[idx]);
                }
            }
        }
    }

    /// Makes samples of the lowest coefficients, a block as [`Side::SIDE`]² of them.
    pub(crate) fn samples<S: Side>(self, found: &Found<'_>, shrunk: &mut [Shrunk<'_>]) {
        let mut left = self.interval;
        let mut sums = [0_i32; MAX_COMPONENTS];
        let mut blocks = found.starts.iter().zip(found.differences.iter());
        for mcu in 0..self.pattern.n_mcus() {
            if left == 0 && self.interval != 0 {
                (sums, left) = ([0; MAX_COMPONENTS], self.interval);
            }
            left = left.wrapping_sub(1);
            let (row, column) = (mcu / self.pattern.mcus.0, mcu % self.pattern.mcus.0);
            for block in self.pattern.blocks.iter().filter(|block| block.wanted) {
                let Some((&start, &difference)) = blocks.next() else { return };
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

    /// Reads one more bit of each DC coefficient (T.81, G.1.2.1.2); `bits` is
    /// memory for them.
    pub(crate) fn refine_dc(
        self,
        shift: u32,
        bits: &mut Vec<i16>,
        planes: &mut [DcPlane],
    ) -> Result<(), DecodeError> {
        let ends_early = || Err(DecodeError::Damaged("a scan that ends before its last block"));
        let n_mcus = self.pattern.n_mcus();
        let interval = if self.interval == 0 { n_mcus } else { self.interval };
        let n_blocks = self.pattern.blocks.len();
        let n_wanted = self.pattern.n_wanted();
        let n_bits = u32::try_from(n_blocks).expect("at most seven");
        // What the next seven bits are, one in each number.
        let apart: [[i16; 8]; 128] =
            array::from_fn(|bits| array::from_fn(|n| i16::from(bits << n & 64 != 0) << shift));
        bits.clear();
        for (idx, &(begin, end)) in self.segments.bounds.iter().enumerate() {
            let n_mcus = interval.min(n_mcus.saturating_sub(idx * interval));
            if n_mcus == 0 || ((end - begin) as usize) < n_mcus * n_blocks {
                return ends_early();
            }
            let mut reader = Bits::at(&self.segments.bytes, begin);
            let mut at = bits.len();
            // Always eight are written, of which the next ones cover what is too much.
            bits.resize(at + n_mcus * n_wanted + 8, 0);
            for _ in 0..n_mcus {
                let mcu = reader.take(n_bits);
                bits[at..at + 8].copy_from_slice(&apart[(mcu >> 57) as usize]);
                at += n_wanted;
            }
            bits.truncate(at);
        }
        if bits.len() < n_mcus * n_wanted {
            return ends_early();
        }
        self.spread(bits, planes, |cell, bit| *cell |= bit);
        Ok(())
    }
}
