//! What goes over the wire, and what must never: against scripted sockets.

mod support;

use silverprint_core::{FetchError, PhotoId, Retrying, SinkError, Waiting};
use silverprint_http::{MayAsk, Policy, Stall};
use std::io::Write as _;
use std::net::Shutdown;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};
use support::{AGENT, Heard, Recording, Scripted, Trap, client, hasty};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use url::Url;

const ONE: NonZeroUsize = NonZeroUsize::MIN;

fn ok() -> (String, String) {
    ("200 OK".to_owned(), "good".to_owned())
}

async fn get(policy: Policy, url: &Url) -> Result<u32, FetchError> {
    client(policy).0.get(url, &mut Recording::of(b"good".to_vec())).await
}

#[tokio::test]
async fn redirects_are_followed_five_times_and_not_once_more() {
    let server = Scripted::answering(|path, _| {
        let left: u32 = path.trim_start_matches('/').parse().unwrap();
        match left.checked_sub(1) {
            None => ok(),
            Some(next) => (format!("302 Found\r\nlocation: /{next}"), String::new()),
        }
    });
    assert_eq!(get(hasty(), &server.url("/5")).await.unwrap(), 1);
    assert_eq!(server.asked().len(), 6);
    let ended = get(hasty(), &server.url("/6")).await;
    assert!(matches!(ended, Err(FetchError::Gone { attempts: 1, .. })), "{ended:?}");
}

#[tokio::test]
async fn a_redirect_leads_only_where_one_may_ask() {
    let trap = Trap::set();
    let forbidden = format!("http://127.0.0.1:{}/", trap.port());
    let to = forbidden.clone();
    let server = Scripted::answering(move |path, _| match path {
        "/first" => ("301 Moved\r\nlocation: /second".to_owned(), String::new()),
        _ => (format!("307 There\r\nlocation: {to}"), String::new()),
    });
    let port = trap.port();
    let may_ask = MayAsk::new(move |url| match url.port() {
        Some(asked) if asked == port => Err("nobody's business".to_owned()),
        _ => Ok(()),
    });
    for path in ["/first", "/second"] {
        let ended = get(Policy { may_ask: may_ask.clone(), ..hasty() }, &server.url(path)).await;
        assert!(matches!(ended, Err(FetchError::Forbidden { .. })), "{ended:?}");
    }
    let ended = get(Policy { may_ask, ..hasty() }, &forbidden.parse().unwrap()).await;
    assert!(matches!(ended, Err(FetchError::Forbidden { .. })), "{ended:?}");
    assert!(!trap.was_touched());
}

#[tokio::test]
async fn private_addresses_are_not_connected_to_however_they_are_written() {
    let trap = Trap::set();
    let policy = Policy { loopback: false, ..hasty() };
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "user@127.0.0.1",
    ] {
        let url = format!("http://{host}:{}/latest/meta-data", trap.port()).parse().unwrap();
        let ended = get(policy.clone(), &url).await;
        assert!(matches!(ended, Err(FetchError::Forbidden { .. })), "{host}: {ended:?}");
    }
    // A name is looked up, and what it stands for is looked at.
    for host in ["localhost", "localhost."] {
        let url = format!("http://{host}:{}/", trap.port()).parse().unwrap();
        let ended = get(policy.clone(), &url).await;
        assert!(matches!(ended, Err(FetchError::Unreachable { .. })), "{host}: {ended:?}");
    }
    assert!(!trap.was_touched());
}

#[tokio::test]
async fn a_photo_that_is_gone_says_so_by_a_redirect() {
    let server = Scripted::answering(|_, _| {
        ("302 Found\r\nlocation: /images/photo_unavailable_l.png".to_owned(), String::new())
    });
    let ended = get(hasty(), &server.url("/1_2_o.jpg")).await;
    assert!(matches!(ended, Err(FetchError::Gone { attempts: 2, .. })), "{ended:?}");
    assert!(server.asked().iter().all(|asked| asked.path == "/1_2_o.jpg"));
}

#[tokio::test]
async fn requests_name_the_program_and_never_the_address_before() {
    let server = Scripted::answering(|path, _| match path.split('?').next() {
        Some("/a") => ("302 Found\r\nlocation: /b".to_owned(), String::new()),
        _ => ok(),
    });
    get(hasty(), &server.url("/a?api_key=canary")).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    for asked in asked {
        assert!(asked.head.contains(&format!("user-agent: {AGENT}")), "{}", asked.head);
        assert!(!asked.head.contains("referer"), "{}", asked.head);
    }
    assert!(!server.asked()[1].head.contains("canary"));
}

/// Whatever goes wrong, no word of it holds the query.
#[tokio::test]
async fn no_error_and_no_report_holds_the_query() {
    // Bound, and nobody listens: a port that were given back another test might get.
    let nobody = TcpSocket::new_v4().unwrap();
    nobody.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let closed = nobody.local_addr().unwrap();
    let server = Scripted::start(|path, _, stream| {
        let answer: &[u8] = match path.split('?').next().unwrap() {
            "/500" => b"HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "/404" => b"HTTP/1.1 404 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "/429" => b"HTTP/1.1 429 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "/cut" => b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ngoo",
            "/chunk" => b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            "/nonsense" => b"\x16\x03\x01nonsense",
            "/nowhere" => b"HTTP/1.1 302 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "/round" => {
                b"HTTP/1.1 302 X\r\nlocation: /round?api_key=canary\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            }
            _ => b"",
        };
        stream.write_all(answer).unwrap();
        let _ = stream.shutdown(Shutdown::Both);
    });
    let mut urls: Vec<Url> =
        ["500", "404", "429", "cut", "chunk", "nonsense", "nowhere", "round", "x"]
            .iter()
            .map(|path| server.url(&format!("/{path}?api_key=canary")))
            .collect();
    urls.push(format!("http://{closed}/?api_key=canary").parse().unwrap());
    urls.push("http://10.0.0.1/?api_key=canary".parse().unwrap());
    for url in urls {
        let (client, heard) = client(hasty());
        let error = client.get(&url, &mut Recording::of(b"good".to_vec())).await.unwrap_err();
        let words = format!("{error} {error:?} {:?} {:?}", heard.retries(), heard.waits());
        assert!(!words.contains("canary"), "{url}: {words}");
    }
}

/// Counted by the server, from a request's coming to its answer's going.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_requests_are_under_way_than_allowed() {
    let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let seen = Arc::clone(&counts);
    let all_of_them = Arc::new(Barrier::new(5));
    let server = Scripted::answering(move |_, number| {
        let (now, most) = &*counts;
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // The first five are answered when all of them are there.
        if number < 5 {
            all_of_them.wait();
        }
        now.fetch_sub(1, Ordering::SeqCst);
        ok()
    });
    let connections = NonZeroUsize::new(5).unwrap();
    let stall = Stall { over: Duration::from_mins(1), ..Stall::default() };
    let (client, _) = client(Policy { connections, stall, ..hasty() });
    let mut fetches = JoinSet::new();
    for _ in 0..60 {
        let (client, url) = (client.clone(), server.url("/"));
        fetches.spawn(async move {
            client.get(&url, &mut Recording::of(b"good".to_vec())).await.unwrap()
        });
    }
    assert_eq!(fetches.join_all().await, [1; 60]);
    assert_eq!(seen.1.load(Ordering::SeqCst), 5);
}

/// With one connection a request comes only when the one before is over: so
/// the server's own clock shows the pause.
async fn pause_after(head: &'static str) -> Duration {
    let server = Scripted::answering(move |_, number| match number {
        0 => (head.to_owned(), String::new()),
        _ => ok(),
    });
    let (client, _) = client(Policy { connections: ONE, attempts: 1, ..hasty() });
    let mut fetches = JoinSet::new();
    for _ in 0..4 {
        let (client, url) = (client.clone(), server.url("/"));
        fetches.spawn(async move {
            client.get(&url, &mut Recording::of(b"good".to_vec())).await.unwrap()
        });
    }
    // One attempt is all that is allowed: a refusal takes none of it.
    let mut attempts = fetches.join_all().await;
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1, 1, 2]);
    let asked = server.asked();
    assert_eq!(asked.len(), 5);
    asked[1].at - asked[0].at
}

#[tokio::test]
async fn a_refusal_pauses_everybody_for_as_long_as_the_host_says() {
    let second = Duration::from_secs(1);
    assert!(pause_after("429 Too Many\r\nretry-after: 1").await >= second);
    assert!(pause_after("503 Busy\r\nretry-after: 1").await >= second);
    pause_after("429 Too Many").await;
    pause_after("429 Too Many\r\nretry-after: soon").await;
}

#[tokio::test]
async fn a_date_to_come_back_is_read_by_the_clock_of_the_host() {
    let past = "429 No\r\ndate: Sat, 01 Jan 2000 00:00:00 GMT\r\nretry-after: Sat, 01 Jan 2000 00:00:01 GMT";
    assert!(pause_after(past).await >= Duration::from_secs(1));
    // Read by our clock this would be an hour.
    let future = "429 No\r\ndate: Thu, 01 Jan 2099 00:00:00 GMT\r\nretry-after: Thu, 01 Jan 2099 00:00:00 GMT";
    assert!(pause_after(future).await < Duration::from_mins(10));
}

/// So many fetches at once of a host that answers `500` to the first `broken`.
async fn fetched_of_a_broken_host(
    policy: Policy,
    fetches: usize,
    broken: usize,
) -> (Vec<Result<u32, FetchError>>, usize, Arc<Heard>) {
    let server = Scripted::answering(move |_, number| {
        if number < broken { ("500 No".to_owned(), String::new()) } else { ok() }
    });
    let (client, heard) = client(policy);
    let mut all = JoinSet::new();
    for _ in 0..fetches {
        let (client, url) = (client.clone(), server.url("/a.jpg?api_key=canary"));
        all.spawn(async move { client.get(&url, &mut Recording::of(b"good".to_vec())).await });
    }
    (all.join_all().await, server.asked().len(), heard)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_its_retries_are_used_up_the_host_is_waited_for_and_nobody_loses_anything() {
    let patience = Duration::from_mins(5);
    let policy = Policy { attempts: 30, patience, ..hasty() };
    // 500 in the bucket, 5 a retry: 100 retries are paid for, and the rest waits.
    let (ended, asked, heard) = fetched_of_a_broken_host(policy, 30, 300).await;
    for ended in ended {
        assert!(ended.unwrap() >= 1);
    }
    assert_eq!(asked, 330, "not one request more than there were failures");
    let waits = heard.waits();
    let told = |wait: &Waiting| wait.reason == "500 Internal Server Error, and no retries left";
    assert!(waits.iter().any(told), "{waits:?}");
    assert!(waits.iter().all(|wait| wait.host.starts_with("127.0.0.1:")), "{waits:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_broken_for_good_is_given_up_once_for_all() {
    let policy = Policy { attempts: 1000, ..hasty() };
    let (ended, asked, _) = fetched_of_a_broken_host(policy, 500, usize::MAX).await;
    let mut turned_away = 0;
    for ended in ended {
        let error = ended.unwrap_err();
        assert!(matches!(error, FetchError::Passing { .. }), "{error:?}");
        let message = error.to_string();
        assert!(message.contains(" is given up: 500 Internal Server Error"), "{message}");
        turned_away += usize::from(error.attempts() == 0);
    }
    assert!(asked < 500, "{asked} requests for 500 bodies");
    assert!(turned_away > 100, "{turned_away} were never asked for");
}

/// Pages of a hotel's network, say: each answer whole, and none what was wanted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_answers_nothing_but_nonsense_is_given_up_too() {
    let server = Scripted::answering(|_, _| ("200 OK".to_owned(), "please log in".to_owned()));
    let (client, _) = client(Policy { attempts: 1000, ..hasty() });
    let mut all = JoinSet::new();
    for _ in 0..300 {
        let (client, url) = (client.clone(), server.url("/"));
        all.spawn(async move { client.get(&url, &mut Recording::of(b"good".to_vec())).await });
    }
    for ended in all.join_all().await {
        let message = ended.unwrap_err().to_string();
        assert!(message.contains(" is given up: other bytes"), "{message}");
    }
}

#[tokio::test]
async fn each_retry_is_told_with_its_photo_its_number_its_wait_and_why() {
    let server = Scripted::answering(|_, number| match number {
        0 => ("502 No".to_owned(), String::new()),
        1 => ("429 No\r\nretry-after: 1".to_owned(), String::new()),
        _ => ok(),
    });
    let (client, heard) = client(hasty());
    let photo = Some(PhotoId::new(7));
    let mut sink = Recording { photo, ..Recording::of(b"good".to_vec()) };
    assert_eq!(client.get(&server.url("/7_a_b.jpg?api_key=canary"), &mut sink).await.unwrap(), 3);
    let told = heard.retries();
    let of = |it: &Retrying| (it.photo, it.what.clone(), it.attempt, it.reason.clone());
    let what = || "127.0.0.1/7_a_b.jpg".to_owned();
    assert_eq!(
        told.iter().map(of).collect::<Vec<_>>(),
        [
            (photo, what(), 1, "502 Bad Gateway".to_owned()),
            (photo, what(), 2, "429 Too Many Requests".to_owned()),
        ]
    );
    assert!(told[0].wait <= hasty().backoff.longest);
    let waits = heard.waits();
    assert_eq!(waits.len(), 1);
    assert_eq!(waits[0].pause, Duration::from_secs(1));
    assert!(told[1].wait > Duration::from_millis(500), "it waits out the pause: {told:?}");
}

#[tokio::test]
async fn a_slow_sink_is_not_taken_for_a_slow_host() {
    let server = Scripted::start(|_, _, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        for _ in 0..2 {
            write!(stream, "2\r\nab\r\n").unwrap();
        }
        write!(stream, "0\r\n\r\n").unwrap();
    });
    let (client, _) = client(hasty());
    let chews = hasty().stall.over + Duration::from_millis(100);
    let mut sink = Recording { chews, ..Recording::of(b"abab".to_vec()) };
    let start = Instant::now();
    assert_eq!(client.get(&server.url("/"), &mut sink).await.unwrap(), 1);
    assert!(start.elapsed() >= chews, "the sink was slower than the limit for stalls");
}

#[tokio::test]
async fn a_limit_of_bandwidth_holds_and_is_not_taken_for_a_slow_host() {
    let server = Scripted::answering(|_, _| ("200 OK".to_owned(), "x".repeat(60_000)));
    // Less than a megabyte in a tenth of a second counts as dead.
    let stall = Stall { floor: 10_000_000, over: Duration::from_millis(100) };
    let (client, _) = client(Policy { bandwidth: Some(100_000), stall, ..hasty() });
    let start = Instant::now();
    let mut sink = Recording::of("x".repeat(60_000).into_bytes());
    assert_eq!(client.get(&server.url("/"), &mut sink).await.unwrap(), 1);
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn what_fails_on_our_side_is_not_tried_again() {
    struct Full;
    impl silverprint_core::Sink for Full {
        fn begin<'a>(
            &'a mut self,
            _: &'a silverprint_core::Head,
        ) -> futures_util::future::BoxFuture<'a, Result<(), SinkError>> {
            Box::pin(async { Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into()) })
        }

        fn write(
            &mut self,
            _: bytes::Bytes,
        ) -> futures_util::future::BoxFuture<'_, Result<(), SinkError>> {
            unreachable!("it did not begin")
        }

        fn accept(&mut self) -> futures_util::future::BoxFuture<'_, Result<(), SinkError>> {
            unreachable!("it did not begin")
        }
    }
    let server = Scripted::answering(|_, _| ok());
    let ended = client(hasty()).0.get(&server.url("/"), &mut Full).await;
    assert!(matches!(ended, Err(FetchError::Local(_))), "{ended:?}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_judged_before_anything_is_asked_there() {
    let server = Scripted::answering(|path, _| match path {
        "/" => ("302 Found\r\nlocation: /open?x=1".to_owned(), String::new()),
        "/open?x=1" => ("302 Found\r\nlocation: /closed".to_owned(), String::new()),
        _ => ok(),
    });
    let (client, _) = client(hasty());
    let mut led_to = Vec::new();
    let mut may_follow = |next: &Url| {
        led_to.push(next.clone());
        if next.path() == "/closed" { Err("it is closed".to_owned()) } else { Ok(()) }
    };
    let mut sink = Recording::of(b"good".to_vec());
    let ended = client.get_along(&server.url("/"), &mut sink, &mut may_follow).await;
    let Err(FetchError::Forbidden { host, message }) = &ended else { panic!("{ended:?}") };
    assert_eq!((&**host, &**message), ("127.0.0.1", "it is closed"));
    assert_eq!(led_to, [server.url("/open?x=1"), server.url("/closed")]);
    let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/", "/open?x=1"]);
    assert_eq!(client.get(&server.url("/"), &mut sink).await.unwrap(), 1);
}
