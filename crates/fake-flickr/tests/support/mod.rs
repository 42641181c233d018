//! A client that sees every byte: it reads what came, and how it ended.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part of it")]

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use fake_flickr::Server;
use serde_json::Value;

/// How long a read may take.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// By its length, its last chunk, or, lacking both, by closing.
    Whole,
    /// Too early, by closing.
    Cut,
    /// By a reset.
    Reset,
    /// Not at all within the time.
    Silence,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Raw {
    /// 0 where no head came.
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub end: End,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub fn get(url: &str) -> Raw {
    request("GET", url, &[])
}

pub fn request(method: &str, url: &str, headers: &[(&str, &str)]) -> Raw {
    let (host, path) = split(url);
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    send(&mut stream, method, host, path, headers);
    read(&mut stream, method)
}

pub fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

pub fn send(
    stream: &mut TcpStream,
    method: &str,
    host: &str,
    path: &str,
    headers: &[(&str, &str)],
) {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
    for (name, value) in headers {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).unwrap();
}

/// Reads one answer, and no byte after it.
pub fn read(stream: &mut TcpStream, method: &str) -> Raw {
    let mut raw = Raw { status: 0, headers: BTreeMap::new(), body: Vec::new(), end: End::Whole };
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match byte(stream) {
            Ok(byte) => head.push(byte),
            Err(end) => {
                raw.end = end;
                return raw;
            }
        }
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    raw.status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        raw.headers.insert(name.to_lowercase(), value.to_owned());
    }
    if method != "HEAD" && raw.status != 304 {
        raw.end = body(stream, &mut raw);
    }
    raw
}

fn body(stream: &mut TcpStream, raw: &mut Raw) -> End {
    if raw.header("transfer-encoding") == Some("chunked") {
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                match byte(stream) {
                    Ok(byte) => line.push(byte),
                    Err(end) => return end,
                }
            }
            let size = std::str::from_utf8(&line).unwrap().trim();
            let size = usize::from_str_radix(size, 16).unwrap();
            let end = take(stream, size, &mut raw.body);
            let ended = take(stream, 2, &mut Vec::new());
            match (size, end, ended) {
                (0, _, ended) => return ended,
                (_, End::Whole, End::Whole) => {}
                (_, End::Whole, end) | (_, end, _) => return end,
            }
        }
    }
    match raw.header("content-length").map(|len| len.parse().unwrap()) {
        Some(len) => take(stream, len, &mut raw.body),
        None => match take(stream, usize::MAX, &mut raw.body) {
            End::Cut => End::Whole,
            end => end,
        },
    }
}

fn byte(stream: &mut TcpStream) -> Result<u8, End> {
    let mut out = Vec::new();
    match take(stream, 1, &mut out) {
        End::Whole => Ok(out[0]),
        end => Err(end),
    }
}

fn take(stream: &mut TcpStream, len: usize, out: &mut Vec<u8>) -> End {
    let mut buffer = vec![0; 64 << 10];
    let mut left = len;
    let begun = Instant::now();
    while left > 0 {
        // A drip never runs into the socket's own time limit.
        if begun.elapsed() > PATIENCE {
            return End::Silence;
        }
        let limit = buffer.len().min(left);
        match stream.read(&mut buffer[..limit]) {
            Ok(0) => return End::Cut,
            Ok(n) => {
                out.extend_from_slice(&buffer[..n]);
                left -= n;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return End::Reset,
            Err(_) => return End::Silence,
        }
    }
    End::Whole
}

/// The URL of an API call.
pub fn call(server: &Server, method: &str, rest: &str) -> String {
    let (base, key, nsid) = (server.base(), server.key(), server.nsid());
    format!("{base}/services/rest/?method={method}&api_key={key}&user_id={nsid}&{rest}")
}

/// An API call's answer in JSON.
pub fn api(server: &Server, method: &str, rest: &str) -> Value {
    let raw = get(&call(server, method, &format!("format=json&nojsoncallback=1&{rest}")));
    serde_json::from_slice(&raw.body).unwrap_or_else(|error| panic!("{error}: {}", raw.text()))
}

/// The models in a page's script.
pub fn models(html: &str) -> Value {
    let (_, rest) = html.split_once("modelExport: ").expect("the page has models");
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    values.next().expect("a value follows").expect("it is JSON")
}

/// The key that a page assigns.
pub fn site_key(html: &str) -> &str {
    let (_, rest) = html.split_once(".flickr.api.site_key = \"").expect("the page has a key");
    rest.split_once('"').unwrap().0
}
