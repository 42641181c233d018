//! HTTP/1.1 on several connections against HTTP/2: which fetches pictures
//! faster, and at what cost?
//!
//! `http2` measures against a server that it starts as a process of its own
//! (`http2 serve`): hyper, both protocols on one port, without TLS. All ways
//! take turns, in several rounds; of each the median round counts. A line of
//! JSON for each goes to stdout; `cargo xtask bench http2` makes a table of it.
#![expect(clippy::print_stdout, reason = "an example talks to who runs it")]

use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep};

type Failure = Box<dyn Error + Send + Sync>;

const BODIES: [usize; 4] = [6_000, 20_000, 200_000, 3_000_000];
const LATENCIES: [u64; 2] = [0, 50];
const ROUNDS: usize = 5;
/// How long requests begin; those that are under way then come to their end.
const TURN: Duration = Duration::from_millis(600);

/// A way to ask.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    is_http2: bool,
    /// Connections, and requests at once over all of them.
    connections: usize,
    requests: usize,
}

const WAYS: [Way; 6] = [
    Way { name: "HTTP/1.1, 24 connections", is_http2: false, connections: 24, requests: 24 },
    // As many requests at once as the widest HTTP/2: tells the protocol from the width.
    Way { name: "HTTP/1.1, 96 connections", is_http2: false, connections: 96, requests: 96 },
    Way { name: "HTTP/2, 1 × 24 streams", is_http2: true, connections: 1, requests: 24 },
    Way { name: "HTTP/2, 1 × 96 streams", is_http2: true, connections: 1, requests: 96 },
    Way { name: "HTTP/2, 4 × 6 streams", is_http2: true, connections: 4, requests: 24 },
    Way { name: "HTTP/2, 4 × 24 streams", is_http2: true, connections: 4, requests: 96 },
];

/// What one turn came to.
#[derive(Clone, Copy)]
struct Turn {
    requests_a_second: f64,
    cpu_seconds_a_gb: f64,
}

fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        // One thread, as fake-flickr: the other core is the client's.
        return Builder::new_current_thread().enable_all().build()?.block_on(serve());
    }
    // reqwest wants one even where nothing is encrypted; it is set once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start()?;
    for bytes in BODIES {
        for latency in LATENCIES {
            let url = format!("{}/{bytes}/{latency}", server.base);
            for (way, turns) in WAYS.iter().zip(in_turns(&url, bytes)?) {
                print(way, bytes, latency, &turns);
            }
        }
    }
    Ok(())
}

/// All ways, one after the other, in rounds.
fn in_turns(url: &str, bytes: usize) -> Result<Vec<Vec<Turn>>, Failure> {
    let mut turns = vec![Vec::new(); WAYS.len()];
    for _ in 0..ROUNDS {
        for (way, turns) in WAYS.iter().zip(&mut turns) {
            // A runtime and connections of its own for each turn, as the program has them.
            let runtime = Builder::new_multi_thread().enable_all().build()?;
            turns.push(turn(&runtime, *way, url, bytes)?);
        }
    }
    Ok(turns)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn turn(runtime: &Runtime, way: Way, url: &str, bytes: usize) -> Result<Turn, Failure> {
    let clients = clients(way)?;
    let ask = async || {
        // The connections come first, and are not measured.
        ask(&clients, way, url, Duration::ZERO).await?;
        let (cpu, began) = (cpu()?, Instant::now());
        let requests = ask(&clients, way, url, TURN).await?;
        Ok::<_, Failure>((requests as f64, began.elapsed().as_secs_f64(), self::cpu()? - cpu))
    };
    let (requests, seconds, cpu) = runtime.block_on(ask())?;
    let gigabytes = requests * bytes as f64 / 1e9;
    Ok(Turn { requests_a_second: requests / seconds, cpu_seconds_a_gb: cpu / gigabytes })
}

/// A client for each HTTP/2 connection, for reqwest keeps one for each host.
fn clients(way: Way) -> Result<Vec<reqwest::Client>, Failure> {
    let n = if way.is_http2 { way.connections } else { 1 };
    let client = |_| {
        let builder = reqwest::Client::builder().no_proxy().tcp_nodelay(true);
        let builder = if way.is_http2 {
            builder.http2_prior_knowledge()
        } else {
            builder.http1_only().pool_max_idle_per_host(way.connections)
        };
        Ok(builder.build()?)
    };
    (0..n).map(client).collect()
}

/// As many askers as requests at once, each with one request after another
/// until the time is over, and at least one. Says how many there were.
async fn ask(
    clients: &[reqwest::Client],
    way: Way,
    url: &str,
    over: Duration,
) -> Result<usize, Failure> {
    let end = Instant::now() + over;
    let askers = (0..way.requests).map(|n| {
        let (client, url) = (clients[n % clients.len()].clone(), url.to_owned());
        tokio::spawn(async move {
            let mut requests = 0;
            loop {
                let mut response = client.get(&url).send().await?.error_for_status()?;
                while response.chunk().await?.is_some() {}
                requests += 1;
                if Instant::now() >= end {
                    return Ok::<usize, reqwest::Error>(requests);
                }
            }
        })
    });
    let mut requests = 0;
    for asker in join_all(askers).await {
        requests += asker??;
    }
    Ok(requests)
}

/// CPU seconds of this process so far: its threads', as the kernel counts them.
#[expect(clippy::disallowed_methods, reason = "lines that the kernel makes: no disk")]
fn cpu() -> Result<f64, Failure> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let counted = std::fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += counted.split_whitespace().next().ok_or("no schedstat")?.parse::<f64>()?;
    }
    Ok(nanoseconds / 1e9)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn print(way: &Way, bytes: usize, latency: u64, turns: &[Turn]) {
    let of = |value: fn(&Turn) -> f64| median(turns.iter().map(value).collect());
    let requests = of(|turn| turn.requests_a_second);
    println!(
        r#"{{"bytes":{bytes},"latency_ms":{latency},"protocol":"{}","requests_a_second":{requests},"mb_a_second":{},"cpu_seconds_a_gb":{}}}"#,
        way.name,
        requests * bytes as f64 / 1e6,
        of(|turn| turn.cpu_seconds_a_gb),
    );
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The server's process; it ends with the value.
struct Server {
    child: Child,
    base: String,
}

impl Server {
    fn start() -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("serve").stdout(Stdio::piped()).spawn()?;
        let mut base = String::new();
        BufReader::new(child.stdout.take().ok_or("it is piped")?).read_line(&mut base)?;
        Ok(Self { child, base: base.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves until it is killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves `/BYTES/MILLISECONDS`: so many bytes after so long.
async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let all = Bytes::from(vec![0x5a; BODIES[BODIES.len() - 1]]);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let all = all.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(request, all.clone()));
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that goes away is no concern of the server's.
            let _ = server.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    all: Bytes,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let mut parts = request.uri().path().split('/').skip(1).map(|part| part.parse().unwrap_or(0));
    let (bytes, latency) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if latency > 0 {
        sleep(Duration::from_millis(latency as u64)).await;
    }
    Ok(hyper::Response::new(Full::new(all.slice(..bytes.min(all.len())))))
}
