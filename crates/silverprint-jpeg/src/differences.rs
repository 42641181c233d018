//! The DC differences of many blocks at once: a lane reads each.

#![expect(clippy::inline_always, reason = "so that all is compiled for the one processor")]

use crate::huffman::{Code, DC_LOOK, Differing};
use crate::simd::{Lanes, Simd};

/// What stands for a difference that one look does not tell.
pub(crate) const UNTOLD: u32 = 1 << 31;

/// Reads differences of one code.
pub(crate) struct Differences<'a, S: Simd> {
    simd: S,
    bytes: &'a [u8],
    looks: &'a Differing,
}

impl<'a, S: Simd> Differences<'a, S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, bytes: &'a [u8], code: &'a Code) -> Self {
        Self { simd, bytes, looks: code.differing() }
    }

    /// The differences that start at these bits (T.81, F.2.2.1), or [`UNTOLD`].
    #[inline(always)]
    pub(crate) fn read(&self, positions: &Lanes, into: &mut Lanes) {
        let simd = self.simd;
        let positions = simd.load(positions);
        let within = simd.and(positions, simd.splat(7));
        let at = simd.shift_right::<3>(positions);
        let bits = simd.shift_left(simd.gather_bytes(self.bytes, at), within);
        let entry = simd.gather_entries(self.looks, simd.shift_right::<{ 32 - DC_LOOK }>(bits));
        let size = simd.shift_right::<8>(entry);
        let number = simd.shift_left(bits, simd.and(entry, simd.splat(31)));
        let is_positive = simd.negative(number);
        // Of size 0 all bits are shifted out, in whichever way.
        let number = simd.shift_right_by(number, simd.sub(simd.splat(32), size));
        let most = simd.sub(simd.shift_left(simd.splat(1), size), simd.splat(1));
        let number = simd.select(is_positive, number, simd.sub(number, most));
        let is_told = simd.greater(entry, simd.splat(0));
        simd.store(simd.select(is_told, number, simd.splat(UNTOLD)), into);
    }
}
