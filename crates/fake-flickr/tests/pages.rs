//! The site's pages, as a visitor gets them who isn't signed in.

mod support;

use std::time::Duration;

use fake_flickr::{
    ApiFault, Config, Key, PageShape, Pages, PastEnd, Server, SiteKeys, StreamConfig,
};
use serde_json::Value;
use support::{End, Raw, get, models, site_key};

fn config(photos: u32, pages: Pages) -> Config {
    Config { pages, ..Config::new(StreamConfig::new(5, photos)) }
}

fn page(server: &Server, path: &str) -> Raw {
    get(&format!("{}{path}", server.base()))
}

/// What lies within the wrapping, where there is one.
fn inner(value: &Value) -> &Value {
    value.get("exportMetaType").map_or(value, |_| &value["data"])
}

/// What a reference stands for.
fn followed<'a>(export: &'a Value, value: &'a Value) -> &'a Value {
    let Some(number) = value.as_str().and_then(|text| text.strip_prefix('~')) else { return value };
    let path = export["legend"][number.parse::<usize>().unwrap()].as_array().unwrap();
    path.iter().fold(&export["main"], |at, step| {
        let step = step.as_str().unwrap();
        step.parse::<usize>().map_or_else(|_| &at[step], |index| &at[index])
    })
}

/// The ids that a page shows, by its models.
fn shown(html: &str) -> Vec<u64> {
    let export = models(html);
    let stream = inner(&export["main"]["photostream-models"][0]);
    let photos = inner(&stream["photoPageList"])["_data"].as_array().unwrap().iter();
    photos.map(|photo| inner(photo)["id"].as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn pages_of_25_show_everything() {
    for shape in [PageShape::Flat, PageShape::Wrapped] {
        let server = Server::start(config(60, Pages { shape, ..Pages::complete() })).unwrap();
        let name = format!("/photos/{}", server.alias().to_uppercase());
        let ids: Vec<u64> = ["/", "/page2", "/page3/"]
            .into_iter()
            .flat_map(|number| shown(&page(&server, &format!("{name}{number}")).text()))
            .collect();
        let truth: Vec<u64> = server.truth().iter().map(|photo| photo.id).collect();
        assert_eq!(ids, truth);
        assert_eq!(server.hits().pages, 3);
        let by_nsid = page(&server, &format!("/photos/{}/page3", server.nsid())).text();
        assert_eq!(shown(&by_nsid), truth[50..]);
    }
}

#[test]
fn pages_of_100_show_a_quarter_and_say_so() {
    let server = Server::start(config(230, Pages::default())).unwrap();
    let truth = server.truth();
    let html = page(&server, &format!("/photos/{}/page2", server.alias())).text();
    let ids: Vec<u64> = truth[100..125].iter().map(|photo| photo.id).collect();
    assert_eq!(shown(&html), ids);
    let export = models(&html);
    let list = &export["main"]["photostream-models"][0]["photoPageList"];
    assert_eq!(list["totalItems"], 230);
    assert_eq!((&list["fetchedStart"], &list["fetchedEnd"]), (&false.into(), &false.into()));
    assert!(html.contains("\"viewPageSize\":100"));
    assert!(html.contains("rel=\"next\" data-track=\"paginationRightClick\""));
    assert!(html.contains("230 Photos"));
    assert!(!html.contains("page4\""));
}

#[test]
fn references_lead_to_their_models() {
    for shape in [PageShape::Flat, PageShape::Wrapped] {
        let server = Server::start(config(30, Pages { shape, ..Pages::default() })).unwrap();
        let html = page(&server, &format!("/photos/{}", server.alias())).text();
        let export = models(&html);
        for (registry, n) in [
            ("photo-models", 25),
            ("person-models", 1),
            ("photo-engagement-models", 25),
            ("photo-stats-models", 25),
        ] {
            let list = export["main"][registry].as_array().unwrap();
            assert_eq!(list.len(), n, "{registry}");
            for reference in list {
                let model = followed(&export, inner(reference));
                assert_eq!(model["_flickrModelRegistry"], registry, "{reference}");
            }
        }
        let again = inner(&export["main"]["photostream-models"][1]);
        let list = inner(&again["photoPageList"])["_data"].as_array().unwrap();
        let first = followed(&export, inner(&list[0]));
        assert_eq!(first["id"], server.truth()[0].id.to_string());
        assert_eq!(followed(&export, inner(&first["owner"]))["id"], server.nsid());
    }
}

#[test]
fn photos_carry_their_renditions_and_words() {
    let pages = Pages { shape: PageShape::Wrapped, ..Pages::default() };
    let server = Server::start(config(25, pages)).unwrap();
    let html = page(&server, &format!("/photos/{}", server.alias())).text();
    let export = models(&html);
    for (n, truth) in server.truth().iter().enumerate() {
        let photo = &export["main"]["photostream-models"][0]["data"]["photoPageList"]["data"]["_data"]
            [n]["data"];
        assert_eq!(photo["title"], truth.title.as_str());
        let sizes = photo["sizes"]["data"].as_object().unwrap();
        assert_eq!(sizes.len(), truth.renditions.len());
        for rendition in &truth.renditions {
            let url = sizes[rendition.label.name()]["data"]["url"].as_str().unwrap();
            assert_eq!(format!("http:{url}"), rendition.url);
        }
        assert_eq!(photo["stats"]["data"]["datePosted"], truth.posted.to_string());
    }
}

#[test]
fn whoever_is_nobody_has_no_photostream() {
    let server = Server::start(config(3, Pages::default())).unwrap();
    assert_eq!(page(&server, "/photos/nobody-at-all/").status, 404);
    assert_eq!(page(&server, "/photos/nobody-at-all/page2").status, 404);
    for path in ["/photos/tags", "/photos/search/", "/photos/", "/prints"] {
        let raw = page(&server, path);
        assert_eq!(raw.status, 200, "{path}");
        assert!(models(&raw.text())["main"].as_object().unwrap().is_empty(), "{path}");
    }
}

#[test]
fn past_the_end_is_a_redirect_or_the_last_page() {
    let ask = |past_end| {
        let server = Server::start(config(30, Pages { past_end, ..Pages::complete() })).unwrap();
        let raw = page(&server, &format!("/photos/{}/page9/", server.alias()));
        (raw, server.alias(), server.truth()[25..].iter().map(|photo| photo.id).collect::<Vec<_>>())
    };
    let (redirect, alias, _) = ask(PastEnd::Redirect);
    assert_eq!(redirect.status, 302);
    assert_eq!(redirect.header("location"), Some(format!("/photos/{alias}/").as_str()));
    let (last, _, ids) = ask(PastEnd::RepeatLast);
    assert_eq!((last.status, shown(&last.text())), (200, ids));
}

#[test]
fn every_page_brings_a_key_that_is_good_for_its_calls() {
    let site_keys = SiteKeys { good_for: Duration::from_mins(1), calls: Some(2) };
    let pages = Pages { site_keys, ..Pages::default() };
    let key = Key::Only("f".repeat(32));
    let server = Server::start(Config { key, ..config(3, pages) }).unwrap();
    let keys = [page(&server, "/photos/").text(), page(&server, "/prints").text()];
    let keys = keys.each_ref().map(|html| site_key(html));
    assert_ne!(keys[0], keys[1]);
    let call = |key: &str| {
        let path = format!("/services/rest/?method=flickr.test.null&api_key={key}");
        page(&server, &path).text()
    };
    for key in keys {
        assert!(call(key).contains("stat=\"ok\""));
        assert!(call(key).contains("stat=\"ok\""));
        assert!(call(key).contains("code=\"100\""));
    }
    assert!(call("0123456789abcdef0123456789abcdef").contains("code=\"100\""));
    // The other key of such a page is that of the server that wrote it, and long expired.
    let html = page(&server, "/photos/").text();
    let (_, stale) = html.split_once("\"site_key\":\"").unwrap();
    assert!(call(&stale[..32]).contains("code=\"100\""));
}

#[test]
fn robots_are_told_what_was_configured() {
    let server = Server::start(config(3, Pages::default())).unwrap();
    assert_eq!(page(&server, "/robots.txt").text(), Pages::ROBOTS);
    let pages = Pages { robots: Pages::ROBOTS_AWAY.to_owned(), ..Pages::default() };
    let server = Server::start(config(3, pages)).unwrap();
    assert!(page(&server, "/robots.txt").text().contains("Disallow: /photos/\n"));
    assert_eq!(server.hits().pages, 0);
}

#[test]
fn pages_fail_as_they_are_told() {
    let server = Server::start(config(30, Pages::default())).unwrap();
    let path = format!("/photos/{}/", server.alias());
    let good = page(&server, &path);
    server.page_fault(ApiFault::Status(503));
    assert_eq!(page(&server, &path).status, 503);
    server.page_fault(ApiFault::BadJson);
    let half = page(&server, &path);
    assert_eq!((half.status, half.body.len()), (200, good.body.len() / 2));
    server.page_fault(ApiFault::Reset);
    assert_eq!(page(&server, &path).end, End::Reset);
    assert_eq!(page(&server, &path).status, 200);
    assert_eq!(server.hits().faults, 3);
}
