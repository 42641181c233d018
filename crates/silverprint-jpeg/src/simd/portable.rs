//! Any processor, lane by lane: the compiler turns what it can into vectors.

use super::{Lanes, Simd};
use std::array;

const LANES: usize = 4;

/// Needs nothing of the processor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

impl Simd for Portable {
    const LANES: usize = LANES;
    type Numbers = [u32; LANES];
    type Mask = [bool; LANES];
    type Eight = [u32; 8];

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }

    #[inline(always)]
    fn splat(self, number: u32) -> Self::Numbers {
        [number; LANES]
    }

    #[inline(always)]
    fn load(self, numbers: &Lanes) -> Self::Numbers {
        array::from_fn(|lane| numbers[lane])
    }

    #[inline(always)]
    fn store(self, numbers: Self::Numbers, into: &mut Lanes) {
        into[..LANES].copy_from_slice(&numbers);
    }

    #[inline(always)]
    fn add(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| a[lane].wrapping_add(b[lane]))
    }

    #[inline(always)]
    fn sub(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| a[lane].wrapping_sub(b[lane]))
    }

    #[inline(always)]
    fn and(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| a[lane] & b[lane])
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self, a: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| a[lane] >> BITS)
    }

    #[inline(always)]
    fn shift_right_by(self, a: Self::Numbers, bits: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| a[lane].checked_shr(bits[lane]).unwrap_or(0))
    }

    #[inline(always)]
    fn shift_left(self, a: Self::Numbers, bits: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| a[lane] << (bits[lane] & 31))
    }

    #[inline(always)]
    fn gather_bytes(self, bytes: &[u8], at: Self::Numbers) -> Self::Numbers {
        let last = bytes.len() - 4;
        array::from_fn(|lane| {
            let at = (at[lane] as usize).min(last);
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        })
    }

    #[inline(always)]
    fn gather_entries(self, table: &[u16], at: Self::Numbers) -> Self::Numbers {
        let last = table.len() - 2;
        array::from_fn(|lane| table[(at[lane] as usize).min(last)].into())
    }

    #[inline(always)]
    fn eight(self, numbers: [u32; 8]) -> Self::Eight {
        numbers
    }

    #[inline(always)]
    fn pick(self, of_eight: Self::Eight, idx: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| of_eight[(idx[lane] & 7) as usize])
    }

    #[inline(always)]
    fn greater(self, a: Self::Numbers, b: Self::Numbers) -> Self::Mask {
        array::from_fn(|lane| a[lane].cast_signed() > b[lane].cast_signed())
    }

    #[inline(always)]
    fn has(self, a: Self::Numbers, bits: Self::Numbers) -> Self::Mask {
        array::from_fn(|lane| a[lane] & bits[lane] == bits[lane])
    }

    #[inline(always)]
    fn negative(self, a: Self::Numbers) -> Self::Mask {
        array::from_fn(|lane| a[lane].cast_signed() < 0)
    }

    #[inline(always)]
    fn both(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        array::from_fn(|lane| a[lane] & b[lane])
    }

    #[inline(always)]
    fn either(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        array::from_fn(|lane| a[lane] | b[lane])
    }

    #[inline(always)]
    fn without(self, a: Self::Mask, b: Self::Mask) -> Self::Mask {
        array::from_fn(|lane| a[lane] & !b[lane])
    }

    #[inline(always)]
    fn bits(self, mask: Self::Mask) -> u32 {
        (0..LANES).fold(0, |bits, lane| bits | u32::from(mask[lane]) << lane)
    }

    #[inline(always)]
    fn select(self, mask: Self::Mask, yes: Self::Numbers, no: Self::Numbers) -> Self::Numbers {
        array::from_fn(|lane| std::hint::select_unpredictable(mask[lane], yes[lane], no[lane]))
    }

    #[inline(always)]
    fn compress(self, mask: Self::Mask, numbers: Self::Numbers, into: &mut Lanes) -> usize {
        let mut n_written = 0;
        for lane in 0..LANES {
            into[n_written & (LANES - 1)] = numbers[lane];
            n_written += usize::from(mask[lane]);
        }
        n_written
    }
}
