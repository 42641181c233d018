//! Every photo, every byte; and what a run says of it.

use crate::folder::{Folder, truth};
use crate::program::{Ended, Program};
use crate::site::{odd, serve, tiny};
use fake_flickr::{Label, Media};
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

#[test]
fn every_photo_is_there_byte_for_byte_and_nothing_else_is() {
    let server = serve(odd(1, 150));
    let photos = server.truth();
    let of_kind = |is_it: &dyn Fn(&fake_flickr::TruePhoto) -> bool| {
        photos.iter().filter(|photo| is_it(photo)).count() as u64
    };
    let videos = of_kind(&|photo| photo.media == Media::Video);
    let not_original =
        of_kind(&|photo| photo.media == Media::Photo && photo.rendition(Label::O).is_none());
    assert!(videos > 0 && not_original > 0, "the stream is odd: {videos} {not_original}");

    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("--json").run().with(0);
    let truth = truth(&server);
    assert_eq!(truth.len(), 150);
    folder.check_holds(&truth);

    let hits = server.hits();
    assert_eq!(hits.images, 150, "each picture is asked for once");
    assert_eq!(hits.videos, videos, "each stream is asked for once");
    for video in photos.iter().filter(|photo| photo.media == Media::Video) {
        let stream = folder.bytes(&format!("photos/{}.mp4", video.id));
        let best = video.videos.first().expect("it has one").kind;
        assert_eq!(Some(stream), server.video_bytes(video.id, best), "the best there is");
    }
    let unlisted = hits.by_rendition.keys().find(|(id, _)| !truth.contains_key(id));
    assert_eq!(unlisted, None, "private and deleted photos are not asked for");

    for photo in &photos {
        let posted = UNIX_EPOCH + Duration::from_secs(photo.posted.try_into().unwrap());
        for path in [&truth[&photo.id].0, &format!("thumbs/{}.jpg", photo.id)] {
            let modified = fs::metadata(folder.at(path)).unwrap().modified().unwrap();
            assert_eq!(modified, posted, "the time of {path} is that of its upload");
        }
    }

    let receipt = ended.receipt();
    assert_eq!(receipt["listing"], "full");
    for (number, expected) in [
        ("saved", 150),
        ("videos", videos),
        ("streams", videos),
        ("not_original", not_original),
        ("already", 0),
    ] {
        assert_eq!(receipt[number], expected, "{number}");
    }
}

#[test]
fn sha256sum_agrees() {
    let server = serve(tiny(2, 20));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let checked = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(folder.path())
        .output();
    // Not every system has the tool; the sums are recomputed elsewhere anyway.
    if let Ok(checked) = checked {
        assert!(checked.status.success(), "{checked:?}");
    }
    let lines = folder.text("SHA256SUMS").lines().count();
    assert_eq!(lines, 40, "a line for each picture and each thumbnail");
}

#[test]
fn an_empty_photostream_is_archived_too() {
    let server = serve(tiny(3, 0));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    folder.check_holds(&truth(&server));
}

#[test]
fn an_account_is_found_by_its_address_its_alias_and_its_number() {
    let server = serve(tiny(4, 3));
    let truth = truth(&server);
    let address = format!("https://www.flickr.com/photos/{}/", server.alias());
    for target in [address, server.alias(), server.nsid()] {
        let folder = Folder::new();
        Program::new(&["sync", &target, "--to"])
            .arg(folder.path())
            .env("SILVERPRINT_FLICKR_KEY", server.key())
            .env("SILVERPRINT_FLICKR_URL", server.base())
            .run()
            .with(0);
        folder.check_holds(&truth);
    }
}

#[test]
fn each_line_of_json_is_an_event_and_the_numbers_add_up() {
    let server = serve(odd(5, 40));
    let folder = Folder::new();
    let sync = || Program::sync(&server, &folder.path()).arg("--json").run().with(0);
    let first = sync();
    check_events(&first);
    let events = first.events();
    let n_saved = events.iter().filter(|event| event["event"] == "saved").count();
    assert_eq!(n_saved, 40);
    assert_eq!(first.stderr, "", "stderr is for errors");

    server.upload(2);
    let second = sync();
    check_events(&second);
    let receipt = second.receipt();
    assert_eq!((&receipt["saved"], &receipt["already"]), (&2.into(), &40.into()), "{receipt}");
    let third = sync();
    check_events(&third);
    assert_eq!(third.receipt()["already"], 42);
}

fn check_events(ended: &Ended) {
    const KNOWN: [&str; 7] =
        ["started", "listed", "saved", "failed", "retrying", "waiting", "receipt"];
    let events = ended.events();
    for event in &events {
        assert_eq!(event["v"], 1, "{event}");
        assert!(KNOWN.iter().any(|known| event["event"] == *known), "{event}");
    }
    assert_eq!(events[0]["event"], "started");
    let n_receipts = events.iter().filter(|event| event["event"] == "receipt").count();
    assert_eq!(n_receipts, 1);
    let receipt = ended.receipt();
    assert_eq!(receipt["announced"], accounted_for(&receipt), "{receipt}");
}

/// What was announced is in exactly one of these.
pub(crate) fn accounted_for(receipt: &Value) -> u64 {
    let number = |name: &str| receipt[name].as_u64().unwrap_or_else(|| panic!("{name}"));
    let failed = receipt["failed"].as_object().expect("a number for each kind").values();
    let failed: u64 = failed.map(|number| number.as_u64().unwrap()).sum();
    ["saved", "already", "adopted", "remade", "unreadable", "unexplained", "left"]
        .map(number)
        .iter()
        .sum::<u64>()
        + failed
}

#[test]
fn hostile_titles_send_no_control_characters_to_the_terminal() {
    let mut config = odd(6, 60);
    config.stream.shares.hurting_titles = 1.0;
    let server = serve(config);
    let is_control = |text: &str| text.chars().any(|it| it.is_control() || it == '\u{202e}');
    assert!(server.truth().iter().any(|photo| is_control(&photo.title)), "titles hurt");

    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("-v").run().with(0);
    for line in ended.stderr.lines() {
        assert!(!is_control(line), "{line:?}");
    }
    let n_saved = ended.stderr.lines().filter(|line| line.starts_with("saved photos/")).count();
    assert_eq!(n_saved, 60, "one line for each photo:\n{}", ended.stderr);
    folder.check_holds(&truth(&server));
}

#[test]
fn quiet_means_quiet() {
    let server = serve(tiny(7, 3));
    let folder = Folder::new();
    let ended = Program::sync(&server, &folder.path()).arg("-q").run().with(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
}

#[test]
fn the_demo_needs_nothing_and_leaves_a_whole_archive() {
    let folder = Folder::new();
    let ended = Program::new(&["demo", "--json", "--to"]).arg(folder.path()).run().with(0);
    let receipt = ended.receipt();
    assert!(receipt["saved"].as_u64() >= Some(300), "{receipt}");
    assert_eq!(receipt["announced"], accounted_for(&receipt), "{receipt}");
    folder.check_itself();
    assert_eq!(folder.pictures().len() as u64, receipt["saved"].as_u64().unwrap());
}
