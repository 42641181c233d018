//! How long to wait: jittered doubling, and `Retry-After` in both forms.

use crate::policy::Backoff;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// A host that asks for more is asked again after this anyway.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

impl Backoff {
    /// The wait after the `failures`th failure in a row, counted from 1.
    pub(crate) fn delay(&self, failures: u32) -> Duration {
        self.ceiling(failures).mul_f64(fastrand::f64())
    }

    fn ceiling(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}

/// The time of day when it was made, carried on by the clock that nobody sets:
/// what is done to the machine's clock in a run changes no wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    began: SystemTime,
    since: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { began: SystemTime::now(), since: Instant::now() }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.began + self.since.elapsed()
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date, which is turned into a span
/// at once, so that a clock set later changes nothing.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let asked = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(asked.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_never_exceed_it() {
        let backoff = Backoff::default();
        let ceilings: Vec<_> = (1..=9).map(|n| backoff.ceiling(n).as_millis()).collect();
        assert_eq!(ceilings, [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
        for failures in 0..100 {
            assert!(backoff.delay(failures) <= backoff.longest);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_day_goes_on_by_itself() {
        let clock = Clock::new();
        let began = clock.now();
        tokio::time::advance(Duration::from_hours(7)).await;
        assert_eq!(clock.now().duration_since(began).unwrap(), Duration::from_hours(7));
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_bounded() {
        let now = httpdate::parse_http_date("Mon, 23 Nov 2026 12:00:00 GMT").unwrap();
        let check = |value: &str, expected: Option<u64>| {
            assert_eq!(retry_after(value, now), expected.map(Duration::from_secs), "{value:?}");
        };
        check("7", Some(7));
        check(" 0 ", Some(0));
        check("Mon, 23 Nov 2026 12:00:30 GMT", Some(30));
        check("Mon, 23 Nov 2026 11:00:00 GMT", Some(0));
        check("999999", Some(3600));
        check("Tue, 24 Nov 2026 12:00:00 GMT", Some(3600));
        check("soon", None);
        check("-1", None);
    }
}
