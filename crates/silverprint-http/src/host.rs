//! One host's gate.

use crate::level::Level;
use crate::pace::Pace;
use crate::policy::{Backoff, Policy};
use silverprint_core::{Reporter, Waiting};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// The retry budget, after the AWS SDKs' own: the bucket is full at first, a
/// retry costs five, a success brings one back.
const BUDGET: u32 = 500;
const RETRY_COST: u32 = 5;

/// A host's gate. Requests pass it in this order: permit, pause, pace.
#[derive(Debug)]
pub(crate) struct Host {
    name: String,
    backoff: Backoff,
    pace: Pace,
    /// A `std` mutex: nothing is awaited while it is held.
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    level: Level,
    under_way: usize,
    /// Who waits for a permit, first come first served. Bounded by the number
    /// of tasks that ask, which the pipeline bounds.
    queue: VecDeque<oneshot::Sender<Permit>>,
    /// Nothing is sent before.
    not_before: Option<Instant>,
    /// Refusals in a row; a success ends the row.
    refusals: u32,
    /// When the last good answer came, or the first request went.
    good: Option<Instant>,
    n_good: u64,
    budget: u32,
}

/// The right to have one request under way; handed on when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    host: Arc<Host>,
    sent: Instant,
}

impl Host {
    pub(crate) fn new(name: String, policy: &Policy) -> Self {
        let state = State {
            level: Level::new(policy.connections),
            under_way: 0,
            queue: VecDeque::new(),
            not_before: None,
            refusals: 0,
            good: None,
            n_good: 0,
            budget: BUDGET,
        };
        Self {
            name,
            backoff: policy.backoff,
            pace: Pace::new(policy.rate),
            state: Mutex::new(state),
        }
    }

    /// Waits until one more request may be sent.
    pub(crate) async fn admit(self: &Arc<Self>) -> Permit {
        let mut permit = self.permit().await;
        self.pause_to_end().await;
        self.pace.slot().await;
        permit.sent = Instant::now();
        permit
    }

    async fn permit(self: &Arc<Self>) -> Permit {
        loop {
            let turn = {
                let mut state = self.lock();
                if state.under_way < state.level.limit() {
                    return self.issue(&mut state);
                }
                let (tx, rx) = oneshot::channel();
                state.queue.push_back(tx);
                rx
            };
            if let Ok(permit) = turn.await {
                return permit;
            }
        }
    }

    fn issue(self: &Arc<Self>, state: &mut State) -> Permit {
        state.under_way += 1;
        let (now, under_way) = (Instant::now(), state.under_way);
        state.level.began(now, under_way);
        Permit { host: Arc::clone(self), sent: now }
    }

    async fn pause_to_end(&self) {
        loop {
            let until = self.lock().not_before;
            match until {
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until).await,
                _ => return,
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

    /// How long the host has not given one good answer.
    pub(crate) fn silent_for(&self) -> Duration {
        self.lock().good.map_or(Duration::ZERO, |good| good.elapsed())
    }

    /// Pays for one retry, if there is enough left.
    pub(crate) fn pay_for_retry(&self) -> bool {
        let mut state = self.lock();
        match state.budget.checked_sub(RETRY_COST) {
            Some(left) => {
                state.budget = left;
                true
            }
            None => false,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }
}

impl Permit {
    /// The request ended well.
    pub(crate) fn succeeded(self, bytes: u64) {
        let mut state = self.host.lock();
        let now = Instant::now();
        state.level.succeeded(now, bytes);
        state.refusals = 0;
        state.good = Some(now);
        state.n_good += 1;
        state.budget = (state.budget + 1).min(BUDGET);
    }

    /// The host refused, or cannot be reached: the whole host is paused. Of
    /// those that were under way together only the first counts.
    pub(crate) fn refused(self, reason: &str, asked: Option<Duration>, reporter: &dyn Reporter) {
        let pause = {
            let mut state = self.host.lock();
            let now = Instant::now();
            state.good.get_or_insert(now);
            let paused_since = state.not_before.is_some_and(|until| until > self.sent);
            if !paused_since {
                state.refusals += 1;
                state.level.refused(now);
            }
            let pause = asked.unwrap_or_else(|| self.host.backoff.delay(state.refusals));
            let until = now + pause;
            let longer = state.not_before.is_none_or(|other| until > other);
            // A second refusal from the same moment lengthens the pause only
            // where the host itself named a time.
            if !longer || (paused_since && asked.is_none()) {
                return;
            }
            state.not_before = Some(until);
            pause
        };
        let (host, reason) = (self.host.name.clone(), reason.to_owned());
        reporter.waiting(&Waiting { host, reason, pause });
    }
}

impl Drop for Permit {
    /// Hands the place on. A permit that nobody takes any more (the task that
    /// waited was cancelled) comes back here and goes to the next.
    fn drop(&mut self) {
        self.host.lock().under_way -= 1;
        loop {
            let (turn, permit) = {
                let mut state = self.host.lock();
                if state.under_way >= state.level.limit() {
                    return;
                }
                let Some(turn) = state.queue.pop_front() else { return };
                (turn, self.host.issue(&mut state))
            };
            drop(turn.send(permit));
        }
    }
}
