//! The shapes of answers against what was recorded of the site. The recordings hold people's
//! words and are no part of this repository: `SILVERPRINT_RECORDED` names their folder, and
//! without it there is nothing to compare with.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use fake_flickr::{Config, PageShape, Pages, Server, StreamConfig};
use serde_json::Value;
use support::{api, call, get, models};

/// The extras of the recorded call.
const EXTRAS: &str = "description,license,date_upload,date_taken,owner_name,icon_server,\
    original_format,last_update,geo,tags,machine_tags,o_dims,views,media,path_alias,url_sq,url_q,\
    url_t,url_s,url_n,url_m,url_z,url_c,url_l,url_h,url_k,url_o";

#[expect(clippy::disallowed_methods, reason = "test input, read once")]
fn recorded(name: &str) -> Option<String> {
    let folder = std::env::var_os("SILVERPRINT_RECORDED")?;
    Some(std::fs::read_to_string(PathBuf::from(folder).join(name)).unwrap())
}

fn server(photos: u32) -> Server {
    let stream = StreamConfig { originals: 2560, ..StreamConfig::clean(1, photos) };
    Server::start(Config::new(stream)).unwrap()
}

/// The types of a value's keys.
fn shape(value: &Value) -> BTreeMap<String, &'static str> {
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let members = value.as_object().unwrap();
    members.iter().map(|(key, value)| (key.clone(), kind(value))).collect()
}

#[test]
fn a_listed_photo_has_the_recorded_keys_and_types() {
    let Some(recorded) = recorded("stream_extras_2013.json") else { return };
    let recorded: Value = serde_json::from_str(&recorded).unwrap();
    let server = server(40);
    let answer = api(&server, "flickr.people.getPublicPhotos", &format!("extras={EXTRAS}"));
    assert_eq!(shape(&answer["photos"]), shape(&recorded["photos"]));
    let mut expected = shape(&recorded["photos"]["photo"][0]);
    // The recorded account had no alias; since then answers say whether the date is known.
    expected.insert("pathalias".into(), "string");
    expected.insert("datetakenunknown".into(), "string");
    let photos = answer["photos"]["photo"].as_array().unwrap();
    assert!(photos.iter().any(|photo| shape(photo) == expected), "{:?}", shape(&photos[0]));
}

#[test]
fn sizes_have_the_recorded_keys_and_types() {
    let Some(recorded) = recorded("sizes_2013.json") else { return };
    let recorded: Value = serde_json::from_str(&recorded).unwrap();
    let server = server(20);
    let photo = server.truth().into_iter().find(|photo| photo.renditions.len() >= 13).unwrap();
    let answer = api(&server, "flickr.photos.getSizes", &format!("photo_id={}", photo.id));
    assert_eq!(shape(&answer["sizes"]), shape(&recorded["sizes"]));
    let sizes = |answer: &Value| {
        let sizes = answer["sizes"]["size"].as_array().unwrap();
        let shapes = sizes.iter().map(|size| (size["label"].to_string(), shape(size)));
        shapes.collect::<BTreeMap<_, _>>()
    };
    let (ours, theirs) = (sizes(&answer), sizes(&recorded));
    for (label, shape) in theirs {
        assert_eq!(ours.get(&label), Some(&shape), "{label}");
    }
}

/// The streams' own entries changed between 2012 and 2024; that of the player did not.
#[test]
fn a_video_s_player_has_the_recorded_keys_and_types() {
    let Some(recorded) = recorded("sizes_video_2012.json") else { return };
    let recorded: Value = serde_json::from_str(&recorded).unwrap();
    let mut stream = StreamConfig::clean(1, 3);
    stream.shares.videos = 1.0;
    let server = Server::start(Config::new(stream)).unwrap();
    let id = server.truth()[0].id;
    let ours = api(&server, "flickr.photos.getSizes", &format!("photo_id={id}"));
    let player = |answer: &Value| {
        let sizes = answer["sizes"]["size"].as_array().unwrap();
        let place = sizes.iter().position(|size| size["label"] == "Video Player").unwrap();
        // It stands between the stills and the streams.
        let video = |size: &Value| size["media"] == "video";
        assert!(!video(&sizes[place - 1]) && sizes[place..].iter().all(video));
        let source = sizes[place]["source"].as_str().unwrap().to_owned();
        assert!(source.contains("/apps/video/stewart.swf?v="), "{source}");
        sizes[place..].iter().map(shape).collect::<BTreeSet<_>>()
    };
    assert_eq!(player(&ours), player(&recorded));
}

#[test]
fn people_have_the_recorded_keys_and_types() {
    let Some(info) = recorded("user_info_2013.json") else { return };
    let server = server(3);
    let theirs: Value = serde_json::from_str(&info).unwrap();
    let ours = api(&server, "flickr.people.getInfo", "");
    let (ours, theirs) = (shape(&ours["person"]), shape(&theirs["person"]));
    for (key, kind) in theirs {
        // The site has stopped telling these; the recorded account had no alias.
        if !matches!(key.as_str(), "mbox_sha1sum" | "timezone" | "path_alias") {
            assert_eq!(ours.get(&key), Some(&kind), "{key}");
        }
    }
    let found = recorded("user_find_by_username_ok.json").unwrap();
    let theirs: Value = serde_json::from_str(&found).unwrap();
    let ours = api(&server, "flickr.people.findByUsername", "username=The+Fake+Photographer");
    assert_eq!(shape(&ours["user"]), shape(&theirs["user"]));
}

/// An XML document as lines: each element's depth, its name and the names of its attributes.
fn outline(xml: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for line in xml.lines() {
        let depth = line.len() - line.trim_start_matches('\t').len();
        let Some(tag) = line.trim_start().strip_prefix('<').and_then(|rest| rest.split_once('>'))
        else {
            continue;
        };
        if tag.0.starts_with(['?', '/']) {
            continue;
        }
        let name = tag.0.split([' ', '/']).next().unwrap();
        let mut names: Vec<&str> = tag.0.split("=\"").map(last_word).collect();
        names.pop();
        names.sort_unstable();
        lines.insert(format!("{depth} {name} {names:?}"));
    }
    lines
}

/// The name before an equals sign: what follows the last space.
fn last_word(text: &str) -> &str {
    text.rsplit([' ', '"']).next().unwrap_or_default()
}

#[test]
fn xml_has_the_recorded_structure() {
    let Some(listing) = recorded("stream_george_perpage1_p5.xml") else { return };
    let server = server(20);
    let extras = "license,date_upload,date_taken,media,original_format,owner_name,url_sq,url_t,\
        url_s,url_m,url_o,tags,geo,url_q,url_l,description,safety_level,realname,path_alias,\
        count_comments,count_views";
    let ours = get(&call(
        &server,
        "flickr.people.getPublicPhotos",
        &format!("per_page=20&extras={extras}"),
    ));
    let (ours, theirs) = (outline(&ours.text()), outline(&listing));
    for line in theirs {
        assert!(ours.contains(&line), "{line}\n{ours:#?}");
    }
    let id = server.truth()[0].id;
    for (name, method, rest) in [
        ("sizes_photo_full.xml", "flickr.photos.getSizes", format!("photo_id={id}")),
        ("user_lookup_ok.xml", "flickr.urls.lookupUser", "url=/photos/silverprint-fake/".into()),
        ("user_info_no_alias.xml", "flickr.people.getInfo", String::new()),
    ] {
        let ours = outline(&get(&call(&server, method, &rest)).text());
        for line in outline(&recorded(name).unwrap()) {
            assert!(ours.contains(&line), "{name}: {line}\n{ours:#?}");
        }
    }
}

#[test]
fn info_has_the_recorded_elements() {
    let Some(theirs) = recorded("info_taken_unknown.xml") else { return };
    let server = server(20);
    let ours: BTreeSet<String> = server
        .truth()
        .iter()
        .flat_map(|photo| {
            let rest = format!("photo_id={}", photo.id);
            outline(&get(&call(&server, "flickr.photos.getInfo", &rest)).text())
        })
        .collect();
    for line in outline(&theirs) {
        assert!(ours.contains(&line), "{line}\n{ours:#?}");
    }
}

#[test]
fn failures_are_the_recorded_bytes() {
    let Some(unknown) = recorded("stream_unknown_user_code1.xml") else { return };
    let server = server(3);
    let (base, key) = (server.base(), server.key());
    let listing = "flickr.people.getPublicPhotos";
    let at = |rest: &str| get(&format!("{base}/services/rest/?{rest}")).text();
    assert_eq!(at(&format!("method={listing}&api_key={key}&user_id=1234567@N00")), unknown);
    let lookup = format!("method=flickr.urls.lookupUser&api_key={key}&url=/photos/Nobody");
    assert_eq!(at(&lookup), recorded("user_lookup_fail_code1.xml").unwrap());
    let bad = at("method=flickr.test.null&api_key=x&format=json&nojsoncallback=1");
    assert_eq!(bad, recorded("err_100_bad_key.json").unwrap());
    let bad = at("method=flickr.urls.lookupUser&api_key=x&url=/photos/flickr/");
    assert_eq!(bad, recorded("err_100_bad_key.xml").unwrap());
    server.api_fault(fake_flickr::ApiFault::Code(201));
    let failed = at(&format!("method=flickr.test.null&api_key={key}"));
    assert_eq!(failed, recorded("err_201_service_not_available.xml").unwrap());
    server.api_fault(fake_flickr::ApiFault::TrailingComma);
    let failed = at(&format!("method=flickr.test.null&api_key={key}"));
    assert_eq!(failed, recorded("err_201_json_with_trailing_comma.txt").unwrap().trim_end());
    let sizes = at(&format!("method=flickr.photos.getSizes&api_key={key}&photo_id=1"));
    assert_eq!(sizes, recorded("sizes_photo_not_found_code1.xml").unwrap());
}

/// Every path through a value, with the kind of what lies there; places in lists are all one.
fn tree(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                tree(value, &format!("{path}.{key}"), out);
            }
        }
        Value::Array(items) => {
            out.insert(format!("{path}[]"));
            for item in items {
                tree(item, &format!("{path}[]"), out);
            }
        }
        Value::String(text) if text.starts_with('~') => {
            _ = out.insert(format!("{path}: reference"));
        }
        Value::Null => _ = out.insert(format!("{path}: null")),
        Value::Bool(_) => _ = out.insert(format!("{path}: bool")),
        Value::Number(_) => _ = out.insert(format!("{path}: number")),
        Value::String(_) => _ = out.insert(format!("{path}: string")),
    }
}

fn trees(ours: &Value, theirs: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut out, mut expected) = (BTreeSet::new(), BTreeSet::new());
    tree(ours, "", &mut out);
    tree(theirs, "", &mut expected);
    (out, expected)
}

/// The paths of a legend, where every place in a list is one.
fn legend(export: &Value) -> BTreeSet<String> {
    let paths = export["legend"].as_array().unwrap().iter();
    paths
        .map(|path| {
            let steps = path.as_array().unwrap().iter().map(|step| step.as_str().unwrap());
            let steps = steps.map(|step| if step.parse::<u32>().is_ok() { "[]" } else { step });
            steps.collect::<Vec<_>>().join(".")
        })
        .collect()
}

fn page(shape: PageShape) -> String {
    let stream = StreamConfig { originals: 2560, ..StreamConfig::clean(1, 400) };
    let pages = Pages { shape, ..Pages::default() };
    let server = Server::start(Config { pages, ..Config::new(stream) }).unwrap();
    get(&format!("{}/photos/{}/", server.base(), server.alias())).text()
}

#[test]
fn the_page_of_2021_has_the_recorded_models() {
    let Some(theirs) = recorded("modelexport_photostream_2021-04.json") else { return };
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    let html = page(PageShape::Flat);
    let ours = models(&html);
    let (out, expected) = trees(&ours["main"], &theirs["main"]);
    assert_eq!(out, expected);
    assert_eq!(legend(&ours), legend(&theirs));
    assert_eq!(
        ours["legend"].as_array().unwrap().len(),
        theirs["legend"].as_array().unwrap().len()
    );
    assert_eq!(ours["version"], theirs["version"]);
}

#[test]
fn the_page_of_2024_has_the_recorded_photos() {
    let Some(theirs) = recorded("modelexport_album_2024-06.json") else { return };
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    let ours = models(&page(PageShape::Wrapped));
    let album = &theirs["main"]["set-models"][0];
    let stream = &ours["main"]["photostream-models"][0];
    for part in ["photoPageList", "owner"] {
        let (mut out, expected) = trees(&stream["data"][part], &album["data"][part]);
        // Albums tell no descriptions.
        out.retain(|line| !line.ends_with(".description: string"));
        assert_eq!(out, expected, "{part}");
    }
    for list in ["photo-models", "photo-engagement-models", "photo-stats-models", "person-models"] {
        let (out, expected) = trees(&ours["main"][list], &theirs["main"][list]);
        assert_eq!(out, expected, "{list}");
    }
    let in_album = |path: &String| path.replace("photostream-models", "set-models");
    assert_eq!(legend(&ours).iter().map(in_album).collect::<BTreeSet<_>>(), legend(&theirs));
}

/// The beginnings of a page that clients look for, and how often each stands there.
#[test]
fn the_page_has_the_recorded_marks() {
    let Some(theirs) = recorded("html_photostream_2021-04.html") else { return };
    let ours = page(PageShape::Flat);
    for mark in [
        "root.YUI_config.flickr.api.site_key = \"",
        "root.YUI_config.flickr.api.site_key_fetched = ",
        "root.YUI_config.flickr.api.site_key_expiresAt = ",
        "\"site_key\":\"",
        "\"site_key_fetched\":",
        "modelExport: {\"legend\":[[\"photostream-models\",\"0\",\"owner\"],",
        "background-image: url(//",
        "<span class=\"is-current\">1</span>",
        "\"viewPageSize\":100",
        "rel=\"next\" data-track=\"paginationRightClick\"",
        "data-track=\"pagination2Click\"",
        "<p class=\"metadata-item photo-count\">",
        "class='modelExport'",
        "root.auth = {\"signedIn\":false};",
    ] {
        let photos = |html: &str| {
            let rest = html.split_once("photo-list-view").map_or(html, |(_, rest)| rest);
            rest.matches(mark).count()
        };
        let (here, there) = match mark {
            "background-image: url(//" => (photos(&ours), photos(&theirs)),
            _ => (ours.matches(mark).count(), theirs.matches(mark).count()),
        };
        match mark {
            "background-image: url(//" | "\"viewPageSize\":100" => {
                assert!(here > 0 && there > 0, "{mark}: {here}, {there}");
            }
            _ => assert_eq!(here, there, "{mark}"),
        }
    }
}
