//! Every fault of the fake photostream, once and for good: what comes of it,
//! and after how many attempts.

mod support;

use fake_flickr::{Config, Fault, Label, RetryAfter, Server, StreamConfig, Times};
use silverprint_core::FetchError;
use silverprint_http::{Client, Policy};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::{Recording, client, hasty};
use tokio::task::JoinSet;
use url::Url;

fn server(photos: u32) -> Server {
    let stream = StreamConfig { paintings: 1, ..StreamConfig::tiny(3, photos) };
    let server = Server::start(Config { image_hosts: 1, ..Config::new(stream) }).unwrap();
    server.prepare(&[Label::O]);
    server
}

/// The original's address, and its true bytes.
fn original(server: &Server, nth: usize) -> (u64, Url, Vec<u8>) {
    let photo = &server.truth()[nth];
    let url = photo.rendition(Label::O).unwrap().url.parse().unwrap();
    (photo.id, url, server.rendition_bytes(photo.id, Label::O).unwrap())
}

async fn fetch(client: &Client, url: &Url, bytes: Vec<u8>) -> (Result<u32, FetchError>, Recording) {
    let mut sink = Recording::of(bytes);
    (client.get(url, &mut sink).await, sink)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_that_passes_costs_one_attempt_and_one_good_body_comes() {
    let mut faults = fake_flickr::PASSING.to_vec();
    faults.extend([403, 404, 410].map(Fault::Status));
    let server = server(u32::try_from(faults.len()).unwrap());
    let mut policy = hasty();
    policy.patience = Duration::from_mins(1);
    let mut fetches = JoinSet::new();
    for (nth, fault) in faults.into_iter().enumerate() {
        let (id, url, bytes) = original(&server, nth);
        server.fault(id, fault, Times::Once);
        // A client each: nobody waits for another's pause.
        let (client, _) = client(policy.clone());
        fetches.spawn(async move {
            let (ended, sink) = fetch(&client, &url, bytes).await;
            assert_eq!(ended.unwrap_or_else(|error| panic!("{fault:?}: {error}")), 2, "{fault:?}");
            assert_eq!(sink.accepted, 1, "{fault:?}");
            (id, fault)
        });
    }
    for (id, fault) in fetches.join_all().await {
        assert_eq!(server.hits().of_photo(id), 2, "{fault:?}");
    }
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Class {
    Gone,
    Passing,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_that_stays_ends_after_a_bounded_number_of_attempts() {
    use Class::{Gone, Passing};
    let cases = [
        (Fault::Status(500), Passing, 3),
        (Fault::Status(502), Passing, 3),
        (Fault::Status(403), Gone, 2),
        (Fault::Status(404), Gone, 2),
        (Fault::Status(410), Gone, 2),
        (Fault::PlaceholderRedirect, Gone, 2),
        (Fault::ResetHeader, Passing, 3),
        (Fault::ResetBody, Passing, 3),
        (Fault::ShortBody, Passing, 3),
        (Fault::OpenChunk, Passing, 3),
        (Fault::CutClose, Passing, 3),
        (Fault::Html, Passing, 3),
        (Fault::Placeholder, Passing, 3),
        (Fault::Empty, Passing, 3),
        (Fault::StallHeader, Passing, 3),
        (Fault::StallBody, Passing, 3),
        (Fault::Drip, Passing, 3),
        (Fault::CorruptStructure, Passing, 3),
        (Fault::CorruptScan, Passing, 3),
    ];
    let server = server(u32::try_from(cases.len()).unwrap());
    let mut fetches = JoinSet::new();
    for (nth, (fault, class, attempts)) in cases.into_iter().enumerate() {
        let (id, url, bytes) = original(&server, nth);
        server.fault(id, fault, Times::Forever);
        let (client, _) = client(hasty());
        fetches.spawn(async move {
            let (ended, sink) = fetch(&client, &url, bytes).await;
            let error = ended.unwrap_err();
            let found = match &error {
                FetchError::Gone { .. } => Gone,
                FetchError::Passing { .. } => Passing,
                other => panic!("{fault:?}: {other:?}"),
            };
            assert_eq!((found, error.attempts()), (class, attempts), "{fault:?}: {error}");
            assert_eq!(sink.accepted, 0, "{fault:?}");
            (id, attempts, fault)
        });
    }
    for (id, attempts, fault) in fetches.join_all().await {
        assert_eq!(server.hits().of_photo(id), attempts, "{fault:?}");
    }
}

#[tokio::test]
async fn a_host_that_refuses_everything_is_given_up_when_patience_ends() {
    let server = server(2);
    for (nth, fault) in [Fault::Status(503), Fault::TooMany(RetryAfter::Unsaid)].iter().enumerate()
    {
        let (id, url, bytes) = original(&server, nth);
        server.fault(id, *fault, Times::Forever);
        let (client, _) = client(hasty());
        let (ended, _) = fetch(&client, &url, bytes).await;
        assert!(matches!(ended, Err(FetchError::Passing { .. })), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_refused_while_its_host_serves_others_is_given_up() {
    let server = Arc::new(server(2));
    let (id, bad, bytes) = original(&server, 0);
    server.fault(id, Fault::Status(503), Times::Forever);
    let (client, _) = client(Policy { patience: Duration::from_hours(1), ..hasty() });
    let is_over = Arc::new(AtomicBool::new(false));
    let others = tokio::spawn({
        let (client, is_over) = (client.clone(), Arc::clone(&is_over));
        let (_, good, bytes) = original(&server, 1);
        async move {
            while !is_over.load(Ordering::Relaxed) {
                fetch(&client, &good, bytes.clone()).await.0.unwrap();
            }
        }
    });
    let (ended, _) = fetch(&client, &bad, bytes).await;
    is_over.store(true, Ordering::Relaxed);
    others.await.unwrap();
    let error = ended.unwrap_err();
    assert!(matches!(error, FetchError::Passing { .. }), "{error:?}");
    assert!(error.attempts() >= 10, "{error:?}");
    assert_eq!(server.hits().of_photo(id), error.attempts());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storms_that_outlast_ten_refusals_cost_nobody_anything() {
    let server = server(60);
    let policy = Policy { patience: Duration::from_mins(1), ..hasty() };
    let (client, heard) = client(policy);
    let forms = [RetryAfter::Unsaid, RetryAfter::Seconds(1), RetryAfter::Date(1)];
    for after in forms {
        server.reset_hits();
        server.storm(Duration::from_millis(900), after);
        let mut fetches = JoinSet::new();
        for nth in 0..60 {
            let (_, url, bytes) = original(&server, nth);
            let client = client.clone();
            fetches.spawn(async move { fetch(&client, &url, bytes).await.0.unwrap() });
        }
        fetches.join_all().await;
        let hits = server.hits();
        assert_eq!(hits.images - hits.refused, 60, "{after:?}: {hits:?}");
        match after {
            RetryAfter::Unsaid => assert!(hits.refused > 10, "{hits:?}"),
            // Those that were under way, and perhaps a probe that came too early.
            _ => assert!((1..=8).contains(&hits.refused), "{after:?}: {hits:?}"),
        }
    }
    let waits = heard.waits();
    assert!(waits.iter().all(|wait| wait.reason == "429 Too Many Requests"), "{waits:?}");
    let named = waits.iter().filter(|wait| wait.pause == Duration::from_secs(1)).count();
    assert!(named >= 1, "{waits:?}");
}

/// The photos with that fault, and others: all others are there before the first
/// of those is.
async fn slow_ones_come_last(slow: &Server, others: &Server, fault: Fault) {
    let policy = Policy { connections: NonZeroUsize::new(4).unwrap(), ..hasty() };
    let (client, _) = client(policy);
    let ended: Arc<Mutex<Vec<&str>>> = Arc::default();
    let mut fetches = JoinSet::new();
    let mut begin = |server: &Server, nth: usize, name: &'static str| {
        let (_, url, bytes) = original(server, nth);
        let (client, ended) = (client.clone(), Arc::clone(&ended));
        fetches.spawn(async move {
            let (came, _) = fetch(&client, &url, bytes).await;
            ended.lock().unwrap().push(name);
            came.unwrap()
        });
    };
    for nth in 0..3 {
        let (id, ..) = original(slow, nth);
        slow.fault(id, fault, Times::Once);
        begin(slow, nth, "slow");
    }
    for nth in 3..30 {
        begin(others, nth, "other");
    }
    fetches.join_all().await;
    let ended = ended.lock().unwrap();
    assert_eq!(ended[27..], ["slow"; 3], "{fault:?}: {ended:?}");
}

/// Of four connections three are held by bodies that hardly come, until they
/// count as dead: the fourth does all the work meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_hold_nobody_else_up() {
    for fault in [Fault::Drip, Fault::StallBody, Fault::StallHeader] {
        let server = server(30);
        slow_ones_come_last(&server, &server, fault).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_host_holds_no_other_host_up() {
    slow_ones_come_last(&server(30), &server(30), Fault::StallHeader).await;
}
