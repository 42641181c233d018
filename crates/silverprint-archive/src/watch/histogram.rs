//! Durations, counted: memory that does not grow, and quantiles to 2 %.

use std::time::Duration;

/// Steps between a duration and its double.
const STEPS: u32 = 32;
/// Doublings of a microsecond: up to 19 hours.
const DOUBLINGS: u32 = 36;
const BUCKETS: usize = (STEPS * DOUBLINGS) as usize;

/// How often durations occurred.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Box<[u32; BUCKETS]>,
    total: u64,
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self { counts: Box::new([0; BUCKETS]), total: 0 }
    }

    pub(super) fn add(&mut self, duration: Duration) {
        self.counts[bucket(duration)] += 1;
        self.total += 1;
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.total
    }

    /// The duration that such a share of all does not exceed; none is zero.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number that is far below 2^52"
    )]
    pub(super) fn quantile(&self, share: f64) -> Duration {
        let rank = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut passed = 0;
        let reached = self.counts.iter().position(|count| {
            passed += u64::from(*count);
            passed >= rank
        });
        reached.map_or(Duration::ZERO, middle)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is cut to what there is"
)]
fn bucket(duration: Duration) -> usize {
    let doublings = (duration.as_secs_f64() * 1e6).max(1.0).log2();
    ((doublings * f64::from(STEPS)) as usize).min(BUCKETS - 1)
}

#[expect(clippy::cast_precision_loss, reason = "there are a thousand of them")]
fn middle(bucket: usize) -> Duration {
    if bucket == 0 {
        return Duration::ZERO;
    }
    let microseconds = ((bucket as f64 + 0.5) / f64::from(STEPS)).exp2();
    Duration::from_secs_f64(microseconds / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_two_percent() {
        let mut histogram = Histogram::new();
        assert_eq!(histogram.quantile(0.5), Duration::ZERO);
        for milliseconds in 1..=1000 {
            histogram.add(Duration::from_millis(milliseconds));
        }
        for (share, expected) in [(0.001, 1.0), (0.05, 50.0), (0.5, 500.0), (0.999, 999.0)] {
            let found = histogram.quantile(share).as_secs_f64() * 1e3;
            assert!((found / expected - 1.0).abs() < 0.02, "{share}: {found}");
        }
        let mut extremes = Histogram::new();
        extremes.add(Duration::ZERO);
        assert_eq!(extremes.quantile(1.0), Duration::ZERO);
        extremes.add(Duration::MAX);
        assert!(extremes.quantile(1.0) > Duration::from_hours(10));
        assert_eq!(extremes.len(), 2);
    }
}
