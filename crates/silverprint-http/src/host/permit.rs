//! The right to have one request under way, and how it ended.

use super::Host;
use crate::trouble::Refusal;
use silverprint_core::Reporter;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

/// The right to have one request under way; handed on when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    host: Arc<Host>,
    place: Option<OwnedSemaphorePermit>,
    /// How often the host had been paused when the request was sent.
    pauses: u64,
}

impl Permit {
    pub(super) fn new(host: Arc<Host>, place: OwnedSemaphorePermit, pauses: u64) -> Self {
        Self { host, place: Some(place), pauses }
    }

    /// There is a host, whatever it says.
    pub(crate) fn reached(&self) {
        self.host.lock().unreachable_since = None;
    }

    /// The host answers, and does not refuse: after a pause, the others follow.
    /// The body need not be waited for; it may be a slow one.
    pub(crate) fn answered(&self) {
        if self.host.lock().answered(self.pauses) {
            self.host.changed.notify_waiters();
        }
    }

    /// The request ended well.
    pub(crate) fn succeeded(self, bytes: u64) {
        self.answered();
        let mut state = self.host.lock();
        if state.succeeded(Instant::now(), bytes, self.pauses) {
            self.host.changed.notify_waiters();
        }
        self.host.fit(&mut state);
    }

    /// The host refused, or cannot be reached: the whole host is paused. Of
    /// those that were under way together only the first counts.
    pub(crate) fn refused(
        self,
        (why, reason): (Refusal, &str),
        asked: Option<Duration>,
        reporter: &dyn Reporter,
    ) {
        let pause = {
            let mut state = self.host.lock();
            let now = Instant::now();
            let pause = state.refused(now, self.pauses, (why, asked), (self.host.name(), reason));
            self.host.fit(&mut state);
            pause
        };
        if let Some(pause) = pause {
            self.host.tell(reason.to_owned(), pause, reporter);
        }
    }
}

impl Drop for Permit {
    /// The request ended, well or not: its place goes to the next, or away
    /// where there are too many.
    fn drop(&mut self) {
        let mut state = self.host.lock();
        if state.ended(Instant::now(), self.pauses) {
            self.host.changed.notify_waiters();
        }
        if state.n_places > state.level.limit() {
            state.n_places -= 1;
            self.place.take().expect("it is taken here only").forget();
        }
    }
}
