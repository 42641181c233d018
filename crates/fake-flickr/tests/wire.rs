//! Every fault, as it is seen on the wire.

mod support;

use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use fake_flickr::{Config, Fault, Label, PASSING, RetryAfter, Server, StreamConfig, Times};
use support::{End, get, read, request, send, split};

fn server() -> Server {
    Server::start(Config::new(StreamConfig::small(5, 40))).unwrap()
}

/// The URL and the right bytes of the original at a position.
fn original(server: &Server, position: usize) -> (u64, String, Vec<u8>) {
    let photo = &server.truth()[position];
    let url = photo.rendition(Label::O).unwrap().url.clone();
    (photo.id, url, server.rendition_bytes(photo.id, Label::O).unwrap())
}

#[test]
fn each_passing_fault_happens_once_and_then_the_photo_is_served() {
    let server = server();
    for (position, fault) in PASSING.into_iter().enumerate() {
        let (id, url, right) = original(&server, position);
        server.fault(id, fault, Times::Once);
        let raw = get(&url);
        let half = right.len() / 2;
        let cut = raw.body.len() == half && right.starts_with(&raw.body);
        let seen = match fault {
            Fault::Status(status) => raw.status == status && raw.end == End::Whole,
            Fault::ResetHeader => raw.status == 0 && raw.end == End::Reset,
            Fault::ResetBody => {
                raw.status == 200 && raw.end == End::Reset && raw.body.len() <= half
            }
            Fault::ShortBody => {
                cut && raw.end == End::Cut
                    && raw.header("content-length") == Some(&right.len().to_string())
            }
            Fault::OpenChunk => {
                cut && raw.end == End::Cut && raw.header("transfer-encoding") == Some("chunked")
            }
            Fault::CutClose => {
                cut && raw.end == End::Whole
                    && raw.header("content-length").is_none()
                    && raw.header("transfer-encoding").is_none()
            }
            Fault::TooMany(after) => raw.status == 429 && says(&raw, after),
            Fault::Html => raw.status == 200 && raw.text().contains("<html>"),
            Fault::PlaceholderRedirect => {
                raw.status == 302 && raw.header("location") == Some("/photo_unavailable.gif")
            }
            Fault::Placeholder => raw.status == 200 && raw.body.starts_with(b"GIF89a"),
            Fault::Empty => raw.status == 200 && raw.body.is_empty() && raw.end == End::Whole,
            Fault::StallHeader => raw.status == 0 && raw.end == End::Silence,
            Fault::StallBody => cut && raw.end == End::Silence,
            // The client's patience is a second and a half.
            Fault::Drip => raw.status == 200 && raw.body.len() < 10,
            Fault::CorruptStructure | Fault::CorruptScan => {
                raw.body.len() == right.len() && raw.body != right && !decodes(&raw.body)
            }
        };
        assert!(seen, "{fault:?}: {} {:?} {} bytes", raw.status, raw.end, raw.body.len());
        let again = get(&url);
        assert_eq!((again.status, again.end), (200, End::Whole), "{fault:?}");
        assert!(again.body == right, "{fault:?}");
    }
    let hits = server.hits();
    assert_eq!(hits.faults, PASSING.len() as u64);
    assert_eq!(hits.refused, 3);
    assert_eq!(hits.images, 2 * PASSING.len() as u64);
}

fn says(raw: &support::Raw, after: RetryAfter) -> bool {
    match (after, raw.header("retry-after")) {
        (RetryAfter::Unsaid, said) => said.is_none(),
        (RetryAfter::Seconds(seconds), said) => said == Some(&seconds.to_string()),
        (RetryAfter::Date(_), said) => said
            .and_then(|said| httpdate::parse_http_date(said).ok())
            .is_some_and(|date| date <= SystemTime::now() + Duration::from_secs(2)),
    }
}

/// Whether a strict decoder is content.
fn decodes(jpeg: &[u8]) -> bool {
    jpeg_decoder::Decoder::new(jpeg).decode().is_ok()
}

#[test]
fn faults_are_set_by_a_request_too() {
    let server = server();
    let (first, url, right) = original(&server, 0);
    let (second, ..) = original(&server, 1);
    let ask = |query: String| get(&format!("{}/__fake/fault?{query}", server.base())).status;
    assert_eq!(ask(format!("fault=html&times=2&ids={first},{second}")), 200);
    let answers = [get(&url), get(&url), get(&url)];
    let bodies = answers.each_ref().map(|raw| raw.body == right);
    assert_eq!(bodies, [false, false, true]);
    assert!(answers[1].text().contains("<html>"));
    for bad in [
        "fault=html",
        "ids=1",
        "fault=gone&ids=1",
        "fault=html&ids=x",
        "fault=html&times=often&ids=1",
    ] {
        assert_eq!(ask(bad.to_owned()), 400, "{bad}");
    }
}

#[test]
fn lasting_faults_last() {
    let server = server();
    let (id, url, _) = original(&server, 0);
    server.fault(id, Fault::Status(410), Times::Forever);
    assert!((0..5).all(|_| get(&url).status == 410));
    assert_eq!(server.hits().of_photo(id), 5);
    server.reset_hits();
    assert_eq!(server.hits().of_photo(id), 0);
}

#[test]
fn connections_are_kept_and_ranges_are_served() {
    let server = server();
    let (_, url, right) = original(&server, 0);
    let (host, path) = split(&url);
    let mut stream = TcpStream::connect(host).unwrap();
    let mut ask = |method: &str, headers: &[(&str, &str)]| {
        send(&mut stream, method, host, path, headers);
        read(&mut stream, method)
    };
    let whole = ask("GET", &[]);
    assert_eq!(whole.body, right);
    assert_eq!(whole.header("x-ttdb-l"), Some(right.len().to_string().as_str()));
    let tag = whole.header("etag").unwrap().to_owned();
    let head = ask("HEAD", &[]);
    assert_eq!(head.headers, whole.headers);
    let part = ask("GET", &[("Range", "bytes=100-"), ("If-Range", &tag)]);
    assert_eq!((part.status, part.body.as_slice()), (206, &right[100..]));
    let range = format!("bytes 100-{}/{}", right.len() - 1, right.len());
    assert_eq!(part.header("content-range"), Some(range.as_str()));
    let other = ask("GET", &[("Range", "bytes=100-"), ("If-Range", "\"other\"")]);
    assert_eq!((other.status, other.body.len()), (200, right.len()));
    assert_eq!(ask("GET", &[("Range", "bytes=99999999-")]).status, 416);
    assert_eq!(ask("GET", &[("If-None-Match", &tag)]).status, 304);
    assert_eq!(server.hits().connections, 1);
}

#[test]
fn a_cap_and_a_storm_answer_429() {
    let server = server();
    let (_, url, _) = original(&server, 0);
    server.storm(Duration::from_mins(1), RetryAfter::Seconds(60));
    assert_eq!(get(&url).header("retry-after"), Some("60"));
    server.storm(Duration::ZERO, RetryAfter::Unsaid);
    assert_eq!(get(&url).status, 200);
    server.cap(Some(1), RetryAfter::Unsaid);
    let refused = (0..5).filter(|_| get(&url).status == 429).count();
    assert!(refused >= 3, "{refused}");
    assert_eq!(server.hits().refused, 1 + refused as u64);
}

#[test]
fn some_photos_come_without_a_length() {
    let mut config = Config::new(StreamConfig::small(5, 5));
    config.stream.shares.chunked = 1.0;
    let server = Server::start(config).unwrap();
    let (_, url, right) = original(&server, 0);
    let raw = get(&url);
    assert_eq!(raw.header("transfer-encoding"), Some("chunked"));
    assert_eq!(raw.header("content-length"), None);
    assert_eq!(raw.body, right);
}

#[test]
fn what_is_not_there_is_not_served() {
    let mut config = Config::new(StreamConfig::small(5, 40));
    (config.stream.shares.private, config.stream.shares.deleted) = (0.2, 0.3);
    let stream = fake_flickr::Stream::new(config.stream.clone());
    let server = Server::start(config).unwrap();
    let host = server.image_hosts()[0].clone();
    for photo in stream.deleted() {
        let raw = get(&format!("{host}{}", photo.path(Label::O)));
        assert!(matches!(raw.status, 404 | 302), "{}", raw.status);
    }
    let private = stream.private().next().unwrap();
    assert_eq!(get(&format!("{host}{}", private.path(Label::O))).status, 200);
    let (id, url, _) = original(&server, 0);
    assert_ne!(get(&url.replace("_o.jpg", "_k.jpg")).status, 200);
    assert!(server.replace(id));
    assert_ne!(get(&url).status, 200);
    assert_eq!(
        get(&format!("{host}/photo_unavailable.gif")).header("content-type"),
        Some("image/gif")
    );
}

#[test]
fn videos_lead_to_a_signed_address() {
    let mut config = Config::new(StreamConfig::small(5, 5));
    config.stream.shares.videos = 1.0;
    let server = Server::start(config).unwrap();
    let id = server.truth()[0].id;
    let answer = support::api(&server, "flickr.video.getStreamInfo", &format!("photo_id={id}"));
    let stream = &answer["streams"]["stream"][0];
    assert_eq!(stream["type"], "orig");
    let redirect = get(stream["_content"].as_str().unwrap());
    assert_eq!(redirect.status, 302);
    let signed = redirect.header("location").unwrap();
    let raw = request("GET", signed, &[]);
    assert_eq!(raw.status, 200);
    assert_eq!(raw.body, server.video_bytes(id, "orig").unwrap());
    assert_eq!(get(&signed.replace("sig=", "sig=0")).status, 403);
}

#[test]
fn nonsense_gets_an_answer_or_a_closed_door() {
    let server = server();
    let base = server.base();
    let host = base.strip_prefix("http://").unwrap();
    for nonsense in [&b"\0\0\0\0\r\n\r\n"[..], b"GET\r\n\r\n", b"PUT / HTTP/9\r\n\r\n"] {
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        std::io::Write::write_all(&mut stream, nonsense).unwrap();
        assert_eq!(read(&mut stream, "GET").status, 400);
    }
}
