//! One host's gate.

use crate::level::Level;
use crate::pace::Pace;
use crate::policy::{Backoff, Policy};
use silverprint_core::{Reporter, Waiting};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::{debug, trace};

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
    /// As many places as the level allows. First come, first served; who is
    /// cancelled while waiting loses no place.
    places: Arc<Semaphore>,
    /// A `std` mutex: nothing is awaited while it is held.
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    level: Level,
    /// Places there are, taken and free: the level's limit, or more while
    /// those who hold a place too many have not ended.
    n_places: usize,
    /// Requests that were sent and have not ended.
    under_way: usize,
    /// Nothing is sent before.
    not_before: Option<Instant>,
    /// How often the host was paused; tells who was sent before a pause.
    pauses: u64,
    /// Pauses in a row; a success ends the row.
    refusals: u32,
    /// Since when it has refused everything.
    refusing_since: Option<Instant>,
    n_good: u64,
    budget: u32,
}

/// The right to have one request under way; handed on when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    host: Arc<Host>,
    place: Option<OwnedSemaphorePermit>,
    /// How often the host had been paused when the request was sent.
    pauses: u64,
}

impl Host {
    pub(crate) fn new(name: String, policy: &Policy) -> Self {
        let level = Level::new(policy.connections);
        let n_places = level.limit();
        let state = State {
            level,
            n_places,
            under_way: 0,
            not_before: None,
            pauses: 0,
            refusals: 0,
            refusing_since: None,
            n_good: 0,
            budget: BUDGET,
        };
        Self {
            name,
            backoff: policy.backoff,
            pace: Pace::new(policy.rate),
            places: Arc::new(Semaphore::new(n_places)),
            state: Mutex::new(state),
        }
    }

    /// Waits until one more request may be sent.
    pub(crate) async fn admit(self: &Arc<Self>) -> Permit {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("a gate is never closed");
        loop {
            self.pause_to_end().await;
            self.pace.slot().await;
            let mut state = self.lock();
            let now = Instant::now();
            // While this one waited for its slot, another may have been refused.
            if state.not_before.is_none_or(|until| until <= now) {
                state.under_way += 1;
                let (pauses, under_way) = (state.pauses, state.under_way);
                state.level.began(now, under_way);
                return Permit { host: Arc::clone(self), place: Some(place), pauses };
            }
        }
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

    /// How long the host has refused, without one good answer.
    pub(crate) fn refusing_for(&self) -> Duration {
        self.lock().refusing_since.map_or(Duration::ZERO, |since| since.elapsed())
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

impl Permit {
    /// The request ended well.
    pub(crate) fn succeeded(self, bytes: u64) {
        let mut state = self.host.lock();
        let before_pause = self.pauses < state.pauses;
        state.level.succeeded(Instant::now(), bytes, before_pause);
        state.refusals = 0;
        state.refusing_since = None;
        state.n_good += 1;
        state.budget = (state.budget + 1).min(BUDGET);
        self.host.fit(&mut state);
    }

    /// The host refused, or cannot be reached: the whole host is paused. Of
    /// those that were under way together only the first counts.
    pub(crate) fn refused(self, reason: &str, asked: Option<Duration>, reporter: &dyn Reporter) {
        let Some(pause) = self.pause(asked) else { return };
        debug!(host = self.host.name, reason, ?pause, "paused");
        let (host, reason) = (self.host.name.clone(), reason.to_owned());
        reporter.waiting(&Waiting { host, reason, pause });
    }

    /// How long the host is paused from now on, unless it was so already.
    fn pause(&self, asked: Option<Duration>) -> Option<Duration> {
        let mut state = self.host.lock();
        let now = Instant::now();
        let is_first = self.pauses == state.pauses;
        if is_first {
            state.pauses += 1;
            state.refusals += 1;
            state.refusing_since.get_or_insert(now);
            let others = state.under_way - 1;
            state.level.refused(now, others);
            self.host.fit(&mut state);
        } else {
            state.level.refused_again();
        }
        // A host that names no time, or none to speak of, is given a longer
        // and longer one. Those who are refused with the first lengthen the
        // pause only where the host itself named a time.
        let pause = match asked {
            Some(asked) if !is_first => asked,
            None if !is_first => return None,
            asked => asked.unwrap_or_default().max(self.host.backoff.delay(state.refusals)),
        };
        let until = now + pause;
        let is_longer = state.not_before.is_none_or(|other| until > other);
        is_longer.then(|| {
            state.not_before = Some(until);
            pause
        })
    }
}

impl Drop for Permit {
    /// The request ended, well or not: its place goes to the next, or away
    /// where there are too many.
    fn drop(&mut self) {
        let mut state = self.host.lock();
        state.under_way -= 1;
        let under_way = state.under_way;
        state.level.ended(Instant::now(), under_way);
        if state.n_places > state.level.limit() {
            state.n_places -= 1;
            self.place.take().expect("it is taken here only").forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::MayAsk;
    use silverprint_core::Silent;
    use std::num::NonZeroUsize;
    use tokio::task::{JoinSet, yield_now};

    const SECOND: Duration = Duration::from_secs(1);

    fn host(connections: usize, rate: Option<f64>) -> Arc<Host> {
        let connections = NonZeroUsize::new(connections).unwrap();
        let may_ask = MayAsk::new(|_| Ok(()));
        let policy = Policy { connections, rate, ..Policy::new("test".to_owned(), may_ask) };
        Arc::new(Host::new("host".to_owned(), &policy))
    }

    /// Lets every task that can run do so, without time passing.
    async fn settle() {
        for _ in 0..100 {
            yield_now().await;
        }
    }

    fn limit(host: &Host) -> usize {
        host.lock().level.limit()
    }

    /// Everything is given back, and as many can be admitted as the level says.
    async fn is_whole(host: &Arc<Host>) {
        settle().await;
        let mut permits = Vec::new();
        let limit = limit(host);
        for _ in 0..limit {
            permits.push(host.admit().await);
        }
        assert_eq!(host.lock().n_places, limit);
        assert_eq!(host.places.available_permits(), 0);
        drop(permits);
        assert_eq!(host.lock().under_way, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_first_is_served_first_and_a_cancelled_waiter_loses_no_place() {
        let host = host(1, None);
        let held = host.admit().await;
        let order: Arc<Mutex<Vec<u32>>> = Arc::default();
        let mut waiting = Vec::new();
        for number in 0..9 {
            let (host, order) = (Arc::clone(&host), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let permit = host.admit().await;
                order.lock().unwrap().push(number);
                yield_now().await;
                drop(permit);
            }));
            settle().await;
        }
        for cancelled in [0, 4, 8] {
            waiting[cancelled].abort();
        }
        drop(held);
        // Cancelled in the moment in which its turn has come.
        waiting[1].abort();
        settle().await;
        assert_eq!(*order.lock().unwrap(), [2, 3, 5, 6, 7]);
        is_whole(&host).await;
    }

    #[tokio::test(start_paused = true)]
    async fn however_tasks_end_no_place_is_lost_and_none_is_invented() {
        let host = host(16, None);
        let mut random = fastrand::Rng::with_seed(7);
        let mut tasks = JoinSet::new();
        for _ in 0..2000 {
            let (host, ends, takes) = (Arc::clone(&host), random.u32(..40), random.u64(..50));
            let abort = tasks.spawn(async move {
                let permit = host.admit().await;
                assert!(host.lock().under_way <= 16);
                tokio::time::sleep(Duration::from_millis(takes)).await;
                match ends {
                    0 => permit.refused("429", Some(Duration::from_millis(takes)), &Silent),
                    1 => permit.refused("503", None, &Silent),
                    2..6 => drop(permit),
                    _ => permit.succeeded(20_000),
                }
            });
            if random.u32(..10) == 0 {
                tokio::time::sleep(Duration::from_millis(3)).await;
                abort.abort();
            }
        }
        while let Some(ended) = tasks.join_next().await {
            assert!(ended.is_ok() || ended.is_err_and(|error| error.is_cancelled()));
        }
        is_whole(&host).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_pauses_the_whole_host_and_halves_it_once_for_all_who_hear_it() {
        let host = host(8, None);
        let start = Instant::now();
        let mut under_way = Vec::new();
        for _ in 0..8 {
            under_way.push(host.admit().await);
        }
        let mut waiting = JoinSet::new();
        for _ in 0..20 {
            let host = Arc::clone(&host);
            waiting.spawn(async move {
                let permit = host.admit().await;
                let (at, together) = (Instant::now(), host.lock().under_way);
                tokio::time::sleep(SECOND).await;
                drop(permit);
                (at, together)
            });
        }
        settle().await;
        for (number, permit) in under_way.into_iter().enumerate() {
            // One of them names a longer time: that is obeyed.
            let asked = Duration::from_secs(if number == 3 { 7 } else { 5 });
            permit.refused("429", Some(asked), &Silent);
        }
        assert_eq!(limit(&host), 4, "one burst, one halving");
        assert_eq!(host.lock().refusals, 1);
        let sent = waiting.join_all().await;
        assert_eq!(sent.len(), 20);
        for (at, together) in sent {
            assert!(at - start >= Duration::from_secs(7), "{:?} after the refusal", at - start);
            assert!(together <= 4, "{together} at once");
        }
        is_whole(&host).await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_its_slot_when_the_host_refuses_waits_for_the_pause_too() {
        let host = host(4, Some(1.0));
        let first = host.admit().await;
        let start = Instant::now();
        let second = tokio::spawn({
            let host = Arc::clone(&host);
            async move {
                let _permit = host.admit().await;
                Instant::now()
            }
        });
        settle().await;
        first.refused("429", Some(Duration::from_secs(30)), &Silent);
        let sent = second.await.unwrap();
        assert!(sent - start >= Duration::from_secs(30), "{:?}", sent - start);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asks_for_no_pause_again_and_again_gets_longer_ones_all_the_same() {
        let host = host(1, None);
        let start = Instant::now();
        for _ in 0..30 {
            host.admit().await.refused("429", Some(Duration::ZERO), &Silent);
        }
        assert!(start.elapsed() > Duration::from_mins(3), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_out_of_patience_only_while_it_refuses() {
        let host = host(1, None);
        host.admit().await.succeeded(1);
        tokio::time::sleep(Duration::from_hours(2)).await;
        host.admit().await.refused("429", None, &Silent);
        assert!(host.refusing_for() < SECOND, "two hours without work are no refusal");
        for _ in 0..5 {
            host.admit().await.refused("429", Some(Duration::from_mins(10)), &Silent);
        }
        assert!(host.refusing_for() >= Duration::from_mins(40));
        host.admit().await.succeeded(1);
        assert_eq!(host.refusing_for(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_is_kept_however_many_ask_and_after_a_pause_too() {
        let host = host(8, Some(10.0));
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for number in 0..50 {
            let host = Arc::clone(&host);
            tasks.spawn(async move {
                let permit = host.admit().await;
                let at = start.elapsed();
                if number == 20 {
                    permit.refused("429", Some(3 * SECOND), &Silent);
                } else {
                    permit.succeeded(1);
                }
                at
            });
        }
        let mut sent = tasks.join_all().await;
        sent.sort_unstable();
        for pair in sent.windows(2) {
            assert!(pair[1] >= pair[0] + Duration::from_millis(99), "{sent:?}");
        }
        assert!(sent[49] < Duration::from_secs(10), "{sent:?}");
    }

    /// Ten in a hundred requests fail, two of them by 429 or 503, each by
    /// itself: it must not be taken for a host at its limit.
    #[tokio::test(start_paused = true)]
    async fn a_good_host_gets_to_its_ceiling_though_one_request_in_ten_fails() {
        let mut all = Vec::new();
        for seed in 0..20 {
            // The pauses are drawn from the thread's own generator.
            fastrand::seed(seed);
            all.push(looks_at_ceiling(24).await);
        }
        // An unlucky one is thrown back, and takes a while to climb again.
        let mean = all.iter().sum::<u32>() / 20;
        assert!(mean >= 35, "{mean} of 50 looks: {all:?}");
    }

    /// In how many of 50 seconds the level is at its ceiling.
    async fn looks_at_ceiling(ceiling: usize) -> u32 {
        let host = host(ceiling, None);
        let mut tasks = JoinSet::new();
        for _ in 0..ceiling {
            let (host, mut random) = (Arc::clone(&host), fastrand::Rng::new());
            tasks.spawn(async move {
                loop {
                    let permit = host.admit().await;
                    tokio::time::sleep(Duration::from_millis(random.u64(20..60))).await;
                    match random.u32(..100) {
                        0 | 1 => permit.refused("503", None, &Silent),
                        2..10 => drop(permit),
                        _ => permit.succeeded(20_000),
                    }
                }
            });
        }
        let mut at_ceiling = 0;
        for _ in 0..50 {
            tokio::time::sleep(SECOND).await;
            at_ceiling += u32::from(limit(&host) == ceiling);
        }
        at_ceiling
    }
}
