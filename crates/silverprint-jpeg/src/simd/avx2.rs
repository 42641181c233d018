//! Eight lanes, on processors with AVX2: most since 2013.

use super::{Lanes, Simd, last_place};
use std::arch::x86_64::{
    __m256i, _mm_cvtsi32_si128, _mm256_add_epi32, _mm256_and_si256, _mm256_andnot_si256,
    _mm256_blendv_epi8, _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_cmpgt_epi32,
    _mm256_i32gather_epi32, _mm256_loadu_si256, _mm256_min_epu32, _mm256_movemask_ps,
    _mm256_or_si256, _mm256_permutevar8x32_epi32, _mm256_set1_epi32, _mm256_setr_epi8,
    _mm256_shuffle_epi8, _mm256_sllv_epi32, _mm256_srai_epi32, _mm256_srl_epi32, _mm256_srlv_epi32,
    _mm256_storeu_si256, _mm256_sub_epi32,
};

/// The proof that this processor has AVX2 and BMI2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, where it can be given.
    pub(crate) fn find() -> Option<Self> {
        let found = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt");
        found.then_some(Self(()))
    }
}

/// Compiles what is inlined into it for AVX2.
#[target_feature(enable = "avx2,bmi2,lzcnt,popcnt")]
fn with_avx2<R>(work: impl FnOnce() -> R) -> R {
    work()
}

// In all of it: SAFETY: `self` is the proof that the processor knows the instruction.
// A mask has all bits of a lane set, or none.
impl Simd for Avx2 {
    const LANES: usize = 8;
    type Numbers = __m256i;
    type Mask = __m256i;
    type Eight = __m256i;

    #[inline(always)]
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        // SAFETY: as above.
        unsafe { with_avx2(work) }
    }

    #[inline(always)]
    fn splat(self, number: u32) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_set1_epi32(number.cast_signed()) }
    }

    #[inline(always)]
    fn load(self, numbers: &Lanes) -> __m256i {
        // SAFETY: as above; eight numbers are there, and more.
        unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, numbers: __m256i, into: &mut Lanes) {
        // SAFETY: as above; there is room for eight, and more.
        unsafe { _mm256_storeu_si256(into.as_mut_ptr().cast(), numbers) }
    }

    #[inline(always)]
    fn eight(self, numbers: [u32; 8]) -> __m256i {
        // SAFETY: as above; eight numbers are there.
        unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    fn add(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_add_epi32(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_sub_epi32(a, b) }
    }

    #[inline(always)]
    fn and(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_and_si256(a, b) }
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self, a: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_srl_epi32(a, _mm_cvtsi32_si128(BITS.cast_signed())) }
    }

    #[inline(always)]
    fn shift_right_by(self, a: __m256i, bits: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_srlv_epi32(a, bits) }
    }

    #[inline(always)]
    fn shift_left(self, a: __m256i, bits: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_sllv_epi32(a, bits) }
    }

    #[inline(always)]
    fn gather_bytes(self, bytes: &[u8], at: __m256i) -> __m256i {
        let last = last_place(bytes.len(), 4);
        // SAFETY: as above; the four bytes from a place that is clamped to the last but three
        // are within the slice, and places up to 2³¹ are not taken for negative ones.
        unsafe {
            let at = _mm256_min_epu32(at, _mm256_set1_epi32(last));
            let found = _mm256_i32gather_epi32::<1>(bytes.as_ptr().cast(), at);
            let turned = _mm256_setr_epi8(
                3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, //
                3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            );
            _mm256_shuffle_epi8(found, turned)
        }
    }

    #[inline(always)]
    fn gather_entries(self, table: &[u16], at: __m256i) -> __m256i {
        let last = last_place(table.len(), 2);
        // SAFETY: as above; the two entries from a place that is clamped to the last but one
        // are within the slice. The second one is masked away.
        unsafe {
            let at = _mm256_min_epu32(at, _mm256_set1_epi32(last));
            let found = _mm256_i32gather_epi32::<2>(table.as_ptr().cast(), at);
            _mm256_and_si256(found, _mm256_set1_epi32(0xFFFF))
        }
    }

    #[inline(always)]
    fn pick(self, of_eight: __m256i, idx: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_permutevar8x32_epi32(of_eight, idx) }
    }

    #[inline(always)]
    fn greater(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_cmpgt_epi32(a, b) }
    }

    #[inline(always)]
    fn has(self, a: __m256i, bits: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_cmpeq_epi32(_mm256_and_si256(a, bits), bits) }
    }

    #[inline(always)]
    fn negative(self, a: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_srai_epi32::<31>(a) }
    }

    #[inline(always)]
    fn both(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_and_si256(a, b) }
    }

    #[inline(always)]
    fn either(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_or_si256(a, b) }
    }

    #[inline(always)]
    fn without(self, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_andnot_si256(b, a) }
    }

    #[inline(always)]
    fn bits(self, mask: __m256i) -> u32 {
        // SAFETY: as above.
        unsafe { _mm256_movemask_ps(_mm256_castsi256_ps(mask)) }.cast_unsigned()
    }

    #[inline(always)]
    fn select(self, mask: __m256i, yes: __m256i, no: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_blendv_epi8(no, yes, mask) }
    }

    #[inline(always)]
    fn compress(self, mask: __m256i, numbers: __m256i, into: &mut Lanes) -> usize {
        let bits = self.bits(mask);
        // SAFETY: as above; all eight are written, and there is room for them.
        unsafe {
            let order = _mm256_loadu_si256(ORDERS[bits as usize & 0xFF].as_ptr().cast());
            let packed = _mm256_permutevar8x32_epi32(numbers, order);
            _mm256_storeu_si256(into.as_mut_ptr().cast(), packed);
        }
        bits.count_ones() as usize
    }
}

/// For each set of lanes: the lanes in it, in order, then lane 0.
static ORDERS: [[u32; 8]; 256] = orders();

const fn orders() -> [[u32; 8]; 256] {
    let mut orders = [[0; 8]; 256];
    let mut set = 0;
    while set < 256 {
        let (mut lane, mut n_found) = (0, 0);
        while lane < 8 {
            if set >> lane & 1 == 1 {
                orders[set][n_found] = lane;
                n_found += 1;
            }
            lane += 1;
        }
        set += 1;
    }
    orders
}
