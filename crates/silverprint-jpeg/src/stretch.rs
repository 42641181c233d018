//! One stretch of a scan: the part that one lane reads, and what it found.

use crate::bits::Bits;
use crate::differences::UNTOLD;
use crate::huffman::Code;
use crate::pattern::{IDLE, Pattern, WANTED};

/// Symbols that no code knows, after which a reader gives up: it reads what
/// was never written there, or the JPEG is damaged.
const MOST_BAD: usize = 1 << 10;

/// Where a reader stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// In bits.
    pub(crate) position: u32,
    /// The number of the block in its MCU.
    pub(crate) block: u32,
    /// The index of the last coefficient that was passed.
    pub(crate) coefficient: u32,
    /// Is a DC symbol next?
    pub(crate) at_dc: bool,
}

/// A stretch, read from its start as if an MCU began there.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    /// It is read until its reader has passed this bit.
    pub(crate) end: u32,
    /// The segments that it lies in: the first, the one it is being read in, and the last.
    pub(crate) first_segment: usize,
    segment: usize,
    pub(crate) last_segment: usize,
    /// Where the wanted blocks start, in bits. The first is the stretch's own start.
    pub(crate) starts: Vec<u32>,
    /// The DC differences of the blocks that start there.
    pub(crate) differences: Vec<i16>,
    /// What no encoder writes, and where its symbol begins.
    pub(crate) bad: Vec<(u32, &'static str)>,
    /// Where its reader stopped.
    pub(crate) cursor: Cursor,
}

/// What one step of a reader came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Symbol,
    /// Past the end of a block, before a wanted one.
    Start,
    /// There is no more to read.
    End,
}

impl Stretch {
    /// Begins anew, keeping its memory.
    pub(crate) fn reset(&mut self, (start, end): (u32, u32), segments: (usize, usize)) {
        self.starts.clear();
        self.differences.clear();
        self.bad.clear();
        self.end = end;
        (self.first_segment, self.last_segment) = segments;
        self.segment = self.first_segment;
        self.cursor = Cursor { position: start, at_dc: true, ..Cursor::default() };
    }

    /// Goes to the start of a segment, whose first block the last start is from now on.
    pub(crate) fn enter(
        &mut self,
        (idx, begin): (usize, u32),
        bytes: &[u8],
        pattern: &Pattern<'_>,
    ) {
        self.segment = idx;
        self.cursor = Cursor { position: begin, at_dc: true, ..Cursor::default() };
        match self.starts.len().checked_sub(1) {
            None => self.found(begin, bytes, pattern),
            Some(last) => self.correct(last, begin, bytes, pattern),
        }
    }

    /// Takes down that the next wanted block starts here, and its DC difference,
    /// while its bytes are at hand.
    #[inline]
    pub(crate) fn found(&mut self, position: u32, bytes: &[u8], pattern: &Pattern<'_>) {
        let n_wanted = pattern.wanted_dc.len();
        let idx = if n_wanted == 1 { 0 } else { self.starts.len() % n_wanted };
        self.starts.push(position);
        self.differences.push(difference(position, bytes, pattern.wanted_dc[idx]));
    }

    /// Takes down a start whose difference was read already, or is [`UNTOLD`].
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "of at most 15 bits")]
    pub(crate) fn read(&mut self, position: u32, read: u32, bytes: &[u8], code: &Code) {
        let known = if read == UNTOLD { difference(position, bytes, code) } else { read as i16 };
        self.starts.push(position);
        self.differences.push(known);
    }

    /// Sets right where the first block of a segment starts.
    pub(crate) fn correct(&mut self, idx: usize, begin: u32, bytes: &[u8], pattern: &Pattern<'_>) {
        self.starts[idx] = begin;
        self.differences[idx] = difference(begin, bytes, pattern.wanted_dc[0]);
    }

    /// Reads one symbol, as T.81 says it (F.2.2): the slow and sure way, for
    /// what a look at a few bits does not decide.
    pub(crate) fn step(
        &mut self,
        at: &mut Cursor,
        bytes: &[u8],
        bounds: &[(u32, u32)],
        pattern: &Pattern<'_>,
    ) -> Step {
        if at.block == IDLE {
            return Step::End;
        }
        let block = &pattern.blocks[at.block as usize];
        let bits = sixteen_bits(bytes, at.position);
        let code = if at.at_dc { block.dc } else { block.ac };
        let Some((len, symbol)) = code.and_then(|code| code.read(bits)) else {
            return self.without_symbol(at, bounds);
        };
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        let begin = at.position;
        at.position += len + size;
        let over = if at.at_dc {
            at.at_dc = false;
            block.ac.is_none()
        } else if size == 0 && run < 15 {
            true
        } else {
            at.coefficient += run + 1;
            if at.coefficient > 63 {
                self.bad.push((begin, "a block of more than 64 coefficients"));
            }
            at.coefficient >= 63
        };
        if !over {
            return Step::Symbol;
        }
        let next = pattern.next[at.block as usize];
        *at = Cursor { position: at.position, block: next & 7, coefficient: 0, at_dc: true };
        if next & WANTED != 0 { Step::Start } else { Step::Symbol }
    }

    /// Ones stand behind each segment: there the next one begins, if it is in the stretch.
    fn without_symbol(&mut self, at: &mut Cursor, bounds: &[(u32, u32)]) -> Step {
        let (_, end) = bounds[self.segment];
        let between_mcus = at.at_dc && at.block == 0;
        if between_mcus && (end..end + 8).contains(&(at.position + 7)) {
            if self.segment == self.last_segment {
                at.block = IDLE;
                return Step::End;
            }
            // The start behind the segment was that of the next one's first
            // block, as far as it could be known.
            self.segment += 1;
            at.position = bounds[self.segment].0;
            return Step::Symbol;
        }
        self.bad.push((at.position, "a Huffman code that its table does not know"));
        if self.bad.len() > MOST_BAD || at.position > end {
            at.block = IDLE;
            return Step::End;
        }
        at.position += 1;
        Step::Symbol
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "of at most 15 bits")]
fn difference(position: u32, bytes: &[u8], code: &Code) -> i16 {
    Bits::at(bytes, position).value(code).1 as i16
}

/// The sixteen bits from this one on; ones behind the end.
#[inline]
fn sixteen_bits(bytes: &[u8], position: u32) -> u32 {
    let at = (position >> 3) as usize;
    let byte = |n: usize| u32::from(bytes.get(at + n).copied().unwrap_or(0xFF));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    bits << (position & 7) >> 8 & 0xFFFF
}
