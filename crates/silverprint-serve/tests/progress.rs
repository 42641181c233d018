//! What is told of a running sync, as a browser hears it.

#![expect(clippy::disallowed_methods, reason = "tests may block")]

mod support;

use silverprint_archive::Progress;
use silverprint_serve::{Port, Server};
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use support::{Serving, archive};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// As a sync writes it: whole, under a name of its own, then renamed.
fn announce(folder: &Path, done: u64) {
    let progress = Progress {
        v: 1,
        pid: 7,
        started: 1_700_000_000,
        announced: 40,
        listed: 40,
        done,
        saved: done,
        failed: 0,
        bytes: 6000 * done,
        waiting: None,
    };
    replace(
        folder,
        ".silverprint/progress.json",
        &serde_json::to_string_pretty(&progress).unwrap(),
    );
}

fn replace(folder: &Path, path: &str, text: &str) {
    let part = folder.join(".silverprint/incoming/news.part");
    fs::write(&part, text).unwrap();
    fs::rename(part, folder.join(path)).unwrap();
}

#[test]
fn a_listener_hears_what_is_and_then_what_changes_until_the_run_is_over() {
    let site = Serving::start(archive());
    let folder = site.folder();
    let mut first = site.listen("");
    let (name, data, id) = first.event();
    assert_eq!((name.as_str(), data.as_str()), ("idle", "{}"));

    announce(&folder, 3);
    let (name, data, _) = first.event();
    let progress: Progress = serde_json::from_str(&data).unwrap();
    assert_eq!((name.as_str(), progress.done, progress.bytes), ("progress", 3, 18_000));
    // Who comes later hears the same, first of all.
    let (name, same, _) = site.listen("").event();
    assert_eq!((name.as_str(), same), ("progress", data));

    announce(&folder, 4);
    let (name, data, _) = first.event();
    assert!(name == "progress" && data.contains(r#""done":4"#), "{name} {data}");

    replace(&folder, "sheet/head.js", "silverprint.head({ frames: 4 })");
    let (name, _, another) = first.event();
    assert_eq!(name, "sheet");
    assert_ne!(id, another);

    fs::remove_file(folder.join(".silverprint/progress.json")).unwrap();
    assert_eq!(first.name(), "idle");

    // A browser that lost the connection before the sheet changed.
    let mut again = site.listen(&format!("Last-Event-ID: {id}\r\n"));
    assert_eq!([again.name(), again.name()], ["sheet", "idle"]);
    let mut again = site.listen(&format!("Last-Event-ID: {another}\r\n"));
    assert_eq!(again.name(), "idle");
}

#[test]
fn what_is_no_progress_is_none() {
    let site = Serving::start(archive());
    let folder = site.folder();
    announce(&folder, 1);
    let mut listener = site.listen("");
    loop {
        // It may have come before the first look at it.
        if listener.name() == "progress" {
            break;
        }
    }
    // Whatever is in the folder, no event is made of it that we did not mean.
    replace(&folder, ".silverprint/progress.json", "{}\n\nevent: sheet\ndata: {}\n\n");
    assert_eq!(listener.name(), "idle");
    announce(&folder, 2);
    assert_eq!(listener.name(), "progress");
    let huge = format!("{}{}", " ".repeat(1 << 20), "{}");
    replace(&folder, ".silverprint/progress.json", &huge);
    assert_eq!(listener.name(), "idle");
}

#[test]
fn only_so_many_listen_and_who_goes_makes_room() {
    let site = Serving::start(archive());
    let mut listeners: Vec<_> = (0..16).map(|_| site.listen("")).collect();
    for listener in &mut listeners {
        assert_eq!(listener.name(), "idle");
    }
    let crowded = site.get("/progress").with(503);
    assert!(crowded.holds("Too many"), "{crowded:?}");
    // Everything else is there for everybody.
    site.get("/photos/7.jpg").with(200);
    drop(listeners);
    // Once the server has seen that they are gone.
    loop {
        let mut stream = site.connect();
        let request = format!("GET /progress HTTP/1.0\r\nHost: {}\r\n\r\n", site.at);
        stream.write_all(request.as_bytes()).unwrap();
        let mut status = [0; 12];
        std::io::Read::read_exact(&mut stream, &mut status).unwrap();
        match &status {
            b"HTTP/1.0 200" => break,
            b"HTTP/1.0 503" => {}
            other => panic!("{}", String::from_utf8_lossy(other)),
        }
        announce(&site.folder(), 1);
    }
}

/// On a clock that stands still unless nothing can be done: then it goes to the
/// next thing that is waited for.
async fn on_the_clock() -> (tempfile::TempDir, SocketAddr) {
    let around = archive();
    let server = Server::bind(&around.path().join("archive"), Port::Exactly(0)).await.unwrap();
    let at = server.address();
    tokio::spawn(server.run());
    (around, at)
}

#[tokio::test(start_paused = true)]
async fn where_nothing_happens_a_comment_shows_that_the_connection_is_there() {
    let (_around, at) = on_the_clock().await;
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("GET /progress HTTP/1.0\r\nHost: {at}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut beats = 0;
    while beats < 20 {
        let line = lines.next_line().await.unwrap().expect("a listener is not sent away");
        beats += u32::from(line == ":");
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_say_what_is_wanted_is_sent_away() {
    let (_around, at) = on_the_clock().await;
    for said in [String::new(), format!("GET / HTTP/1.1\r\nHost: {at}\r\nX")] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply).await;
        assert!(!reply.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&reply));
    }
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_is_sent_away() {
    let (around, at) = on_the_clock().await;
    let video = fs::File::create_new(around.path().join("archive/photos/11.mp4")).unwrap();
    // With a hole for all of it: far more than lies between the two.
    video.set_len(3 << 30).unwrap();
    let mut stream = TcpStream::connect(at).await.unwrap();
    let request = format!("GET /photos/11.mp4 HTTP/1.1\r\nHost: {at}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_hours(1)).await;
    let (mut taken, mut buffer) = (0, vec![0; 1 << 20]);
    while let Ok(n @ 1..) = stream.read(&mut buffer).await {
        taken += n;
    }
    assert!(taken < 1 << 30, "{taken} bytes came");
}
