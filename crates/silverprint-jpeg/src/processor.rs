//! Which of a processor's instructions are used.

#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512};
use crate::simd::{Portable, Simd};

/// The instructions that the search is compiled for, and the proof that this
/// processor has them. All of them find the same.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Processor {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Portable(Portable),
}

impl Processor {
    /// All that this processor has, the fastest first.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Avx512::find().map(Self::Avx512));
            all.extend(Avx2::find().map(Self::Avx2));
        }
        all.push(Self::Portable(Portable));
        all
    }

    /// Readers that take turns.
    pub(crate) fn lanes(self) -> u32 {
        let lanes = match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => 2 * Avx512::LANES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => 2 * Avx2::LANES,
            Self::Portable(_) => Portable::LANES,
        };
        u32::try_from(lanes).expect("a few")
    }
}
