//! Huffman codes as a DHT segment gives them, and one symbol at a time of them.

use crate::DecodeError;
use std::cell::OnceCell;

/// The longest code, in bits.
const LONGEST: usize = 16;
/// Codes up to this length are found in one look.
const LOOK: u32 = 9;

/// A Huffman code (T.81, annex C), and its decoder (F.2.2.3).
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// Codes of each length from 1 bit on.
    counts: [u8; LONGEST],
    /// Their symbols, shortest code first; the rest is zero.
    symbols: [u8; 256],
    /// The first code of each length, and where its symbol stands.
    first: [(u32, u32); LONGEST],
    /// By the next bits: length and symbol of a short code, or zero.
    short: Box<[(u8, u8); 1 << LOOK]>,
    /// Made when it is asked for first.
    values: OnceCell<Box<Values>>,
    /// Likewise.
    differing: OnceCell<Box<Differing>>,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        // The rest follows from these.
        self.counts == other.counts && self.symbols == other.symbols
    }
}

impl Code {
    /// Parses one code, and returns what stands behind it.
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        let wrong = || DecodeError::Damaged("a Huffman table");
        let (counts, rest) = bytes.split_first_chunk::<LONGEST>().ok_or_else(wrong)?;
        let n_symbols = counts.iter().map(|&count| usize::from(count)).sum::<usize>();
        let (listed, rest) = rest.split_at_checked(n_symbols).ok_or_else(wrong)?;
        let mut symbols = [0; 256];
        symbols.get_mut(..n_symbols).ok_or_else(wrong)?.copy_from_slice(listed);
        Ok((Self::new(*counts, symbols)?, rest))
    }

    fn new(counts: [u8; LONGEST], symbols: [u8; 256]) -> Result<Self, DecodeError> {
        let mut code = Self {
            counts,
            symbols,
            first: [(0, 0); LONGEST],
            short: Box::new([(0, 0); 1 << LOOK]),
            values: OnceCell::new(),
            differing: OnceCell::new(),
        };
        let (mut next, mut idx) = (0, 0);
        for (len, &count) in (1..).zip(&counts) {
            code.first[len - 1] = (next, idx);
            next += u32::from(count);
            idx += u32::from(count);
            // No code is all ones (T.81, annex C), and the end of a scan leans on that.
            if count > 0 && next >= 1 << len {
                return Err(DecodeError::Damaged("a Huffman table"));
            }
            next <<= 1;
        }
        let short: Vec<_> = code.codes(LOOK as usize).collect();
        #[expect(clippy::cast_possible_truncation, reason = "a length up to 9")]
        for (bits, len, symbol) in short {
            let at = |bits: u32| (bits << (LOOK - len)) as usize;
            code.short[at(bits)..at(bits + 1)].fill((len as u8, symbol));
        }
        Ok(code)
    }

    /// Length and symbol of the code at the start of these bits, of which the
    /// lowest 16 count; `None` where no code starts so.
    #[inline]
    pub(crate) fn read(&self, bits: u32) -> Option<(u32, u8)> {
        let (len, symbol) = match self.short[(bits >> (16 - LOOK)) as usize & ((1 << LOOK) - 1)] {
            (0, _) => self.search(bits)?,
            found => found,
        };
        Some((len.into(), symbol))
    }

    /// All codes up to `longest` bits: code, length in bits, symbol.
    pub(crate) fn codes(&self, longest: usize) -> impl Iterator<Item = (u32, u32, u8)> {
        let lengths = (1..).zip(self.counts.iter().zip(&self.first)).take(longest);
        lengths.flat_map(move |(len, (&count, &(first, idx)))| {
            (0..u32::from(count)).map(move |n| (first + n, len, self.symbols[(idx + n) as usize]))
        })
    }

    /// The largest symbol.
    pub(crate) fn largest_symbol(&self) -> u8 {
        self.symbols.iter().copied().max().unwrap_or(0)
    }

    /// Searches by length, for codes that are not short.
    fn search(&self, bits: u32) -> Option<(u8, u8)> {
        for (len, (&count, &(first, idx))) in (1..).zip(self.counts.iter().zip(&self.first)) {
            let nth = ((bits & 0xFFFF) >> (16 - len)).wrapping_sub(first);
            if nth < u32::from(count) {
                return Some((len, self.symbols[(idx + nth) as usize]));
            }
        }
        None
    }

    /// By the next [`DC_LOOK`] bits: the length of the DC code at their start, and
    /// from bit 8 on the number of bits of the difference behind it; 0 where that
    /// is more than 25 bits hold together. One more entry, for gathers that read two.
    #[inline]
    pub(crate) fn differing(&self) -> &Differing {
        self.differing.get_or_init(|| {
            let mut differing = Box::new([0; (1 << DC_LOOK) + 1]);
            for (code, len, size) in self.codes(DC_LOOK as usize) {
                if len + u32::from(size) <= 25 {
                    let at = |code: u32| (code << (DC_LOOK - len)) as usize;
                    #[expect(clippy::cast_possible_truncation, reason = "a length up to 9")]
                    let entry = len as u16 | u16::from(size) << 8;
                    differing[at(code)..at(code + 1)].fill(entry);
                }
            }
            differing
        })
    }

    /// By the next [`VALUE_LOOK`] bits: what the AC symbol at their start stands for.
    #[inline]
    pub(crate) fn values(&self) -> &Values {
        self.values.get_or_init(|| self.build_values())
    }

    #[expect(clippy::cast_possible_truncation, reason = "of at most ten bits")]
    fn build_values(&self) -> Box<Values> {
        let mut values = Box::new([Value::default(); 1 << VALUE_LOOK]);
        for (bits, code_len, symbol) in self.codes(VALUE_LOOK as usize) {
            let (run, size) = (symbol >> 4, symbol & 15);
            let len = code_len + u32::from(size);
            let Some(n_left) = VALUE_LOOK.checked_sub(len) else { continue };
            let advance = if size == 0 && run < 15 { Value::END } else { run + 1 };
            for extra in 0..1_u32 << size {
                let number = extend(u64::from(extra) << 1 << (63 - size), size.into());
                let begin = (((bits << size) | extra) << n_left) as usize;
                let value = Value { number: number as i16, advance, len: len as u8 };
                values[begin..begin + (1 << n_left)].fill(value);
            }
        }
        values
    }
}

/// What [`Code::differing`] gives.
pub(crate) type Differing = [u16; (1 << DC_LOOK) + 1];
pub(crate) const DC_LOOK: u32 = 9;

/// All values of so many bits.
pub(crate) type Values = [Value; 1 << VALUE_LOOK];
pub(crate) const VALUE_LOOK: u32 = 10;

/// An AC symbol with its extra bits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Value {
    /// The coefficient.
    pub(crate) number: i16,
    /// How many coefficients further it stands.
    pub(crate) advance: u8,
    /// Bits of both; 0 where these are too few to tell.
    pub(crate) len: u8,
}

impl Value {
    /// The advance at the end of a block.
    const END: u8 = 64;
}

/// The number that the highest `size` bits stand for: of the numbers of that
/// size, those with a first bit of zero are negative (T.81, F.2.2.1, EXTEND).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "of at most 15 bits")]
pub(crate) fn extend(bits: u64, size: u32) -> i32 {
    // In two steps, so that size 0 shifts all bits out.
    let number = (bits >> 1 >> (63 - size)) as i32;
    let is_negative = bits >> 63 == 0;
    if is_negative { number - (1 << size) + 1 } else { number }
}
