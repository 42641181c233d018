//! Each request takes the next free slot in time: at most as many a second as
//! the user set, and as the host was found to take.

use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Slots at even distances. No burst is saved up: the limit is the host's
/// comfort, not an average.
#[derive(Debug)]
pub(crate) struct Pace {
    per_second: Option<f64>,
    slots: Mutex<Slots>,
}

/// The last slot that was given, and the first that is free.
#[derive(Debug, Default)]
struct Slots {
    last: Option<Instant>,
    next: Option<Instant>,
}

impl Pace {
    /// With the user's own limit, if there is one.
    pub(crate) fn new(per_second: Option<f64>) -> Self {
        Self { per_second, slots: Mutex::default() }
    }

    /// Waits for the next slot; `learned` is the host's limit, where one is known.
    pub(crate) async fn slot(&self, learned: Option<f64>) {
        let limits = [self.per_second, learned].into_iter().flatten();
        let Some(per_second) = limits.reduce(f64::min) else { return };
        let distance = Duration::from_secs_f64(1.0 / per_second.max(0.001));
        let slot = {
            let mut slots = self.slots.lock().expect("no panic while held");
            let now = Instant::now();
            let slot = slots.next.map_or(now, |next| next.max(now));
            *slots = Slots { last: Some(slot), next: Some(slot + distance) };
            slot
        };
        tokio::time::sleep_until(slot).await;
    }

    /// Whether somebody waits for a slot.
    pub(crate) fn is_behind(&self, now: Instant) -> bool {
        self.slots.lock().expect("no panic while held").last.is_some_and(|last| last > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[tokio::test(start_paused = true)]
    async fn it_is_behind_while_somebody_waits_for_a_slot() {
        let pace = Pace::new(Some(10.0));
        assert!(!pace.is_behind(Instant::now()));
        pace.slot(None).await;
        assert!(!pace.is_behind(Instant::now()), "nobody waits for the next one yet");
        let slot = pace.slot(None);
        tokio::pin!(slot);
        assert!(slot.as_mut().now_or_never().is_none());
        assert!(pace.is_behind(Instant::now()));
        slot.await;
        assert!(!pace.is_behind(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn slots_come_at_even_distances_by_the_lower_of_both_limits() {
        for (users, learned, takes) in [
            (Some(10.0), None, 2000),
            (None, Some(10.0), 2000),
            (Some(10.0), Some(20.0), 2000),
            (Some(10.0), Some(5.0), 4000),
            (None, None, 0),
        ] {
            let pace = Pace::new(users);
            let start = Instant::now();
            for _ in 0..21 {
                pace.slot(learned).await;
            }
            assert_eq!(start.elapsed().as_millis(), takes, "{users:?} {learned:?}");
        }
    }
}
