//! What pictures take on a core that does nothing else.
//!
//! Two threads of one core, or two cores of one memory, slow each other down:
//! what a picture took beside others is more than it takes alone. So of pictures
//! of about one size the quicker ones count, which met the quietest core; sizes
//! apart, since a small picture takes more for its bytes than a large one.

use super::histogram::Histogram;
use super::waits::{MIB, TENTH, float};
use std::collections::BTreeMap;
use std::time::Duration;

/// What pictures took, by the power of two of their bytes.
#[derive(Debug, Default)]
pub(crate) struct Effort(BTreeMap<u32, Size>);

/// Pictures of about one size.
#[derive(Debug)]
struct Size {
    /// What a MiB took, picture by picture.
    mib: Histogram,
    bytes: u64,
}

impl Effort {
    /// A picture of so many bytes took so long on its core.
    pub(crate) fn add(&mut self, bytes: u64, took: Duration) {
        let bytes = bytes.max(1);
        let size = || Size { mib: Histogram::new(), bytes: 0 };
        let size = self.0.entry(bytes.ilog2()).or_insert_with(size);
        size.mib.add(took.mul_f64(MIB / float(bytes)));
        size.bytes += bytes;
    }

    /// What all of them take by themselves, one after the other.
    pub(crate) fn alone(&self) -> Duration {
        let of = |size: &Size| size.mib.quantile(TENTH).mul_f64(float(size.bytes) / MIB);
        self.0.values().map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quicker_of_each_size_count() {
        let mut effort = Effort::default();
        assert_eq!(effort.alone(), Duration::ZERO);
        for n in 0..100 {
            // Most met a busy core. The small ones take more for their bytes.
            let busy = if n % 5 == 0 { 1 } else { 2 };
            effort.add(1 << 20, Duration::from_millis(10 * busy));
            effort.add(1 << 10, Duration::from_millis(busy));
        }
        let alone = effort.alone().as_secs_f64();
        assert!((alone / 1.1 - 1.0).abs() < 0.02, "{alone}");
        effort.add(0, Duration::ZERO);
    }
}
