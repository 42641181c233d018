//! At most so many requests a second: each takes the next free slot in time.

use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Slots at even distances. No burst is saved up: the limit is the host's
/// comfort, not an average.
#[derive(Debug)]
pub(crate) struct Pace {
    distance: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn new(per_second: Option<f64>) -> Self {
        let distance = per_second.map(|rate| Duration::from_secs_f64(1.0 / rate.max(0.001)));
        Self { distance, next: Mutex::new(None) }
    }

    /// Waits for the next slot.
    pub(crate) async fn slot(&self) {
        let Some(distance) = self.distance else { return };
        let slot = {
            let mut next = self.next.lock().expect("no panic while held");
            let now = Instant::now();
            let slot = next.map_or(now, |next| next.max(now));
            *next = Some(slot + distance);
            slot
        };
        tokio::time::sleep_until(slot).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn slots_come_at_even_distances() {
        let pace = Pace::new(Some(10.0));
        let start = Instant::now();
        for _ in 0..21 {
            pace.slot().await;
        }
        assert_eq!(start.elapsed().as_millis(), 2000);
    }
}
