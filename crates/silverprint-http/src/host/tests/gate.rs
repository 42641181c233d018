//! What can be seen of the gate from outside: who is under way, who waits, and
//! whether that is for a limit of the host's. Each reason for a limit is met by
//! itself, so that no other can stand in for it.

use super::*;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

/// One more who asks, and has to wait. It waits as long as it is kept.
fn waits(host: &Arc<Host>) -> BoxFuture<'_, Result<Permit, GivenUp>> {
    let mut asking = host.admit().boxed();
    assert!(asking.as_mut().now_or_never().is_none(), "it was not let in at once");
    asking
}

/// As many as the level allows, all under way.
async fn fill(host: &Arc<Host>) -> Vec<Permit> {
    let mut permits = Vec::new();
    for _ in 0..limit(host) {
        permits.push(host.admit().await.unwrap());
    }
    permits
}

/// One is refused, and the host asks for a second without any.
async fn pause_a_second(host: &Arc<Host>, why: Refusal) {
    host.admit().await.unwrap().refused((why, "refused"), Some(SECOND), &Silent);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_waits_there_is_no_limit_whatever_the_host_is_like() {
    let paused = host(24, None);
    pause_a_second(&paused, Refusal::TooMany).await;
    assert!(paused.lock().is_shut(Instant::now()));
    assert_eq!(paused.gate(), Gate { host: "host", under_way: 0, waiting: 0, is_limit: false });

    let full = host(8, None);
    let _all = fill(&full).await;
    assert!(full.lock().level.is_at_ceiling());
    assert_eq!(full.gate(), Gate { host: "host", under_way: 8, waiting: 0, is_limit: false });

    let paced = host(24, Some(1.0));
    let _first = paced.admit().await.unwrap();
    // The slot of one that was cancelled is still to come.
    drop(waits(&paced));
    assert!(paced.pace.is_behind(Instant::now()));
    assert_eq!(paced.gate(), Gate { host: "host", under_way: 1, waiting: 0, is_limit: false });
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_a_limit_until_the_one_that_goes_ahead_is_answered() {
    for why in [Refusal::TooMany, Refusal::Unavailable] {
        let host = host(24, None);
        pause_a_second(&host, why).await;
        let waiting = waits(&host);
        assert_eq!(host.gate(), Gate { host: "host", under_way: 0, waiting: 1, is_limit: true });

        let probe = waiting.await.unwrap();
        let other = waits(&host);
        assert_eq!(host.pause_left(), Duration::ZERO);
        assert_eq!(host.gate(), Gate { host: "host", under_way: 1, waiting: 1, is_limit: true });

        probe.answered();
        assert_eq!(host.gate(), Gate { host: "host", under_way: 1, waiting: 1, is_limit: false });
        let _other = other.await.unwrap();
        assert_eq!(host.gate(), Gate { host: "host", under_way: 2, waiting: 0, is_limit: false });
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_named_when_the_first_is_over_is_a_limit_too() {
    let host = host(24, None);
    let late = host.admit().await.unwrap();
    pause_a_second(&host, Refusal::TooMany).await;
    served(&host, host.admit().await.unwrap());
    assert!(!host.lock().is_shut(Instant::now()));
    // It was sent before the pause: no other has to go ahead for its sake.
    late.refused((Refusal::TooMany, "429"), Some(SECOND), &Silent);
    let waiting = waits(&host);
    assert_eq!(host.gate(), Gate { host: "host", under_way: 0, waiting: 1, is_limit: true });
    let _waiting = waiting.await.unwrap();
    assert_eq!(host.gate(), Gate { host: "host", under_way: 1, waiting: 0, is_limit: false });
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_the_gates_own_is_a_limit_too() {
    let host = host(24, None);
    host.wait_for_retry("500", &Silent);
    let _waiting = waits(&host);
    assert_eq!(host.gate(), Gate { host: "host", under_way: 0, waiting: 1, is_limit: true });
}

#[tokio::test(start_paused = true)]
async fn the_users_rate_is_a_limit_while_somebody_waits_for_a_slot() {
    let host = host(24, Some(1.0));
    let _first = host.admit().await.unwrap();
    let second = waits(&host);
    assert_eq!(host.gate(), Gate { host: "host", under_way: 1, waiting: 1, is_limit: true });
    let _second = second.await.unwrap();
    assert_eq!(host.gate(), Gate { host: "host", under_way: 2, waiting: 0, is_limit: false });
}

#[tokio::test(start_paused = true)]
async fn the_rate_that_a_host_was_found_to_take_is_a_limit_while_somebody_waits_for_a_slot() {
    let host = host(24, None);
    // It serves one a second, and refuses the next.
    let first = host.admit().await.unwrap();
    tokio::time::advance(SECOND).await;
    served(&host, first);
    pause_a_second(&host, Refusal::TooMany).await;
    assert!(host.lock().rate.is_known());
    // The pause is over, and what came of it is known.
    served(&host, host.admit().await.unwrap());
    assert!(!host.lock().is_shut(Instant::now()));

    let next = waits(&host);
    assert_eq!(host.gate(), Gate { host: "host", under_way: 0, waiting: 1, is_limit: true });
    let _next = next.await.unwrap();
    assert_eq!(host.gate(), Gate { host: "host", under_way: 1, waiting: 0, is_limit: false });
}

#[tokio::test(start_paused = true)]
async fn as_many_as_may_ever_be_are_a_limit_for_one_more() {
    for ceiling in [1, 8] {
        let host = host(ceiling, None);
        let mut all = fill(&host).await;
        let one_more = waits(&host);
        let gate = Gate { host: "host", under_way: ceiling, waiting: 1, is_limit: true };
        assert_eq!(host.gate(), gate);
        all.pop();
        let _one_more = one_more.await.unwrap();
        assert_eq!(host.gate(), Gate { waiting: 0, is_limit: false, ..gate });
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_as_a_host_gets_while_its_level_is_being_found_are_no_limit() {
    for ceiling in [9, 24] {
        let host = host(ceiling, None);
        let all = fill(&host).await;
        let one_more = waits(&host);
        let gate = Gate { host: "host", under_way: 8, waiting: 1, is_limit: false };
        assert_eq!(host.gate(), gate, "up to {ceiling} are to be tried");
        // After a refusal that is so again: it climbs from there.
        drop((all, one_more));
        pause_a_second(&host, Refusal::Unavailable).await;
        served(&host, host.admit().await.unwrap());
        let _half = fill(&host).await;
        let _one_more = waits(&host);
        assert_eq!(host.gate(), Gate { under_way: 4, ..gate });
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_cancelled_while_it_waits_is_counted_no_more() {
    let full = host(1, None);
    let _held = full.admit().await.unwrap();
    let paused = host(24, None);
    pause_a_second(&paused, Refusal::TooMany).await;
    let paced = host(24, Some(1.0));
    drop(paced.admit().await.unwrap());
    for (host, under_way) in [(&full, 1), (&paused, 0), (&paced, 0)] {
        let (one, other) = (waits(host), waits(host));
        let gate = Gate { host: "host", under_way, waiting: 2, is_limit: true };
        assert_eq!(host.gate(), gate);
        drop(one);
        assert_eq!(host.gate(), Gate { waiting: 1, ..gate });
        drop(other);
        assert_eq!(host.gate(), Gate { waiting: 0, is_limit: false, ..gate });
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_turned_away_is_counted_no_more() {
    let host = host(24, None);
    while host.verdict().is_none() {
        host.admit().await.unwrap().refused((Refusal::Unavailable, "503"), None, &Silent);
    }
    assert!(host.admit().await.is_err());
    assert_eq!(host.gate(), Gate { host: "host", under_way: 0, waiting: 0, is_limit: false });
}

#[tokio::test(start_paused = true)]
async fn a_request_is_under_way_until_it_ends_however_it_ends() {
    let host = host(24, None);
    let mut permits = Vec::new();
    for number in 1..=4 {
        permits.push(host.admit().await.unwrap());
        assert_eq!(host.gate().under_way, number);
    }
    // Its body is still to come.
    permits[0].answered();
    assert_eq!(host.gate().under_way, 4);
    let mut end = |ends: &dyn Fn(Permit)| {
        ends(permits.pop().unwrap());
        host.gate().under_way
    };
    assert_eq!(end(&drop), 3);
    assert_eq!(end(&|permit| served(&host, permit)), 2);
    assert_eq!(end(&|permit| permit.refused((Refusal::TooMany, "429"), None, &Silent)), 1);
    // Its task is cancelled.
    let last = permits.pop().unwrap();
    let task = tokio::spawn(async move {
        let _last = last;
        std::future::pending::<()>().await;
    });
    settle().await;
    assert_eq!(host.gate().under_way, 1);
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(host.gate(), Gate { host: "host", under_way: 0, waiting: 0, is_limit: false });
}
