//! `thumbs`: pictures of the disk into thumbnails and a sheet.
//!
//! `studio` has the pictures and looks at what is made of them.

mod again;
mod place;
mod stopped;
mod studio;
mod trouble;

use crate::program::Program;
use std::fs;
use studio::{Studio, jpeg, jpeg_turned, png};

#[test]
fn a_tree_of_pictures_becomes_thumbnails_and_a_sheet_that_leads_to_them() {
    let studio = Studio::new();
    studio.put("in/b.jpg", &jpeg(300, 200, 1));
    studio.put("in/2023/a.jpg", &jpeg(200, 300, 2));
    studio.put("in/2023/a.png", &png(150, 150, 3));
    studio.put("in/2024/a.jpg", &jpeg(160, 160, 4));
    studio.put("in/2024/deep/er/a.JPG", &jpeg(160, 130, 5));
    studio.put("in/2024/of no extension", &png(130, 160, 6));
    let before = studio.originals();
    let ended = studio.thumbs("in").run().with(0);
    ended.says("6 pictures found").says("6  thumbnails made").says("open in-thumbs/index.html");
    assert_eq!(
        studio.thumbnails("in-thumbs"),
        [
            "in/2023/a.jpg.jpg",
            "in/2023/a.png.jpg",
            "in/2024/a.jpg.jpg",
            "in/2024/deep/er/a.JPG.jpg",
            "in/2024/of no extension.jpg",
            "in/b.jpg.jpg",
        ]
    );
    let expected = [
        ("2023/a.jpg", "in/2023/a.jpg"),
        ("2023/a.png", "in/2023/a.png"),
        ("2024/a.jpg", "in/2024/a.jpg"),
        ("2024/deep/er/a.JPG", "in/2024/deep/er/a.JPG"),
        ("2024/of no extension", "in/2024/of no extension"),
        ("b.jpg", "in/b.jpg"),
    ];
    let prints = studio.sheet("in-thumbs");
    let shown: Vec<_> = prints.iter().map(|print| print.title.as_str()).collect();
    assert_eq!(shown, expected.map(|(title, _)| title));
    for (print, (_, original)) in prints.iter().zip(expected) {
        let picture = print.picture.as_ref().unwrap().canonicalize().unwrap();
        assert_eq!(picture, studio.at(original).canonicalize().unwrap());
        assert!(print.thumb.as_ref().unwrap().is_file());
    }
    assert_eq!(studio.originals(), before, "no original was touched");
    assert!(!studio.at("in-thumbs/failed.csv").exists());
}

#[test]
fn an_orientation_is_applied() {
    let studio = Studio::new();
    // Dark to the left; turned as 6 says, that is up.
    studio.put("in/upright.jpg", &jpeg_turned(240, 240, 1));
    studio.put("in/turned.jpg", &jpeg_turned(240, 240, 6));
    studio.thumbs("in").run().with(0);
    let upright = studio.grey("in-thumbs/thumbs/in/upright.jpg.jpg");
    let turned = studio.grey("in-thumbs/thumbs/in/turned.jpg.jpg");
    let (dark, light) = (0..60, 200..=255);
    let at = |picture: &image::GrayImage, x, y| picture.get_pixel(x, y).0[0];
    assert!(dark.contains(&at(&upright, 10, 100)) && light.contains(&at(&upright, 110, 10)));
    assert!(dark.contains(&at(&turned, 100, 10)) && light.contains(&at(&turned, 10, 110)));
}

#[test]
fn other_thumbnails_are_had_by_the_options_of_sync() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(300, 200, 1));
    let options = "--thumb 60x40 --fit contain --tone colour --thumb-format png --jobs 1";
    studio.thumbs("in").args(options).run().with(0);
    let thumbnail = image::open(studio.at("in-thumbs/thumbs/in/a.jpg.png")).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (60, 40));
    assert!(thumbnail.color().has_color());
    let page = fs::read_to_string(studio.at("in-thumbs/index.html")).unwrap();
    assert!(page.contains("width=\"60\" height=\"40\""), "{page}");
}

#[test]
fn events_say_what_became_of_each() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("in/b.jpg", &jpeg(200, 200, 1)[..900]);
    studio.put("in/c.txt", b"words");
    let ended = studio.thumbs("in").arg("--json").run().with(3);
    let events = ended.events();
    let of = |name: &str| events.iter().find(|event| event["event"] == name).unwrap();
    assert_eq!(of("started")["to"], "in-thumbs");
    assert_eq!(of("saved")["picture"], "in/a.jpg");
    assert_eq!(of("saved")["thumb"], "thumbs/in/a.jpg.jpg");
    assert_eq!(of("failed")["picture"], "in/b.jpg");
    assert_eq!(of("passed_over")["path"], "in/c.txt");
    assert_eq!(of("passed_over")["why"], "not_a_picture");
    assert_eq!(of("listed")["files"], 3);
    let receipt = ended.receipt();
    assert_eq!((&receipt["made"], &receipt["failed"]), (&1.into(), &1.into()));
    assert_eq!(receipt["passed_over"]["not_a_picture"], 1);
    assert!(events.iter().all(|event| event["v"] == 1));
}

#[test]
fn as_much_is_said_as_was_asked_for() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.thumbs("in").arg("-q").run().with(0).is_silent();
    studio.put("in/b.jpg", b"\xFF\xD8\xFF\xE0 and nothing else");
    let quiet = studio.thumbs("in").arg("-q").run().with(3);
    assert_eq!(quiet.stderr, "error: 1 failed: in-thumbs/failed.csv\n");
    studio.put("in/c.jpg", &jpeg(200, 200, 1));
    studio.put("in/d.txt", b"words");
    let loud = studio.thumbs("in").arg("-v").run().with(3);
    loud.says("made in/c.jpg").says("passed over in/d.txt: not JPEG").says("failed in/b.jpg");
}

#[test]
fn a_rehearsal_writes_nothing() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("in/b.txt", b"words");
    let dry = || studio.thumbs("in").arg("--dry-run").run().with(0);
    dry().says("1  would be made").says("they would go to in-thumbs");
    assert_eq!(studio.names("."), ["in"]);
    studio.thumbs("in").run().with(0);
    studio.put("in/c.jpg", &jpeg(200, 200, 1));
    dry().says("1  there already").says("1  would be made");
    assert_eq!(studio.thumbnails("in-thumbs"), ["in/a.jpg.jpg"]);
}

#[cfg(unix)]
#[test]
fn hostile_names_stay_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let studio = Studio::new();
    let texts = ["100% #1?.jpg", "a&b \"c\" <d>.jpg", "été 夕.png", "a\u{202e}gpj.jpg", "%x41.jpg"];
    let bytes: [&[u8]; 4] =
        [b"caf\xE9.png", b"two\nlines\x1b[2J.png", br"a\\b.png", br"a\..\c.png"];
    let bytes = bytes.map(OsStr::from_bytes);
    let names: Vec<_> = texts.iter().map(OsStr::new).chain(bytes).collect();
    fs::create_dir(studio.at("in")).unwrap();
    for name in &names {
        fs::write(studio.at("in").join(name), png(130, 130, 1)).unwrap();
    }
    let ended = studio.thumbs("in").arg("-v").run().with(0);
    assert!(!ended.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", ended.stderr);
    let prints = studio.sheet("in-thumbs");
    assert_eq!(prints.len(), names.len());
    for print in &prints {
        assert!(print.thumb.as_ref().unwrap().is_file(), "{print:?}");
    }
    let mut found: Vec<_> = prints.iter().map(|it| it.picture.clone().unwrap()).collect();
    let mut expected: Vec<_> =
        names.iter().map(|name| studio.at("in-thumbs/../in").join(name)).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_sheet_of_many_has_pages_and_loses_those_that_it_needs_no_more() {
    let studio = Studio::new();
    let tiny = png(1, 1, 9);
    for n in 0..501 {
        studio.put(&format!("in/{n:03}.png"), &tiny);
    }
    studio.thumbs("in").args("--thumb 1x1 -q").run().with(0);
    let pages = ["00000.html", "00001.html"];
    assert_eq!(studio.names("in-thumbs/sheet/plain"), pages);
    let page = fs::read_to_string(studio.at("in-thumbs/sheet/plain/00001.html")).unwrap();
    assert!(page.contains("href=\"../../../in/500.png\""), "{page}");
    assert!(page.contains("src=\"../../thumbs/in/500.png.jpg\""), "{page}");
    assert!(page.contains("<span class=\"number\">501</span>"), "{page}");
    fs::remove_file(studio.at("in/500.png")).unwrap();
    studio.thumbs("in").args("--thumb 1x1 -q").run().with(0);
    assert_eq!(studio.names("in-thumbs/sheet/plain"), ["00000.html"]);
    assert_eq!(studio.names("in-thumbs/sheet/parts"), ["00000.js"]);
}

#[test]
fn without_a_path_it_is_not_called() {
    Program::new(&["thumbs"]).run().with(2).says("PATH");
}
