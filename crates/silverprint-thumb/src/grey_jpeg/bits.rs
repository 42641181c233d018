//! Bits into bytes, as a JPEG's entropy-coded data has them.

use super::huffman::Code;

/// Collects bits, and writes them four bytes at a time.
pub(super) struct Bits<'a> {
    bytes: &'a mut Vec<u8>,
    /// Those not written yet are the lowest `n_held`, fewer than 32.
    held: u64,
    n_held: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self { bytes, held: 0, n_held: 0 }
    }

    /// A code of at most 16 bits, and the `n_extra` bits, at most 11, that follow it.
    #[inline]
    pub(super) fn put(&mut self, code: Code, extra: u32, n_extra: u32) {
        let (bits, n_bits) = code.followed_by(extra, n_extra);
        self.held = self.held << n_bits | u64::from(bits);
        self.n_held += n_bits;
        if self.n_held >= 32 {
            self.n_held -= 32;
            #[expect(clippy::cast_possible_truncation, reason = "the oldest 32 bits are meant")]
            self.write((self.held >> self.n_held) as u32);
        }
    }

    /// Writes what is left, filled up with ones.
    pub(super) fn finish(self) {
        let Self { bytes, held, n_held } = self;
        let n_bytes = n_held.div_ceil(8);
        let n_filled = n_bytes * 8 - n_held;
        let held = held << n_filled | ((1 << n_filled) - 1);
        for idx in (0..n_bytes).rev() {
            #[expect(clippy::cast_possible_truncation, reason = "a byte after the other is meant")]
            push(bytes, (held >> (8 * idx)) as u8);
        }
    }

    fn write(&mut self, word: u32) {
        // A byte is FF where adding one carries out of its highest bit.
        let has_ff = word & 0x8080_8080 & !word.wrapping_add(0x0101_0101) != 0;
        if has_ff {
            word.to_be_bytes().into_iter().for_each(|byte| push(self.bytes, byte));
        } else {
            self.bytes.extend_from_slice(&word.to_be_bytes());
        }
    }
}

/// Stuffs a zero behind FF, which would begin a marker.
fn push(bytes: &mut Vec<u8>, byte: u8) {
    bytes.push(byte);
    if byte == 0xFF {
        bytes.push(0);
    }
}
