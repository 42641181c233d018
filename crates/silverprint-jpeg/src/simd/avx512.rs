//! Sixteen lanes, on processors with AVX-512.

use super::{Lanes, Simd, last_place};
use std::arch::x86_64::{
    __m512i, __mmask16, _mm_cvtsi32_si128, _mm_set_epi8, _mm256_loadu_si256, _mm512_add_epi32,
    _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_broadcast_i64x4, _mm512_cmpeq_epi32_mask,
    _mm512_cmpgt_epi32_mask, _mm512_i32gather_epi32, _mm512_loadu_si512, _mm512_mask_mov_epi32,
    _mm512_maskz_compress_epi32, _mm512_min_epu32, _mm512_movepi32_mask, _mm512_permutexvar_epi32,
    _mm512_set1_epi32, _mm512_shuffle_epi8, _mm512_sllv_epi32, _mm512_srl_epi32, _mm512_srlv_epi32,
    _mm512_storeu_si512, _mm512_sub_epi32,
};

/// The proof that this processor has AVX-512 F, BW and DQ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The proof, where it can be given.
    pub(crate) fn find() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        found.then_some(Self(()))
    }
}

/// Compiles what is inlined into it for AVX-512.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,bmi2,lzcnt,popcnt")]
fn with_avx512<R>(work: impl FnOnce() -> R) -> R {
    work()
}

// In all of it: SAFETY: `self` is the proof that the processor knows the instruction.
impl Simd for Avx512 {
    const LANES: usize = 16;
    type Numbers = __m512i;
    type Mask = __mmask16;
    type Eight = __m512i;

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        // SAFETY: as above.
        unsafe { with_avx512(work) }
    }

    #[inline(always)]
    fn splat(self, number: u32) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_set1_epi32(number.cast_signed()) }
    }

    #[inline(always)]
    fn load(self, numbers: &Lanes) -> __m512i {
        // SAFETY: as above; sixteen numbers are there.
        unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, numbers: __m512i, into: &mut Lanes) {
        // SAFETY: as above; there is room for sixteen.
        unsafe { _mm512_storeu_si512(into.as_mut_ptr().cast(), numbers) }
    }

    #[inline(always)]
    fn eight(self, numbers: [u32; 8]) -> __m512i {
        // SAFETY: as above; eight numbers are there. Twice, so that a fourth bit does not count.
        unsafe { _mm512_broadcast_i64x4(_mm256_loadu_si256(numbers.as_ptr().cast())) }
    }

    #[inline(always)]
    fn add(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_add_epi32(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_sub_epi32(a, b) }
    }

    #[inline(always)]
    fn and(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_and_si512(a, b) }
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self, a: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_srl_epi32(a, _mm_cvtsi32_si128(BITS.cast_signed())) }
    }

    #[inline(always)]
    fn shift_right_by(self, a: __m512i, bits: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_srlv_epi32(a, bits) }
    }

    #[inline(always)]
    fn shift_left(self, a: __m512i, bits: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_sllv_epi32(a, bits) }
    }

    #[inline(always)]
    fn gather_bytes(self, bytes: &[u8], at: __m512i) -> __m512i {
        let last = last_place(bytes.len(), 4);
        // SAFETY: as above; the four bytes from a place that is clamped to the last but three
        // are within the slice, and places up to 2³¹ are not taken for negative ones.
        unsafe {
            let at = _mm512_min_epu32(at, _mm512_set1_epi32(last));
            let found = _mm512_i32gather_epi32::<1>(at, bytes.as_ptr().cast());
            let turned = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
            _mm512_shuffle_epi8(found, _mm512_broadcast_i32x4(turned))
        }
    }

    #[inline(always)]
    fn gather_entries(self, table: &[u16], at: __m512i) -> __m512i {
        let last = last_place(table.len(), 2);
        // SAFETY: as above; the two entries from a place that is clamped to the last but one
        // are within the slice. The second one is masked away.
        unsafe {
            let at = _mm512_min_epu32(at, _mm512_set1_epi32(last));
            let found = _mm512_i32gather_epi32::<2>(at, table.as_ptr().cast());
            _mm512_and_si512(found, _mm512_set1_epi32(0xFFFF))
        }
    }

    #[inline(always)]
    fn pick(self, of_eight: __m512i, idx: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_permutexvar_epi32(idx, of_eight) }
    }

    #[inline(always)]
    fn greater(self, a: __m512i, b: __m512i) -> __mmask16 {
        // SAFETY: as above.
        unsafe { _mm512_cmpgt_epi32_mask(a, b) }
    }

    #[inline(always)]
    fn has(self, a: __m512i, bits: __m512i) -> __mmask16 {
        // SAFETY: as above.
        unsafe { _mm512_cmpeq_epi32_mask(_mm512_and_si512(a, bits), bits) }
    }

    #[inline(always)]
    fn negative(self, a: __m512i) -> __mmask16 {
        // SAFETY: as above.
        unsafe { _mm512_movepi32_mask(a) }
    }

    #[inline(always)]
    fn both(self, a: __mmask16, b: __mmask16) -> __mmask16 {
        a & b
    }

    #[inline(always)]
    fn either(self, a: __mmask16, b: __mmask16) -> __mmask16 {
        a | b
    }

    #[inline(always)]
    fn without(self, a: __mmask16, b: __mmask16) -> __mmask16 {
        a & !b
    }

    #[inline(always)]
    fn bits(self, mask: __mmask16) -> u32 {
        mask.into()
    }

    #[inline(always)]
    fn select(self, mask: __mmask16, yes: __m512i, no: __m512i) -> __m512i {
        // SAFETY: as above.
        unsafe { _mm512_mask_mov_epi32(no, mask, yes) }
    }

    #[inline(always)]
    fn compress(self, mask: __mmask16, numbers: __m512i, into: &mut Lanes) -> usize {
        // SAFETY: as above; all sixteen are written, and there is room for them.
        unsafe {
            let packed = _mm512_maskz_compress_epi32(mask, numbers);
            _mm512_storeu_si512(into.as_mut_ptr().cast(), packed);
        }
        mask.count_ones() as usize
    }
}
