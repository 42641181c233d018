//! How long commits take, the last ones: memory that does not grow.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Commits that are remembered: a minute of a run that is busy all the time.
const REMEMBERED: usize = 256;

/// What the last commits took. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Commits(Arc<Mutex<VecDeque<Duration>>>);

impl Commits {
    pub(crate) fn took(&self, time: Duration) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == REMEMBERED {
            last.pop_front();
        }
        last.push_back(time);
    }

    /// What a quick one takes, an eighth of them no longer: the others met a
    /// disk that had other things to do. Of few it is the quickest.
    pub(crate) fn quick(&self) -> Option<Duration> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut times: Vec<_> = last.iter().copied().collect();
        times.sort_unstable();
        times.get(times.len() / 8).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eighth_was_no_slower_and_old_ones_are_forgotten() {
        let commits = Commits::default();
        assert_eq!(commits.quick(), None);
        for milliseconds in 1..=8 {
            commits.took(Duration::from_millis(milliseconds));
        }
        assert_eq!(commits.quick(), Some(Duration::from_millis(2)));
        for _ in 0..REMEMBERED {
            commits.took(Duration::from_secs(1));
        }
        assert_eq!(commits.quick(), Some(Duration::from_secs(1)));
    }
}
