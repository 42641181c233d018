//! What the tests share: a folder with secrets in it, a server, and a client
//! that sends whatever it is told to.

#![expect(unreachable_pub, reason = "a module of several test programs")]
#![allow(dead_code, reason = "each test program uses its part of it")]

use silverprint_serve::{Port, Server};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// What is in every file that is not served.
pub const SECRET: &str = "SECRET";
/// Whoever says nothing for so long hangs.
const HANG: Duration = Duration::from_mins(1);

/// A folder as a sync leaves it, and a secret beside it.
pub fn archive() -> TempDir {
    let around = tempfile::tempdir().unwrap();
    let put = |path: &str, bytes: &[u8]| {
        let path = around.path().join("archive").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    put("index.html", b"<!doctype html>the wall");
    put("sheet/head.js", b"silverprint.head({})");
    put("sheet/parts/00000.js", b"silverprint.part(0, [])");
    put("photos/7.jpg", b"a picture");
    put("photos/2014/\u{e4} b.jpg", b"another");
    put("photos/9.mp4", &stream());
    put("photos/10.html", b"<script>alert(1)</script>");
    put("thumbs/7.jpg", b"a print");
    put("thumbs/empty.jpg", b"");
    for secret in [
        ".silverprint/catalogue.db",
        ".silverprint/lock",
        ".silverprint/incoming/0.part",
        ".hidden",
        "photos.jsonl",
        "SHA256SUMS",
        "failed.csv",
        "other.html",
        "photos/.hidden",
        "photos/.hidden.d/7.jpg",
        "../beside.html",
    ] {
        put(secret, SECRET.as_bytes());
    }
    around
}

/// Longer than what is read at once.
pub fn stream() -> Vec<u8> {
    (0..1_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

/// A server in a runtime of its own, until it is dropped.
pub struct Serving {
    pub around: TempDir,
    pub at: SocketAddr,
    _runtime: Runtime,
}

impl Serving {
    pub fn start(around: TempDir) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = around.path().join("archive");
        let server = runtime.block_on(Server::bind(&folder, Port::Exactly(0))).unwrap();
        let at = server.address();
        runtime.spawn(server.run());
        Self { around, at, _runtime: runtime }
    }

    pub fn folder(&self) -> PathBuf {
        self.around.path().join("archive")
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        stream
    }

    /// Sends these bytes, and reads what comes until the other side closes.
    pub fn send(&self, request: &[u8]) -> Reply {
        let mut stream = self.connect();
        // It may have had enough before it has read all of it.
        let _ = stream.write_all(request);
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        Reply::read(&reply)
    }

    /// With our own host, and further lines of the head.
    pub fn ask(&self, method: &str, target: &str, lines: &[&str]) -> Reply {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.at);
        for line in lines.iter().chain(&["Connection: close", ""]) {
            head.push_str(line);
            head.push_str("\r\n");
        }
        self.send(head.as_bytes())
    }

    pub fn get(&self, target: &str) -> Reply {
        self.ask("GET", target, &[])
    }

    /// Listens to the progress. As HTTP/1.0, which knows no chunks.
    pub fn listen(&self, lines: &str) -> Events {
        let mut stream = self.connect();
        let head = format!("GET /progress HTTP/1.0\r\nHost: {}\r\n{lines}\r\n", self.at);
        stream.write_all(head.as_bytes()).unwrap();
        let mut events = Events(BufReader::new(stream));
        let status = events.line();
        assert!(status.contains(" 200 "), "{status}");
        while !events.line().is_empty() {}
        events
    }
}

/// What came.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Reply {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head in {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let (status, lines) = head.split_once("\r\n").unwrap();
        let line = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        };
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: lines.lines().map(line).collect(), body: bytes[end + 4..].to_vec() }
    }

    #[track_caller]
    pub fn with(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.head.get(name).map_or("", String::as_str)
    }

    pub fn holds(&self, words: &str) -> bool {
        self.body.windows(words.len()).any(|it| it == words.as_bytes())
    }
}

/// What is told, line by line.
pub struct Events(BufReader<TcpStream>);

impl Events {
    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).unwrap() > 0, "it ended");
        line.trim_end().to_owned()
    }

    /// The next event: its name, its data, its id.
    pub fn event(&mut self) -> (String, String, String) {
        let [mut event, mut data, mut id] = [const { String::new() }; 3];
        loop {
            let line = self.line();
            match line.split_once(": ") {
                Some(("event", text)) => text.clone_into(&mut event),
                Some(("data", text)) => text.clone_into(&mut data),
                Some(("id", text)) => text.clone_into(&mut id),
                None if line.is_empty() && !event.is_empty() => return (event, data, id),
                _ => {}
            }
        }
    }

    /// The next event's name.
    pub fn name(&mut self) -> String {
        self.event().0
    }
}

/// All that lies below a folder: name, length, time of change.
pub fn listing(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let about = fs::metadata(&folder).unwrap();
        found.insert(folder.clone(), (0, about.modified().unwrap()));
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let about = fs::symlink_metadata(&path).unwrap();
            if about.is_dir() {
                folders.push(path);
            } else {
                found.insert(path, (about.len(), about.modified().unwrap()));
            }
        }
    }
    found
}
