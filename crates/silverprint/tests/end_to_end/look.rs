//! `list` and `verify`: a look at an archive, without any network.

use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{ids, odd, serve, tiny};
use fake_flickr::{Fault, Server, Times};
use serde_json::Value;
use std::fs;

/// An archive of so many photos, of which the newest is missing.
fn archived(seed: u64, photos: u32) -> (Server, Folder) {
    let mut config = odd(seed, photos);
    config.stream.shares.hurting_titles = 1.0;
    let server = serve(config);
    server.fault(server.truth()[0].id, Fault::Status(404), Times::Forever);
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(3);
    (server, folder)
}

fn list(folder: &Folder) -> Program {
    Program::new(&["list"]).arg(folder.path())
}

#[test]
fn the_table_has_a_line_for_each_photo_the_newest_first() {
    let (server, folder) = archived(121, 30);
    let ended = list(&folder).run().with(0);
    let ids: Vec<_> = ended
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap())
        .collect();
    let mut photos = server.truth();
    photos.sort_by_key(|photo| std::cmp::Reverse((photo.posted, photo.id)));
    let expected: Vec<_> = photos.iter().map(|photo| photo.id).collect();
    assert_eq!(ids, expected);
    for line in ended.stdout.lines() {
        assert!(!line.contains(char::is_control) && !line.contains('\u{202e}'), "{line:?}");
    }
    ended.says("30 photos, 1 missing");
    let here = Program::new(&["list"]).directory(&folder.path()).run().with(0);
    assert_eq!(here.stdout, list(&folder).run().stdout, "the folder is the working directory");
}

#[test]
fn what_is_missing_is_explained() {
    let (server, folder) = archived(122, 10);
    let ended = list(&folder).arg("--failed").run().with(0);
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 1, "{}", ended.stdout);
    assert!(lines[0].starts_with(&server.truth()[0].id.to_string()), "{}", lines[0]);
    for words in ["404", "asked 2 times", "again"] {
        assert!(lines[0].contains(words), "{words}: {}", lines[0]);
    }
    let json = list(&folder).args("--failed --json").run().with(0);
    let line: Value = serde_json::from_str(json.stdout.trim()).unwrap();
    assert_eq!((&line["v"], &line["failure"]), (&1.into(), &"gone".into()));
}

#[test]
fn where_nothing_is_missing_that_is_said() {
    let server = serve(tiny(126, 3));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let ended = list(&folder).arg("--failed").run().with(0).says("nothing is missing");
    assert_eq!(ended.stdout, "");
}

#[test]
fn programs_have_it_as_json_and_as_csv() {
    let (server, folder) = archived(123, 20);
    let json = list(&folder).arg("--json").run().with(0);
    let titles: Vec<Value> =
        json.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(titles.len(), 20);
    let by_id = |id: u64| titles.iter().find(|it| it["id"] == id.to_string().as_str()).unwrap();
    for photo in server.truth() {
        let listed = by_id(photo.id);
        assert_eq!(listed["v"], 1);
        assert_eq!(listed["title"].as_str().unwrap_or_default(), photo.title);
    }
    let csv = list(&folder).arg("--csv").run().with(0);
    assert!(csv.stdout.starts_with("id,title,"), "{}", csv.stdout);
    assert_eq!(csv.stderr, "");
    list(&folder).args("--json --csv").run().with(2);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let server = serve(tiny(124, 400));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).args("--thumbs-only").run().with(0);
    let run = list(&folder).arg("--json").start();
    let ended = run.stop_listening().with(0);
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_folder_that_is_no_archive_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["list", "verify"] {
        let ended = Program::new(&[command]).arg(folder.path()).run().with(2);
        ended.explains("there is no catalogue", "silverprint sync");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn what_is_whole_is_found_whole_and_what_is_not_is_named() {
    let server = serve(tiny(125, 12));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let verify = || Program::new(&["verify"]).arg(folder.path());
    let ended = verify().run().with(0).says("all is as it was stored");
    assert_eq!(ended.stdout, "");

    let ids: Vec<_> = folder.pictures().into_iter().collect();
    let (flipped, gone) = (format!("photos/{}.jpg", ids[0]), format!("photos/{}.jpg", ids[1]));
    let mut bytes = folder.bytes(&flipped);
    let last = bytes.len() - 1;
    bytes[last / 2] ^= 1;
    fs::write(folder.at(&flipped), bytes).unwrap();
    fs::remove_file(folder.at(&gone)).unwrap();
    let ended = verify().args("--jobs 1").run().with(3);
    let found = |path: &str| ended.stdout.lines().any(|line| line.starts_with(path));
    assert!(found(&flipped) && found(&gone), "{}", ended.stdout);
    assert_eq!(ended.stdout.lines().count(), 2, "{}", ended.stdout);

    let json = verify().arg("--json").run().with(3);
    let events = json.events();
    let kinds: Vec<_> = events.iter().map(|it| it["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["finding", "finding", "verified"], "{events:?}");
    assert!(events.iter().all(|it| it["v"] == 1));
}

/// Titles that no terminal should hear are the same JSON, written in plain letters.
#[test]
fn json_is_harmless_to_look_at() {
    let (_server, folder) = archived(127, 30);
    let ended = list(&folder).arg("--json").run().with(0);
    for line in ended.stdout.lines() {
        assert!(!line.contains(|it: char| it.is_control() || it == '\u{202e}'), "{line:?}");
    }
    let csv = list(&folder).arg("--csv").run().with(0);
    assert!(!csv.stdout.contains('\0'));
}

#[test]
fn one_photo_is_one_photo() {
    let server = serve(tiny(129, 1));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let ended = list(&folder).run().with(0);
    assert_eq!(ended.stderr.trim(), "1 photo");
}

#[cfg(target_os = "linux")]
#[test]
fn stdout_that_takes_no_more_is_said_once_and_counts() {
    let server = serve(tiny(130, 3));
    let folder = Folder::new();
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let sync = Program::sync(&server, &folder.path()).arg("--json");
    let ended = sync.stdout(full()).run().with(7);
    assert_eq!(ended.stderr.matches("cannot write to stdout").count(), 1, "{}", ended.stderr);
    folder.check_holds(&truth(&server));
    let ended = list(&folder).stdout(full()).run().with(7);
    ended.explains("cannot write to stdout", "make room");
    Program::new(&["man"]).stdout(full()).run().with(7).says("cannot write to stdout");
    fs::write(folder.at("photos/stray"), "x").unwrap();
    let verify = Program::new(&["verify"]).arg(folder.path()).stdout(full());
    verify.run().with(7).says("cannot write to stdout");
}

#[test]
fn quiet_verify_says_what_is_wrong_and_no_more() {
    let server = serve(tiny(131, 2));
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let verify = || Program::new(&["verify", "-q"]).arg(folder.path());
    let ended = verify().run().with(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    let id = ids(&server)[0];
    fs::remove_file(folder.at(&format!("photos/{id}.jpg"))).unwrap();
    let ended = verify().run().with(3);
    assert!(ended.stdout.contains(&id.to_string()), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
    Program::new(&["verify", "-q", "-v"]).arg(folder.path()).run().with(2);
}
