//! The search for the blocks of a scan, by many readers at once.
//!
//! A chess master who plays many boards never waits at one. Here the boards
//! are stretches of the scan, a lane of a vector register reads each, and what
//! is never waited for is the table look-up whose result says where the next
//! one must be. Several vectors take turns, for the same reason.

#![expect(clippy::inline_always, reason = "so that all is compiled for the one processor")]

use crate::differences::Differences;
use crate::pattern::{IDLE, Pattern};
use crate::simd::{Lanes, MOST_LANES, Simd};
use crate::steps::{LOOK, OVERRUN, Place};
use crate::stretch::{Cursor, Step, Stretch};
use std::{array, mem};

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
    /// Starts, over all stretches, after which the search is left off.
    pub(crate) most_starts: usize,
}

/// Fills in what the stretches hold; `GROUPS` vectors take turns. Readers that go
/// astray may find more than there is, of damaged scans and of strange ones: then all
/// are left where they stand, and whoever joins them reads on from there.
pub(crate) fn search<S: Simd, const GROUPS: usize>(
    simd: S,
    searched: Searched<'_>,
    stretches: &mut [Stretch],
) {
    simd.run(
        #[inline(always)]
        || rounds::<S, GROUPS>(simd, searched, stretches),
    );
}

#[inline(always)]
fn rounds<S: Simd, const GROUPS: usize>(
    simd: S,
    searched: Searched<'_>,
    stretches: &mut [Stretch],
) {
    let mut groups: [Group<S>; GROUPS] = array::from_fn(|_| Group::new(simd));
    let (mut next, mut n_starts) = (0, 0);
    let looks = Looks::new(simd, searched);
    loop {
        let mut any_live = false;
        for group in &mut groups {
            n_starts += group.note_down(simd, searched, stretches);
            any_live |= group.begin(simd, searched, stretches, &mut next);
        }
        if !any_live {
            return;
        }
        if n_starts > searched.most_starts {
            for group in &groups {
                group.leave_off(simd, searched, stretches);
            }
            return;
        }
        // By value, so that they stay in registers.
        let mut readers: [Readers<S>; GROUPS] = array::from_fn(|idx| groups[idx].readers);
        for _ in 0..TURNS {
            let mut stuck = [0; GROUPS];
            for idx in 0..GROUPS {
                stuck[idx] = looks.two(&mut readers[idx], &mut groups[idx].notes);
            }
            for idx in 0..GROUPS {
                if stuck[idx] != 0 {
                    let group = &mut groups[idx];
                    readers[idx] = group.step(simd, searched, stretches, readers[idx], stuck[idx]);
                }
            }
        }
        for idx in 0..GROUPS {
            groups[idx].readers = readers[idx];
        }
    }
}

/// Where the readers of one vector stand.
#[derive(Clone, Copy)]
struct Readers<S: Simd> {
    positions: S::Numbers,
    /// The index of the last coefficient of the block that was passed.
    coefficients: S::Numbers,
    /// Numbers of the blocks; the highest bit may be anything.
    blocks: S::Numbers,
    /// Where the tables begin that are looked into next.
    tables: S::Numbers,
    /// What makes a note of a position.
    bias: S::Numbers,
}

/// Where readers stood when a wanted block began: lane, and distance from
/// where the reader stood when the round began.
struct Notes {
    notes: Box<[u32; NOTES]>,
    len: usize,
}

impl Notes {
    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, lanes: S::Mask, notes: S::Numbers) {
        let room = self.notes[self.len..].first_chunk_mut().expect("room for a round");
        self.len += simd.compress(lanes, notes, room);
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
    fn two(&self, readers: &mut Readers<S>, notes: &mut Notes) -> u32 {
        let simd = self.simd;
        let at = simd.shift_right::<3>(readers.positions);
        let within = simd.and(readers.positions, simd.splat(7));
        let bits = simd.shift_left(simd.gather_bytes(self.bytes, at), within);
        let all = simd.greater(simd.splat(1), simd.splat(0));
        let (len, first) = self.one(readers, notes, bits, all);
        // The second look sees what the first left. Where that was too much, it waits.
        let bits = simd.shift_left(bits, len);
        let enough = simd.greater(simd.splat(BITS_FOR_TWO - LOOK + 1), len);
        let (_, second) = self.one(readers, notes, bits, simd.without(enough, first));
        simd.bits(simd.either(first, second))
    }

    /// Looks once. Returns the bits that each lane moved, and which of `live`
    /// could not move.
    #[inline(always)]
    fn one(
        &self,
        readers: &mut Readers<S>,
        notes: &mut Notes,
        bits: S::Numbers,
        live: S::Mask,
    ) -> (S::Numbers, S::Mask) {
        let simd = self.simd;
        let window = simd.shift_right::<{ 32 - LOOK }>(bits);
        let entry = simd.gather_entries(self.entries, simd.add(window, readers.tables));
        let len = simd.and(entry, simd.splat(31));
        let coefficients = simd.add(readers.coefficients, simd.shift_right::<8>(entry));
        let stuck = simd.both(live, simd.has(coefficients, simd.splat(OVERRUN)));
        let moves = simd.without(live, stuck);
        let over = simd.both(moves, simd.greater(coefficients, simd.splat(62)));

        let zero = simd.splat(0);
        let len = simd.select(moves, len, zero);
        readers.positions = simd.add(readers.positions, len);
        let ac = simd.pick(self.ac, readers.blocks);
        let next_dc = simd.pick(self.next_dc, readers.blocks);
        let next = simd.pick(self.next, readers.blocks);
        readers.tables = simd.select(over, next_dc, simd.select(moves, ac, readers.tables));
        readers.coefficients =
            simd.select(over, zero, simd.select(moves, coefficients, readers.coefficients));
        readers.blocks = simd.select(over, next, readers.blocks);
        let wanted = simd.both(over, simd.negative(next));
        notes.add(simd, wanted, simd.add(readers.positions, readers.bias));
        (len, stuck)
    }
}

/// One vector of lanes: its readers, and what they read.
struct Group<S: Simd> {
    readers: Readers<S>,
    notes: Notes,
    /// What the notes of a round say: where blocks start, and their differences.
    positions: Box<[u32; NOTES]>,
    differences: Box<[u32; NOTES]>,
    /// What makes a note of position 0: the number of the lane.
    numbers: S::Numbers,
    /// Where the stretches end that the lanes read.
    ends: S::Numbers,
    /// The stretch that each lane reads.
    stretches: [usize; MOST_LANES],
    /// The lanes that need a new one, and those that have one.
    free: u32,
    live: u32,
    /// Where the readers stood when the round began.
    stood: Lanes,
}

impl<S: Simd> Group<S> {
    #[inline(always)]
    fn new(simd: S) -> Self {
        let zero = simd.splat(0);
        let numbers: Lanes = array::from_fn(number);
        let readers = Readers {
            positions: zero,
            coefficients: zero,
            blocks: simd.splat(IDLE),
            tables: simd.splat(Place::IDLE.dc),
            bias: zero,
        };
        Self {
            readers,
            notes: Notes { notes: Box::new([0; NOTES]), len: 0 },
            positions: Box::new([0; NOTES]),
            differences: Box::new([0; NOTES]),
            numbers: simd.load(&numbers),
            ends: zero,
            stretches: [usize::MAX; MOST_LANES],
            free: u32::MAX >> (32 - S::LANES),
            live: 0,
            stood: [0; MOST_LANES],
        }
    }

    /// Takes the notes of a round over into the stretches. Returns how many there were.
    #[inline(always)]
    fn note_down(&mut self, simd: S, searched: Searched<'_>, stretches: &mut [Stretch]) -> usize {
        let Searched { bytes, pattern, .. } = searched;
        let lane = |note: u32| (note >> LANE_SHIFT) as usize;
        let position = |stood: &Lanes, note: u32| {
            stood[lane(note)].wrapping_add(note & ((1 << LANE_SHIFT) - 1))
        };
        let len = mem::take(&mut self.notes.len);
        let [code] = pattern.wanted_dc[..] else {
            for &note in &self.notes.notes[..len] {
                let stretch = &mut stretches[self.stretches[lane(note)]];
                stretch.found(position(&self.stood, note), bytes, pattern);
            }
            return len;
        };
        // In three passes, so that no vector is loaded of numbers just stored one by one.
        for (at, &note) in self.positions.iter_mut().zip(&self.notes.notes[..len]) {
            *at = position(&self.stood, note);
        }
        let differences = Differences::new(simd, bytes, code);
        for begin in (0..len).step_by(S::LANES) {
            // Behind the last position lie older ones, which are read and left.
            let from = self.positions[begin..].first_chunk().expect("room for a round");
            let into = self.differences[begin..].first_chunk_mut().expect("room for a round");
            differences.read(from, into);
        }
        let read = self.positions.iter().zip(&self.differences[..]);
        for (&note, (&position, &difference)) in self.notes.notes[..len].iter().zip(read) {
            let stretch = &mut stretches[self.stretches[lane(note)]];
            stretch.read(position, difference, bytes, code);
        }
        len
    }

    /// Begins a round. Returns whether any lane has work.
    #[inline(always)]
    fn begin(
        &mut self,
        simd: S,
        searched: Searched<'_>,
        stretches: &mut [Stretch],
        next: &mut usize,
    ) -> bool {
        let before = simd.bits(simd.greater(self.ends, self.readers.positions));
        self.free |= self.live & !before;
        if self.free != 0 {
            self.hand_out(simd, searched, stretches, next);
        }
        simd.store(self.readers.positions, &mut self.stood);
        self.readers.bias = simd.sub(self.numbers, self.readers.positions);
        self.live != 0
    }

    /// Gives each free lane the next stretch, until there is none.
    #[cold]
    #[inline(never)]
    fn hand_out(
        &mut self,
        simd: S,
        searched: Searched<'_>,
        stretches: &mut [Stretch],
        next: &mut usize,
    ) {
        let mut lanes = Spilled::new(simd, self.readers);
        let mut ends = [0; MOST_LANES];
        simd.store(self.ends, &mut ends);
        for (lane, end) in ends.iter_mut().enumerate().take(S::LANES) {
            let bit = 1 << lane;
            if self.free & bit == 0 {
                continue;
            }
            self.put_back(lane, &lanes, searched, stretches);
            let given = stretches.get(*next).map(|stretch| (stretch.cursor, stretch.end));
            let idle = (Cursor { block: IDLE, ..Cursor::default() }, 0);
            let (cursor, given_end) = given.unwrap_or(idle);
            self.live = if given.is_some() { self.live | bit } else { self.live & !bit };
            self.stretches[lane] = *next;
            *next += usize::from(given.is_some());
            *end = given_end;
            lanes.set(lane, cursor, searched.pattern);
        }
        self.free = 0;
        self.ends = simd.load(&ends);
        self.readers = lanes.load(simd, self.readers);
    }

    /// Leaves off: tells each stretch where its reader stands.
    #[cold]
    #[inline(never)]
    fn leave_off(&self, simd: S, searched: Searched<'_>, stretches: &mut [Stretch]) {
        let lanes = Spilled::new(simd, self.readers);
        for lane in 0..S::LANES {
            self.put_back(lane, &lanes, searched, stretches);
        }
    }

    /// Tells a lane's stretch where its reader stands. One that came to the end did so itself.
    fn put_back(
        &self,
        lane: usize,
        lanes: &Spilled,
        searched: Searched<'_>,
        stretches: &mut [Stretch],
    ) {
        if self.live & 1 << lane != 0 && lanes.blocks[lane] & 7 != IDLE {
            stretches[self.stretches[lane]].cursor = lanes.cursor(lane, searched.pattern);
        }
    }

    /// Moves the lanes in `stuck` on by one symbol.
    #[cold]
    #[inline(never)]
    fn step(
        &mut self,
        simd: S,
        searched: Searched<'_>,
        stretches: &mut [Stretch],
        readers: Readers<S>,
        mut stuck: u32,
    ) -> Readers<S> {
        let mut lanes = Spilled::new(simd, readers);
        while stuck != 0 {
            let lane = stuck.trailing_zeros() as usize;
            stuck &= stuck - 1;
            let Some(stretch) = stretches.get_mut(self.stretches[lane]) else { continue };
            let mut cursor = lanes.cursor(lane, searched.pattern);
            let step = stretch.step(&mut cursor, searched.bytes, searched.bounds, searched.pattern);
            match step {
                Step::Symbol => {}
                Step::Start => {
                    let note = (cursor.position - self.stood[lane]) | number(lane);
                    self.notes.notes[self.notes.len] = note;
                    self.notes.len += 1;
                }
                Step::End => {
                    stretch.cursor = cursor;
                    self.free |= 1 << lane;
                }
            }
            lanes.set(lane, cursor, searched.pattern);
        }
        lanes.load(simd, readers)
    }
}

/// A lane's number, where notes have it.
#[expect(clippy::cast_possible_truncation, reason = "there are sixteen")]
fn number(lane: usize) -> u32 {
    (lane as u32) << LANE_SHIFT
}

/// The readers of a group, one by one.
#[derive(Default)]
struct Spilled {
    positions: Lanes,
    coefficients: Lanes,
    blocks: Lanes,
    tables: Lanes,
}

impl Spilled {
    #[inline(always)]
    fn new<S: Simd>(simd: S, readers: Readers<S>) -> Self {
        let mut lanes = Self::default();
        simd.store(readers.positions, &mut lanes.positions);
        simd.store(readers.coefficients, &mut lanes.coefficients);
        simd.store(readers.blocks, &mut lanes.blocks);
        simd.store(readers.tables, &mut lanes.tables);
        lanes
    }

    #[inline(always)]
    fn load<S: Simd>(&self, simd: S, readers: Readers<S>) -> Readers<S> {
        Readers {
            positions: simd.load(&self.positions),
            coefficients: simd.load(&self.coefficients),
            blocks: simd.load(&self.blocks),
            tables: simd.load(&self.tables),
            bias: readers.bias,
        }
    }

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
