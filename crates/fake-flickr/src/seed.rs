//! Chance that can be repeated: hashes of the seed and a name, and dice rolled from them.
//!
//! Nothing here reads a clock or the system's randomness: the same seed makes the same stream.

/// One round of splitmix64: every bit of the input touches every bit of the output.
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A hash of two numbers, where the order counts.
pub(crate) const fn join(a: u64, b: u64) -> u64 {
    mix(mix(a) ^ b)
}

/// What dice with this seed roll at the nth time, counted from 0.
pub(crate) const fn nth(seed: u64, n: u64) -> u64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    mix(mix(seed).wrapping_add(n.wrapping_add(1).wrapping_mul(STEP)))
}

/// The fraction in `[0, 1)` that a hash stands for.
pub(crate) fn fraction(hash: u64) -> f64 {
    // 53 bits fill a mantissa, so that no hash rounds up to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact in an f64")]
    let high = (hash >> 11) as f64;
    high / 9_007_199_254_740_992.0
}

/// Dice that roll the same for the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number in `[0, 1)`.
    #[expect(clippy::cast_possible_truncation, reason = "a coarser fraction is still a fraction")]
    pub(crate) fn unit(&mut self) -> f32 {
        (fraction(self.roll()) as f32).min(0.999_999)
    }

    /// A number in `[low, high)`.
    pub(crate) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n`; 0 for `n` of 0.
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is below a usize")]
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.roll() % n.max(1) as u64) as usize
    }

    /// True as often as `share` says.
    pub(crate) fn chance(&mut self, share: f32) -> bool {
        self.unit() < share
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_repeat_and_stay_in_range() {
        let rolls = |seed| {
            let mut dice = Dice::new(seed);
            (0..100).map(|_| dice.unit()).collect::<Vec<_>>()
        };
        assert_eq!(rolls(7), rolls(7));
        assert_ne!(rolls(7), rolls(8));
        assert!(rolls(7).iter().all(|unit| (0.0..1.0).contains(unit)));
    }

    #[test]
    fn fractions_are_even() {
        let below = (0..10_000).filter(|&i| fraction(join(1, i)) < 0.1).count();
        assert!((900..1100).contains(&below), "{below}");
    }
}
