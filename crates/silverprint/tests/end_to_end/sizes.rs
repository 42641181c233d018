//! What is wanted of each photo: which size, which thumbnail, which part of
//! the stream; and what changes when something else is wanted the next time.

use crate::folder::{Folder, truth, truth_of};
use crate::program::Program;
use crate::site::{ids, odd, serve, tiny};
use fake_flickr::{Config, Fault, Label, Server, Times};
use image::{ColorType, GenericImageView, ImageDecoder, ImageReader};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn sync(server: &Server, folder: &Folder) -> Program {
    Program::sync(server, &folder.path()).arg("--json")
}

/// Which labels were asked for.
fn labels(server: &Server) -> BTreeSet<Label> {
    server.hits().by_rendition.keys().map(|(_, label)| *label).collect()
}

/// Tiny photos of which some originals are PNG or GIF, while their smaller
/// sizes are JPEG.
fn of_many_formats(seed: u64) -> Config {
    let mut config = odd(seed, 40);
    config.stream.shares.png = 0.3;
    config.stream.shares.gif = 0.1;
    // Listings don't tell how large a video's pictures are.
    config.stream.shares.videos = 0.0;
    config
}

#[test]
fn a_larger_size_takes_the_place_of_a_smaller_one_and_never_the_other_way() {
    let server = serve(of_many_formats(81));
    let folder = Folder::new();
    sync(&server, &folder).args("--size 240").run().with(0);
    // Where there is none of 240 pixels, the original itself is smaller, or is not offered.
    let at_most_240 = |labels: &[Label]| {
        let best = [Label::S, Label::O, Label::T];
        best.into_iter().find(|label| labels.contains(label)).expect("it is one of these")
    };
    let small = truth_of(&server, at_most_240);
    folder.check_holds(&small);
    assert_eq!(server.hits().images, 40);

    // The same size by its label: nothing is new.
    server.reset_hits();
    let again = sync(&server, &folder).args("--size s").run().with(0).receipt();
    assert_eq!((&again["listing"], &again["already"]), (&json!("quick"), &json!(40)));

    sync(&server, &folder).run().with(0);
    let large = truth(&server);
    let grown = large.iter().filter(|(id, (_, sha256))| small[*id].1 != *sha256).count();
    let renamed = large.iter().filter(|(id, (path, _))| small[*id].0 != *path).count();
    assert!(renamed > 5, "{renamed} originals are no JPEG");
    assert_eq!(server.hits().images, grown as u64);
    folder.check_holds(&large);

    server.reset_hits();
    let smaller = sync(&server, &folder).args("--size 240").run().with(0).receipt();
    assert_eq!((&smaller["already"], &smaller["saved"]), (&json!(40), &json!(0)));
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&large);
}

#[test]
fn thumbnails_only_come_from_the_smallest_size_that_covers_them() {
    let server = serve(tiny(82, 20));
    let folder = Folder::new();
    sync(&server, &folder).arg("--thumbs-only").run().with(0);
    // Flickr's own square crop of 150 pixels.
    assert_eq!(labels(&server), BTreeSet::from([Label::Q]));
    assert_eq!(folder.pictures(), BTreeSet::new());
    assert_eq!(folder.files().len(), 20);
    folder.check_itself();
    server.reset_hits();
    sync(&server, &folder).arg("--thumbs-only").run().with(0);
    assert_eq!(server.hits().images, 0);

    sync(&server, &folder).run().with(0);
    assert_eq!(labels(&server), BTreeSet::from([Label::O]));
    folder.check_holds(&truth(&server));

    // The pictures stay when only thumbnails are wanted again.
    server.reset_hits();
    sync(&server, &folder).arg("--thumbs-only").run().with(0);
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&truth(&server));
}

#[test]
fn other_thumbnails_are_made_of_the_files_that_are_there() {
    let server = serve(odd(83, 30));
    let folder = Folder::new();
    sync(&server, &folder).run().with(0);
    server.reset_hits();
    let other = "--thumb 200x150 --fit contain --tone colour --thumb-format png";
    let ended = sync(&server, &folder).args(other).run().with(0);
    assert_eq!(server.hits().images, 0);
    assert_eq!(ended.receipt()["remade"], 30);
    folder.check_itself();
    let thumbs: Vec<_> =
        folder.files().into_keys().filter(|path| path.starts_with("thumbs/")).collect();
    assert_eq!(thumbs.len(), 30, "the old ones are gone");
    let mut colors = Vec::new();
    for thumb in thumbs {
        assert_eq!(thumb.rsplit_once('.').unwrap().1, "png", "{thumb}");
        let decoder = ImageReader::open(folder.at(&thumb)).unwrap().into_decoder().unwrap();
        colors.push(decoder.color_type());
        let (width, height) = image::open(folder.at(&thumb)).unwrap().dimensions();
        assert!(width <= 200 && height <= 150, "{thumb}: {width} × {height}");
        assert!(width == 200 || height == 150, "{thumb}: {width} × {height}");
    }
    assert!(colors.contains(&ColorType::Rgb8), "colour was wanted: {colors:?}");
    let again = sync(&server, &folder).args(other).run().with(0).receipt();
    assert_eq!((&again["remade"], &again["already"]), (&json!(0), &json!(30)));

    sync(&server, &folder).run().with(0);
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&truth(&server));
}

#[test]
fn a_limit_takes_the_newest_and_a_window_what_was_uploaded_in_it() {
    let server = serve(tiny(84, 60));
    let photos = server.truth();
    let day = |posted: i64| {
        let timestamp = jiff::Timestamp::from_second(posted).unwrap();
        jiff::tz::TimeZone::UTC.to_datetime(timestamp).date()
    };
    let check = |args: &str, expected: &[u64]| {
        server.reset_hits();
        let folder = Folder::new();
        let receipt = sync(&server, &folder).args(args).run().with(0).receipt();
        assert_eq!(receipt["listing"], "part", "{args}");
        let expected: BTreeSet<u64> = expected.iter().copied().collect();
        assert_eq!(folder.pictures(), expected, "{args}");
        assert_eq!(server.hits().images, expected.len() as u64, "{args}");
        folder.check_itself();
    };
    let ids: Vec<u64> = photos.iter().map(|photo| photo.id).collect();
    check("--limit 7", &ids[..7]);

    // Days count in whole, in UTC, both of them.
    let (newest, oldest) = (day(photos[10].posted), day(photos[40].posted));
    let within = |from: jiff::civil::Date, to: jiff::civil::Date| -> Vec<u64> {
        let is_in = |posted: i64| (from..=to).contains(&day(posted));
        photos.iter().filter(|photo| is_in(photo.posted)).map(|photo| photo.id).collect()
    };
    let (first, last) = (jiff::civil::Date::MIN, jiff::civil::Date::MAX);
    check(&format!("--since {oldest} --until {newest}"), &within(oldest, newest));
    check(&format!("--since {newest}"), &within(newest, last));
    check(&format!("--until {oldest}"), &within(first, oldest));
}

#[test]
fn a_part_is_completed_by_a_run_without_a_limit() {
    let server = serve(tiny(85, 30));
    let folder = Folder::new();
    sync(&server, &folder).args("--limit 10").run().with(0);
    sync(&server, &folder).run().with(0);
    assert_eq!(server.hits().images, 30);
    folder.check_holds(&truth(&server));
}

#[test]
fn a_rehearsal_creates_nothing_and_says_how_many() {
    let server = serve(tiny(86, 30));
    let folder = Folder::new();
    let rehearse = || Program::sync(&server, &folder.path()).arg("--dry-run");
    rehearse().run().with(0).says("30  would be fetched");
    assert!(!folder.path().exists());
    assert_eq!(server.hits().images, 0);

    sync(&server, &folder).run().with(0);
    server.upload(4);
    let read = || -> BTreeMap<_, _> {
        crate::folder::every_file(&folder)
            .into_iter()
            // SQLite's own, empty when nobody writes.
            .filter(|path| !path.to_string_lossy().contains("catalogue.db-"))
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    };
    let before = read();
    server.reset_hits();
    let ended = rehearse().arg("--json").run().with(0);
    let receipt = ended.receipt();
    assert_eq!((&receipt["left"], &receipt["already"]), (&json!(4), &json!(30)));
    assert_eq!(server.hits().images, 0);
    assert_eq!(read(), before, "not a byte is changed");
}

#[test]
fn a_rate_and_a_single_connection_change_nothing_but_the_pace() {
    let mut config = odd(87, 40);
    config.image_hosts = 1;
    let server = serve(config);
    let folder = Folder::new();
    sync(&server, &folder).args("--rate 200 --connections 1 --jobs 1").run().with(0);
    // One to the API, one to the pictures; a new one may begin before the old
    // one's end is noticed.
    assert!(server.hits().connections <= 4, "{}", server.hits().connections);
    folder.check_holds(&truth(&server));
}

#[test]
fn a_larger_size_that_fails_is_missing_until_it_is_there() {
    let server = serve(tiny(71, 30));
    let folder = Folder::new();
    let sync = |args: &str| Program::sync(&server, &folder.path()).args("--json").args(args);
    sync("--size t").run().with(0);
    let gone = ids(&server)[7];
    server.fault(gone, Fault::Status(404), Times::Forever);
    for _ in 0..2 {
        let receipt = sync("").run().with(3).receipt();
        assert_eq!(receipt["failed"]["gone"], 1, "{receipt}");
        assert!(folder.failed().contains_key(&gone), "named in failed.csv");
        folder.check_itself();
    }
    server.fault(gone, Fault::Status(404), Times::N(0));
    sync("").run().with(0);
    folder.check_holds(&truth(&server));
}

#[test]
fn a_folder_is_one_accounts() {
    let (first, second) = (serve(tiny(72, 5)), serve(tiny(73, 5)));
    let folder = Folder::new();
    Program::sync(&first, &folder.path()).run().with(0);
    let refused = Program::sync(&second, &folder.path()).run().with(2);
    refused.explains("holds the photostream of", "one account a folder");
    folder.check_holds(&truth(&first));
}

#[test]
fn of_videos_the_still_alone_is_kept_where_that_is_asked_for() {
    let mut config = odd(88, 30);
    config.stream.shares.videos = 0.3;
    let server = serve(config);
    let folder = Folder::new();
    let args = "--no-videos --json";
    let receipt = Program::sync(&server, &folder.path()).args(args).run().with(0).receipt();
    assert!(receipt["videos"].as_u64() > Some(0), "{receipt}");
    assert_eq!((&receipt["streams"], server.hits().videos), (&json!(0), 0));
    let streams = folder.files().into_keys().find(|path| path.contains(".mp4"));
    assert_eq!(streams, None);
}

#[test]
fn files_are_named_as_asked_for_and_the_bandwidth_is_kept_to() {
    let server = serve(tiny(89, 5));
    let folder = Folder::new();
    let sync = || {
        let sync = Program::sync(&server, &folder.path()).args("--bandwidth 100M --name");
        sync.arg("{posted:%Y}/{id}")
    };
    sync().run().with(0);
    for photo in server.truth() {
        let posted = jiff::Timestamp::from_second(photo.posted).unwrap();
        let path = format!("photos/{}/{}.jpg", posted.strftime("%Y"), photo.id);
        assert!(folder.at(&path).is_file(), "{path}");
    }
    sync().run().with(0).says("5  there already");
    let wrong = |args: &[&str], named| {
        Program::new(&["sync", "confoo"]).args(&args.join(" ")).run().with(2).says(named);
    };
    wrong(&["--name", "{title}"], "--name");
    wrong(&["--bandwidth", "fast"], "--bandwidth");
}
