//! The search for the blocks of a scan, by many readers at once.
//!
//! A chess master who plays many boards never waits at one. Here the boards
//! are stretches of the scan, a lane of a vector register reads each, and what
//! is never waited for is the table look-up whose result says where the next
//! one must be. Several vectors take turns, for the same reason.

use crate::pattern::{IDLE, Pattern};
use crate::simd::{Lanes, MOST_LANES, Simd};
use crate::steps::{LOOK, OVERRUN, Place};
use crate::stretch::{Cursor, Step, Stretch};
use std::array;

/// Turns of two looks that are taken between two looks at where the lanes stand.
const TURNS: usize = 32;
/// Bits that a look leaves for another one: 32 less the 7 that may lie before them.
const BITS_FOR_TWO: u32 = 25;
/// In the notes, the lane's number stands above the distance from where it stood.
const LANE_SHIFT: u32 = 28;
/// Notes of one round: each look writes a whole vector, wanted or not.
const NOTES: usize = (2 * TURNS + 1) * MOST_LANES + MOST_LANES;

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Searched<'a> {
    pub(crate) bytes: &'a [u8],
    /// Of the segments, in bits.
    pub(crate) bounds: &'a [(u32, u32)],
    pub(crate) pattern: &'a Pattern<'a>,
    pub(crate) entries: &'a [u16],
    /// The most starts that are taken, over all stretches.
    pub(crate) most_starts: usize,
}

/// One vector of lanes.
struct Group<S: Simd> {
    positions: S::Numbers,
    coefficients: S::Numbers,
    /// Numbers of the blocks; the highest bit may be anything.
    blocks: S::Numbers,
    /// Where the tables begin that are looked into next.
    tables: S::Numbers,
    /// What makes a note of a position.
    bias: S::Numbers,
    /// The stretch that each lane reads.
    stretches: [usize; MOST_LANES],
    ends: Lanes,
    stood: Lanes,
    notes: Box<[u32; NOTES]>,
    n_notes: usize,
}

/// Fills `starts` and `cursor` of each stretch; `GROUPS` vectors take turns.
/// False where there were more starts than are taken.
pub(crate) fn search<S: Simd, const GROUPS: usize>(
    simd: S,
    searched: Searched<'_>,
    stretches: &mut [Stretch],
) -> bool {
    simd.run(
        #[inline(always)]
        || rounds::<S, GROUPS>(simd, searched, stretches),
    )
}

#[inline(always)]
fn rounds<S: Simd, const GROUPS: usize>(
    simd: S,
    searched: Searched<'_>,
    stretches: &mut [Stretch],
) -> bool {
    let mut groups: [Group<S>; GROUPS] = array::from_fn(|_| Group::new(simd));
    let (mut next, mut n_starts) = (0, 0);
    let looks = Looks::new(simd, searched);
    loop {
        let mut n_live = 0;
        for group in &mut groups {
            n_starts += group.note_down(stretches);
            n_live += group.hand_out(simd, searched, stretches, &mut next);
        }
        if n_live == 0 {
            return true;
        }
        if n_starts > searched.most_starts {
            return false;
        }
        for _ in 0..TURNS {
            let mut stuck = [0; GROUPS];
            for (group, stuck) in groups.iter_mut().zip(&mut stuck) {
                *stuck = looks.two(group);
            }
            for (group, stuck) in groups.iter_mut().zip(stuck) {
                if stuck != 0 {
                    group.step(simd, searched, stretches, stuck);
                }
            }
        }
    }
}

/// What stays the same over all looks.
struct Looks<'a, S: Simd> {
    simd: S,
    bytes: &'a [u8],
    entries: &'a [u16],
    ac: S::Eight,
    next_dc: S::Eight,
    next: S::Eight,
}

impl<'a, S: Simd> Looks<'a, S> {
    #[inline(always)]
    fn new(simd: S, searched: Searched<'a>) -> Self {
        let Pattern { ac, next_dc, next, .. } = searched.pattern;
        let (ac, next_dc, next) = (simd.eight(*ac), simd.eight(*next_dc), simd.eight(*next));
        Self { simd, bytes: searched.bytes, entries: searched.entries, ac, next_dc, next }
    }

    /// Looks twice at the next bits of each lane, and moves it on. Returns the
    /// lanes that did not move at the last look, since it was not enough.
    #[inline(always)]
    fn two(&self, group: &mut Group<S>) -> u32 {
        let simd = self.simd;
        let at = simd.shift_right::<3>(group.positions);
        let within = simd.and(group.positions, simd.splat(7));
        let bits = simd.shift_left(simd.gather_bytes(self.bytes, at), within);
        let all = simd.greater(simd.splat(1), simd.splat(0));
        let (len, first) = self.one(group, bits, all);
        // The second look sees what the first left. Where that was too much, it waits.
        let bits = simd.shift_left(bits, len);
        let enough = simd.greater(simd.splat(BITS_FOR_TWO - LOOK + 1), len);
        let (_, second) = self.one(group, bits, simd.without(enough, first));
        simd.bits(simd.either(first, second))
    }

    /// Looks once. Returns the bits that each lane moved, and which of `live`
    /// could not move.
    #[inline(always)]
    fn one(&self, group: &mut Group<S>, bits: S::Numbers, live: S::Mask) -> (S::Numbers, S::Mask) {
        let simd = self.simd;
        let window = simd.shift_right::<{ 32 - LOOK }>(bits);
        let entry = simd.gather_entries(self.entries, simd.add(window, group.tables));
        let len = simd.and(entry, simd.splat(31));
        let coefficients = simd.add(group.coefficients, simd.shift_right::<8>(entry));
        let stuck = simd.both(live, simd.has(coefficients, simd.splat(OVERRUN)));
        let moves = simd.without(live, stuck);
        let over = simd.both(moves, simd.greater(coefficients, simd.splat(62)));

        let zero = simd.splat(0);
        let len = simd.select(moves, len, zero);
        group.positions = simd.add(group.positions, len);
        let ac = simd.pick(self.ac, group.blocks);
        let next_dc = simd.pick(self.next_dc, group.blocks);
        let next = simd.pick(self.next, group.blocks);
        group.tables = simd.select(over, next_dc, simd.select(moves, ac, group.tables));
        group.coefficients =
            simd.select(over, zero, simd.select(moves, coefficients, group.coefficients));
        group.blocks = simd.select(over, next, group.blocks);
        group.note(simd, simd.both(over, simd.negative(next)));
        (len, stuck)
    }
}

impl<S: Simd> Group<S> {
    #[inline(always)]
    fn new(simd: S) -> Self {
        let zero = simd.splat(0);
        Self {
            positions: zero,
            coefficients: zero,
            blocks: simd.splat(IDLE),
            tables: simd.splat(Place::IDLE.dc),
            bias: zero,
            stretches: [usize::MAX; MOST_LANES],
            ends: [0; MOST_LANES],
            stood: [0; MOST_LANES],
            notes: Box::new([0; NOTES]),
            n_notes: 0,
        }
    }

    /// Notes where the lanes in `starts` stand.
    #[inline(always)]
    fn note(&mut self, simd: S, starts: S::Mask) {
        let room = self.notes[self.n_notes..].first_chunk_mut().expect("room for a round");
        let notes = simd.add(self.positions, self.bias);
        self.n_notes += simd.compress(starts, notes, room);
    }

    /// Takes the notes of a round over into the stretches.
    #[inline(always)]
    fn note_down(&mut self, stretches: &mut [Stretch]) -> usize {
        for note in &self.notes[..self.n_notes] {
            let lane = (note >> LANE_SHIFT) as usize;
            let distance = note & ((1 << LANE_SHIFT) - 1);
            stretches[self.stretches[lane]].starts.push(self.stood[lane] + distance);
        }
        std::mem::take(&mut self.n_notes)
    }

    /// Gives each lane without work the next stretch, until there is none.
    /// Returns how many lanes have work.
    #[inline(always)]
    fn hand_out(
        &mut self,
        simd: S,
        searched: Searched<'_>,
        stretches: &mut [Stretch],
        next: &mut usize,
    ) -> usize {
        let mut lanes = self.spill(simd);
        let mut n_live = 0;
        for lane in 0..S::LANES {
            let idle = lanes.blocks[lane] & 7 == IDLE;
            if idle || lanes.positions[lane] >= self.ends[lane] {
                if !idle {
                    stretches[self.stretches[lane]].cursor = lanes.cursor(lane, searched.pattern);
                }
                let given = stretches.get(*next).map(|stretch| (stretch.cursor, stretch.end));
                let (cursor, end) = given.unwrap_or((Cursor { block: IDLE, ..Cursor::default() }, 0));
                self.stretches[lane] = *next;
                *next += usize::from(given.is_some());
                self.ends[lane] = end;
                lanes.set(lane, cursor, searched.pattern);
            }
            n_live += usize::from(lanes.blocks[lane] & 7 != IDLE);
        }
        self.stood = lanes.positions;
        let mut bias: Lanes = array::from_fn(|lane| (lane as u32) << LANE_SHIFT);
        for (bias, stood) in bias.iter_mut().zip(&self.stood) {
            *bias = bias.wrapping_sub(*stood);
        }
        self.bias = simd.load(&bias);
        self.reload(simd, &lanes);
        n_live
    }

    /// Moves the lanes in `stuck` on by one symbol.
    #[cold]
    #[inline(never)]
    fn step(
        &mut self,
        simd: S,
        searched: Searched<'_>,
        stretches: &mut [Stretch],
        mut stuck: u32,
    ) {
        let mut lanes = self.spill(simd);
        while stuck != 0 {
            let lane = stuck.trailing_zeros() as usize;
            stuck &= stuck - 1;
            let Some(stretch) = stretches.get_mut(self.stretches[lane]) else { continue };
            let mut cursor = lanes.cursor(lane, searched.pattern);
            let step = stretch.step(&mut cursor, searched.bytes, searched.bounds, searched.pattern);
            match step {
                Step::Symbol => {}
                Step::Start => {
                    let note = (cursor.position - self.stood[lane]) | (lane as u32) << LANE_SHIFT;
                    self.notes[self.n_notes] = note;
                    self.n_notes += 1;
                }
                Step::End => stretch.cursor = cursor,
            }
            lanes.set(lane, cursor, searched.pattern);
        }
        self.reload(simd, &lanes);
    }

    #[inline(always)]
    fn spill(&self, simd: S) -> Spilled {
        let mut lanes = Spilled::default();
        simd.store(self.positions, &mut lanes.positions);
        simd.store(self.coefficients, &mut lanes.coefficients);
        simd.store(self.blocks, &mut lanes.blocks);
        simd.store(self.tables, &mut lanes.tables);
        lanes
    }

    #[inline(always)]
    fn reload(&mut self, simd: S, lanes: &Spilled) {
        self.positions = simd.load(&lanes.positions);
        self.coefficients = simd.load(&lanes.coefficients);
        self.blocks = simd.load(&lanes.blocks);
        self.tables = simd.load(&lanes.tables);
    }
}

/// The lanes of a group, one by one.
#[derive(Default)]
struct Spilled {
    positions: Lanes,
    coefficients: Lanes,
    blocks: Lanes,
    tables: Lanes,
}

impl Spilled {
    fn cursor(&self, lane: usize, pattern: &Pattern<'_>) -> Cursor {
        let block = self.blocks[lane] & 7;
        let dc_place = pattern.blocks.get(block as usize).map(|block| block.dc_place);
        Cursor {
            position: self.positions[lane],
            block,
            coefficient: self.coefficients[lane],
            at_dc: dc_place == Some(self.tables[lane]),
        }
    }

    fn set(&mut self, lane: usize, cursor: Cursor, pattern: &Pattern<'_>) {
        self.positions[lane] = cursor.position;
        self.coefficients[lane] = cursor.coefficient;
        self.blocks[lane] = cursor.block;
        self.tables[lane] = match pattern.blocks.get(cursor.block as usize) {
            None => Place::IDLE.dc,
            Some(block) if cursor.at_dc => block.dc_place,
            Some(_) => pattern.ac[cursor.block as usize],
        };
    }
}
