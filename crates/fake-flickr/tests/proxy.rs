//! The server as a proxy for the real site's hosts, asked by a client that checks certificates.
#![cfg(feature = "proxy")]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use fake_flickr::{Config, Fault, Label, Proxy, Server, StreamConfig, Times};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use support::{models, site_key};

/// How long a read may take: long, for nothing but a stall comes near it.
const PATIENCE: Duration = Duration::from_secs(30);

fn server(photos: u32) -> Server {
    let stream = StreamConfig::small(5, photos);
    Server::start(Config { proxy: Some(Proxy::default()), ..Config::new(stream) }).unwrap()
}

/// What came of asking, and how it ended.
#[derive(Debug)]
struct Answer {
    head: String,
    body: Vec<u8>,
    end: Result<(), ErrorKind>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Opens a tunnel; the head of the proxy's answer comes with it.
fn connect(server: &Server, target: &str) -> (TcpStream, String) {
    let base = server.base();
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    (stream, String::from_utf8(head).unwrap())
}

fn client(server: &Server) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let pem = server.proxy_ca().unwrap();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}

/// Asks for a URL through the proxy, and reads to the end.
fn get(server: &Server, url: &str) -> Answer {
    get_within(server, url, PATIENCE)
}

fn get_within(server: &Server, url: &str, patience: Duration) -> Answer {
    let rest = url.strip_prefix("https://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let (stream, head) = connect(server, &format!("{host}:443"));
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    stream.set_read_timeout(Some(patience)).unwrap();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let connection = ClientConnection::new(client(server), name).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let mut all = Vec::new();
    let end = stream.read_to_end(&mut all).map(drop).map_err(|error| error.kind());
    let at = all.windows(4).position(|window| window == b"\r\n\r\n").map_or(all.len(), |at| at + 4);
    let body = all.split_off(at);
    Answer { head: String::from_utf8(all).unwrap(), body, end }
}

fn listed(server: &Server) -> Vec<Value> {
    let (key, nsid) = (server.key(), server.nsid());
    let answer = get(
        server,
        &format!(
            "https://api.flickr.com/services/rest/?method=flickr.people.getPublicPhotos&api_key={key}\
             &user_id={nsid}&format=json&nojsoncallback=1&extras=url_o,url_t"
        ),
    );
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    answer["photos"]["photo"].as_array().unwrap().clone()
}

#[test]
fn in_a_tunnel_everything_is_where_it_really_is() {
    let server = server(30);
    for (photo, truth) in listed(&server).iter().zip(server.truth()) {
        let url = photo["url_o"].as_str().unwrap();
        assert!(url.starts_with("https://live.staticflickr.com/"), "{url}");
        assert!(truth.rendition(Label::O).unwrap().url.starts_with("http://127.0.0.1:"));
        assert!(url.ends_with(truth.rendition(Label::O).unwrap().url.rsplit('/').next().unwrap()));
    }
    let photo = &listed(&server)[3];
    let picture = get(&server, photo["url_o"].as_str().unwrap());
    let id = photo["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(picture.body, server.rendition_bytes(id, Label::O).unwrap());
    assert_eq!(picture.end, Ok(()));
    let page = get(&server, &format!("https://www.flickr.com/photos/{}/", server.alias())).text();
    assert_eq!(site_key(&page).len(), 32);
    let first = &models(&page)["main"]["photostream-models"][0]["photoPageList"]["_data"][0];
    let url = first["sizes"]["t"]["url"].as_str().unwrap();
    assert!(url.starts_with("//live.staticflickr.com/"), "{url}");
}

#[test]
fn streams_of_videos_lead_to_the_real_hosts() {
    let mut config =
        Config { proxy: Some(Proxy::default()), ..Config::new(StreamConfig::small(5, 2)) };
    config.stream.shares.videos = 1.0;
    let server = Server::start(config).unwrap();
    let (key, id) = (server.key(), server.truth()[0].id);
    let streams = get(
        &server,
        &format!(
            "https://api.flickr.com/services/rest/?method=flickr.video.getStreamInfo&photo_id={id}\
             &api_key={key}&format=json&nojsoncallback=1"
        ),
    );
    let streams: Value = serde_json::from_slice(&streams.body).unwrap();
    let play = streams["streams"]["stream"][0]["_content"].as_str().unwrap().to_owned();
    assert!(play.starts_with("https://www.flickr.com/photos/"), "{play}");
    let redirect = get(&server, &play).head;
    let location = redirect.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap();
    assert!(location.starts_with("https://live.staticflickr.com/video/"), "{location}");
    assert_eq!(get(&server, location).body, server.video_bytes(id, "orig").unwrap());
}

#[test]
fn no_other_host_is_reached() {
    let server = server(1);
    for target in ["example.org:443", "www.flickr.com:80", "127.0.0.1:443"] {
        let (_, head) = connect(&server, target);
        assert!(head.starts_with("HTTP/1.1 403 "), "{target}: {head}");
    }
    let plain = Server::start(Config::clean(1, 1)).unwrap();
    assert_eq!(plain.proxy_ca(), None);
    let (_, head) = connect(&plain, "www.flickr.com:443");
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
}

#[test]
fn faults_of_delivery_are_the_same_in_a_tunnel() {
    let server = server(30);
    let photos = listed(&server);
    let faults = [
        Fault::ResetHeader,
        Fault::ResetBody,
        Fault::ShortBody,
        Fault::CutClose,
        Fault::StallHeader,
        Fault::StallBody,
    ];
    for (photo, fault) in photos.iter().zip(faults) {
        let id = photo["id"].as_str().unwrap().parse().unwrap();
        let right = server.rendition_bytes(id, Label::O).unwrap();
        server.fault(id, fault, Times::Once);
        let url = photo["url_o"].as_str().unwrap();
        let patience = match fault {
            Fault::StallHeader | Fault::StallBody => Duration::from_millis(1500),
            _ => PATIENCE,
        };
        let answer = get_within(&server, url, patience);
        let half = right[..right.len() / 2] == answer.body;
        let seen = match fault {
            Fault::ResetHeader => answer.head.is_empty() && answer.end.is_err(),
            Fault::ResetBody => answer.body.len() <= right.len() / 2 && answer.end.is_err(),
            Fault::ShortBody | Fault::CutClose => half && answer.end == Ok(()),
            Fault::StallHeader => answer.head.is_empty() && is_silence(&answer),
            _ => half && is_silence(&answer),
        };
        assert!(seen, "{fault:?}: {:?}, {} bytes", answer.end, answer.body.len());
        assert_eq!(get(&server, url).body, right, "{fault:?}");
    }
    assert_eq!(server.hits().faults, faults.len() as u64);
}

fn is_silence(answer: &Answer) -> bool {
    matches!(answer.end, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the file is the test's own")]
fn the_certificate_is_written_where_it_was_wanted() {
    let file = std::env::temp_dir().join(format!("fake-flickr-ca-{}.pem", std::process::id()));
    let proxy = Proxy { ca_file: Some(file.clone()) };
    let server = Server::start(Config { proxy: Some(proxy), ..Config::clean(1, 1) }).unwrap();
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(Some(written.as_str()), server.proxy_ca());
    assert!(written.starts_with("-----BEGIN CERTIFICATE-----"));
}
