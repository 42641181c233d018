//! How much of the cores the process uses, where the system tells.

use std::time::{Duration, Instant};

/// A share is taken over so long: the system adds up all threads for it.
const EVERY: Duration = Duration::from_millis(100);
/// Whoever uses so much of the cores uses all of them: the rest is the
/// system's, and what is lost between two threads.
const ALL: f64 = 0.9;

/// The time that all threads of the process were on a core so far.
#[cfg(unix)]
pub(super) fn cpu() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ProcessCPUTime).try_into().ok()
}

/// The time that this thread was on a core so far.
#[cfg(unix)]
pub(crate) fn of_thread() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().ok()
}

/// Elsewhere nothing is known without unsafe calls.
#[cfg(not(unix))]
pub(crate) fn of_thread() -> Option<Duration> {
    None
}

/// Elsewhere nothing is known without unsafe calls.
#[cfg(not(unix))]
pub(super) fn cpu() -> Option<Duration> {
    None
}

/// How many cores were used of late.
#[derive(Debug)]
pub(super) struct Share {
    since: Instant,
    used: Option<Duration>,
    cores: f64,
}

impl Share {
    pub(super) fn new(since: Instant, used: Option<Duration>) -> Self {
        Self { since, used, cores: 0.0 }
    }

    /// Takes it anew, if it is time.
    pub(super) fn look(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.since);
        if elapsed < EVERY {
            return;
        }
        let used = cpu();
        if let (Some(before), Some(after)) = (self.used, used) {
            self.cores = after.saturating_sub(before).as_secs_f64() / elapsed.as_secs_f64();
        }
        (self.since, self.used) = (now, used);
    }

    /// Whether that is nearly all of so many.
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many cores")]
    pub(super) fn of(&self, cores: usize) -> bool {
        self.cores >= cores as f64 * ALL
    }
}
