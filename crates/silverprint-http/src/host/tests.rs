//! The gate by its own numbers, on a clock that stands still.

mod gate;

use super::*;
use crate::policy::MayAsk;
use crate::trouble::Refusal;
use silverprint_core::Silent;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::{JoinSet, yield_now};

const SECOND: Duration = Duration::from_secs(1);

fn host(connections: usize, rate: Option<f64>) -> Arc<Host> {
    let connections = NonZeroUsize::new(connections).unwrap();
    let may_ask = MayAsk::new(|_| Ok(()));
    let patience = Duration::from_hours(1);
    let policy = Policy { connections, rate, patience, ..Policy::new("test".to_owned(), may_ask) };
    Arc::new(Host::new("host".to_owned(), &policy))
}

/// The request ended well, and its body was what was wanted.
fn served(host: &Host, permit: Permit) {
    permit.succeeded(20_000);
    host.credit();
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
        permits.push(host.admit().await.unwrap());
    }
    assert_eq!(host.lock().n_places, limit);
    assert_eq!(host.places.available_permits(), 0);
    drop(permits);
    assert_eq!(host.lock().under_way, 0);
}

#[tokio::test(start_paused = true)]
async fn who_comes_first_is_served_first_and_a_cancelled_waiter_loses_no_place() {
    let host = host(1, None);
    let held = host.admit().await.unwrap();
    let order: Arc<Mutex<Vec<u32>>> = Arc::default();
    let mut waiting = Vec::new();
    for number in 0..9 {
        let (host, order) = (Arc::clone(&host), Arc::clone(&order));
        waiting.push(tokio::spawn(async move {
            let permit = host.admit().await.unwrap();
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
            let permit = host.admit().await.unwrap();
            assert!(host.lock().under_way <= 16);
            tokio::time::sleep(Duration::from_millis(takes)).await;
            match ends {
                0 => permit.refused(
                    (Refusal::TooMany, "429"),
                    Some(Duration::from_millis(takes)),
                    &Silent,
                ),
                1 => permit.refused((Refusal::Unavailable, "503"), None, &Silent),
                2..6 => drop(permit),
                _ => served(&host, permit),
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
        under_way.push(host.admit().await.unwrap());
    }
    let mut waiting = JoinSet::new();
    for _ in 0..20 {
        let host = Arc::clone(&host);
        waiting.spawn(async move {
            let permit = host.admit().await.unwrap();
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
        permit.refused((Refusal::TooMany, "429"), Some(asked), &Silent);
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
    let first = host.admit().await.unwrap();
    let start = Instant::now();
    let second = tokio::spawn({
        let host = Arc::clone(&host);
        async move {
            let _permit = host.admit().await.unwrap();
            Instant::now()
        }
    });
    settle().await;
    first.refused((Refusal::TooMany, "429"), Some(Duration::from_secs(30)), &Silent);
    let sent = second.await.unwrap();
    assert!(sent - start >= Duration::from_secs(30), "{:?}", sent - start);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_asks_for_no_pause_again_and_again_gets_longer_ones_all_the_same() {
    let host = host(1, None);
    let start = Instant::now();
    for _ in 0..30 {
        host.admit().await.unwrap().refused(
            (Refusal::TooMany, "429"),
            Some(Duration::ZERO),
            &Silent,
        );
    }
    assert!(start.elapsed() > Duration::from_mins(3), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_host_is_out_of_patience_only_while_it_refuses() {
    let host = host(1, None);
    let refused = async |asked: Option<Duration>| {
        let permit = host.admit().await;
        permit.unwrap().refused((Refusal::TooMany, "429"), asked, &Silent);
    };
    served(&host, host.admit().await.unwrap());
    tokio::time::sleep(Duration::from_hours(2)).await;
    refused(None).await;
    assert_eq!(host.verdict(), None, "two hours without work are no refusal");
    let start = Instant::now();
    for _ in 0..5 {
        refused(Some(Duration::from_mins(40))).await;
    }
    assert!(start.elapsed() >= Duration::from_mins(160));
    assert_eq!(host.verdict(), None, "it was left alone for as long as it asked, and no longer");
    served(&host, host.admit().await.unwrap());
    let start = Instant::now();
    while host.verdict().is_none() {
        refused(Some(SECOND)).await;
    }
    assert!(start.elapsed() > Duration::from_hours(1), "{:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_hours(2), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_kept_however_many_ask_and_after_a_pause_too() {
    let host = host(8, Some(10.0));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let host = Arc::clone(&host);
        tasks.spawn(async move {
            let permit = host.admit().await.unwrap();
            let at = start.elapsed();
            if number == 20 {
                permit.refused((Refusal::TooMany, "429"), Some(3 * SECOND), &Silent);
            } else {
                served(&host, permit);
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
                let permit = host.admit().await.unwrap();
                tokio::time::sleep(Duration::from_millis(random.u64(20..60))).await;
                match random.u32(..100) {
                    0 | 1 => permit.refused((Refusal::Unavailable, "503"), None, &Silent),
                    2..10 => drop(permit),
                    _ => served(&host, permit),
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

/// Everybody of so many asks at once; says when each is let in, from now on, and
/// how many were under way then. Each holds its place for a second.
fn all_ask(host: &Arc<Host>, n: usize, ends: fn(&Host, Permit)) -> JoinSet<(Duration, usize)> {
    let start = Instant::now();
    let mut asking = JoinSet::new();
    for _ in 0..n {
        let host = Arc::clone(host);
        asking.spawn(async move {
            let permit = host.admit().await.unwrap();
            let (at, together) = (start.elapsed(), host.lock().under_way);
            tokio::time::sleep(SECOND / 10).await;
            ends(&host, permit);
            (at, together)
        });
    }
    asking
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_one_goes_ahead_and_the_others_follow_when_it_is_answered() {
    let host = host(8, None);
    host.admit().await.unwrap().refused((Refusal::TooMany, "429"), Some(SECOND), &Silent);
    let mut let_in = all_ask(&host, 5, served).join_all().await;
    let_in.sort_unstable();
    let millis: Vec<_> = let_in.iter().map(|(at, _)| at.as_millis()).collect();
    assert_eq!(millis[0], 1000);
    assert_eq!(let_in[0].1, 1);
    assert!(millis[1..].iter().all(|at| (1100..1200).contains(at)), "{millis:?}");
    assert_eq!(let_in.iter().map(|(_, together)| *together).max(), Some(4));
    is_whole(&host).await;
}

#[tokio::test(start_paused = true)]
async fn one_that_gets_no_answer_holds_the_others_up_for_a_moment_only() {
    let host = host(8, None);
    host.admit().await.unwrap().refused((Refusal::TooMany, "429"), Some(SECOND), &Silent);
    let start = Instant::now();
    let stalled = host.admit().await.unwrap();
    assert_eq!(start.elapsed(), SECOND);
    let other = host.admit().await.unwrap();
    assert_eq!(start.elapsed(), 2 * SECOND);
    // The head of an answer is enough: its body may be a slow one.
    other.answered();
    let third = host.admit().await.unwrap();
    assert_eq!(start.elapsed(), 2 * SECOND);
    drop((stalled, other, third));
    is_whole(&host).await;
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_down_for_half_a_minute_is_asked_a_few_times_and_not_more() {
    let host = host(24, None);
    let refuses = Arc::new(AtomicUsize::new(0));
    let down_until = Instant::now() + 30 * SECOND;
    let mut asking = JoinSet::new();
    for _ in 0..200 {
        let (host, refuses) = (Arc::clone(&host), Arc::clone(&refuses));
        asking.spawn(async move {
            loop {
                let permit = host.admit().await.unwrap();
                tokio::time::sleep(SECOND / 50).await;
                if Instant::now() >= down_until {
                    return served(&host, permit);
                }
                refuses.fetch_add(1, Ordering::Relaxed);
                permit.refused((Refusal::TooMany, "429"), None, &Silent);
            }
        });
    }
    asking.join_all().await;
    // Those that were under way, and one a pause.
    let n_asked = refuses.load(Ordering::Relaxed);
    assert!((10..=8 + 20).contains(&n_asked), "{n_asked}");
    assert!((4..=8).contains(&limit(&host)), "it was halved once: {}", limit(&host));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_was_one_addresses_own_ends_the_pause_unless_the_host_asked_for_it() {
    for (asked, paused) in [(None, false), (Some(SECOND), true)] {
        let host = host(8, None);
        let mut under_way = Vec::new();
        for _ in 0..8 {
            under_way.push(host.admit().await.unwrap());
        }
        under_way.remove(0).refused((Refusal::Unavailable, "503"), asked, &Silent);
        assert_eq!(limit(&host), 4);
        for permit in under_way {
            served(&host, permit);
        }
        assert_eq!(limit(&host), 8, "it served the others");
        assert_eq!(!host.pause_left().is_zero(), paused);
        let start = Instant::now();
        drop(host.admit().await.unwrap());
        assert_eq!(start.elapsed() >= SECOND, paused);
        is_whole(&host).await;
    }
}

#[tokio::test(start_paused = true)]
async fn used_up_retries_pause_the_host_longer_and_longer_until_an_answer_is_good() {
    fastrand::seed(5);
    let host = host(8, None);
    let mut paid = 0;
    while host.pay_for_retry() {
        paid += 1;
    }
    assert_eq!(paid, 100);
    let mut waits = Vec::new();
    for _ in 0..8 {
        let permit = host.admit().await.unwrap();
        drop(permit);
        host.wait_for_retry("500", &Silent);
        // The second to fail meanwhile changes nothing.
        let left = host.pause_left();
        host.wait_for_retry("500", &Silent);
        assert_eq!(host.pause_left(), left);
        waits.push(left);
    }
    let total: Duration = waits.iter().sum();
    assert!((20..=128).contains(&total.as_secs()), "{waits:?}");
    for _ in 0..5 {
        served(&host, host.admit().await.unwrap());
    }
    assert_eq!(host.lock().refusals, 0);
    assert!(host.pay_for_retry(), "five good answers pay for one");
    assert!(!host.pay_for_retry());
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_given_up_keeps_nobody_waiting_and_may_come_back() {
    let host = host(4, None);
    let start = Instant::now();
    while host.verdict().is_none() {
        host.admit().await.unwrap().refused((Refusal::Unavailable, "503"), None, &Silent);
    }
    let took = start.elapsed();
    assert!((60..=62).contains(&(took.as_secs() / 60)), "{took:?}");
    let waits = host.pause_left();
    assert!(!waits.is_zero());
    let now = Instant::now();
    for _ in 0..1000 {
        let GivenUp(verdict) = host.admit().await.unwrap_err();
        assert!(verdict.starts_with("host is given up: 503"), "{verdict}");
    }
    assert_eq!(now.elapsed(), Duration::ZERO, "nobody waited");
    tokio::time::sleep(waits).await;
    let probe = host.admit().await.unwrap();
    assert!(host.admit().await.is_err(), "one looks, the others do not wait for it");
    served(&host, probe);
    assert_eq!(host.verdict(), None);
    is_whole(&host).await;
}

/// Bodies of a host that takes so many requests a second, with some in hand, and
/// answers each after a while: how many it served a second in the third minute,
/// and which part of all it refused then.
async fn settles(per_second: u32, latency: Duration, retry_after: Option<Duration>) -> (f64, f64) {
    let host = host(24, None);
    let capped = Arc::new(Mutex::new((f64::from(per_second) / 10.0, Instant::now())));
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let mut asking = JoinSet::new();
    for _ in 0..48 {
        let (host, capped, counts) = (Arc::clone(&host), Arc::clone(&capped), Arc::clone(&counts));
        asking.spawn(async move {
            loop {
                let permit = host.admit().await.unwrap();
                tokio::time::sleep(latency).await;
                let takes = {
                    let (left, at) = &mut *capped.lock().unwrap();
                    let earned = at.elapsed().as_secs_f64() * f64::from(per_second);
                    *left = (*left + earned).min(f64::from(per_second) / 10.0);
                    *at = Instant::now();
                    let takes = *left >= 1.0;
                    *left -= f64::from(u8::from(takes));
                    takes
                };
                if takes {
                    counts.0.fetch_add(1, Ordering::Relaxed);
                    served(&host, permit);
                } else {
                    counts.1.fetch_add(1, Ordering::Relaxed);
                    permit.refused((Refusal::TooMany, "429"), retry_after, &Silent);
                }
            }
        });
    }
    tokio::time::sleep(120 * SECOND).await;
    let before = (counts.0.load(Ordering::Relaxed), counts.1.load(Ordering::Relaxed));
    tokio::time::sleep(60 * SECOND).await;
    let number = |n: usize| f64::from(u32::try_from(n).unwrap());
    let accepted = number(counts.0.load(Ordering::Relaxed) - before.0);
    let refused = number(counts.1.load(Ordering::Relaxed) - before.1);
    (accepted / 60.0, refused / (accepted + refused))
}

#[tokio::test(start_paused = true)]
async fn under_a_limit_that_nobody_told_it_takes_most_of_it_and_is_hardly_refused() {
    fastrand::seed(9);
    for per_second in [50, 400] {
        for latency in [2, 40].map(Duration::from_millis) {
            for retry_after in [None, Some(SECOND)] {
                let (accepted, refused) = settles(per_second, latency, retry_after).await;
                let case = format!("{per_second}, {latency:?}, {retry_after:?}");
                let share = accepted / f64::from(per_second);
                assert!((0.75..=1.0).contains(&share), "{case}: {share}");
                assert!(refused <= 0.03, "{case}: {refused}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_it_waits_for_is_told_as_long_as_it_waits() {
    let host = host(1, None);
    assert_eq!(host.waiting(), None);
    let permit = host.admit().await.unwrap();
    permit.refused((Refusal::TooMany, "429 Too Many"), Some(4 * SECOND), &Silent);
    let waiting = |seconds: u32| {
        let (host, reason) = ("host".to_owned(), "429 Too Many".to_owned());
        Some(Waiting { host, reason, pause: seconds * SECOND })
    };
    assert_eq!(host.waiting(), waiting(4));
    tokio::time::advance(3 * SECOND).await;
    assert_eq!(host.waiting(), waiting(1));
    tokio::time::advance(SECOND).await;
    assert_eq!(host.waiting(), None);
}
