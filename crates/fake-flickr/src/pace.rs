//! How fast the wire is, how many requests a second are let in, and when storms blow.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::fault::RetryAfter;

/// What a line that waited may catch up, as if a switch's buffer held it: clocks wake by
/// milliseconds, and without this a fast line would never be full.
const SLACK: Duration = Duration::from_millis(4);

/// The speed of the wire, for all connections and for each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire {
    overall: Option<Arc<Pacer>>,
    each: Option<u64>,
}

impl Wire {
    pub(crate) fn new(overall: Option<u64>, each: Option<u64>) -> Self {
        Self { overall: overall.map(|speed| Arc::new(Pacer::new(speed))), each }
    }

    pub(crate) fn is_throttled(&self) -> bool {
        self.overall.is_some() || self.each.is_some()
    }

    /// One connection's share of it, for one answer.
    pub(crate) fn connection(&self) -> Connection<'_> {
        Connection { overall: self.overall.as_deref(), each: self.each.map(Pacer::new) }
    }
}

/// The wire as one answer sees it.
pub(crate) struct Connection<'a> {
    overall: Option<&'a Pacer>,
    each: Option<Pacer>,
}

impl Connection<'_> {
    /// Waits until these bytes may go.
    pub(crate) async fn wait(&mut self, bytes: usize) {
        let pacers = [self.overall, self.each.as_ref()].into_iter().flatten();
        // The slower of the two decides; waiting for both in turn would add them up.
        if let Some(at) = pacers.map(|pacer| pacer.book(bytes as u64)).max() {
            tokio::time::sleep_until(at).await;
        }
    }
}

/// A line on which bytes are booked one after another.
#[derive(Debug)]
struct Pacer {
    bytes_per_second: u64,
    free_at: Mutex<Option<Instant>>,
}

impl Pacer {
    fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: bytes_per_second.max(1), free_at: Mutex::new(None) }
    }

    /// Books the line for so many bytes; returns when the last of them has gone.
    fn book(&self, bytes: u64) -> Instant {
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let from = free_at.map_or(now, |free| free.max(now.checked_sub(SLACK).unwrap_or(now)));
        let takes =
            Duration::from_nanos(bytes.saturating_mul(1_000_000_000) / self.bytes_per_second);
        *free_at.insert(from + takes)
    }
}

/// The image hosts' limits, of which nobody is told.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    cap: Option<Cap>,
    storm: Option<(Instant, RetryAfter)>,
}

#[derive(Debug)]
struct Cap {
    per_second: f64,
    tokens: f64,
    at: Instant,
    after: RetryAfter,
}

impl Limits {
    /// Lets so many requests a second in; `None` lets all in.
    pub(crate) fn cap(&self, per_second: Option<u32>, after: RetryAfter) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.cap = per_second.map(|per_second| {
            let per_second = f64::from(per_second);
            // A tenth of a second's worth may come at once.
            Cap { per_second, tokens: (per_second / 10.0).max(1.0), at: Instant::now(), after }
        });
    }

    /// Lets nothing in for a while.
    pub(crate) fn storm(&self, lasts: Duration, after: RetryAfter) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.storm = Some((Instant::now() + lasts, after));
    }

    /// Whether a request is refused, and with which words.
    pub(crate) fn refuses(&self) -> Option<RetryAfter> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.storm.is_none() && state.cap.is_none() {
            return None;
        }
        let now = Instant::now();
        if let Some((until, after)) = state.storm {
            if now < until {
                return Some(after);
            }
            state.storm = None;
        }
        let cap = state.cap.as_mut()?;
        let earned = now.duration_since(cap.at).as_secs_f64() * cap.per_second;
        cap.tokens = (cap.tokens + earned).min((cap.per_second / 10.0).max(1.0));
        cap.at = now;
        if cap.tokens < 1.0 {
            return Some(cap.after);
        }
        cap.tokens -= 1.0;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_cap_lets_its_rate_in() {
        let limits = Limits::default();
        limits.cap(Some(50), RetryAfter::Unsaid);
        let mut let_in = 0;
        for _ in 0..2000 {
            let_in += u32::from(limits.refuses().is_none());
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert!((100..=106).contains(&let_in), "{let_in}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_ends() {
        let limits = Limits::default();
        limits.storm(Duration::from_secs(2), RetryAfter::Seconds(2));
        assert_eq!(limits.refuses(), Some(RetryAfter::Seconds(2)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(limits.refuses(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fast_wire_is_full_although_clocks_are_coarse() {
        let wire = Wire::new(Some(125_000_000), None);
        let before = Instant::now();
        let mut connection = wire.connection();
        for _ in 0..1000 {
            connection.wait(12_500).await;
            // Whoever sleeps wakes late.
            tokio::time::advance(Duration::from_micros(90)).await;
        }
        let took = before.elapsed();
        assert!((95..=105).contains(&took.as_millis()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_used_is_not_saved_up() {
        let wire = Wire::new(Some(1_000_000), None);
        let mut connection = wire.connection();
        connection.wait(1000).await;
        tokio::time::advance(Duration::from_secs(10)).await;
        let before = Instant::now();
        connection.wait(1_000_000).await;
        let took = before.elapsed();
        assert!((995..=1001).contains(&took.as_millis()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wire_takes_its_time() {
        let wire = Wire::new(Some(1000), Some(2000));
        let before = Instant::now();
        let mut connection = wire.connection();
        for _ in 0..4 {
            connection.wait(500).await;
        }
        let took = before.elapsed();
        assert!((2000..=2010).contains(&took.as_millis()), "{took:?}");
    }
}
