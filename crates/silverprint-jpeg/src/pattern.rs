//! In which order the blocks of a scan come, and by which codes they are read.

use crate::header::{Frame, ScanHeader, Tables};
use crate::huffman::Code;
use crate::steps::{Place, StepTables};
use crate::{DecodeError, Planes, Unsupported};

/// The most blocks of an MCU that are searched: each has its number, and the
/// eighth is that of a lane without work.
const MOST_BLOCKS: usize = 7;
/// The number of a lane without work.
pub(crate) const IDLE: u32 = 7;
/// Marks, in [`Pattern::next`], a block whose start is wanted.
pub(crate) const WANTED: u32 = 1 << 31;

/// The blocks of one MCU, in order.
#[derive(Debug)]
pub(crate) struct Pattern<'a> {
    pub(crate) blocks: Vec<Block<'a>>,
    /// For each block the place of its own AC table, of the next block's DC
    /// table, and the next block's number, [`WANTED`] or not.
    pub(crate) ac: [u32; 8],
    pub(crate) next_dc: [u32; 8],
    pub(crate) next: [u32; 8],
    /// The DC codes of the wanted blocks of an MCU; one, where all have the same.
    pub(crate) wanted_dc: Vec<&'a Code>,
    /// MCUs of the scan, across and down.
    pub(crate) mcus: (usize, usize),
}

/// One block of an MCU.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// Of which component.
    pub(crate) component: usize,
    /// Where in the MCU: column and row, counted in blocks.
    pub(crate) offset: (usize, usize),
    /// Blocks of its component in each MCU, across and down.
    pub(crate) of: (usize, usize),
    /// None in a scan that only refines.
    pub(crate) dc: Option<&'a Code>,
    /// None in a scan without AC coefficients.
    pub(crate) ac: Option<&'a Code>,
    /// The place of its DC table.
    pub(crate) dc_place: u32,
    /// Is its start looked for?
    pub(crate) wanted: bool,
}

impl<'a> Pattern<'a> {
    /// The pattern of a scan that begins with DC coefficients.
    pub(crate) fn new(
        frame: &Frame,
        scan: &ScanHeader,
        tables: &'a Tables,
        planes: Planes,
        steps: &mut StepTables,
    ) -> Result<Self, DecodeError> {
        let missing = || DecodeError::Damaged("a Huffman table is missing");
        let mut pattern = Self {
            blocks: Vec::new(),
            ac: [Place::IDLE.dc; 8],
            next_dc: [Place::IDLE.dc; 8],
            next: [IDLE; 8],
            wanted_dc: Vec::new(),
            mcus: frame.mcus,
        };
        let mut ac_places = Vec::new();
        for &(idx, dc, ac) in &scan.components {
            let component = &frame.components[idx];
            let dc = if scan.refines() {
                None
            } else {
                Some(tables.dc.get(dc).and_then(Option::as_ref).ok_or_else(missing)?)
            };
            let ac = if frame.progressive {
                None
            } else {
                Some(tables.ac.get(ac).and_then(Option::as_ref).ok_or_else(missing)?)
            };
            // Longer differences do not fit the steps, nor any encoder of 8 bits.
            if dc.is_some_and(|dc| dc.largest_symbol() > 15) {
                return Err(DecodeError::Damaged("a DC code with impossible symbols"));
            }
            let place = dc.map_or(Place::IDLE, |dc| steps.place(dc, ac));
            let wanted = idx == 0 || planes == Planes::All;
            let (across, down) = match scan.components.len() {
                1 => (1, 1),
                _ => (component.across, component.down),
            };
            for n in 0..across * down {
                let offset = (n % across, n / across);
                pattern.blocks.push(Block {
                    component: idx,
                    offset,
                    of: (across, down),
                    dc,
                    ac,
                    dc_place: place.dc,
                    wanted,
                });
                ac_places.push(place.ac);
            }
            if scan.components.len() == 1 {
                pattern.mcus = component.blocks;
            }
        }
        if pattern.blocks.len() > MOST_BLOCKS {
            return Err(DecodeError::Unsupported(Unsupported::Sampling));
        }
        pattern.link(&ac_places);
        let wanted = pattern.blocks.iter().filter(|block| block.wanted);
        pattern.wanted_dc = wanted.filter_map(|block| block.dc).collect();
        if planes == Planes::Luma {
            pattern.wanted_dc.truncate(1);
        }
        Ok(pattern)
    }

    /// MCUs of the whole scan.
    pub(crate) fn n_mcus(&self) -> usize {
        self.mcus.0 * self.mcus.1
    }

    /// Segments of the whole scan, with a restart after each `interval` MCUs; 0 is none.
    pub(crate) fn n_segments(&self, interval: usize) -> usize {
        if interval == 0 { 1 } else { self.n_mcus().div_ceil(interval) }
    }

    /// Wanted blocks of each MCU. They are its first ones.
    pub(crate) fn n_wanted(&self) -> usize {
        self.blocks.iter().filter(|block| block.wanted).count()
    }

    fn link(&mut self, ac_places: &[u32]) {
        for (idx, &ac) in ac_places.iter().enumerate() {
            let next = (idx + 1) % self.blocks.len();
            self.ac[idx] = ac;
            self.next_dc[idx] = self.blocks[next].dc_place;
            let number = u32::try_from(next).expect("at most seven");
            self.next[idx] = if self.blocks[next].wanted { number | WANTED } else { number };
        }
    }
}
