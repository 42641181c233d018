//! Where thumbnails go, and where they never go; what is walked, and how often.

use super::studio::{Studio, jpeg};
use std::fs;

#[test]
fn a_folder_among_the_pictures_is_taken_only_where_it_was_said_and_is_no_input() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("in/2024/b.jpg", &jpeg(200, 200, 2));
    let here = || studio.thumbs(".").directory(&studio.at("in"));
    here().run().with(2).explains("among the pictures of .", "--to");
    assert_eq!(studio.names("in"), ["2024", "a.jpg"]);
    for (made, there) in [(2, 0), (0, 2)] {
        let receipt = here().args("--to small --json").run().with(0).receipt();
        assert_eq!((&receipt["made"], &receipt["already"]), (&made.into(), &there.into()));
    }
    assert_eq!(studio.thumbnails("in/small"), ["in/2024/b.jpg.jpg", "in/a.jpg.jpg"]);
    assert_eq!(studio.names("in"), ["2024", "a.jpg", "small"]);
}

#[test]
fn a_folder_around_the_pictures_is_taken_and_the_folder_itself_is_not() {
    let studio = Studio::new();
    studio.put("site/photos/a.jpg", &jpeg(200, 200, 1));
    studio.thumbs("site/photos --to site").run().with(0);
    assert_eq!(studio.thumbnails("site"), ["photos/a.jpg.jpg"]);
    assert_eq!(studio.sheet("site")[0].picture, Some(studio.at("site/photos/a.jpg")));
    for (paths, to) in
        [("site/photos", "site/photos"), ("site/thumbs/photos", "site"), ("site", "site/../site")]
    {
        let ended = studio.thumbs(paths).args("--to").arg(to).run().with(2);
        ended.explains("holds the pictures", "another folder with --to");
    }
    assert_eq!(studio.names("site/photos"), ["a.jpg"]);
}

#[test]
fn what_is_not_ours_is_never_written_over() {
    for theirs in ["index.html", "thumbs/in/a.jpg.jpg", "sheet/x", "failed.csv", "photos.jsonl"] {
        let studio = Studio::new();
        studio.put("in/a.jpg", &jpeg(200, 200, 1));
        studio.put(&format!("out/{theirs}"), b"theirs");
        let ended = studio.thumbs("in --to out").run().with(7);
        ended.explains("is not ours", "another folder with --to");
        studio.thumbs("in --to out --dry-run").run().with(7).says("is not ours");
        assert_eq!(fs::read(studio.at("out").join(theirs)).unwrap(), b"theirs");
        assert_eq!(studio.names("out"), [theirs.split('/').next().unwrap()]);
    }
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("out/readme", b"theirs");
    studio.thumbs("in --to out").run().with(0);
    assert_eq!(fs::read(studio.at("out/readme")).unwrap(), b"theirs");
}

#[test]
fn paths_are_walked_once_and_each_has_a_name_of_its_own() {
    let studio = Studio::new();
    studio.put("a/photos/1.jpg", &jpeg(200, 200, 1));
    studio.put("b/photos/1.jpg", &jpeg(200, 200, 2));
    studio.put("b/photos/.kept/2.jpg", &jpeg(200, 200, 3));
    studio.put("c/1.jpg", &jpeg(200, 200, 4));
    let paths =
        "a/photos b/photos a/photos b/../a/photos b/photos/1.jpg b/photos/.kept c/1.jpg c/1.jpg";
    let receipt = studio.thumbs(paths).arg("--json").run().with(0).receipt();
    assert_eq!(receipt["made"], 4);
    let expected = [".kept/2.jpg.jpg", "1.jpg.jpg", "photos-2/1.jpg.jpg", "photos/1.jpg.jpg"];
    assert_eq!(studio.thumbnails("silverprint-thumbs"), expected);
    let titles: Vec<_> =
        studio.sheet("silverprint-thumbs").into_iter().map(|print| print.title).collect();
    assert_eq!(titles, ["photos/1.jpg", "photos-2/1.jpg", ".kept/2.jpg", "1.jpg"]);
    let receipt = studio.thumbs(paths).arg("--json").run().with(0).receipt();
    assert_eq!((&receipt["made"], &receipt["already"]), (&0.into(), &4.into()));
}

#[test]
fn a_path_that_is_not_there_is_named_and_the_others_have_their_turn() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    let ended = studio.thumbs("nowhere in --to out").run().with(3);
    ended.says("failed nowhere: cannot read it: ").says("1  thumbnails made");
    let sheet = studio.sheet("out");
    assert_eq!((sheet[0].title.as_str(), &sheet[0].picture), ("nowhere", &None));
    let csv = fs::read_to_string(studio.at("out/failed.csv")).unwrap();
    assert!(csv.starts_with("path,reason\nnowhere,cannot read it: "), "{csv}");
    studio.thumbs("nowhere --to other").run().with(2).says("cannot read nowhere");
    assert!(!studio.at("other").exists());
}

#[test]
fn an_empty_folder_has_an_empty_sheet() {
    let studio = Studio::new();
    fs::create_dir(studio.at("in")).unwrap();
    studio.thumbs("in").run().with(0).says("0 pictures found");
    let page = fs::read_to_string(studio.at("in-thumbs/index.html")).unwrap();
    assert!(page.contains("No photos."), "{page}");
}

#[test]
fn a_folder_for_archives_is_none_for_thumbnails() {
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    let config = studio.at("config.toml");
    let run = |text: &str| {
        fs::write(&config, text).unwrap();
        studio.thumbs("in").arg("--config").arg(&config).run().with(0)
    };
    run("to = 'archive'").says("open in-thumbs/index.html");
    run("[thumbs]\nto = 'small'").says("open small/index.html");
    studio.thumbs("in").env("SILVERPRINT_TO", "archive").run().with(0).says("open in-thumbs");
    assert!(!studio.at("archive").exists());
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_and_never_around_in_circles() {
    use std::os::unix::fs::symlink;
    let studio = Studio::new();
    studio.put("in/a.jpg", &jpeg(200, 200, 1));
    studio.put("elsewhere/b.jpg", &jpeg(200, 200, 2));
    fs::create_dir(studio.at("in/below")).unwrap();
    symlink("..", studio.at("in/below/up")).unwrap();
    symlink(studio.at("elsewhere"), studio.at("in/other")).unwrap();
    symlink(studio.at("elsewhere/b.jpg"), studio.at("in/linked.jpg")).unwrap();
    symlink("in", studio.at("named")).unwrap();
    let ended = studio.thumbs("in").run().with(0);
    ended.says("2  passed over: a link to a folder");
    assert_eq!(studio.thumbnails("in-thumbs"), ["in/a.jpg.jpg", "in/linked.jpg.jpg"]);
    // A path that was named is followed.
    studio.thumbs("named").run().with(0).says("2  there already");
    // And a link in the thumbnails' own folder is not.
    fs::remove_dir_all(studio.at("in-thumbs/thumbs/in")).unwrap();
    symlink(studio.at("elsewhere"), studio.at("in-thumbs/thumbs/in")).unwrap();
    studio.thumbs("in").run().with(3).says("something else than a directory, or a link");
    assert_eq!(studio.names("elsewhere"), ["b.jpg"]);
}
