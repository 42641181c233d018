//! The sheet on loopback: what is served of a real archive, how a running sync
//! is followed, and that serving changes nothing.

use crate::folder::{Folder, every_file};
use crate::program::{Line, Program, Running};
use crate::site::{odd, serve, tiny};
use fake_flickr::RetryAfter;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Whoever says nothing for so long hangs.
const HANG: Duration = Duration::from_mins(3);

/// The program while it serves.
struct Site {
    running: Running,
    /// With the port.
    host: String,
}

impl Site {
    fn of(folder: &Path) -> Self {
        let mut running = Program::new(&["serve", "--port", "0"]).arg(folder).start();
        let mut host = None;
        running.until(|line| {
            if let Line::Out(line) = line {
                let at = line.strip_prefix("http://").and_then(|it| it.strip_suffix('/'));
                host = at.map(str::to_owned);
            }
            host.is_some()
        });
        Self { running, host: host.expect("it says where it serves") }
    }

    /// As HTTP/1.0, which ends with the connection and knows no chunks.
    fn request(&self, target: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(HANG)).unwrap();
        write!(stream, "GET {target} HTTP/1.0\r\nHost: {}\r\n\r\n", self.host).unwrap();
        BufReader::new(stream)
    }

    /// The status, the head, and the body.
    fn get(&self, target: &str) -> (u16, String, Vec<u8>) {
        let mut reply = Vec::new();
        self.request(target).read_to_end(&mut reply).unwrap();
        let end = reply.windows(4).position(|it| it == b"\r\n\r\n").expect("it has a head");
        let head = String::from_utf8(reply[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, reply[end + 4..].to_vec())
    }

    fn listen(&self) -> Events {
        Events(self.request("/progress"))
    }

    /// Ends it as people do.
    #[cfg(unix)]
    fn end(self) {
        self.running.interrupt();
        self.running.end().with(0);
    }

    #[cfg(not(unix))]
    fn end(self) {
        drop(self.running);
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event, and its data.
    fn next(&mut self) -> (String, Value) {
        let (mut event, mut line) = (None, String::new());
        loop {
            line.clear();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "it ended");
            if let Some(name) = line.strip_prefix("event: ") {
                event = Some(name.trim_end().to_owned());
            } else if let Some(data) = line.strip_prefix("data: ") {
                let event = event.take().expect("each event has a name");
                return (event, serde_json::from_str(data).unwrap());
            }
        }
    }
}

/// Length and time of each file.
fn listing(folder: &Folder) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let about = |path: PathBuf| {
        let about = fs::metadata(&path).unwrap();
        (path, (about.len(), about.modified().unwrap()))
    };
    every_file(folder).into_iter().map(about).collect()
}

#[test]
fn what_is_served_is_the_sheet_and_the_pictures_and_nothing_changes_by_it() {
    let server = serve(odd(71, 40));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let before = listing(&folder);
    let site = Site::of(&folder.path());

    let (status, head, body) = site.get("/");
    assert_eq!((status, body), (200, folder.bytes("index.html")));
    // The page says itself what it may do; as a file it may also load files.
    let page = folder.text("index.html");
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).expect("it has one");
    for directive in policy.split_once('"').unwrap().0.split(';') {
        let online = directive.replace(" file:", "");
        assert!(head.contains(online.trim()), "{online:?} in {head}");
    }
    let mut n_served = 0;
    for path in before.keys() {
        let name = path.strip_prefix(folder.path()).unwrap().to_str().unwrap();
        let (status, _, body) = site.get(&format!("/{name}"));
        let is_open = ["photos/", "thumbs/", "sheet/", "index.html"];
        if is_open.iter().any(|part| name.starts_with(part)) {
            assert!(status == 200 && body == folder.bytes(name), "{status} for {name}");
            n_served += 1;
        } else {
            assert_eq!(status, 404, "{name}");
        }
    }
    assert!(n_served > 80 && n_served < before.len(), "{n_served} of {}", before.len());
    assert_eq!(site.listen().next().0, "idle");
    site.end();
    assert_eq!(listing(&folder), before);
    folder.check_itself();
}

#[test]
fn a_running_sync_is_followed_until_it_is_over() {
    let server = serve(tiny(72, 40));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).args("--limit 10").run().with(0);
    let site = Site::of(&folder.path());
    let mut events = site.listen();
    assert_eq!(events.next().0, "idle");

    // Until that is lifted only one picture comes, and the run cannot end.
    server.cap(Some(0), RetryAfter::Seconds(2));
    let sync = Program::sync(&server, &folder.path()).args("--full").start();
    let pid = sync.pid();
    let held = loop {
        let (event, progress) = events.next();
        // The sheet of the run so far may come in between.
        if event == "sheet" {
            continue;
        }
        assert_eq!(event, "progress");
        if !progress["waiting"].is_null() {
            break progress;
        }
    };
    assert_eq!(held["pid"], pid);
    assert_eq!(held["announced"], 40, "{held}");
    assert!((10..=11).contains(&held["done"].as_u64().unwrap()), "{held}");
    assert!(held["waiting"]["reason"].as_str().unwrap().contains("429"), "{held}");
    // Who comes later hears at once how far it is.
    let (event, same) = site.listen().next();
    assert_eq!((event.as_str(), &same["pid"]), ("progress", &pid.into()));

    server.cap(None, RetryAfter::Unsaid);
    let (mut done, mut is_new_sheet) = (10, false);
    loop {
        let (event, progress) = events.next();
        match event.as_str() {
            "progress" => {
                let now = progress["done"].as_u64().unwrap();
                assert!((done..=40).contains(&now), "{now} after {done}");
                done = now;
            }
            "sheet" => is_new_sheet = true,
            "idle" => break,
            other => panic!("{other}"),
        }
    }
    assert!(is_new_sheet, "the sheet was written before the run was over");
    sync.end().with(0);
    assert!(!folder.at(".silverprint/progress.json").exists());
    let (_, _, body) = site.get("/");
    assert_eq!(body, folder.bytes("index.html"));
    site.end();
    folder.check_itself();
}

#[test]
fn what_cannot_be_served_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let ended = Program::new(&["serve"]).arg(folder.path()).run().with(2);
    let ended = ended.explains("is no archive", "silverprint sync");
    assert_eq!(ended.stdout, "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");

    fs::write(folder.path().join("photos.jsonl"), "").unwrap();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let serve = Program::new(&["serve", "--port", &port]).directory(folder.path());
    serve.run().with(2).explains(&format!("cannot listen at 127.0.0.1:{port}"), "--port");
}

#[cfg(unix)]
#[test]
fn the_address_is_all_that_is_on_stdout_and_the_next_serve_finds_another() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("photos.jsonl"), "").unwrap();
    let start = || {
        let mut running = Program::new(&["serve"]).directory(folder.path()).start();
        running.until(|line| matches!(line, Line::Err(text) if text.contains("Ctrl-C ends it")));
        running
    };
    let both = [start(), start()];
    let addresses = both.map(|running| {
        running.interrupt();
        running.end().with(0).stdout
    });
    for address in &addresses {
        let port = address.strip_prefix("http://127.0.0.1:").and_then(|it| it.strip_suffix("/\n"));
        assert!(port.is_some_and(|port| port.parse::<u16>().is_ok()), "{address:?}");
    }
    assert_ne!(addresses[0], addresses[1]);
}
