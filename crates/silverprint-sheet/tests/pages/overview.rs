//! The overview as browsers read it, and what hostile words cannot do to it.

use crate::outline::Outline;
use proptest::prelude::*;
use silverprint_sheet::{Archived, Overview};

fn archived(folder: &str) -> Archived {
    Archived {
        folder: folder.to_owned(),
        screen_name: format!("Owner of {folder}"),
        saved: 1_203,
        missing: 3,
        videos: 1,
        thumbs: (1..=9).map(|n| format!("thumbs/{n}.jpg")).collect(),
        note: None,
    }
}

fn overview(archives: Vec<Archived>) -> Overview {
    Overview {
        archives,
        stylesheet: Some("ada/sheet/sheet.css".to_owned()),
        made_on: "2026-03-01".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

fn outline(archives: Vec<Archived>) -> Outline {
    Outline::of(&overview(archives).page().unwrap())
}

#[test]
fn each_archive_is_linked_to_with_some_prints() {
    let html = overview(vec![archived("ada"), archived("bob & co")]).page().unwrap();
    assert!(html[..1024].contains(Overview::MARKER));
    let outline = Outline::of(&html);
    let addresses: Vec<&str> = outline.addresses().collect();
    assert_eq!(addresses[0], "ada/sheet/sheet.css");
    assert_eq!(addresses[1..3], ["ada/index.html", "ada/thumbs/1.jpg"]);
    assert!(addresses.contains(&"bob%20%26%20co/index.html"));
    assert_eq!(outline.named("img").count(), 2 * 6);
    let names: Vec<&str> = outline.classed("title").map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["p", "p"]);
    let counts: Vec<&str> = outline.named("b").map(|it| it.text.as_str()).collect();
    assert_eq!(counts, ["2", "2,406", "6", "1,203", "3", "1", "1,203", "3", "1"]);
}

#[test]
fn what_is_not_known_is_not_shown() {
    let note = Some("its catalogue cannot be read".to_owned());
    let unread = Archived { folder: "ada".to_owned(), note, ..Archived::default() };
    let html = Overview { stylesheet: None, ..overview(vec![unread]) }.page().unwrap();
    let outline = Outline::of(&html);
    assert_eq!(outline.classed("note").count(), 1);
    assert_eq!(outline.addresses().collect::<Vec<_>>(), ["ada/index.html", "ada/index.html"]);
    assert_eq!(outline.classed("empty").count(), 0);
    assert_eq!(self::outline(Vec::new()).classed("empty").count(), 1);
}

#[test]
fn no_folder_leads_elsewhere() {
    for folder in ["..", "a/b", "/etc", "", "a\\..\\b"] {
        let outline = outline(vec![archived(folder)]);
        assert_eq!(outline.addresses().collect::<Vec<_>>(), ["ada/sheet/sheet.css"], "{folder:?}");
    }
    let thumbs = vec!["../../secret.jpg".to_owned(), "//evil.example/x".to_owned()];
    let outline = outline(vec![Archived { thumbs, ..archived("ada") }]);
    assert_eq!(outline.named("img").count(), 0);
}

proptest! {
    /// Whatever the words, the page has the elements of a plain one.
    #[test]
    fn words_change_no_structure(
        words in "[<>\"'&/a-z =!\\-\u{0}\u{202e}]{0,40}",
        folder in "[<>\"'& a-z#?%=:]{1,20}",
    ) {
        let plain = Archived { note: None, ..archived("plain") };
        let hostile = Archived { folder, screen_name: words.clone(), ..plain.clone() };
        let (plain, hostile) = (outline(vec![plain]), outline(vec![hostile]));
        prop_assert_eq!(plain.shape(), hostile.shape());
        let noted = |note: &str| outline(vec![Archived { note: Some(note.to_owned()), ..archived("x") }]);
        let (said, plain) = (noted(&format!("x{words}")), noted("x"));
        prop_assert_eq!(said.shape(), plain.shape());
    }
}
