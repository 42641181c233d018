//! What the tests share: a client in a hurry, a sink that records, a server
//! that answers from a script.

#![expect(unreachable_pub, reason = "a module of several test programs")]
#![allow(dead_code, reason = "each test program uses its part of it")]

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt as _};
use silverprint_core::{Head, PhotoId, Rejection, Reporter, Retrying, Sink, SinkError, Waiting};
use silverprint_http::{Backoff, Client, MayAsk, Policy, Stall};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use url::Url;

pub const AGENT: &str = "silverprint-test/1 (+https://example.org)";

/// Waits milliseconds where the real thing waits seconds; asks whom it wants.
pub fn hasty() -> Policy {
    Policy {
        loopback: true,
        attempts: 3,
        connections: NonZeroUsize::new(4).unwrap(),
        backoff: Backoff { first: Duration::from_millis(2), longest: Duration::from_millis(8) },
        stall: Stall { floor: 1024, over: Duration::from_millis(1500) },
        patience: Duration::from_millis(300),
        ..Policy::new(AGENT.to_owned(), MayAsk::new(|_| Ok(())))
    }
}

pub fn client(policy: Policy) -> (Client, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    (Client::new(policy, Arc::clone(&heard) as Arc<dyn Reporter>).unwrap(), heard)
}

/// Everything that was reported.
#[derive(Default)]
pub struct Heard {
    retries: Mutex<Vec<Retrying>>,
    waits: Mutex<Vec<Waiting>>,
}

impl Heard {
    pub fn retries(&self) -> Vec<Retrying> {
        self.retries.lock().unwrap().clone()
    }

    pub fn waits(&self) -> Vec<Waiting> {
        self.waits.lock().unwrap().clone()
    }
}

impl Reporter for Heard {
    fn retrying(&self, retrying: &Retrying) {
        self.retries.lock().unwrap().push(retrying.clone());
    }

    fn waiting(&self, waiting: &Waiting) {
        self.waits.lock().unwrap().push(waiting.clone());
    }
}

/// Accepts exactly the bytes that it waits for, or any where it waits for none.
#[derive(Default)]
pub struct Recording {
    pub expected: Option<Vec<u8>>,
    pub photo: Option<PhotoId>,
    /// How long it takes to swallow a chunk.
    pub chews: Duration,
    pub begun: u32,
    pub body: Vec<u8>,
    pub accepted: u32,
}

impl Recording {
    pub fn of(expected: Vec<u8>) -> Self {
        Self { expected: Some(expected), ..Self::default() }
    }
}

impl Sink for Recording {
    fn photo(&self) -> Option<PhotoId> {
        self.photo
    }

    fn begin<'a>(&'a mut self, _head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.begun += 1;
        self.body.clear();
        async { Ok(()) }.boxed()
    }

    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        self.body.extend_from_slice(&chunk);
        let chews = self.chews;
        async move {
            if !chews.is_zero() {
                tokio::time::sleep(chews).await;
            }
            Ok(())
        }
        .boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        let is_right = self.expected.as_ref().is_none_or(|expected| *expected == self.body);
        self.accepted += u32::from(is_right);
        let judged =
            if is_right { Ok(()) } else { Err(Rejection("other bytes".to_owned()).into()) };
        async { judged }.boxed()
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    /// The head, in lower case.
    pub head: String,
    pub at: Instant,
}

/// A server whose answers are bytes from a script, one a connection.
pub struct Scripted {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scripted {
    /// `answer` is given the path and the number of the request, from 0 on,
    /// and may write whatever it wants.
    pub fn start(answer: impl Fn(&str, usize, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (book, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (book, answer) = (Arc::clone(&book), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream.unwrap(), &book, &*answer));
            }
        });
        Self { address, asked }
    }

    /// The same for plain answers: a status line's end, headers and body.
    pub fn answering(
        answer: impl Fn(&str, usize) -> (String, String) + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |path, number, stream| {
            let (head, body) = answer(path, number);
            write!(
                stream,
                "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        })
    }

    pub fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    book: &Mutex<Vec<Asked>>,
    answer: &impl Fn(&str, usize, &mut TcpStream),
) {
    let lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)).map(str::to_owned) else {
        return;
    };
    let number = {
        let mut book = book.lock().unwrap();
        let head = head.join("\n").to_lowercase();
        book.push(Asked { path: path.clone(), head, at: Instant::now() });
        book.len() - 1
    };
    answer(&path, number, &mut stream);
}

/// A port at which somebody listens whom nobody may ask.
pub struct Trap(TcpListener);

impl Trap {
    pub fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    /// Whether anybody came.
    pub fn was_touched(&self) -> bool {
        self.0.accept().is_ok()
    }
}
