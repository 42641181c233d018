//! What others are not given of an account's photos, and how far they are told why.

mod support;

use fake_flickr::{Config, Label, Plan, Server, Stream, StreamConfig};
use serde_json::Value;
use support::{api, get, models};

fn config(plan: Plan) -> StreamConfig {
    StreamConfig { plan, originals: 2560, ..StreamConfig::clean(5, 60) }
}

const EXTRAS: &str = "extras=license,original_format,can_download,ispro,url_o,url_k,url_h,url_l";

fn listed(server: &Server) -> Vec<Value> {
    let answer = api(server, "flickr.people.getPublicPhotos", EXTRAS);
    answer["photos"]["photo"].as_array().unwrap().clone()
}

/// Whether a licence is of Creative Commons or of the Commons.
fn is_open(photo: &Value) -> bool {
    !matches!(photo["license"].as_str().unwrap(), "0" | "8")
}

#[test]
fn a_free_account_withholds_all_but_what_is_open() {
    let server = Server::start(Config::new(config(Plan::Free))).unwrap();
    let photos = listed(&server);
    assert!(photos.iter().any(is_open) && !photos.iter().all(is_open));
    for photo in &photos {
        let open = is_open(photo);
        for field in ["url_o", "url_k", "url_h", "originalsecret"] {
            assert_eq!(photo.get(field).is_some(), open, "{field}");
        }
        assert!(photo.get("url_l").is_some());
        assert_eq!(photo["can_download"], 1, "that is the owner's to say");
        assert_eq!(photo["ispro"], 0);
        let sizes = api(
            &server,
            "flickr.photos.getSizes",
            &format!("photo_id={}", photo["id"].as_str().unwrap()),
        );
        assert_eq!(sizes["sizes"]["candownload"], 1);
        let sizes = sizes["sizes"]["size"].as_array().unwrap();
        assert_eq!(sizes.last().unwrap()["label"], if open { "Original" } else { "Large" });
    }
}

#[test]
fn a_pro_account_withholds_nothing() {
    let server = Server::start(Config::new(config(Plan::Pro))).unwrap();
    for photo in listed(&server) {
        assert!(photo.get("url_o").is_some());
        assert_eq!((&photo["can_download"], &photo["ispro"]), (&1.into(), &1.into()));
    }
    assert_eq!(api(&server, "flickr.people.getInfo", "")["person"]["ispro"], 1);
    let page = get(&format!("{}/photos/{}/", server.base(), server.alias())).text();
    let person = &models(&page)["main"]["photostream-models"][0]["owner"];
    assert_eq!((&person["isPro"], &person["subscription"]["isPro"]), (&true.into(), &true.into()));
}

#[test]
fn an_owner_who_lets_nobody_download_leaves_2048_pixels() {
    let mut stream = StreamConfig { originals: 3400, ..config(Plan::Pro) };
    stream.shares.no_original = 1.0;
    let server = Server::start(Config::new(stream)).unwrap();
    let photos = listed(&server);
    assert!(photos.iter().all(|photo| photo["can_download"] == 0));
    assert!(photos.iter().any(|photo| photo.get("url_k").is_some()));
    for photo in server.truth() {
        assert!(photo.rendition(Label::O).is_none() && photo.rendition(Label::K3).is_none());
    }
}

#[test]
fn restricted_photos_are_counted_and_not_shown() {
    let mut stream = config(Plan::Pro);
    stream.shares.restricted = 0.3;
    let hidden: Vec<_> = Stream::new(stream.clone()).restricted().collect();
    let server = Server::start(Config::new(stream)).unwrap();
    let listed = api(&server, "flickr.people.getPublicPhotos", "per_page=500");
    assert_eq!(listed["photos"]["photo"].as_array().unwrap().len(), 60);
    let counted =
        &api(&server, "flickr.people.getInfo", "")["person"]["photos"]["count"]["_content"];
    assert!(hidden.len() > 5);
    assert_eq!(*counted, 60 + hidden.len());
    let id = hidden[0].id;
    let info = api(&server, "flickr.photos.getInfo", &format!("photo_id={id}"));
    assert_eq!((&info["stat"], &info["code"]), (&"fail".into(), &1.into()));
    let page = get(&format!("{}/photos/{}/", server.base(), server.alias())).text();
    assert_eq!(models(&page)["main"]["person-profile-models"][0]["photoCount"], *counted);
}
