//! One host's gate.
//!
//! ```text
//! Open ─refused, or its retries used up─→ Paused ─over─→ Probed ─answers─→ Open
//!                                            ↑              │
//!                                            └──refuses─────┘
//! ```
//!
//! A pause costs nobody an attempt. When it is over one request goes ahead of
//! all; only when the host answers that do the others follow. A host that has
//! not given one good answer for too long is given up: who comes during a pause
//! is turned away then, and a single one still looks after each pause whether
//! it is back.

mod permit;
mod state;

use crate::pace::Pace;
use crate::policy::{Policy, Stall};
pub(crate) use permit::Permit;
use silverprint_core::{Gate, Reporter, Waiting};
use state::{Door, State};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout_at};
use tracing::{debug, trace};

/// A host's gate. Requests pass it in this order: permit, pause, pace.
#[derive(Debug)]
pub(crate) struct Host {
    name: String,
    pace: Pace,
    /// As many places as the level allows. First come, first served; who is
    /// cancelled while waiting loses no place.
    places: Arc<Semaphore>,
    /// Requests that wait here.
    n_waiting: AtomicUsize,
    /// Whoever waits for a pause to end looks again.
    changed: Notify,
    /// A `std` mutex: nothing is awaited while it is held.
    state: Mutex<State>,
}

/// The host is given up, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenUp(pub(crate) String);

impl Host {
    pub(crate) fn new(name: String, policy: &Policy) -> Self {
        let state = State::new(policy);
        Self {
            name,
            pace: Pace::new(policy.rate),
            places: Arc::new(Semaphore::new(state.n_places)),
            n_waiting: AtomicUsize::new(0),
            changed: Notify::new(),
            state: Mutex::new(state),
        }
    }

    /// Waits until one more request may be sent.
    pub(crate) async fn admit(self: &Arc<Self>) -> Result<Permit, GivenUp> {
        let _waiting = Waits::at(&self.n_waiting);
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("a gate is never closed");
        loop {
            let pauses = self.open_door().await?;
            let learned = self.lock().rate.per_second(Instant::now());
            self.pace.slot(learned).await;
            let mut state = self.lock();
            // While this one waited for its slot, another may have been refused.
            if state.pauses == pauses {
                state.begin(Instant::now());
                return Ok(Permit::new(Arc::clone(self), place, pauses));
            }
        }
    }

    /// Waits until the host is not paused, and somebody was answered since; says
    /// how often it was paused.
    async fn open_door(&self) -> Result<u64, GivenUp> {
        loop {
            let changed = self.changed.notified();
            let door = self.lock().door(Instant::now());
            match door {
                Door::Open { pauses } => return Ok(pauses),
                Door::Shut { until } => {
                    // Whichever comes first: then it is looked at again.
                    let _ = timeout_at(until, changed).await;
                }
                Door::Closed { verdict } => return Err(GivenUp(verdict)),
            }
        }
    }

    /// Its name, with the port where it has one of its own.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many good answers the host gave so far.
    pub(crate) fn n_good(&self) -> u64 {
        self.lock().n_good
    }

    /// How long no connection to the host has come about.
    pub(crate) fn unreachable_for(&self) -> Duration {
        self.lock().unreachable_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// What is left of its pause.
    pub(crate) fn pause_left(&self) -> Duration {
        let until = self.lock().not_before;
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Its pause, as much as is left of it.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        let pause = self.pause_left();
        let reason = || self.lock().why_paused.clone();
        (!pause.is_zero()).then(|| Waiting { host: self.name.clone(), reason: reason(), pause })
    }

    /// What can be seen of it from outside.
    pub(crate) fn gate(&self) -> Gate<'_> {
        let waiting = self.n_waiting.load(Ordering::Relaxed);
        let (now, state) = (Instant::now(), self.lock());
        let is_limit = waiting > 0
            && (state.is_shut(now) || self.pace.is_behind(now) || state.level.is_at_ceiling());
        Gate { host: &self.name, under_way: state.under_way, waiting, is_limit }
    }

    /// When one of its connections counts as dead. A first attempt goes by what
    /// the host usually takes; those after it have all the time there is.
    pub(crate) fn stall(&self, longest: Stall, attempt: u32) -> Stall {
        match self.lock().usual.silence() {
            Some(silence) if attempt == 1 => Stall { over: silence.min(longest.over), ..longest },
            _ => longest,
        }
    }

    /// A good answer took so long.
    pub(crate) fn took(&self, time: Duration) {
        self.lock().usual.took(time);
    }

    /// Why it is given up, if it is.
    pub(crate) fn verdict(&self) -> Option<String> {
        self.lock().verdict.clone()
    }

    /// Whether there is enough left for a retry.
    pub(crate) fn has_budget(&self) -> bool {
        self.lock().has_budget()
    }

    /// Pays for one retry, if there is enough left.
    pub(crate) fn pay_for_retry(&self) -> bool {
        self.lock().pay_for_retry()
    }

    /// Waits for a retry instead of paying for it: all wait, since a host that
    /// fails so often is not helped by more requests. It is paused longer and
    /// longer, until it gives a good answer.
    pub(crate) fn wait_for_retry(&self, reason: &str, reporter: &dyn Reporter) {
        let reason = format!("{reason}, and no retries left");
        let paused = self.lock().pause_itself(Instant::now(), &self.name, &reason);
        if let Some(pause) = paused {
            self.tell(reason, pause, reporter);
        }
    }

    /// An address was refused again while others were served: no limit is behind
    /// that, and a rate that was learned from it is worth nothing.
    pub(crate) fn clear_of_limits(&self) {
        self.lock().rate.forget();
    }

    /// An answer was good in every way: it pays for retries to come, and ends
    /// what was held against the host.
    pub(crate) fn credit(&self) {
        self.lock().credit();
    }

    fn tell(&self, reason: String, pause: Duration, reporter: &dyn Reporter) {
        debug!(host = self.name, reason, ?pause, "paused");
        self.lock().why_paused.clone_from(&reason);
        self.changed.notify_waiters();
        reporter.waiting(&Waiting { host: self.name.clone(), reason, pause });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }

    /// Makes places, or takes free ones away, until there are as many as the
    /// level allows. Places that are taken go when their requests end.
    fn fit(&self, state: &mut State) {
        let limit = state.level.limit();
        if limit != state.n_places {
            trace!(host = self.name, from = state.n_places, to = limit, "places");
        }
        if state.n_places < limit {
            self.places.add_permits(limit - state.n_places);
            state.n_places = limit;
        } else {
            state.n_places -= self.places.forget_permits(state.n_places - limit);
        }
    }
}

/// One that waits, be it until it passes or until it is cancelled.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn at(number: &'a AtomicUsize) -> Self {
        number.fetch_add(1, Ordering::Relaxed);
        Self(number)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
