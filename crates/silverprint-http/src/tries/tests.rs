//! What comes after each trouble, on a clock that stands still.

use super::*;
use crate::policy::MayAsk;
use crate::trouble::Refusal;
use silverprint_core::Silent;
use std::sync::Arc;

fn policy() -> Policy {
    Policy::new("test".to_owned(), MayAsk::new(|_| Ok(())))
}

fn host() -> Arc<Host> {
    Arc::new(Host::new("host".to_owned(), &policy()))
}

fn next(tries: &mut Tries, trouble: Trouble, host: &Host) -> Result<Duration, FetchError> {
    tries.attempts += 1;
    tries.next(trouble, Some(host), &policy(), &Silent).map(|(_, wait)| wait)
}

/// One attempt for which no connection comes about, through the gate.
async fn unreachable(tries: &mut Tries, host: &Arc<Host>) -> Result<(), FetchError> {
    let permit = host.admit().await.unwrap();
    permit.refused((Refusal::Unreachable, "no route"), None, &Silent);
    let wait = next(tries, Trouble::Unreachable("no route".to_owned()), host)?;
    tokio::time::sleep(wait).await;
    Ok(())
}

fn use_up_retries(host: &Host) {
    while host.pay_for_retry() {}
}

#[tokio::test(start_paused = true)]
async fn one_alone_waits_longer_and_longer_for_a_line_that_is_down() {
    fastrand::seed(1);
    let mut waited = Vec::new();
    for _ in 0..200 {
        let (host, mut tries) = (host(), Tries::default());
        let start = tokio::time::Instant::now();
        let ended = loop {
            if let Err(error) = unreachable(&mut tries, &host).await {
                break error;
            }
        };
        assert!(matches!(ended, FetchError::Unreachable { attempts: 6, .. }), "{ended:?}");
        waited.push(start.elapsed());
    }
    // Five waits: half of 0.5, 1, 2, 4 and 8 seconds, on the average.
    let mean = waited.iter().sum::<Duration>() / 200;
    assert!((7.0..8.5).contains(&mean.as_secs_f64()), "{mean:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_is_asked_for_a_second_time_whatever_others_have_used_up() {
    let host = host();
    use_up_retries(&host);
    let mut tries = Tries::default();
    next(&mut tries, Trouble::Missing("404".to_owned()), &host).unwrap();
    let ended = next(&mut tries, Trouble::Missing("404".to_owned()), &host).unwrap_err();
    assert!(matches!(ended, FetchError::Gone { attempts: 2, .. }), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn an_address_whose_time_is_over_waits_where_no_retry_can_be_paid() {
    let host = host();
    use_up_retries(&host);
    let mut tries = Tries::default();
    let expired = || Trouble::Expired("403".to_owned());
    for _ in 1..policy().attempts {
        next(&mut tries, expired(), &host).unwrap();
        assert!(!host.pause_left().is_zero(), "all wait, for nobody can pay");
    }
    let ended = next(&mut tries, expired(), &host).unwrap_err();
    assert!(matches!(ended, FetchError::Gone { attempts: 6, .. }), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_was_asked_for_does_not_make_a_host_unreachable() {
    let host = host();
    let asked = Some(Duration::from_secs(90));
    host.admit().await.unwrap().refused((Refusal::TooMany, "429"), asked, &Silent);
    let mut tries = Tries::default();
    // It comes after the pause, and is the first that finds the line down.
    unreachable(&mut tries, &host).await.unwrap();
    // So does one after an answer, however long ago the line was down.
    tokio::time::sleep(2 * DEAD_AFTER).await;
    host.admit().await.unwrap().reached();
    unreachable(&mut tries, &host).await.unwrap();
    tokio::time::sleep(2 * DEAD_AFTER).await;
    let dead = unreachable(&mut tries, &host).await.unwrap_err();
    assert!(matches!(dead, FetchError::Unreachable { attempts: 3, .. }), "{dead:?}");
}
