//! A second run makes what is new, what has changed, and what is not there.

use super::studio::{Studio, jpeg};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

fn studio_of(pictures: u8) -> Studio {
    let studio = Studio::new();
    for n in 0..pictures {
        studio.put(&format!("in/{n:02}.jpg"), &jpeg(200, 200, n));
    }
    studio
}

/// Runs it; how many were made, and how many were there.
fn run(studio: &Studio, options: &str) -> (u64, u64) {
    let receipt = studio.thumbs("in").arg("--json").args(options).run().with(0).receipt();
    (receipt["made"].as_u64().unwrap(), receipt["already"].as_u64().unwrap())
}

#[test]
fn nothing_is_made_twice_and_what_was_added_is_made() {
    let studio = studio_of(20);
    assert_eq!(run(&studio, ""), (20, 0));
    let before = studio.grey("in-thumbs/thumbs/in/03.jpg.jpg");
    assert_eq!(run(&studio, ""), (0, 20));
    for n in 0..10 {
        studio.put(&format!("in/added/{n}.jpg"), &jpeg(200, 200, n));
    }
    assert_eq!(run(&studio, ""), (10, 20));
    assert_eq!(studio.thumbnails("in-thumbs").len(), 30);
    assert_eq!(studio.sheet("in-thumbs").len(), 30, "the sheet shows all");
    assert_eq!(studio.grey("in-thumbs/thumbs/in/03.jpg.jpg"), before);
}

#[test]
fn a_picture_that_changed_is_made_again_and_no_other() {
    let studio = studio_of(5);
    run(&studio, "");
    let before = studio.grey("in-thumbs/thumbs/in/01.jpg.jpg");
    studio.put("in/01.jpg", &jpeg(200, 100, 77));
    assert_eq!(run(&studio, ""), (1, 4));
    assert_ne!(studio.grey("in-thumbs/thumbs/in/01.jpg.jpg"), before);
    // Another time alone is reason enough, be it an earlier one.
    let earlier = SystemTime::now() - Duration::from_hours(24);
    File::options()
        .append(true)
        .open(studio.at("in/02.jpg"))
        .unwrap()
        .set_modified(earlier)
        .unwrap();
    assert_eq!(run(&studio, ""), (1, 4));
    assert_eq!(run(&studio, ""), (0, 5));
}

#[test]
fn a_thumbnail_that_is_gone_cut_or_of_another_kind_is_made_again() {
    let studio = studio_of(5);
    run(&studio, "");
    fs::remove_file(studio.at("in-thumbs/thumbs/in/01.jpg.jpg")).unwrap();
    fs::write(studio.at("in-thumbs/thumbs/in/02.jpg.jpg"), b"").unwrap();
    assert_eq!(run(&studio, ""), (2, 3));
    assert_eq!(studio.thumbnails("in-thumbs").len(), 5);
    assert_eq!(run(&studio, "--tone bilevel"), (5, 0));
    assert_eq!(run(&studio, "--tone bilevel"), (0, 5));
    assert_eq!(run(&studio, ""), (5, 0));
}

#[test]
fn without_its_lines_or_with_damaged_ones_it_makes_all_again_or_asks_for_another_folder() {
    let studio = studio_of(5);
    run(&studio, "");
    let lines = studio.at("in-thumbs/.silverprint/thumbs.jsonl");
    fs::write(&lines, b"\xFF\x00{\"path\":7}\nnot json\n{").unwrap();
    assert_eq!(run(&studio, ""), (5, 0));
    assert_eq!(run(&studio, ""), (0, 5));
    // Whose folder it is, nothing says any more.
    fs::remove_file(lines).unwrap();
    studio.thumbs("in").run().with(7).explains("is not ours", "another folder with --to");
}

/// Of the same name, length and time in folders of the same name, as unpacked
/// archives leave them.
#[test]
fn a_picture_of_another_folder_is_another_picture() {
    let studio = Studio::new();
    let when = SystemTime::UNIX_EPOCH + Duration::from_hours(9000);
    for (folder, seed) in [("one/in", 1), ("two/in", 200)] {
        let mut padded = jpeg(200, 200, seed);
        padded.resize(60_000, 0);
        studio.put(&format!("{folder}/a.jpg"), &padded);
        let file =
            File::options().append(true).open(studio.at(&format!("{folder}/a.jpg"))).unwrap();
        file.set_modified(when).unwrap();
    }
    let made = |paths: &str, to: &str| {
        let receipt =
            studio.thumbs(paths).args(&format!("--json --to {to}")).run().with(0).receipt();
        receipt["made"].as_u64().unwrap()
    };
    assert_eq!(made("one/in", "first"), 1);
    assert_eq!(made("two/in", "second"), 1);
    let second = studio.grey("second/thumbs/in/a.jpg.jpg");
    assert_ne!(studio.grey("first/thumbs/in/a.jpg.jpg"), second);
    assert_eq!(made("two/in", "first"), 1);
    assert_eq!(studio.grey("first/thumbs/in/a.jpg.jpg"), second);
}

#[test]
fn thumbnails_of_another_run_are_no_pictures() {
    let studio = studio_of(3);
    studio.thumbs("in").args("--to in/small").run().with(0);
    assert_eq!(run(&studio, "--to elsewhere"), (3, 0));
    // By name they are.
    let receipt = studio.thumbs("in/small").args("--json --to again").run().with(0).receipt();
    assert_eq!(receipt["made"], 3);
}
