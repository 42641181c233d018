//! Bits into bytes, as a JPEG's entropy-coded data has them.

use super::huffman::Code;

/// Collects bits. Bytes are written before it is known whether they are whole, and FF is
/// dealt with at the end: so that there is nothing to decide for each code.
pub(super) struct Bits {
    bytes: Vec<u8>,
    n_whole: usize,
    /// Those not whole bytes yet are the lowest `n_held`, fewer than 8.
    held: u64,
    n_held: u32,
}

impl Bits {
    /// The most that a block takes: 64 codes of 16 bits, with 11 behind each, and the
    /// rest of a write.
    const BLOCK_BYTES: usize = 64 * 27 / 8 + 8;

    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), n_whole: 0, held: 0, n_held: 0 }
    }

    /// Makes room for a block.
    #[inline]
    pub(super) fn reserve_block(&mut self) {
        if self.bytes.len() < self.n_whole + Self::BLOCK_BYTES {
            self.bytes.resize(2 * self.bytes.len() + 64 * Self::BLOCK_BYTES, 0);
        }
    }

    /// A code of at most 16 bits, and the `n_extra` bits, at most 11, that follow it.
    #[inline]
    pub(super) fn put(&mut self, code: Code, extra: u32, n_extra: u32) {
        let (bits, n_bits) = code.followed_by(extra, n_extra);
        self.held = self.held << n_bits | u64::from(bits);
        self.n_held += n_bits;
        let eight = (self.held << ((64 - self.n_held) & 63)).to_be_bytes();
        if let Some(place) = self.bytes.get_mut(self.n_whole..).and_then(<[u8]>::first_chunk_mut) {
            *place = eight;
        }
        self.n_whole += (self.n_held / 8) as usize;
        self.n_held %= 8;
    }

    /// Appends all to `jpeg`, the last byte filled up with ones.
    pub(super) fn finish(mut self, jpeg: &mut Vec<u8>) {
        if self.n_held > 0 {
            let n_filled = 8 - self.n_held;
            #[expect(clippy::cast_possible_truncation, reason = "a byte is left")]
            let last = (self.held << n_filled) as u8 | ((1 << n_filled) - 1);
            self.bytes[self.n_whole] = last;
            self.n_whole += 1;
        }
        let mut left = &self.bytes[..self.n_whole];
        // A zero behind FF, which would begin a marker.
        while let Some(at) = memchr::memchr(0xFF, left) {
            jpeg.extend(&left[..=at]);
            jpeg.push(0);
            left = &left[at + 1..];
        }
        jpeg.extend(left);
    }
}
