//! Whatever a page holds, nothing panics, and what is kept of it can be read
//! again.

use proptest::prelude::*;
use serde_json::{Value, json};
use silverprint_flickr::{Leaf, LeafError, read_photo};

/// The two recorded shapes of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Flat,
    Wrapped,
}

/// A small page.
fn page(shape: Shape) -> String {
    let wrap = |data: Value| match shape {
        Shape::Wrapped => json!({ "data": data, "exportMetaType": "model" }),
        Shape::Flat => data,
    };
    let size = |label: &str, edge: u32| {
        wrap(json!({ "url": format!("//live.staticflickr.com/1/9_{label}.jpg"), "width": edge }))
    };
    let photo = |n: u32| {
        wrap(json!({
            "id": n.to_string(), "title": "Lighthouse", "license": 4, "owner": wrap("~0".into()),
            "sizes": wrap(json!({ "sq": size("s", 75), "o": size("o", 4000) })),
            "engagement": wrap(json!({ "viewCount": 7, "canDownload": true })),
            "stats": wrap(json!({ "dateTaken": "2020-01-02 03:04:05", "datePosted": "1600000000" })),
        }))
    };
    let list = wrap(json!({ "_data": [photo(1), photo(2), wrap("~1".into())], "totalItems": 40 }));
    let owner = wrap(json!({ "id": "12345678@N00", "pathAlias": "keeper" }));
    let stream = wrap(json!({ "owner": owner, "photoPageList": list }));
    let path = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
    let legend = if shape == Shape::Wrapped {
        let list =
            ["photostream-models", "0", "data", "photoPageList", "data", "_data", "0", "data"];
        [path(&["photostream-models", "0", "data", "owner", "data"]), path(&list)]
    } else {
        let list = ["photostream-models", "0", "photoPageList", "_data", "0"];
        [path(&["photostream-models", "0", "owner"]), path(&list)]
    };
    let export = json!({ "legend": legend, "main": { "photostream-models": [stream] } });
    format!(
        "<html><script class='modelExport'>init({{ params: {{\"pageParams\":{{\"page\":1}}}},\n\
         modelExport: {export},\n auth: auth }})</script></html>"
    )
}

/// Reads a page on a runtime of its own.
fn leaf(html: &str, scheme: &str) -> Result<Leaf, LeafError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(Leaf::read(html, scheme))
}

fn read(html: &str) {
    let Ok(page) = leaf(html, "https") else { return };
    for photo in page.photos() {
        let again = read_photo(&photo.listing, None).unwrap();
        assert_eq!(again.fingerprint(), photo.fingerprint());
        assert!(!photo.listing.get().contains('\n'));
        assert!(photo.listing.get().contains(r#""via":"page""#));
    }
}

#[test]
fn the_page_itself_is_good() {
    for shape in [Shape::Flat, Shape::Wrapped] {
        read(&page(shape));
        let page = leaf(&page(shape), "http").unwrap();
        assert_eq!((page.photos().len(), page.rejects().len(), page.total()), (2, 0, 40));
        let photo = &page.photos()[0];
        let files: Vec<_> = photo.renditions.iter().map(|file| file.url.as_str()).collect();
        let host = "http://live.staticflickr.com/1";
        assert_eq!(files, [format!("{host}/9_s.jpg"), format!("{host}/9_o.jpg")]);
        assert_eq!(photo.taken.as_ref().unwrap().text, "2020-01-02 03:04:05");
        assert_eq!(
            (photo.posted, photo.views, photo.license),
            (Some(1_600_000_000), Some(7), Some(4))
        );
        assert_eq!(photo.can_download, Some(true));
    }
}

#[test]
fn photos_that_cannot_be_read_are_rejected_one_by_one() {
    let html = page(Shape::Flat)
        .replacen(r#""id":"2""#, r#""id":"two""#, 1)
        .replacen("\"~1\"", "\"~9\"", 1);
    let page = leaf(&html, "https").unwrap();
    assert_eq!((page.photos().len(), page.rejects().len()), (1, 2));
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![Just(Shape::Flat), Just(Shape::Wrapped)]
}

fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), "[\"{}\\[\\]:,~%0-9a-z]{0,3}|\u{e9}", 0_usize..12);
    (any_shape(), prop::collection::vec(edit, 1..6)).prop_map(|(shape, edits)| {
        let mut html = page(shape);
        for (at, with, n_removed) in edits {
            let at =
                (0..=at.index(html.len())).rev().find(|at| html.is_char_boundary(*at)).unwrap();
            let end = (at + n_removed..=html.len()).find(|end| html.is_char_boundary(*end));
            html.replace_range(at..end.unwrap_or(html.len()), &with);
        }
        html
    })
}

proptest! {
    #[test]
    fn mutated_pages_do_not_panic(html in mutated()) {
        read(&html);
    }

    #[test]
    fn any_words_survive_either_shape(title in ".{0,40}") {
        // As cyclical-json writes a text that begins like a reference.
        let tilde = if title.starts_with('~') { "~" } else { "" };
        let written = json!(format!("{tilde}{title}")).to_string();
        let html = page(Shape::Wrapped).replace("\"Lighthouse\"", &written);
        let page = leaf(&html, "https").unwrap();
        prop_assert_eq!(&page.photos()[0].title, &title);
    }

    #[test]
    fn what_was_cut_off_shows_nothing(shape in any_shape(), cut in any::<prop::sample::Index>()) {
        let html = page(shape);
        let end = html.find(",\n auth").unwrap();
        prop_assert!(leaf(&html[..cut.index(end)], "https").is_err());
    }
}
