//! Where the time of a run went: numbers only, taken by whoever ran it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run waits for at a moment: more of it, and of nothing else, would make
/// the run faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The next page of the listing.
    Listing,
    /// Answers and bytes that are under way.
    Wire,
    /// A host's gate, which lets no more in: paused, paced, or all the
    /// connections taken that may ever be opened.
    Limit,
    /// A core that is free.
    Cores,
    /// The disk, and the catalogue on it.
    Disk,
}

/// The times of one run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// Seconds by what bounded the run; together they are all of it.
    pub bound: BTreeMap<Bound, f64>,
    /// Photos a second that were fetched and kept.
    pub photos_a_second: f64,
    /// Bytes of pictures a second that came over the wire.
    pub bytes_a_second: f64,
    /// Seconds of cores that the process used, where the system tells.
    pub cpu_seconds: Option<f64>,
    /// How many cores that kept busy, on average.
    pub cores: Option<f64>,
    /// Seconds that the same work takes where each photo begins only when the
    /// one before is done: an estimate from what was measured. None where
    /// nothing was fetched.
    pub one_after_the_other: Option<f64>,
    /// How late a heartbeat on the event loop came, in milliseconds: all but one
    /// in a thousand came no later.
    pub heartbeat_p999_ms: f64,
}

impl Timing {
    /// What bounded most of the run, with its share of it.
    pub fn mostly(&self) -> Option<(Bound, f64)> {
        self.shares().next()
    }

    /// What bounded the run, the largest share first.
    pub fn shares(&self) -> impl Iterator<Item = (Bound, f64)> {
        let all: f64 = self.bound.values().sum();
        let mut shares: Vec<_> = self.bound.iter().map(|(bound, it)| (*bound, it / all)).collect();
        shares.retain(|(_, share)| *share > 0.0);
        shares.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        shares.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_share_comes_first() {
        let bound = [(Bound::Wire, 1.0), (Bound::Limit, 3.0), (Bound::Disk, 0.0)].into();
        let timing = Timing { bound, ..Timing::default() };
        assert_eq!(timing.mostly(), Some((Bound::Limit, 0.75)));
        assert_eq!(timing.shares().last(), Some((Bound::Wire, 0.25)));
        assert_eq!(Timing::default().mostly(), None);
    }
}
