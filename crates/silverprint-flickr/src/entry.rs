//! A photo's model as an entry of a listing, in the API's own JSON form: what is
//! kept of a photo has one form, whichever door it came through, and a later run
//! with a key reads it. `"via":"page"` tells where it is from: a page says less
//! than the API. It has no tags, places and last update, and does not say how
//! exactly the date is known on which a photo was taken.

use crate::model::Node;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// Members that only have another name: the path in the model, then the name in
/// the API.
const TEXTS: [(&[&str], &str); 11] = [
    (&["id"], "id"),
    (&["secret"], "secret"),
    (&["title"], "title"),
    (&["license"], "license"),
    (&["safetyLevel"], "safety_level"),
    (&["oWidth"], "o_width"),
    (&["oHeight"], "o_height"),
    (&["stats", "dateTaken"], "datetaken"),
    (&["stats", "datePosted"], "dateupload"),
    (&["engagement", "viewCount"], "views"),
    (&["engagement", "faveCount"], "count_faves"),
];
/// The owner's members.
const OWNER: [(&[&str], &str); 4] = [
    (&["id"], "owner"),
    (&["username"], "ownername"),
    (&["realname"], "realname"),
    (&["pathAlias"], "pathalias"),
];
/// The longest label of a size has two characters today.
const LONGEST_LABEL: usize = 4;

/// The entry for a photo. An address without a scheme gets `scheme`, that of
/// the page; a photo whose model does not say whose it is is the page's `owner`'s.
pub(crate) fn entry(photo: Node<'_>, owner: Node<'_>, scheme: &str) -> Box<RawValue> {
    let mut entry = Map::new();
    entry.insert("via".to_owned(), "page".into());
    let of_its_own = photo.member("owner").filter(|owner| owner.member("id").is_some());
    texts(&mut entry, of_its_own.unwrap_or(owner), &OWNER);
    texts(&mut entry, photo, &TEXTS);
    let can_download = photo.member("engagement").and_then(|it| it.member("canDownload")?.answer());
    if let Some(yes) = can_download {
        entry.insert("can_download".to_owned(), u8::from(yes).into());
    }
    if let Some(description) = photo.member("description").and_then(Node::text) {
        entry.insert("description".to_owned(), json!({ "_content": description }));
    }
    entry.insert("media".to_owned(), media(photo).into());
    for (label, size) in photo.member("sizes").into_iter().flat_map(Node::members) {
        insert_size(&mut entry, label, size, scheme);
    }
    let json = Value::Object(entry).to_string();
    RawValue::from_string(json).expect("a value's text is JSON")
}

fn at<'a>(node: Node<'a>, path: &[&str]) -> Option<Node<'a>> {
    path.iter().try_fold(node, |node, name| node.member(name))
}

fn texts(entry: &mut Map<String, Value>, node: Node<'_>, members: &[(&[&str], &str)]) {
    for (path, name) in members {
        if let Some(text) = at(node, path).and_then(Node::text) {
            entry.insert((*name).to_owned(), text.into());
        }
    }
}

/// Only videos would say what they are. No recorded page has one, so this knows
/// what they may be called; one that is not told is a photo, and its still is kept.
fn media(photo: Node<'_>) -> &'static str {
    let is_video = photo.member("isVideo").and_then(Node::answer).unwrap_or(false);
    let says_so = |name| photo.member(name).and_then(Node::text).is_some_and(|it| it == "video");
    if is_video || says_so("mediaType") || says_so("media") { "video" } else { "photo" }
}

/// `url_X`, `width_X` and `height_X`. The labels are the API's.
fn insert_size(entry: &mut Map<String, Value>, label: &str, size: Node<'_>, scheme: &str) {
    let url = size.member("url").or_else(|| size.member("displayUrl")).and_then(Node::text);
    let Some(url) = url.filter(|_| label.len() <= LONGEST_LABEL) else { return };
    let url = if url.starts_with("//") { format!("{scheme}:{url}") } else { url.into_owned() };
    entry.insert(format!("url_{label}"), url.into());
    for edge in ["width", "height"] {
        if let Some(pixels) = size.member(edge).and_then(Node::number::<u32>) {
            entry.insert(format!("{edge}_{label}"), pixels.into());
        }
    }
}
