//! Values read at a known place of the entropy-coded bytes.

use crate::huffman::{Code, VALUE_LOOK, extend};
use crate::inverse::Low;

/// Bits of a peek that count.
const PEEKED: u32 = 57;
/// Larger coefficients no picture has; the inverse transforms have room for these.
const MOST: i32 = 1 << 11;

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
    pub(crate) fn take(&mut self, n_bits: u32) -> u64 {
        let bits = self.peek();
        self.position += n_bits;
        bits
    }
}

/// A block's lowest coefficients up to `last`, dequantized, with the DC
/// coefficient that is known already.
#[inline]
pub(crate) fn low_coefficients(
    mut bits: Bits<'_>,
    (dc_code, ac_code): (&Code, &Code),
    dc: i32,
    quantization: &[u16; 64],
    last: usize,
) -> Low {
    let mut low = [0; 25];
    // As 16 bits, which is what they are: so no product leaves 32.
    #[expect(clippy::cast_possible_truncation, reason = "meant: libjpeg wraps there, too")]
    let times = |value: i32, idx: usize| i32::from(value as i16) * i32::from(quantization[idx]);
    low[0] = times(dc, 0).clamp(-MOST, MOST);
    bits.value(dc_code);
    let values = ac_code.values();
    let mut idx = 0;
    loop {
        let mut window = bits.peek();
        let mut n_taken = 0;
        while n_taken <= PEEKED - VALUE_LOOK {
            let value = values[(window >> (64 - VALUE_LOOK)) as usize];
            if value.len == 0 {
                break;
            }
            window <<= value.len;
            n_taken += u32::from(value.len);
            idx += usize::from(value.advance);
            if idx > last {
                return low;
            }
            low[idx] = times(value.number.into(), idx).clamp(-MOST, MOST);
        }
        bits.position += n_taken;
        if n_taken <= PEEKED - VALUE_LOOK {
            let (symbol, value) = bits.value(ac_code);
            let (run, size) = (usize::from(symbol >> 4), symbol & 15);
            idx += run + 1;
            if idx > last || (size == 0 && run < 15) {
                return low;
            }
            low[idx] = times(value, idx).clamp(-MOST, MOST);
        }
    }
}
