//! Large bodies that end early: gone on with where that is safe, begun again
//! where it is not, and right in the end.

mod support;

use bytes::Bytes;
use fake_flickr::{Config, Server, StreamConfig};
use futures_util::future::{BoxFuture, FutureExt as _, ready};
use silverprint_core::{FetchError, Head, Kept, Rejection, Sink, SinkError};
use silverprint_http::Policy;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use support::{Scripted, client, hasty};

const MIB: usize = 1 << 20;

/// Keeps what came, as a file on disk would.
#[derive(Default)]
struct Keeping {
    expected: Vec<u8>,
    body: Vec<u8>,
    head: Head,
    /// Where each attempt began.
    from: Vec<u64>,
}

impl Keeping {
    fn of(expected: &[u8]) -> Self {
        Self { expected: expected.to_vec(), ..Self::default() }
    }
}

impl Sink for Keeping {
    fn kept(&self) -> Option<Kept> {
        let tag = self.head.tag.clone()?;
        Some(Kept { bytes: self.body.len() as u64, length: self.head.length, tag })
    }

    fn begin<'a>(&'a mut self, head: &'a Head) -> BoxFuture<'a, Result<(), SinkError>> {
        self.from.push(head.from);
        self.body.truncate(usize::try_from(head.from).unwrap());
        assert_eq!(self.body.len() as u64, head.from, "it goes on where it ended");
        self.head = head.clone();
        ready(Ok(())).boxed()
    }

    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), SinkError>> {
        self.body.extend_from_slice(&chunk);
        ready(Ok(())).boxed()
    }

    fn accept(&mut self) -> BoxFuture<'_, Result<(), SinkError>> {
        let is_right = self.body == self.expected;
        if !is_right {
            self.head = Head::default();
        }
        let wrong = || Rejection("other bytes".to_owned()).into();
        ready(if is_right { Ok(()) } else { Err(wrong()) }).boxed()
    }
}

/// Bytes that differ from place to place.
fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed);
    std::iter::repeat_with(|| random.u8(..)).take(length).collect()
}

/// A head, so many bytes of `body`, and the end of the connection.
fn send(stream: &mut TcpStream, head: &str, body: &[u8]) {
    write!(stream, "HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").unwrap();
    // The client may have hung up at the head.
    let _ = stream.write_all(body);
    let _ = stream.shutdown(Shutdown::Both);
}

/// A whole answer that is cut after `cut` bytes.
fn cut(stream: &mut TcpStream, body: &[u8], tag: &str, cut: usize) {
    let head = format!("200 OK\r\netag: {tag}\r\ncontent-length: {}", body.len());
    send(stream, &head, &body[..cut]);
}

/// The rest from `from` on, cut after `cut` bytes of it.
fn rest(stream: &mut TcpStream, body: &[u8], tag: &str, from: usize, cut: usize) {
    let (left, whole, last) = (body.len() - from, body.len(), body.len() - 1);
    let head = format!(
        "206 Partial\r\netag: {tag}\r\ncontent-length: {left}\r\ncontent-range: bytes {from}-{last}/{whole}"
    );
    send(stream, &head, &body[from..from + cut.min(left)]);
}

/// What `Range` and `If-Range` of each request said.
fn asked(server: &Scripted) -> Vec<(Option<String>, Option<String>)> {
    let value = |head: &str, name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.map(str::to_owned)
    };
    let asked = server.asked();
    asked
        .iter()
        .map(|asked| (value(&asked.head, "range"), value(&asked.head, "if-range")))
        .collect()
}

async fn fetch(
    server: &Scripted,
    policy: Policy,
    body: &[u8],
) -> (Result<u32, FetchError>, Keeping) {
    let mut sink = Keeping::of(body);
    let ended = client(policy).0.get(&server.url("/"), &mut sink).await;
    (ended, sink)
}

fn some(range: &str, tag: &str) -> (Option<String>, Option<String>) {
    (Some(range.to_owned()), Some(tag.to_owned()))
}

#[tokio::test]
async fn a_large_body_goes_on_where_it_ended() {
    let body = bytes(3 * MIB, 1);
    let sent = body.clone();
    let server = Scripted::start(move |_, number, stream| match number {
        0 => cut(stream, &sent, "\"a\"", 2 * MIB),
        _ => rest(stream, &sent, "\"a\"", 2 * MIB, usize::MAX),
    });
    let (ended, sink) = fetch(&server, hasty(), &body).await;
    assert_eq!(ended.unwrap(), 2);
    assert_eq!(sink.from, [0, 2 * MIB as u64]);
    assert_eq!(asked(&server)[1], some("bytes=2097152-", "\"a\""));
}

/// A part of a body, with one more line or two in its head.
fn part(stream: &mut TcpStream, line: &str, range: &str, body: &[u8]) {
    let length = body.len();
    let head = format!("206 P\r\n{line}\r\ncontent-range: bytes {range}\r\n");
    send(stream, &format!("{head}content-length: {length}"), body);
}

/// What a host answers to the request for the rest.
type Second = fn(&mut TcpStream, &[u8]);

#[tokio::test]
async fn what_is_not_exactly_the_rest_begins_again_and_no_two_bodies_are_spliced() {
    // Those whose part is not the rest lie about the tag: it alone gives nothing away.
    let answers: [(&str, u32, Second); 10] = [
        ("it changed, and all of it comes", 2, |stream, body| {
            cut(stream, body, "\"b\"", body.len());
        }),
        ("another length", 3, |stream, body| {
            part(stream, "etag: \"a\"", "2097152-3145726/3145727", &body[2 * MIB..]);
        }),
        ("another start", 3, |stream, body| {
            part(stream, "etag: \"a\"", "1048576-3145727/3145728", &body[MIB..]);
        }),
        ("no Content-Range", 3, |stream, body| {
            send(stream, "206 P\r\netag: \"a\"", &body[2 * MIB..]);
        }),
        ("not a rest but a piece", 3, |stream, body| {
            part(stream, "etag: \"a\"", "2097152-2097153/3145728", &body[2 * MIB..2 * MIB + 2]);
        }),
        ("another tag", 3, |stream, body| rest(stream, body, "\"b\"", 2 * MIB, usize::MAX)),
        ("another tag, and no parts", 3, |stream, body| {
            let head = "accept-ranges: none\r\netag: \"b\"";
            part(stream, head, "2097152-3145727/3145728", &body[2 * MIB..]);
        }),
        ("a weak tag", 3, |stream, body| rest(stream, body, "W/\"b\"", 2 * MIB, usize::MAX)),
        ("no tag", 3, |stream, body| {
            part(stream, "x: y", "2097152-3145727/3145728", &body[2 * MIB..]);
        }),
        ("416", 3, |stream, _| send(stream, "416 No\r\ncontent-range: bytes */5", b"")),
    ];
    for (what, attempts, second) in answers {
        let (old, new) = (bytes(3 * MIB, 1), bytes(3 * MIB, 2));
        let body = new.clone();
        let server = Scripted::start(move |_, number, stream| match number {
            0 => cut(stream, &old, "\"a\"", 2 * MIB),
            1 => second(stream, &new),
            _ => cut(stream, &new, "\"b\"", new.len()),
        });
        let (ended, sink) = fetch(&server, hasty(), &body).await;
        assert_eq!(ended.unwrap(), attempts, "{what}");
        assert_eq!(sink.from, [0, 0], "{what}");
        let ranges = asked(&server);
        assert!(ranges[1].0.is_some(), "{what}");
        assert!(ranges[2..].iter().all(|(range, _)| range.is_none()), "{what}: {ranges:?}");
    }
}

#[tokio::test]
async fn without_a_strong_tag_or_with_little_kept_a_body_begins_again() {
    let no_parts = "\"a\"\r\naccept-ranges: none";
    for (tag, kept) in
        [("W/\"a\"", 2 * MIB), ("a", 2 * MIB), ("\"a\"", MIB / 2), (no_parts, 2 * MIB)]
    {
        let body = bytes(3 * MIB, 1);
        let sent = body.clone();
        let server = Scripted::start(move |_, number, stream| match number {
            0 => cut(stream, &sent, tag, kept),
            _ => cut(stream, &sent, tag, sent.len()),
        });
        let (ended, sink) = fetch(&server, hasty(), &body).await;
        assert_eq!((ended.unwrap(), sink.from), (2, vec![0, 0]), "{tag} {kept}");
        assert_eq!(asked(&server), [(None, None), (None, None)], "{tag} {kept}");
    }
}

#[tokio::test]
async fn an_address_that_keeps_bringing_new_bytes_is_not_given_up() {
    let body = bytes(20 * MIB, 1);
    let sent = body.clone();
    let server = Scripted::start(move |_, number, stream| match number {
        0 => cut(stream, &sent, "\"a\"", 2 * MIB),
        n => rest(stream, &sent, "\"a\"", 2 * MIB * n, 2 * MIB),
    });
    // Three failures are allowed, and nine come.
    let (ended, sink) = fetch(&server, Policy { attempts: 3, ..hasty() }, &body).await;
    assert_eq!((ended.unwrap(), sink.from.len()), (10, 10));
}

#[tokio::test]
async fn an_address_that_brings_the_same_bytes_again_and_again_is_given_up() {
    let body = bytes(20 * MIB, 1);
    let sent = body.clone();
    // Another tag each time: nothing can be gone on with.
    let server = Scripted::start(move |_, number, stream| {
        cut(stream, &sent, &format!("\"{number}\""), 5 * MIB);
    });
    let (ended, _) = fetch(&server, Policy { attempts: 3, ..hasty() }, &body).await;
    // The first brought something new; then three did not.
    assert!(matches!(ended, Err(FetchError::Passing { attempts: 3, .. })), "{ended:?}");
}

#[tokio::test]
async fn a_signed_address_that_has_expired_is_asked_for_anew_and_the_body_goes_on() {
    let body = bytes(3 * MIB, 1);
    let sent = body.clone();
    let server = Scripted::start(move |path, number, stream| match (path, number) {
        ("/", n) => send(stream, &format!("302 Found\r\nlocation: /signed?{n}"), b""),
        (_, 1) => cut(stream, &sent, "\"a\"", 2 * MIB),
        (_, 3) => send(stream, "403 Forbidden\r\ncontent-length: 0", b""),
        _ => rest(stream, &sent, "\"a\"", 2 * MIB, usize::MAX),
    });
    let (ended, sink) = fetch(&server, hasty(), &body).await;
    assert_eq!((ended.unwrap(), sink.from), (3, vec![0, 2 * MIB as u64]));
    let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/", "/signed?0", "/", "/signed?2", "/", "/signed?4"]);
}

#[tokio::test]
async fn a_signed_address_that_is_never_good_is_gone_after_all_attempts() {
    let server = Scripted::answering(|path, _| match path {
        "/" => ("302 Found\r\nlocation: /signed".to_owned(), String::new()),
        _ => ("403 Forbidden".to_owned(), String::new()),
    });
    let (ended, _) = fetch(&server, Policy { attempts: 4, ..hasty() }, b"x").await;
    assert!(matches!(ended, Err(FetchError::Gone { attempts: 4, .. })), "{ended:?}");
}

/// Against a server that is not of our making of these tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fake_photostream_gives_the_rest_of_its_pictures() {
    let stream = StreamConfig { originals: 4000, quality: 98, ..StreamConfig::clean(3, 1) };
    let server = Server::start(Config { image_hosts: 1, ..Config::new(stream) }).unwrap();
    let photo = &server.truth()[0];
    let body = server.rendition_bytes(photo.id, fake_flickr::Label::O).unwrap();
    assert!(body.len() > 2 * MIB, "{} bytes", body.len());
    let url = photo.rendition(fake_flickr::Label::O).unwrap().url.parse().unwrap();
    let (client, _) = client(hasty());
    let mut sink = Keeping::of(&body);
    client.get(&url, &mut sink).await.unwrap();
    // As after a cut.
    sink.body.truncate(3 * MIB / 2);
    client.get(&url, &mut sink).await.unwrap();
    assert_eq!(sink.from, [0, 3 * MIB as u64 / 2]);
}
