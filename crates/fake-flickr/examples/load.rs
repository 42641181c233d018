//! A load generator, to show that the fake is never what a measurement measures.
//!
//! `cargo run --release -p fake-flickr --example load -- URL CONNECTIONS SECONDS`: GETs one URL
//! over and over on so many kept-alive connections, and prints the answers a second. Pin the
//! server to one core and this to another.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

#[expect(clippy::print_stdout, reason = "the number is what was asked for")]
fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let usage = || io::Error::other("usage: load http://HOST/PATH [CONNECTIONS] [SECONDS]");
    let url = args.next().ok_or_else(usage)?;
    let rest = url.strip_prefix("http://").ok_or_else(usage)?;
    let (host, path) = rest.split_at(rest.find('/').ok_or_else(usage)?);
    let connections: u32 = args.next().and_then(|n| n.parse().ok()).unwrap_or(64);
    let seconds: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(5);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let answers = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let until = start + Duration::from_secs(seconds);
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let (host, request) = (host.to_owned(), request.clone());
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || run(&host, &request, &answers, until))
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| io::Error::other("a connection's thread failed"))??;
    }
    let answers = u32::try_from(answers.load(Relaxed)).unwrap_or(u32::MAX);
    println!("{:.0} answers a second", f64::from(answers) / start.elapsed().as_secs_f64());
    Ok(())
}

fn run(host: &str, request: &str, answers: &AtomicU64, until: Instant) -> io::Result<()> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 256 << 10];
    while Instant::now() < until {
        stream.write_all(request.as_bytes())?;
        answer(&mut stream, &mut buffer)?;
        answers.fetch_add(1, Relaxed);
    }
    Ok(())
}

/// Reads one answer that has a Content-Length.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    let mut have = 0;
    let head = loop {
        let n = stream.read(&mut buffer[have..])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        have += n;
        if let Some(end) = buffer[..have].windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length
        .and_then(|length| length.trim().parse().ok())
        .ok_or_else(|| io::Error::other("the answer has no Content-Length"))?;
    let mut left = (head + length).saturating_sub(have);
    while left > 0 {
        let limit = buffer.len().min(left);
        let n = stream.read(&mut buffer[..limit])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left -= n;
    }
    Ok(())
}
