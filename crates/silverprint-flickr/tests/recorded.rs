//! Real answers, read by this crate and, independently, straight from the file.
//! They hold people's words, so they are not in the project: where the variable
//! `SILVERPRINT_RECORDED` names no folder of them, these tests say so and pass.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use silverprint_core::{Geo, Media, Nsid, Photo, Rendition, Size, Taken};
use silverprint_flickr::{Answer, AnswerError, Class, Listing, Unreadable, read_photo};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A photo as the file has it: its members as text.
type Plain = BTreeMap<String, String>;

#[expect(clippy::print_stderr, reason = "who runs the tests should know what was not tested")]
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("SILVERPRINT_RECORDED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SILVERPRINT_RECORDED is not set: the recorded answers were not tested");
    }
    folder
}

#[expect(clippy::disallowed_methods, reason = "a test may block, and knows the file")]
fn file(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of all recorded answers of the API.
fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| {
        !["html_", "modelexport_", "oembed_", "INDEX"].iter().any(|other| name.starts_with(other))
    });
    names.sort();
    names
}

/// Failures: file, method, code, and what the index says that they are.
const FAILURES: [(&str, &str, u32, Class); 16] = [
    ("album_not_found_code1.xml", "flickr.photosets.getPhotos", 1, Class::NotThere),
    ("err_100_bad_key.json", "flickr.test.null", 100, Class::BadKey),
    ("err_100_bad_key.xml", "flickr.urls.lookupUser", 100, Class::BadKey),
    (
        "err_1_required_parameter_missing.xml",
        "flickr.galleries.getListForPhoto",
        1,
        Class::Unexpected,
    ),
    ("err_201_json_with_trailing_comma.txt", "flickr.photos.getInfo", 201, Class::Passing),
    ("err_201_service_not_available.xml", "flickr.photos.getInfo", 201, Class::Passing),
    ("err_99_insufficient_permissions.xml", "flickr.test.null", 99, Class::NoPermission),
    ("err_oauth_problem_http400.txt", "flickr.test.login", 98, Class::NoPermission),
    ("exif_denied_code2.xml", "flickr.photos.getExif", 2, Class::NoPermission),
    ("info_deleted_code1.xml", "flickr.photos.getInfo", 1, Class::NotThere),
    ("info_private_code1.xml", "flickr.photos.getInfo", 1, Class::NotThere),
    ("profile_invalid_nsid_code1.xml", "flickr.profile.getProfile", 1, Class::NotThere),
    ("sizes_photo_not_found_code1.xml", "flickr.photos.getSizes", 1, Class::NotThere),
    ("stream_deleted_user_code1.xml", "flickr.people.getPublicPhotos", 1, Class::NotThere),
    ("stream_unknown_user_code1.xml", "flickr.people.getPublicPhotos", 1, Class::NotThere),
    ("user_info_deleted_code5.xml", "flickr.people.getInfo", 5, Class::NotThere),
];
const LOOKUP_FAILURE: &str = "user_lookup_fail_code1.xml";

fn is_failure(name: &str) -> bool {
    name == LOOKUP_FAILURE || FAILURES.iter().any(|failure| failure.0 == name)
}

fn is_listing(name: &str) -> bool {
    !is_failure(name) && (name.starts_with("stream_") || name.starts_with("album_"))
}

#[test]
fn failures_are_what_the_index_says() {
    let Some(folder) = folder() else { return };
    let lookup = (LOOKUP_FAILURE, "flickr.urls.lookupUser", 1, Class::NotThere);
    for (name, method, code, class) in FAILURES.into_iter().chain([lookup]) {
        match Answer::read(file(&folder, name).into_bytes()) {
            Err(AnswerError::Failed(failure)) => {
                assert_eq!((failure.code, failure.class(method)), (code, class), "{name}");
                assert!(!failure.message.is_empty(), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn pages_and_embeddings_are_no_answers() {
    let Some(folder) = folder() else { return };
    let check = |name: &str, expected: fn(&Unreadable) -> bool| match Answer::read(
        file(&folder, name).into_bytes(),
    ) {
        Err(AnswerError::Unreadable(what)) if expected(&what) => {}
        other => panic!("{name}: {other:?}"),
    };
    check("html_photostream_2021-04.html", |what| matches!(what, Unreadable::Html));
    check("html_album_2024-06.html", |what| matches!(what, Unreadable::Html));
    check("oembed_1.json", |what| matches!(what, Unreadable::NoStat));
}

#[test]
fn listings_are_kept_field_by_field() {
    let Some(folder) = folder() else { return };
    let mut n_photos = 0;
    let (mut n_videos, mut n_placed) = (0, 0);
    let mut n_listings = 0;
    for name in names(&folder).into_iter().filter(|name| is_listing(name)) {
        let body = file(&folder, &name);
        let (head, plain) = plain_listing(&body);
        let answer = Answer::read(body.clone().into_bytes()).unwrap();
        let listing = Listing::parse(&answer).unwrap();
        assert_eq!(listing.total.to_string(), head["total"], "{name}");
        assert_eq!(listing.pages.to_string(), head["pages"], "{name}");
        assert_eq!(listing.number.unwrap().to_string(), head["page"], "{name}");
        assert_eq!(listing.entries.len(), plain.len(), "{name}");
        // An album says once whose it is.
        let owner: Option<Nsid> = head.get("owner").map(|owner| owner.parse().unwrap());
        for (entry, mut plain) in listing.entries.into_iter().zip(plain) {
            let photo = read_photo(entry, owner.as_ref()).unwrap();
            if body.starts_with('{') {
                assert!(body.contains(photo.listing.get()), "{name}");
            } else {
                let kept: Value = serde_json::from_str(photo.listing.get()).unwrap();
                assert_eq!(flat(&kept), plain, "{name}");
            }
            if let Some(owner) = &owner {
                plain.insert("owner".to_owned(), owner.to_string());
            }
            compare(&photo, &plain, &name);
            n_photos += 1;
            n_videos += usize::from(photo.media == Media::Video);
            n_placed += usize::from(photo.geo.is_some());
        }
        n_listings += 1;
    }
    // Seven streams and three albums were there when this was written.
    let n = (n_listings, n_photos, n_videos, n_placed);
    assert!(n.0 >= 10 && n.1 >= 73 && n.2 >= 1 && n.3 >= 7, "{n:?}");
}

/// Each field of a photo against the file's own members.
fn compare(photo: &Photo, plain: &Plain, name: &str) {
    let text = |key: &str| plain.get(key).map_or("", String::as_str);
    let context = format!("{name}, photo {}", photo.id);
    assert_eq!(photo.id.to_string(), text("id"), "{context}");
    assert_eq!(photo.owner.as_str(), text("owner"), "{context}");
    assert_eq!(photo.title, text("title"), "{context}");
    assert_eq!(photo.description, text("description"), "{context}");
    assert_eq!(photo.tags, text("tags"), "{context}");
    assert_eq!(photo.media == Media::Video, text("media") == "video", "{context}");
    assert_eq!(photo.posted, text("dateupload").parse().ok(), "{context}");
    assert_eq!(photo.last_update, text("lastupdate").parse().ok(), "{context}");
    assert_eq!(photo.license, text("license").parse().ok(), "{context}");
    let views = if plain.contains_key("views") { text("views") } else { text("count_views") };
    assert_eq!(photo.views, views.parse().ok(), "{context}");
    let name = Some(text("ownername")).filter(|name| !name.is_empty());
    assert_eq!(photo.owner_name.as_deref(), name, "{context}");
    assert_eq!(photo.geo, geo(plain), "{context}");
    assert_eq!(photo.can_download.is_some(), plain.contains_key("can_download"), "{context}");
    let taken = plain.get("datetaken").map(|taken| Taken {
        text: taken.clone(),
        granularity: text("datetakengranularity").parse().unwrap(),
        unknown: text("datetakenunknown") == "1",
    });
    assert_eq!(photo.taken, taken, "{context}");
    let listed = |size: &Size| {
        let member = |part: &str| plain.get(&format!("{part}_{}", size.label()));
        Some(Rendition {
            size: *size,
            url: member("url")?.parse().unwrap(),
            width: member("width").and_then(|width| width.parse().ok()),
            height: member("height").and_then(|height| height.parse().ok()),
        })
    };
    let expected: Vec<_> = Size::ALL.iter().filter_map(listed).collect();
    assert_eq!(photo.renditions, expected, "{context}");
    let n_urls = plain.keys().filter(|key| key.starts_with("url_")).count();
    assert_eq!(photo.renditions.len(), n_urls, "{context}");
}

/// Nowhere is written with zeros.
fn geo(plain: &Plain) -> Option<Geo> {
    let accuracy = plain.get("accuracy")?.parse().unwrap();
    let degrees = |name: &str| plain[name].parse().unwrap();
    let placed = Geo { latitude: degrees("latitude"), longitude: degrees("longitude"), accuracy };
    (accuracy > 0).then_some(placed)
}

#[test]
fn all_other_answers_have_the_files_own_values() {
    let Some(folder) = folder() else { return };
    let mut n_answers = 0;
    for name in names(&folder).into_iter().filter(|name| !is_listing(name) && !is_failure(name)) {
        let body = file(&folder, &name);
        let answer = Answer::read(body.clone().into_bytes());
        let answer = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
        let json: Value = serde_json::from_str(answer.json()).unwrap();
        if body.starts_with('{') {
            assert_eq!(json, serde_json::from_str::<Value>(&body).unwrap(), "{name}");
        } else {
            let mut found = Vec::new();
            leaves(&json, &mut found);
            found.sort();
            assert_eq!(found, xml_leaves(&body), "{name}");
        }
        n_answers += 1;
    }
    assert!(n_answers >= 20, "{n_answers}");
}

/// What a listing's file says of itself, and its photos.
fn plain_listing(body: &str) -> (Plain, Vec<Plain>) {
    if !body.starts_with('{') {
        return plain_xml_listing(body);
    }
    let json: Value = serde_json::from_str(body).unwrap();
    let shelf = json.get("photos").or(json.get("photoset")).unwrap();
    let photos = shelf["photo"].as_array().unwrap().iter().map(flat).collect();
    (flat(shelf), photos)
}

/// The members of an object that are text or numbers, or hold one.
fn flat(object: &Value) -> Plain {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => object.get("_content")?.as_str().map(str::to_owned),
        _ => None,
    };
    let members = object.as_object().unwrap().iter();
    members.filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect()
}

fn plain_xml_listing(body: &str) -> (Plain, Vec<Plain>) {
    let mut head = Plain::new();
    let mut photos: Vec<Plain> = Vec::new();
    let mut described: Option<String> = None;
    for_each_event(body, |event| match event {
        Event::Start(tag) | Event::Empty(tag) => match tag.name().0 {
            "photos" | "photoset" => head = attributes(tag),
            "photo" => photos.push(attributes(tag)),
            "description" => {
                // `<description />` has neither text nor an end of its own.
                let photo = photos.last_mut().unwrap();
                photo.insert("description".to_owned(), String::new());
                described = matches!(event, Event::Start(_)).then(String::new);
            }
            "rsp" => {}
            other => panic!("<{other}>"),
        },
        Event::Text(_) | Event::GeneralRef(_) => {
            if let Some(description) = &mut described {
                description.push_str(&text(event));
            }
        }
        Event::End(_) => {
            if let (Some(description), Some(photo)) = (described.take(), photos.last_mut()) {
                photo.insert("description".to_owned(), description);
            }
        }
        _ => {}
    });
    (head, photos)
}

fn attributes(tag: &BytesStart<'_>) -> Plain {
    let plain = |attribute: quick_xml::events::attributes::Attribute<'_>| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
        (attribute.key.0.to_owned(), value.into_owned())
    };
    tag.attributes().map(|attribute| plain(attribute.unwrap())).collect()
}

fn text(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::GeneralRef(entity) => {
            quick_xml::escape::unescape(&format!("&{};", entity.xml10_content())).unwrap().into()
        }
        _ => String::new(),
    }
}

fn for_each_event(body: &str, mut see: impl FnMut(&Event<'_>)) {
    let mut reader = Reader::from_str(body);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return,
            event => see(&event),
        }
    }
}

/// All texts in a JSON value that are not empty.
fn leaves(json: &Value, found: &mut Vec<String>) {
    match json {
        Value::String(text) if !text.trim().is_empty() => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| leaves(value, found)),
        Value::Object(members) => members.values().for_each(|value| leaves(value, found)),
        _ => {}
    }
}

/// All attributes' values and texts in an XML document that are not empty.
fn xml_leaves(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut running = String::new();
    for_each_event(body, |event| match event {
        Event::Text(_) | Event::GeneralRef(_) => running.push_str(&text(event)),
        Event::Start(tag) | Event::Empty(tag) => {
            found.push(std::mem::take(&mut running));
            found.extend(attributes(tag).into_values());
        }
        _ => found.push(std::mem::take(&mut running)),
    });
    found.retain(|text| !text.trim().is_empty());
    found.sort();
    found
}
