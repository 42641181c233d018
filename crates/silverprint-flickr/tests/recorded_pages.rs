//! Real pages, read by this crate and, independently, by following the models of
//! each straight from the file. Like all recorded answers they are not in the
//! project: without `SILVERPRINT_RECORDED` these tests say so and pass.

use serde_json::Value;
use silverprint_core::{AccountRef, License, Media, Photo, Rendition, Size};
use silverprint_flickr::{Leaf, LeafError, read_photo};
use std::collections::HashMap;
use std::path::PathBuf;

/// The photostream's page of 2021: flat, escaped words.
const STREAM: &str = "html_photostream_2021-04.html";
/// The album's page of 2024: wrapped, plain words.
const ALBUM: &str = "html_album_2024-06.html";

#[expect(clippy::print_stderr, reason = "who runs the tests should know what was not tested")]
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("SILVERPRINT_RECORDED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SILVERPRINT_RECORDED is not set: the recorded pages were not tested");
    }
    folder
}

#[expect(clippy::disallowed_methods, reason = "a test may block, and knows the file")]
fn file(name: &str) -> Option<String> {
    let path = folder()?.join(name);
    Some(std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// Reads a page on a runtime of its own.
fn leaf(html: &str, scheme: &str) -> Result<Leaf, LeafError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(Leaf::read(html, scheme))
}

/// The page's models, read from the file that holds them alone, as plain values
/// without wrappers and references.
fn plain_photos(name: &str, registry: &str) -> Option<Vec<Value>> {
    let export: Value = serde_json::from_str(&file(name)?).unwrap();
    let list = plain(&export, &export["main"][registry][0], 0);
    let photos = list["photoPageList"]["_data"].as_array().unwrap().clone();
    Some(photos)
}

fn plain(export: &Value, value: &Value, depth: usize) -> Value {
    assert!(depth < 40, "the recordings hold no circles");
    match value {
        Value::Object(members) if members.contains_key("exportMetaType") => {
            plain(export, &members["data"], depth + 1)
        }
        Value::Object(members) => {
            let member =
                |(name, value): (&String, &Value)| (name.clone(), plain(export, value, depth + 1));
            members.iter().map(member).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(values) => {
            values.iter().map(|value| plain(export, value, depth + 1)).collect()
        }
        Value::String(text) if text.starts_with('~') => {
            let path = export["legend"][text[1..].parse::<usize>().unwrap()].as_array().unwrap();
            let step = |value: &Value, step: &Value| match step.as_str().unwrap() {
                name if value.is_object() => value[name].clone(),
                idx => value[idx.parse::<usize>().unwrap()].clone(),
            };
            let found = path.iter().fold(export["main"].clone(), |value, name| step(&value, name));
            plain(export, &found, depth + 1)
        }
        other => other.clone(),
    }
}

/// Latin-1 escapes, by hand.
fn latin(text: &str) -> String {
    let mut parts = text.split('%');
    let mut words = parts.next().unwrap().to_owned();
    for part in parts {
        words.push(char::from(u8::from_str_radix(&part[..2], 16).unwrap()));
        words.push_str(&part[2..]);
    }
    words
}

fn compare(photo: &Photo, model: &Value, words: fn(&str) -> String) {
    let text = |value: &Value| words(value.as_str().unwrap_or_default());
    assert_eq!(photo.id.to_string(), model["id"]);
    assert_eq!(photo.owner.as_str(), model["owner"]["id"]);
    assert_eq!(photo.owner_name.as_deref(), model["owner"]["username"].as_str());
    assert_eq!(photo.title, text(&model["title"]));
    assert_eq!(photo.description, text(&model["description"]));
    assert_eq!(photo.media, Media::Photo);
    assert_eq!(photo.license.map(u64::from), model["license"].as_u64());
    assert!(License::of(photo.license.unwrap()).is_some());
    assert_eq!(photo.posted.unwrap().to_string(), model["stats"]["datePosted"]);
    assert_eq!(photo.taken.as_ref().unwrap().text, text(&model["stats"]["dateTaken"]));
    assert_eq!(photo.views, model["engagement"]["viewCount"].as_u64());
    assert_eq!(photo.can_download, model["engagement"]["canDownload"].as_bool());
    let sizes = model["sizes"].as_object().unwrap();
    let listed = |size: &Size| {
        let size_model = sizes.get(size.label())?;
        let edge = |name: &str| size_model[name].as_u64().map(|pixels| pixels.try_into().unwrap());
        Some(Rendition {
            size: *size,
            url: format!("https:{}", size_model["url"].as_str().unwrap()).parse().unwrap(),
            width: edge("width"),
            height: edge("height"),
        })
    };
    let expected: Vec<_> = Size::ALL.iter().filter_map(listed).collect();
    assert_eq!(photo.renditions, expected);
    assert_eq!(photo.renditions.len(), sizes.len());
    assert_eq!(photo.renditions.last().unwrap().size, Size::Original);
}

#[test]
fn every_photo_of_the_photostream_has_the_files_own_values() {
    let Some(html) = file(STREAM) else { return };
    let models = plain_photos("modelexport_photostream_2021-04.json", "photostream-models");
    let (page, models) = (leaf(&html, "https").unwrap(), models.unwrap());
    assert_eq!((page.photos().len(), page.rejects().len(), page.total()), (25, 0, 618));
    assert_eq!(models.len(), 25);
    for (photo, model) in page.photos().iter().zip(&models) {
        compare(photo, model, latin);
    }
    assert!(page.photos().is_sorted_by_key(|photo| std::cmp::Reverse(photo.posted)));
}

#[test]
fn every_photo_of_the_album_has_the_files_own_values() {
    let Some(html) = file(ALBUM) else { return };
    let models = plain_photos("modelexport_album_2024-06.json", "set-models").unwrap();
    let page = leaf(&html, "https").unwrap();
    assert_eq!((page.photos().len(), page.rejects().len(), page.total()), (22, 0, 22));
    assert_eq!(models.len(), 22);
    for (photo, model) in page.photos().iter().zip(&models) {
        compare(photo, model, str::to_owned);
    }
}

#[test]
fn a_photo_in_both_shapes_comes_out_alike() {
    let (Some(stream), Some(album)) = (file(STREAM), file(ALBUM)) else { return };
    let stream = leaf(&stream, "https").unwrap();
    let album = leaf(&album, "https").unwrap();
    let by_id: HashMap<_, _> = stream.photos().iter().map(|photo| (photo.id, photo)).collect();
    let both = album.photos().iter().filter_map(|photo| Some((*by_id.get(&photo.id)?, photo)));
    let both: Vec<_> = both.collect();
    assert!(!both.is_empty());
    for (older, newer) in both {
        assert_eq!(older.fingerprint(), newer.fingerprint());
        assert_eq!(older.renditions, newer.renditions);
        assert!(older.views < newer.views, "three years lie between");
    }
}

#[test]
fn an_account_is_read_from_either_page() {
    for name in [STREAM, ALBUM] {
        let Some(html) = file(name) else { return };
        let page = leaf(&html, "https").unwrap();
        let owner = &page.photos()[0].owner;
        let account = page.account(&AccountRef::Nsid(owner.clone())).unwrap();
        assert_eq!(&account.nsid, owner);
        assert_eq!(account.is_pro, Some(false));
        let by_alias = AccountRef::Alias(account.alias.clone().unwrap());
        assert_eq!(page.account(&by_alias), Some(account));
        assert_eq!(page.account(&"somebody-else".parse().unwrap()), None);
        assert_eq!(page.account(&"1@N00".parse().unwrap()), None);
    }
}

#[test]
fn what_is_kept_of_a_photo_is_read_again_to_the_same() {
    for name in [STREAM, ALBUM] {
        let Some(html) = file(name) else { return };
        for photo in leaf(&html, "https").unwrap().photos() {
            let kept: Value = serde_json::from_str(photo.listing.get()).unwrap();
            assert_eq!(kept["via"], "page");
            let again = read_photo(&photo.listing, None).unwrap();
            assert_eq!(again.fingerprint(), photo.fingerprint());
            assert_eq!(again.renditions, photo.renditions);
        }
    }
}
