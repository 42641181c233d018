//! Step tables: how far one look at the next bits carries.
//!
//! To find where the next block starts, a coefficient's value need not be
//! known, only how many bits it takes. So a table that is indexed by the next
//! twelve bits says how far all symbols within them reach, *with* their extra
//! bits, and how many coefficients that is. Photographs take about nine bits
//! a look.

use crate::huffman::Code;

/// Bits that one look takes in.
pub(crate) const LOOK: u32 = 12;
/// Entries of a table.
const LEN: usize = 1 << LOOK;
/// How many pairs of tables are kept: 16 KiB each.
const KEPT: usize = 24;

/// An entry: bits to move on in the lowest five, coefficients to move on from
/// bit 8 on. Zero bits means that the look was not enough.
type Entry = u16;
/// Coefficients that the end of a block counts for: `index + END` lies beyond
/// 127, while an index that runs over without it lies between 64 and 127.
pub(crate) const END: u32 = 129;
/// The bit that tells that look was not enough: what an index that ran over has set.
pub(crate) const OVERRUN: u32 = 64;
/// An entry that takes any index into that range.
const NOT_ENOUGH: Entry = entry(0, OVERRUN);

/// Tables for pairs of Huffman codes, one behind the other, kept from picture
/// to picture: most cameras and sites use the same codes for all.
#[derive(Debug, Default)]
pub(crate) struct StepTables {
    /// Behind the last entry lies one more, for gathers that read two.
    entries: Vec<Entry>,
    pairs: Vec<Pair>,
    /// Counts the requests.
    now: u64,
}

#[derive(Debug)]
struct Pair {
    dc: Code,
    ac: Option<Code>,
    last_asked: u64,
}

/// Where the tables of one pair of codes begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// For a look that begins with a DC symbol.
    pub(crate) dc: u32,
    /// For one that begins with an AC symbol.
    pub(crate) ac: u32,
}

impl Place {
    /// The table in which nothing moves, for a lane without work.
    pub(crate) const IDLE: Self = Self { dc: 0, ac: 0 };
}

impl StepTables {
    /// The tables of these codes; without a code for AC, of blocks that have DC only.
    ///
    /// A place holds until [`KEPT`] other pairs have been asked for.
    pub(crate) fn place(&mut self, dc: &Code, ac: Option<&Code>) -> Place {
        let same = |pair: &Pair| pair.dc == *dc && pair.ac.as_ref() == ac;
        let idx = self.pairs.iter().position(same).unwrap_or_else(|| self.build(dc, ac));
        self.now += 1;
        self.pairs[idx].last_asked = self.now;
        let begin = LEN * (1 + 2 * idx);
        let place = |at| u32::try_from(at).expect("a few tables");
        Place { dc: place(begin), ac: place(begin + LEN) }
    }

    /// All tables, to be indexed by a place plus the next bits.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn build(&mut self, dc: &Code, ac: Option<&Code>) -> usize {
        let pair = Pair { dc: dc.clone(), ac: ac.cloned(), last_asked: 0 };
        let idx = if self.pairs.len() < KEPT {
            self.pairs.push(pair);
            self.entries.resize(LEN * (1 + 2 * self.pairs.len()) + 1, 0);
            self.pairs.len() - 1
        } else {
            let oldest = |&idx: &usize| self.pairs[idx].last_asked;
            let idx = (0..KEPT).min_by_key(oldest).expect("some are kept");
            self.pairs[idx] = pair;
            idx
        };
        let begin = LEN * (1 + 2 * idx);
        let (dc_table, ac_table) = self.entries[begin..begin + 2 * LEN].split_at_mut(LEN);
        match ac {
            Some(ac) => {
                let runs = Runs::new(ac);
                runs.fill_ac(ac_table);
                runs.fill_dc(dc, dc_table);
            }
            None => fill_dc_only(dc, dc_table),
        }
        idx
    }
}

/// What AC symbols that lie whole within so many bits add up to.
struct Runs {
    /// The symbol at the start of twelve bits: its code's length, its length
    /// with extra bits, coefficients. Length 0 where its code is longer.
    first: Vec<(u32, u32, u32)>,
    /// For each number of bits from 0 to twelve the entries of all their values.
    by_length: Vec<Vec<Entry>>,
}

impl Runs {
    fn new(ac: &Code) -> Self {
        let mut first = vec![(0, 0, 0); LEN];
        for (code, len, symbol) in ac.codes(LOOK as usize) {
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            // A run of sixteen zeros has size 0; so has the end of the block.
            let n_coefficients = if size == 0 && run < 15 { END } else { run + 1 };
            first[range(code, len)].fill((len, len + size, n_coefficients));
        }
        let mut by_length: Vec<Vec<Entry>> = vec![vec![0]];
        for n_bits in 1..=LOOK {
            let values = 0..1_usize << n_bits;
            let entries = values.map(|bits| {
                let (code_len, len, n_coefficients) = first[bits << (LOOK - n_bits)];
                if code_len == 0 || len > n_bits {
                    return 0;
                }
                Self::joined(&by_length, len, n_coefficients, bits, n_bits)
            });
            let entries = entries.collect();
            by_length.push(entries);
        }
        Self { first, by_length }
    }

    /// A first symbol, and what follows it within `n_bits`.
    fn joined(
        by_length: &[Vec<Entry>],
        len: u32,
        n_coefficients: u32,
        bits: usize,
        n_bits: u32,
    ) -> Entry {
        let n_left = n_bits - len;
        let rest = by_length[n_left as usize][bits & ((1 << n_left) - 1)];
        let (rest_len, rest_coefficients) = (u32::from(rest & 31), u32::from(rest >> 8));
        let joined = n_coefficients + rest_coefficients;
        // Nothing follows the end of a block, and no block has more than 63.
        if n_coefficients >= END || !(joined <= 63 || (END..END + 63).contains(&joined)) {
            return entry(len, n_coefficients);
        }
        entry(len + rest_len, joined)
    }

    fn fill_ac(&self, table: &mut [Entry]) {
        for (bits, filled) in table.iter_mut().enumerate() {
            *filled = match self.by_length[LOOK as usize][bits] {
                // Of a single symbol only the code needs to be seen.
                0 => match self.first[bits] {
                    (0, _, _) => NOT_ENOUGH,
                    (_, len, n_coefficients) => entry(len, n_coefficients),
                },
                run => run,
            };
        }
    }

    fn fill_dc(&self, dc: &Code, table: &mut [Entry]) {
        table.fill(NOT_ENOUGH);
        for (code, code_len, symbol) in dc.codes(LOOK as usize) {
            let len = code_len + u32::from(symbol);
            for bits in range(code, code_len) {
                table[bits] = if len <= LOOK {
                    Self::joined(&self.by_length, len, 0, bits, LOOK)
                } else {
                    entry(len, 0)
                };
            }
        }
    }
}

/// Blocks of one DC symbol each.
fn fill_dc_only(dc: &Code, table: &mut [Entry]) {
    table.fill(NOT_ENOUGH);
    for (code, len, symbol) in dc.codes(LOOK as usize) {
        table[range(code, len)].fill(entry(len + u32::from(symbol), END));
    }
}

/// The values of [`LOOK`] bits that begin with this code.
fn range(code: u32, len: u32) -> std::ops::Range<usize> {
    let at = |code: u32| (code << (LOOK - len)) as usize;
    at(code)..at(code + 1)
}

#[expect(clippy::cast_possible_truncation, reason = "at most 31, and at most 192")]
const fn entry(n_bits: u32, n_coefficients: u32) -> Entry {
    debug_assert!(n_bits < 32 && n_coefficients < 256);
    (n_bits | n_coefficients << 8) as Entry
}
