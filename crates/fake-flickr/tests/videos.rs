//! Streams of videos: where they are, how long for, and what befalls them.

mod support;

use std::time::Duration;

use fake_flickr::{Config, Fault, Server, StreamConfig, Times, VideoFault, Videos};
use support::{End, Raw, api, get, request};

fn server(videos: Videos) -> Server {
    let mut config = Config { videos, ..Config::new(StreamConfig::tiny(5, 8)) };
    (config.stream.shares.videos, config.stream.shares.old_videos) = (1.0, 0.5);
    Server::start(config).unwrap()
}

/// The signed address of a video's largest stream, and which that is.
fn signed(server: &Server, position: usize) -> (u64, String, &'static str) {
    let video = &server.truth()[position];
    let redirect = get(&video.videos[0].url);
    assert_eq!(redirect.status, 302);
    (video.id, redirect.header("location").unwrap().to_owned(), video.videos[0].kind)
}

fn resume(url: &str, from: usize, tag: &str) -> Raw {
    request("GET", url, &[("Range", &format!("bytes={from}-")), ("If-Range", tag)])
}

#[test]
fn every_stream_is_told_by_both_methods() {
    let server = server(Videos::default());
    let mut kinds = Vec::new();
    for video in server.truth() {
        let rest = format!("photo_id={}", video.id);
        let streams = api(&server, "flickr.video.getStreamInfo", &rest);
        let streams = streams["streams"]["stream"].as_array().unwrap();
        let told: Vec<_> = streams.iter().map(|stream| stream["type"].as_str().unwrap()).collect();
        let truth: Vec<_> = video.videos.iter().map(|stream| stream.kind).collect();
        assert_eq!(told, truth);
        let sizes = api(&server, "flickr.photos.getSizes", &rest);
        let sizes = sizes["sizes"]["size"].as_array().unwrap();
        let sources: Vec<_> = sizes
            .iter()
            .filter(|size| size["media"] == "video" && size["label"] != "Video Player")
            .map(|size| size["source"].as_str().unwrap())
            .collect();
        let truth: Vec<_> = video.videos.iter().map(|stream| stream.url.as_str()).collect();
        assert_eq!(sources, truth);
        kinds.push(video.videos[0].kind);
    }
    assert!(kinds.contains(&"orig") && kinds.contains(&"700"), "{kinds:?}");
}

#[test]
fn a_long_stream_comes_whole_and_in_parts() {
    let server = server(Videos { bytes: 3 << 20, ..Videos::default() });
    let (id, url, kind) = signed(&server, 0);
    let right = server.video_bytes(id, kind).unwrap();
    let raw = get(&url);
    assert_eq!((raw.status, raw.end), (200, End::Whole));
    assert!(raw.body == right && right.len() > 3 << 20);
    let tag = get(&url).headers["etag"].clone();
    let part = resume(&url, right.len() - 1000, &tag);
    assert_eq!((part.status, part.body.as_slice()), (206, &right[right.len() - 1000..]));
    assert_eq!(server.video_rendered(id, kind).unwrap().bytes, right.len());
    let hits = server.hits();
    assert_eq!((hits.videos, hits.plays, hits.images), (3, 1, 0));
}

#[test]
fn addresses_expire() {
    let server = server(Videos { good_for: Duration::ZERO, ..Videos::default() });
    let (_, url, _) = signed(&server, 0);
    assert_eq!(get(&url).status, 403);
    let server = self::server(Videos::default());
    let (_, url, _) = signed(&server, 0);
    assert_eq!(get(&url).status, 200);
    assert_eq!(get(&url.replace("sig=", "sig=1")).status, 403);
    assert_eq!(get(&url.replace("expires=", "expires=1")).status, 403);
}

#[test]
fn an_address_is_refused_between_attempts() {
    let server = server(Videos::default());
    let (id, url, _) = signed(&server, 0);
    server.video_fault(id, VideoFault::Expired, Times::Once);
    assert_eq!(get(&url).status, 403);
    assert_eq!(get(&url).status, 200);
    assert_eq!(server.hits().faults, 1);
}

#[test]
fn a_stream_is_cut_and_goes_on_where_it_was() {
    let fault = Some((VideoFault::Like(Fault::ShortBody), Times::Once));
    let server = server(Videos { fault, ..Videos::default() });
    let (id, url, kind) = signed(&server, 1);
    let right = server.video_bytes(id, kind).unwrap();
    let cut = get(&url);
    assert_eq!((cut.end, cut.body.len()), (End::Cut, right.len() / 2));
    let rest = resume(&url, cut.body.len(), &cut.headers["etag"]);
    assert_eq!(rest.status, 206);
    assert!([cut.body, rest.body].concat() == right);
}

#[test]
fn a_stream_changes_between_attempts() {
    let server = server(Videos::default());
    let (id, url, kind) = signed(&server, 0);
    let before = server.video_bytes(id, kind).unwrap();
    server.video_fault(id, VideoFault::Changed, Times::Once);
    let cut = get(&url);
    assert!(cut.end == End::Cut && before.starts_with(&cut.body));
    let after = server.video_bytes(id, kind).unwrap();
    assert!(before != after && before.len() == after.len());
    let again = resume(&url, cut.body.len(), &cut.headers["etag"]);
    assert_ne!(again.headers["etag"], cut.headers["etag"]);
    assert_eq!(again.status, 200);
    assert!(again.body == after);
}

#[test]
fn the_truth_has_every_stream() {
    let server = server(Videos::default());
    let raw = get(&format!("{}/__fake/truth?labels=video&n=2", server.base()));
    let truth: serde_json::Value = serde_json::from_slice(&raw.body).unwrap();
    for (told, photo) in truth.as_array().unwrap().iter().zip(server.truth()) {
        for stream in &photo.videos {
            let rendered = server.video_rendered(photo.id, stream.kind).unwrap();
            let told = &told["videos"][stream.kind];
            assert_eq!(told["bytes"], rendered.bytes);
            assert_eq!(told["sha256"], rendered.sha256.as_str());
            assert_eq!(told["url"], stream.url.as_str());
        }
    }
}
