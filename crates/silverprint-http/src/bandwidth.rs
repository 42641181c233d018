//! At most so many bytes a second, over all hosts together.

use std::num::NonZeroU64;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// What may be read at once after nothing was read for a while: a tenth of a
/// second's worth, so that a line which others use too is never filled.
const BURST: Duration = Duration::from_millis(100);

/// Bytes as spans of one line in time: each chunk that was read takes the next
/// span, and its reader waits until that is over. What the system's own buffers
/// take in ahead of us is not seen here.
#[derive(Debug)]
pub(crate) struct Bandwidth {
    per_second: Option<NonZeroU64>,
    /// When the last span is over.
    taken_until: Mutex<Option<Instant>>,
}

impl Bandwidth {
    pub(crate) fn new(per_second: Option<u64>) -> Self {
        let per_second = per_second.and_then(NonZeroU64::new);
        Self { per_second, taken_until: Mutex::new(None) }
    }

    /// Pays for so many bytes that were read; waits as long as they take.
    pub(crate) async fn pay(&self, bytes: usize) {
        let Some(per_second) = self.per_second else { return };
        let until = {
            let mut taken_until = self.taken_until.lock().expect("no panic while held");
            let now = Instant::now();
            let saved = now.checked_sub(BURST).unwrap_or(now);
            let from = taken_until.map_or(saved, |taken| taken.max(saved));
            *taken_until.insert(from + span(bytes, per_second))
        };
        sleep_until(until).await;
    }
}

fn span(bytes: usize, per_second: NonZeroU64) -> Duration {
    let nanos = bytes as u128 * 1_000_000_000 / u128::from(per_second.get());
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX / 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::task::JoinSet;

    /// Reads of 10 kB on so many connections, as they are paid for: when, in
    /// milliseconds from the start.
    async fn paid(connections: usize, reads: usize, per_second: Option<u64>) -> Vec<u128> {
        let bandwidth = Arc::new(Bandwidth::new(per_second));
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            let bandwidth = Arc::clone(&bandwidth);
            tasks.spawn(async move {
                let mut at = Vec::new();
                for _ in 0..reads {
                    bandwidth.pay(10_000).await;
                    at.push(start.elapsed().as_millis());
                }
                at
            });
        }
        let mut all: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        all.sort_unstable();
        all
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_holds_in_every_second_however_many_connections_there_are() {
        for connections in [1, 24] {
            let at = paid(connections, 240 / connections, Some(100_000)).await;
            assert_eq!(at.len(), 240);
            // 2.4 MB at 100 kB/s.
            let last = *at.last().unwrap();
            assert!((23_000..=24_100).contains(&last), "{last}");
            for window in (0..last).step_by(250) {
                let bytes = at.iter().filter(|at| (window..window + 1000).contains(at)).count();
                // A tenth of a second's worth at the start, and one read at the rim.
                assert!(bytes * 10_000 <= 120_000, "{bytes} reads from {window} on");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_saved_up_than_a_tenth_of_a_second() {
        let bandwidth = Bandwidth::new(Some(100_000));
        bandwidth.pay(10_000).await;
        tokio::time::sleep(Duration::from_hours(1)).await;
        let start = Instant::now();
        bandwidth.pay(100_000).await;
        assert_eq!(start.elapsed().as_millis(), 900);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nobody_waits() {
        assert!(paid(24, 10, None).await.into_iter().all(|at| at == 0));
    }
}
