//! Several numbers at once: what the search for blocks needs of a processor.
//!
//! One trait, and an implementation for each kind of processor. A value of an
//! implementation is the proof that the processor has what it takes, so that
//! everything outside this module stays safe; gathers clamp their places, so
//! that nothing outside a slice can be read, whatever the data says.

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "vector instructions and gathers; what they buy: docs/THUMBNAILS.md"
)]
#[expect(clippy::inline_always, reason = "so that all is compiled for the one processor")]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "vector instructions and gathers; what they buy: docs/THUMBNAILS.md"
)]
#[expect(clippy::inline_always, reason = "so that all is compiled for the one processor")]
mod avx512;
#[expect(clippy::inline_always, reason = "so that all is compiled for the one processor")]
#[expect(clippy::needless_bitwise_bool, reason = "without a branch for each lane")]
mod portable;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
pub(crate) use portable::Portable;

/// The most lanes of any implementation. Arrays have as many, of which an
/// implementation uses the first [`Simd::LANES`].
pub(crate) const MOST_LANES: usize = 16;

/// One number for each lane.
pub(crate) type Lanes = [u32; MOST_LANES];

/// Operations on a number in each lane, and on a yes or no in each.
pub(crate) trait Simd: Copy {
    /// How many lanes work side by side.
    const LANES: usize;
    type Numbers: Copy;
    type Mask: Copy;
    /// Eight numbers to pick from.
    type Eight: Copy;

    /// Runs `work` compiled for this processor.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;

    fn splat(self, number: u32) -> Self::Numbers;
    fn load(self, numbers: &Lanes) -> Self::Numbers;
    fn store(self, numbers: Self::Numbers, into: &mut Lanes);
    fn eight(self, numbers: [u32; 8]) -> Self::Eight;

    /// Wraps around.
    fn add(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    /// Wraps around.
    fn sub(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    fn and(self, a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    fn shift_right<const BITS: u32>(self, a: Self::Numbers) -> Self::Numbers;
    /// Each lane by its own number of bits; by 32 all are shifted out.
    fn shift_right_by(self, a: Self::Numbers, bits: Self::Numbers) -> Self::Numbers;
    /// By less than 32 bits, for each lane its own number of them.
    fn shift_left(self, a: Self::Numbers, bits: Self::Numbers) -> Self::Numbers;

    /// The 32 bits, most significant byte first, that start at byte `at`; of the
    /// last four bytes where that lies behind them. There are four bytes or more.
    fn gather_bytes(self, bytes: &[u8], at: Self::Numbers) -> Self::Numbers;
    /// The entries at these indices; the last but one where an index lies
    /// behind it. There are two entries or more.
    fn gather_entries(self, table: &[u16], at: Self::Numbers) -> Self::Numbers;
    /// Of eight numbers those that the lowest three bits of `idx` say.
    fn pick(self, of_eight: Self::Eight, idx: Self::Numbers) -> Self::Numbers;

    /// Compared as signed numbers.
    fn greater(self, a: Self::Numbers, b: Self::Numbers) -> Self::Mask;
    /// Whether all bits of `bits` are set.
    fn has(self, a: Self::Numbers, bits: Self::Numbers) -> Self::Mask;
    fn negative(self, a: Self::Numbers) -> Self::Mask;
    fn both(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn either(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// `a` where not `b`.
    fn without(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// A bit for each lane.
    fn bits(self, mask: Self::Mask) -> u32;
    fn select(self, mask: Self::Mask, yes: Self::Numbers, no: Self::Numbers) -> Self::Numbers;

    /// Writes the numbers of the lanes in `mask` one behind the other, and
    /// returns how many; what lies behind them, up to [`Simd::LANES`], is lost.
    fn compress(self, mask: Self::Mask, numbers: Self::Numbers, into: &mut Lanes) -> usize;
}

/// The last place at which `n_read` items can be read, as gathers count.
#[cfg(target_arch = "x86_64")]
#[expect(clippy::inline_always, reason = "so that all is compiled for the one processor")]
#[inline(always)]
fn last_place(len: usize, n_read: usize) -> i32 {
    let last = len.checked_sub(n_read).expect("there are as many");
    i32::try_from(last).expect("scans and tables are shorter")
}
