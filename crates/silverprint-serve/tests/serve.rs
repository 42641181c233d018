//! What is served, by its bytes on the wire; and that nothing else is.

#![expect(clippy::disallowed_methods, reason = "tests may block")]

mod support;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use silverprint_serve::{Port, ServeError, Server};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use support::{SECRET, Serving, archive, listing, stream};

#[test]
fn the_sheet_and_the_pictures_are_served_with_all_that_goes_with_them() {
    let site = Serving::start(archive());
    let before = listing(site.around.path());
    for (target, kind, body) in [
        ("/", "text/html; charset=utf-8", &b"<!doctype html>the wall"[..]),
        ("/index.html", "text/html; charset=utf-8", b"<!doctype html>the wall"),
        ("/sheet/head.js", "text/javascript; charset=utf-8", b"silverprint.head({})"),
        ("/sheet/parts/00000.js?v=1", "text/javascript; charset=utf-8", b"silverprint.part(0, [])"),
        ("/photos/7.jpg", "image/jpeg", b"a picture"),
        ("/photos/2014/%C3%A4%20b.jpg", "image/jpeg", b"another"),
        ("/photos/9.mp4", "video/mp4", &stream()),
        ("/photos/10.html", "application/octet-stream", b"<script>alert(1)</script>"),
        ("/thumbs/7.jpg", "image/jpeg", b"a print"),
        ("/thumbs/empty.jpg", "image/jpeg", b""),
    ] {
        let whole = site.get(target).with(200);
        assert_eq!(whole.body, body, "{target}");
        assert_eq!(whole.header("content-type"), kind, "{target}");
        assert_eq!(whole.header("content-length"), body.len().to_string(), "{target}");
        assert_eq!(whole.header("accept-ranges"), "bytes", "{target}");
        let head = site.ask("HEAD", target, &[]).with(200);
        assert!(head.body.is_empty(), "{target}");
        let without_date = |mut head: std::collections::BTreeMap<String, String>| {
            head.remove("date");
            head
        };
        assert_eq!(without_date(head.head), without_date(whole.head), "{target}");
    }
    assert_eq!(listing(site.around.path()), before, "nothing is written");
}

#[test]
fn whatever_is_answered_is_dressed() {
    let site = Serving::start(archive());
    let host = "Host: example.org";
    let replies = [
        site.get("/").with(200),
        site.ask("HEAD", "/progress", &[]).with(200),
        site.ask("GET", "/photos/7.jpg", &["Range: bytes=2-"]).with(206),
        site.ask("GET", "/photos/7.jpg", &["If-None-Match: *"]).with(304),
        site.get("/%").with(400),
        site.get("/photos.jsonl").with(404),
        site.ask("POST", "/", &[]).with(405),
        site.ask("GET", "/photos/7.jpg", &["Range: bytes=99-"]).with(416),
        site.send(format!("GET / HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n").as_bytes())
            .with(421),
    ];
    for reply in replies {
        let policy = reply.header("content-security-policy");
        for directive in ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'"] {
            assert!(policy.contains(directive), "{reply:?}");
        }
        for (name, value) in [
            ("cache-control", "no-cache"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(reply.header(name), value, "{reply:?}");
        }
        assert_eq!(reply.header("access-control-allow-origin"), "", "{reply:?}");
    }
}

#[test]
fn nothing_else_is_served_and_nothing_is_listed() {
    let site = Serving::start(archive());
    for target in [
        "/photos",
        "/photos/",
        "/photos/2014",
        "/sheet/",
        "/thumbs/",
        "/photos.jsonl",
        "/SHA256SUMS",
        "/failed.csv",
        "/other.html",
        "/.hidden",
        "/.silverprint",
        "/.silverprint/",
        "/.silverprint/catalogue.db",
        "/.silverprint/lock",
        "/photos/.hidden",
        "/photos/.hidden.d/7.jpg",
        "/photos/../photos.jsonl",
        "/photos/%2e%2e/photos.jsonl",
        "/photos/..%2fphotos.jsonl",
        "/photos/%2e%2e%2f%2e%2e%2fbeside.html",
        "/../beside.html",
        "/photos/..%5cphotos.jsonl",
        "/photos/7.jpg%00",
        "/photos/8.jpg",
        "/photos/7.jpg/",
        "/photos/7.jpg/8.jpg",
        "/favicon.ico",
    ] {
        let reply = site.get(target).with(404);
        assert_eq!(reply.body, b"There is nothing here.\n", "{target}");
    }
    let long = format!("/photos/{}.jpg", "a".repeat(5000));
    site.get(&long).with(404);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_and_only_files_are_opened() {
    use std::os::unix::fs::symlink;
    let around = archive();
    let at = |path: &str| around.path().join("archive").join(path);
    symlink("../photos.jsonl", at("photos/11.jpg")).unwrap();
    symlink("7.jpg", at("photos/12.jpg")).unwrap();
    symlink("../.silverprint", at("photos/13")).unwrap();
    symlink("..", at("thumbs/up")).unwrap();
    symlink("/etc", at("sheet/etc")).unwrap();
    fs::remove_file(at("index.html")).unwrap();
    symlink("photos.jsonl", at("index.html")).unwrap();
    let fifo = at("photos/14.jpg");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let site = Serving::start(around);
    for target in [
        "/photos/11.jpg",
        "/photos/12.jpg",
        "/photos/13/lock",
        "/thumbs/up/photos.jsonl",
        "/sheet/etc/passwd",
        "/photos/14.jpg",
        "/",
    ] {
        assert!(!site.get(target).with(404).holds(SECRET), "{target}");
    }
    site.get("/photos/7.jpg").with(200);
}

#[test]
fn a_folder_may_be_named_by_a_link_and_its_sheet_may_still_come() {
    let around = archive();
    fs::remove_file(around.path().join("archive/index.html")).unwrap();
    fs::rename(around.path().join("archive"), around.path().join("real")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", around.path().join("archive")).unwrap();
    #[cfg(not(unix))]
    fs::rename(around.path().join("real"), around.path().join("archive")).unwrap();
    let site = Serving::start(around);
    assert!(site.get("/").with(404).holds("no contact sheet yet"));
    fs::write(site.folder().join("index.html"), "here").unwrap();
    assert_eq!(site.get("/").with(200).body, b"here");
}

#[test]
fn only_reading_is_offered() {
    let site = Serving::start(archive());
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"] {
        let reply = site.ask(method, "/photos/7.jpg", &["Content-Length: 0"]).with(405);
        assert_eq!(reply.header("allow"), "GET, HEAD");
    }
    assert!(site.folder().join("photos/7.jpg").exists());
}

#[test]
fn only_who_means_this_machine_is_answered() {
    let site = Serving::start(archive());
    let port = site.at.port();
    let ask = |start: &str, hosts: &[String]| {
        let hosts: Vec<_> = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        let hosts = hosts.concat();
        site.send(format!("{start}\r\n{hosts}Connection: close\r\n\r\n").as_bytes())
    };
    for name in ["127.0.0.1", "localhost", "LocalHost", "[::1]"] {
        ask("GET / HTTP/1.1", &[format!("{name}:{port}")]).with(200);
    }
    let refused = [
        "example.org".to_owned(),
        format!("example.org:{port}"),
        format!("127.0.0.1.example.org:{port}"),
        format!("localhost.example.org:{port}"),
        format!("localhost.:{port}"),
        format!("127.0.0.2:{port}"),
        format!("0.0.0.0:{port}"),
        format!("[::]:{port}"),
        format!("::1:{port}"),
        format!("user@localhost:{port}"),
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "localhost:1".to_owned(),
        format!("localhost:0{port}"),
        format!(":{port}"),
        String::new(),
    ];
    for host in refused {
        for target in ["/", "/photos/7.jpg", "/progress", "/nothing"] {
            ask(&format!("GET {target} HTTP/1.1"), std::slice::from_ref(&host)).with(421);
        }
    }
    let ours = format!("localhost:{port}");
    ask("GET / HTTP/1.1", &[]).with(421);
    ask("GET / HTTP/1.0", &[]).with(421);
    ask("GET / HTTP/1.1", &[ours.clone(), ours.clone()]).with(421);
    // No proxy.
    ask(&format!("GET http://{ours}/ HTTP/1.1"), std::slice::from_ref(&ours)).with(421);
    ask("GET http://example.org/ HTTP/1.1", &[ours]).with(421);
}

#[test]
fn who_has_a_file_is_not_sent_it_again() {
    let site = Serving::start(archive());
    let first = site.get("/photos/7.jpg").with(200);
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
    let ask = |line: &str| site.ask("GET", "/photos/7.jpg", &[line]);
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"a\", {tag}"), "*".to_owned()] {
        let reply = ask(&format!("If-None-Match: {known}")).with(304);
        assert_eq!((reply.header("etag"), reply.body.len()), (tag, 0));
    }
    ask("If-None-Match: \"another\"").with(200);
    // Another file of the same length.
    fs::write(site.folder().join("new"), "b picture").unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(1);
    fs::File::options()
        .write(true)
        .open(site.folder().join("new"))
        .unwrap()
        .set_modified(later)
        .unwrap();
    fs::rename(site.folder().join("new"), site.folder().join("photos/7.jpg")).unwrap();
    let second = ask(&format!("If-None-Match: {tag}")).with(200);
    assert_eq!(second.body, b"b picture");
    // What one has the beginning of is gone on with only where it is the same.
    let rest = |tag: &str| {
        let if_range = format!("If-Range: {tag}");
        site.ask("GET", "/photos/7.jpg", &["Range: bytes=2-", &if_range])
    };
    assert_eq!(rest(second.header("etag")).with(206).body, b"picture");
    assert_eq!(rest(tag).with(200).body, b"b picture");
    assert_eq!(rest("Thu, 26 Nov 2026 00:00:00 GMT").with(200).body, b"b picture");
}

#[test]
fn stretches_of_a_video_are_what_was_asked_for() {
    let site = Serving::start(archive());
    let video = stream();
    let ask = |range: &str| site.ask("GET", "/photos/9.mp4", &[&format!("Range: {range}")]);
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, 999_999),
        ("bytes=131071-131073", 131_071, 131_073),
        ("bytes=500000-800000", 500_000, 800_000),
        ("bytes=999999-", 999_999, 999_999),
        ("bytes=999990-2000000", 999_990, 999_999),
        ("bytes=-200000", 800_000, 999_999),
    ] {
        let reply = ask(range).with(206);
        assert_eq!(reply.header("content-range"), format!("bytes {first}-{last}/1000000"));
        assert_eq!(reply.header("content-length"), (last - first + 1).to_string());
        assert!(reply.body == video[first..=last], "{range}");
    }
    assert_eq!(ask("bytes=1000000-").with(416).header("content-range"), "bytes */1000000");
    for whole in ["bytes=2-1", "bytes=0-1,5-6", "lines=0-1", "nonsense"] {
        assert!(ask(whole).with(200).body == video, "{whole}");
    }
    let head = site.ask("HEAD", "/photos/9.mp4", &["Range: bytes=0-1"]).with(200);
    assert_eq!(head.header("content-length"), "1000000");
    let empty = site.ask("GET", "/thumbs/empty.jpg", &["Range: bytes=0-"]).with(416);
    assert_eq!(empty.header("content-range"), "bytes */0");
}

#[test]
fn more_connections_than_may_be_are_served_in_their_turn() {
    let site = Serving::start(archive());
    let idle: Vec<_> = (0..100).map(|_| site.connect()).collect();
    let mut waiting = site.connect();
    let request = format!("GET /photos/7.jpg HTTP/1.0\r\nHost: {}\r\n\r\n", site.at);
    waiting.write_all(request.as_bytes()).unwrap();
    drop(idle);
    let mut reply = String::new();
    waiting.read_to_string(&mut reply).unwrap();
    assert!(reply.ends_with("a picture"), "{reply}");
}

#[test]
fn no_bytes_lead_out_of_what_is_served() {
    let site = Serving::start(archive());
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "/", "%2f", "..", "%2e%2e", ".", "\\", "%5c", "%00", "%", "%25", "photos", "sheet", "thumbs",
            ".silverprint", "/.silverprint/lock", "photos.jsonl", "SHA256SUMS", "beside.html", "other.html",
            "7.jpg", "?", "#", "//", "http://", "%c0%ae",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    let target = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    let config =
        ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() };
    let checked = TestRunner::new(config).run(&target, |target| {
        let (host, mut request) = (site.at, b"GET /".to_vec());
        request.extend(&target);
        request.extend(format!(" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").bytes());
        let mut stream = site.connect();
        let _ = stream.write_all(&request);
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        prop_assert!(!reply.windows(SECRET.len()).any(|it| it == SECRET.as_bytes()));
        Ok(())
    });
    checked.unwrap();
    site.get("/photos/7.jpg").with(200);
}

#[test]
fn a_head_without_end_is_refused() {
    let site = Serving::start(archive());
    let line = format!("X: {}\r\n", "a".repeat(1000));
    let mut stream = site.connect();
    let begun = format!("GET / HTTP/1.1\r\nHost: {}\r\n", site.at);
    stream.write_all(begun.as_bytes()).unwrap();
    // It closes before it has read a megabyte.
    let refused = (0..1000).any(|_| stream.write_all(line.as_bytes()).is_err());
    let mut reply = Vec::new();
    let closed = stream.read_to_end(&mut reply).is_err() || reply.starts_with(b"HTTP/1.1 431");
    assert!(refused || closed, "{:?}", String::from_utf8_lossy(&reply));
    site.get("/").with(200);
}

#[tokio::test]
async fn ports_are_the_one_that_was_named_or_one_that_is_free() {
    let around = archive();
    let folder = around.path().join("archive");
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Server::bind(&folder, Port::Exactly(port)).await.unwrap_err();
    assert!(
        matches!(&error, ServeError::Port { address, .. } if address.port() == port),
        "{error}"
    );
    // Whoever has the usual one: of two servers only one has it.
    let first = Server::bind(&folder, Port::Usual).await.unwrap();
    let second = Server::bind(&folder, Port::Usual).await.unwrap();
    assert_ne!(first.address(), second.address());
    assert_ne!(second.address().port(), Port::USUAL);
    for server in [first, second] {
        assert_eq!(server.address().ip(), Ipv4Addr::LOCALHOST);
    }
}

#[tokio::test]
async fn what_is_no_archive_is_not_served() {
    let around = tempfile::tempdir().unwrap();
    fs::write(around.path().join("index.html"), "a page").unwrap();
    for folder in [around.path().to_owned(), around.path().join("nothing")] {
        let error = Server::bind(&folder, Port::Exactly(0)).await.unwrap_err();
        assert!(matches!(error, ServeError::NoArchive { .. }), "{error}");
    }
}
