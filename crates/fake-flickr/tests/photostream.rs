//! The stream as the API lists it, and the pictures it leads to.

mod support;

use std::collections::HashSet;

use fake_flickr::{
    Account, ApiFault, Change, Config, Key, Label, Original, Paging, Server, Shares, Step,
    StreamConfig,
};
use serde_json::Value;
use support::{api, call, get};

const PUBLIC: &str = "flickr.people.getPublicPhotos";

fn start(change: impl FnOnce(&mut Config)) -> Server {
    let mut config = Config::new(StreamConfig::small(11, 250));
    change(&mut config);
    Server::start(config).unwrap()
}

fn ids(page: &Value) -> Vec<u64> {
    let photos = page["photos"]["photo"].as_array().unwrap();
    photos.iter().map(|photo| photo["id"].as_str().unwrap().parse().unwrap()).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

#[test]
fn pages_hold_every_photo_once() {
    let server = start(|_| {});
    let truth: Vec<u64> = server.truth().iter().map(|photo| photo.id).collect();
    let mut listed = Vec::new();
    for page in 1..=3 {
        let answer = api(&server, PUBLIC, &format!("page={page}"));
        assert_eq!(number(&answer["photos"]["total"]), 250);
        assert_eq!(
            (&answer["photos"]["pages"], &answer["photos"]["perpage"]),
            (&3.into(), &100.into())
        );
        listed.extend(ids(&answer));
    }
    assert_eq!(listed, truth);
    assert!(ids(&api(&server, PUBLIC, "page=4")).is_empty());
    assert_eq!(ids(&api(&server, PUBLIC, "per_page=9999")).len(), 250);
    assert_eq!(api(&server, PUBLIC, "page=20000")["photos"]["page"], 10_000);
    assert_eq!(server.hits().api[PUBLIC], 6);
}

#[test]
fn only_get_photos_knows_windows() {
    let server = start(|_| {});
    let truth = server.truth();
    let window =
        format!("min_upload_date={}&max_upload_date={}", truth[60].posted, truth[11].posted);
    let answer = api(&server, "flickr.people.getPhotos", &window);
    assert_eq!(number(&answer["photos"]["total"]), 50);
    assert_eq!(ids(&answer)[0], truth[11].id);
    assert_eq!(number(&api(&server, PUBLIC, &window)["photos"]["total"]), 250);
}

#[test]
fn an_empty_stream_has_no_pages() {
    let server = start(|config| config.stream.photos = 0);
    let answer = api(&server, PUBLIC, "");
    assert_eq!((&answer["photos"]["pages"], number(&answer["photos"]["total"])), (&0.into(), 0));
    let xml = get(&call(&server, PUBLIC, "per_page=10")).text();
    assert!(xml.contains("<photos page=\"1\" pages=\"0\" perpage=\"10\" total=\"0\" />"), "{xml}");
}

#[test]
fn accounts_and_keys_fail_with_the_recorded_codes() {
    let server = start(|config| config.key = Key::Only("a".repeat(32)));
    let base = server.base();
    let code = |path: &str| {
        let raw = get(&format!("{base}/services/rest/?format=json&nojsoncallback=1&{path}"));
        assert_eq!(raw.status, 200);
        serde_json::from_slice::<Value>(&raw.body).unwrap()["code"].as_u64()
    };
    assert_eq!(code("method=flickr.test.null&api_key=x"), Some(100));
    assert_eq!(code(&format!("method=flickr.test.null&api_key={}", "b".repeat(32))), Some(100));
    let key = server.key();
    assert_eq!(code(&format!("method=flickr.test.null&api_key={key}")), None);
    assert_eq!(code(&format!("method=flickr.no.such&api_key={key}")), Some(112));
    assert_eq!(code(&format!("method={PUBLIC}&api_key={key}")), Some(1));
    assert_eq!(code(&format!("method={PUBLIC}&api_key={key}&user_id=1%40N00")), Some(1));
    for (account, listing, info) in
        [(Account::Denied, 2, None), (Account::Deleted, 1, Some(5)), (Account::Unknown, 1, Some(1))]
    {
        server.set_account(account);
        assert_eq!(api(&server, PUBLIC, "")["code"], listing);
        assert_eq!(api(&server, "flickr.people.getInfo", "")["code"].as_u64(), info);
    }
    server.set_account(Account::Open);
    assert_eq!(api(&server, "flickr.photos.getInfo", "photo_id=1")["code"], 1);
    server.revoke_key();
    assert_eq!(api(&server, PUBLIC, "")["code"], 100);
}

#[test]
fn accounts_are_found_by_url_and_by_name() {
    let server = start(|_| {});
    let lookup = |url: &str| api(&server, "flickr.urls.lookupUser", &format!("url={url}"));
    let found = lookup("https%3A%2F%2Fwww.flickr.com%2Fphotos%2FSilverPrint-Fake%2F");
    assert_eq!(found["user"]["id"], server.nsid().as_str());
    assert_eq!(lookup("https://www.flickr.com/photos/tags")["code"], 1);
    let found = api(&server, "flickr.people.findByUsername", "username=the+fake+photographer");
    assert_eq!(found["user"]["nsid"], server.nsid().as_str());
    let info = api(&server, "flickr.people.getInfo", "");
    assert_eq!(info["person"]["photos"]["count"]["_content"], 250);
}

#[test]
fn api_faults_pass() {
    let server = start(|_| {});
    let url = call(&server, PUBLIC, "format=json&nojsoncallback=1");
    server.api_fault(ApiFault::Code(105));
    server.api_fault(ApiFault::TrailingComma);
    server.api_fault(ApiFault::BadJson);
    server.api_fault(ApiFault::OtherNotation);
    server.api_fault(ApiFault::Status(500));
    server.api_fault(ApiFault::Reset);
    assert!(get(&url).text().contains("\"code\":105"));
    assert!(get(&url).text().ends_with("\"code\":201},"));
    assert!(serde_json::from_slice::<Value>(&get(&url).body).is_err());
    assert!(get(&url).text().starts_with("<?xml"));
    assert_eq!(get(&url).status, 500);
    assert_eq!(get(&url).end, support::End::Reset);
    assert_eq!(ids(&serde_json::from_slice(&get(&url).body).unwrap()).len(), 100);
}

#[test]
fn without_nojsoncallback_the_answer_is_wrapped() {
    let server = start(|_| {});
    let text = get(&call(&server, "flickr.test.null", "format=json")).text();
    assert_eq!(text, "jsonFlickrApi({\"stat\":\"ok\"})");
}

#[test]
fn streams_change_while_they_are_listed() {
    let server = start(|config| {
        config.script = vec![
            Step { after_page: 1, change: Change::Upload(3) },
            Step { after_page: 2, change: Change::DeleteAt(0) },
        ];
    });
    let before: Vec<u64> = server.truth().iter().map(|photo| photo.id).collect();
    assert_eq!(ids(&api(&server, PUBLIC, "page=1")), before[..100]);
    // Three photos are listed twice, as they were pushed over the border.
    assert_eq!(ids(&api(&server, PUBLIC, "page=2")), before[97..197]);
    assert_eq!(number(&api(&server, PUBLIC, "page=3")["photos"]["total"]), 252);
    let retitled = server.truth()[5].clone();
    assert!(server.retitle(retitled.id));
    assert_ne!(server.truth()[5].title, retitled.title);
}

#[test]
fn pages_come_short_and_repeat_once() {
    let server = start(|config| {
        config.paging = Paging { short: 0.5, repeated: 0.5, ..Paging::default() };
        config.stream.photos = 2000;
    });
    let first: Vec<_> =
        (1..=20).map(|page| ids(&api(&server, PUBLIC, &format!("page={page}")))).collect();
    assert!(
        first.iter().any(|page| page.len() < 100) && first.iter().any(|page| page.len() == 101)
    );
    let again: HashSet<u64> =
        (1..=20).flat_map(|page| ids(&api(&server, PUBLIC, &format!("page={page}")))).collect();
    assert_eq!(again, server.truth().iter().map(|photo| photo.id).collect());
    let hits = server.hits();
    let odd = |page: &&Vec<u64>| page.len() != 100;
    let odd = first.iter().filter(odd).count() as u64;
    assert_eq!(hits.short_pages + hits.repeating_pages, odd);
}

#[test]
fn numbers_past_the_end_are_the_last_pages_where_they_are_clamped() {
    let server = start(|config| config.paging.clamped = true);
    let page = |number: u32| api(&server, PUBLIC, &format!("page={number}"));
    assert_eq!(ids(&page(4)), ids(&page(3)));
    assert_eq!(number(&page(9)["photos"]["page"]), 3);
    assert_eq!(server.hits().clamped_pages, 2);
}

/// Many oddities at once, on small pictures.
fn odd(seed: u64) -> StreamConfig {
    let shares = Shares {
        png: 0.1,
        gif: 0.1,
        rotated: 0.5,
        progressive: 0.1,
        grey: 0.1,
        cmyk: 0.1,
        optimized: 0.1,
        restarts: 0.1,
        videos: 0.05,
        ..Shares::NONE
    };
    StreamConfig { shares, originals: 330, ..StreamConfig::small(seed, 60) }
}

#[test]
fn every_rendition_decodes_at_its_dimensions_and_is_its_own() {
    let server = Server::start(Config::new(odd(3))).unwrap();
    let truth = server.truth();
    let mut digests = HashSet::new();
    let mut kinds = HashSet::new();
    for photo in &truth {
        kinds.insert(photo.original);
        for rendition in &photo.renditions {
            let bytes = server.rendition_bytes(photo.id, rendition.label).unwrap();
            let what = format!("{:?} {} {}", photo.original, rendition.label, photo.orientation);
            assert!(digests.insert(server.rendered(photo.id, rendition.label).unwrap().sha256));
            let size = if photo.original == Original::Cmyk && rendition.label == Label::O {
                let mut decoder = jpeg_decoder::Decoder::new(bytes.as_slice());
                decoder.decode().unwrap();
                let info = decoder.info().unwrap();
                assert_eq!(info.pixel_format, jpeg_decoder::PixelFormat::CMYK32);
                (u32::from(info.width), u32::from(info.height))
            } else {
                let image =
                    image::load_from_memory(&bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
                (image.width(), image.height())
            };
            assert_eq!(size, (rendition.width, rendition.height), "{what}");
        }
    }
    assert_eq!(kinds.len(), 8, "{kinds:?}");
    assert!(truth.iter().filter(|photo| photo.orientation != 1).count() > 10);
}

#[test]
fn originals_tell_their_orientation() {
    let server = Server::start(Config::new(odd(3))).unwrap();
    let turned = server.truth().into_iter().find(|photo| photo.orientation >= 5).unwrap();
    let bytes = server.rendition_bytes(turned.id, Label::O).unwrap();
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&bytes)).unwrap();
    let orientation = image::ImageDecoder::orientation(&mut decoder).unwrap();
    assert_eq!(orientation.to_exif(), turned.orientation);
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let make = |seed| Server::start(Config::new(odd(seed))).unwrap();
    let (one, two, other) = (make(3), make(3), make(4));
    let digests = |server: &Server| {
        let hash = |id, label| server.rendered(id, label).unwrap().sha256;
        let photos = server.truth().into_iter().take(12);
        photos.map(|photo| (photo.title, hash(photo.id, Label::O))).collect::<Vec<_>>()
    };
    assert_eq!(digests(&one), digests(&two));
    assert_ne!(digests(&one), digests(&other));
}

#[test]
fn what_was_dropped_is_painted_again_byte_for_byte() {
    let config = StreamConfig { cache_bytes: 1, ..odd(3) };
    let server = Server::start(Config::new(config)).unwrap();
    let ids: Vec<u64> = server.truth().iter().take(4).map(|photo| photo.id).collect();
    let all = || ids.iter().map(|&id| server.rendered(id, Label::O)).collect::<Vec<_>>();
    assert_eq!(all(), all());
}

#[test]
fn the_truth_can_be_had_over_http() {
    let server = start(|config| config.stream.photos = 3);
    let raw = get(&format!("{}/__fake/truth?labels=largest,t", server.base()));
    let truth: Value = serde_json::from_slice(&raw.body).unwrap();
    assert_eq!(truth.as_array().unwrap().len(), 3);
    let original = &truth[0]["renditions"]["o"];
    let fetched = get(original["url"].as_str().unwrap());
    assert_eq!(original["bytes"], fetched.body.len());
    let hits: Value =
        serde_json::from_slice(&get(&format!("{}/__fake/hits", server.base())).body).unwrap();
    assert_eq!(hits["images"], 1);
}
