//! Values read at a known place of the entropy-coded bytes.

use crate::huffman::Code;

/// Reads symbols and their extra bits from one place on. Behind the end stand zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    position: u32,
}

impl<'a> Bits<'a> {
    #[inline]
    pub(crate) fn at(bytes: &'a [u8], position: u32) -> Self {
        Self { bytes, position }
    }

    /// The next bits, from the highest on; 57 of them count.
    #[inline]
    fn peek(&self) -> u64 {
        let at = (self.position >> 3) as usize;
        let next = match self.bytes.get(at..at + 8) {
            Some(next) => u64::from_be_bytes(next.try_into().expect("eight bytes")),
            None => self.peek_end(at),
        };
        next << (self.position & 7)
    }

    #[cold]
    fn peek_end(&self, at: usize) -> u64 {
        let byte = |n| u64::from(self.bytes.get(at + n).copied().unwrap_or(0));
        (0..8).fold(0, |bits, n| bits << 8 | byte(n))
    }

    /// A symbol and what its lowest four bits say how many bits follow of
    /// (T.81, F.2.2.1): a difference or coefficient. Zeros where there is no symbol.
    #[inline]
    pub(crate) fn value(&mut self, code: &Code) -> (u8, i32) {
        let bits = self.peek();
        let Some((len, symbol)) = code.read((bits >> 48) as u32) else {
            return (0, 0);
        };
        let size = u32::from(symbol & 15);
        self.position += len + size;
        (symbol, extend(bits << len, size))
    }

    /// The next `n_bits`, of 57 at most, from the highest on; others may follow them.
    #[inline]
    pub(crate) fn take(&mut self, n_bits: usize) -> u64 {
        let bits = self.peek();
        self.position += n_bits as u32;
        bits
    }
}

/// The number that the highest `size` bits stand for: of the numbers of that
/// size, those with a first bit of zero are negative (T.81, F.2.2.1, EXTEND).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "of at most 15 bits")]
fn extend(bits: u64, size: u32) -> i32 {
    // In two steps, so that size 0 shifts all bits out.
    let number = (bits >> 1 >> (63 - size)) as i32;
    let is_negative = bits >> 63 == 0;
    if is_negative { number - (1 << size) + 1 } else { number }
}
