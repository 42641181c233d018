//! Huffman codes as a DHT segment gives them, and one symbol at a time of them.

use crate::DecodeError;

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
        for bits in 0..1 << LOOK {
            if let Some(found) = code.search(bits << (16 - LOOK), LOOK as usize) {
                code.short[bits as usize] = found;
            }
        }
        Ok(code)
    }

    /// Length and symbol of the code at the start of these bits, of which the
    /// lowest 16 count; `None` where no code starts so.
    #[inline]
    pub(crate) fn read(&self, bits: u32) -> Option<(u32, u8)> {
        let (len, symbol) = match self.short[(bits >> (16 - LOOK)) as usize & ((1 << LOOK) - 1)] {
            (0, _) => self.search(bits, LONGEST)?,
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

    fn search(&self, bits: u32, longest: usize) -> Option<(u8, u8)> {
        for (len, (&count, &(first, idx))) in
            (1..).zip(self.counts.iter().zip(&self.first)).take(longest)
        {
            let nth = ((bits & 0xFFFF) >> (16 - len)).wrapping_sub(first);
            if nth < u32::from(count) {
                return Some((len, self.symbols[(idx + nth) as usize]));
            }
        }
        None
    }
}
