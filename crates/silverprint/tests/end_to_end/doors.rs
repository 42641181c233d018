//! The ways in: with a key, as a visitor of the page, with the site's key.

use crate::archive::accounted_for;
use crate::folder::{Folder, truth};
use crate::program::Program;
use crate::site::{serve, tiny};
use fake_flickr::{Config, Key, Pages, Plan, Server, Stream, StreamConfig};
use serde_json::json;

const KEY: &str = "SILVERPRINT_FLICKR_KEY";

fn sync(server: &Server, folder: &Folder) -> Program {
    Program::sync(server, &folder.path())
}

#[test]
fn without_a_key_the_page_is_read_and_what_it_does_not_show_is_a_number() {
    let server = serve(tiny(111, 60));
    let folder = Folder::new();
    let ended = sync(&server, &folder).without(KEY).run().with(3);
    assert_eq!(server.hits().api_total(), 0, "the API is not asked");
    let shown = folder.pictures().len();
    assert!(shown > 0 && shown < 60, "{shown}");
    let line = format!("{}  announced, but not shown to a visitor of the page", 60 - shown);
    ended.says(&line).says("silverprint login --key").says("--access key").says("--access site");
    folder.check_itself();

    let json = sync(&server, &folder).without(KEY).arg("--json").run().with(3);
    let receipt = json.receipt();
    assert_eq!(receipt["not_shown"], 60 - shown, "{receipt}");
    assert_eq!(accounted_for(&receipt) + (60 - shown as u64), 60, "{receipt}");

    // What is for people is on stderr; who wants only errors has one line.
    json.says("there is no API key: reading the page").says("--access site: with the key");
    let quiet = sync(&server, &folder).without(KEY).arg("-q").run().with(3);
    assert_eq!(quiet.stderr.lines().count(), 1, "{}", quiet.stderr);
    quiet.says(&format!("error: {}: {} missing", server.alias(), 60 - shown)).says("--access");

    // With a key the same folder gets the rest.
    sync(&server, &folder).run().with(0);
    folder.check_holds(&truth(&server));
}

#[test]
fn a_short_photostream_is_all_on_the_page() {
    let server = serve(tiny(112, 5));
    let folder = Folder::new();
    sync(&server, &folder).without(KEY).arg("-q").run().with(0).is_silent();
    let ended = sync(&server, &folder).without(KEY).run().with(0);
    assert!(!ended.stderr.contains("--access"), "{}", ended.stderr);
    folder.check_holds(&truth(&server));
}

#[test]
fn the_page_is_read_by_name_also_where_there_is_a_key() {
    let server = serve(tiny(113, 60));
    let folder = Folder::new();
    sync(&server, &folder).args("--access page").run().with(3);
    assert_eq!(server.hits().api_total(), 0);
}

#[test]
fn a_key_that_is_refused_is_an_error_and_no_other_door_is_tried() {
    let server = serve(Config { key: Key::Only("a".repeat(32)), ..tiny(114, 5) });
    let folder = Folder::new();
    for args in ["", "--access key"] {
        let ended = sync(&server, &folder).args(args).env(KEY, "b".repeat(32)).run().with(4);
        ended.explains("the API key was refused", "silverprint login --key");
        assert_eq!((server.hits().pages, server.hits().images), (0, 0));
    }
}

#[test]
fn the_sites_key_is_used_by_name_only_and_shows_all() {
    let server = serve(tiny(115, 60));
    let folder = Folder::new();
    sync(&server, &folder).without(KEY).args("--access site").run().with(0);
    folder.check_holds(&truth(&server));
    assert!(server.hits().api_total() > 0);
}

#[test]
fn why_there_are_no_originals_is_told_through_every_door() {
    let mut stream = StreamConfig { originals: 1700, ..StreamConfig::tiny(118, 24) };
    stream.plan = Plan::Free;
    stream.shares.no_original = 0.2;
    let photos: Vec<_> = Stream::new(stream.clone()).photos().collect();
    let withheld: Vec<_> = photos.iter().filter(|photo| !photo.original_offered).collect();
    let by_owner = withheld.iter().filter(|photo| !photo.downloadable).count();
    let server = serve(Config { pages: Pages::complete(), ..Config::new(stream) });
    assert!(by_owner > 0 && by_owner < withheld.len(), "{by_owner} of {}", withheld.len());
    for door in ["key", "site", "page"] {
        let folder = Folder::new();
        let run = sync(&server, &folder).args("--json --access").arg(door).run().with(0);
        let receipt = run.receipt();
        assert_eq!(receipt["not_original"], withheld.len(), "{door}: {receipt}");
        let because = &receipt["not_original_because"];
        let expected =
            json!({ "no_download": by_owner, "free_account": withheld.len() - by_owner });
        assert_eq!(*because, expected, "{door}");
    }
}

#[test]
fn what_the_profile_counts_and_nobody_is_shown_is_said_and_not_missing() {
    let mut stream = StreamConfig::tiny(119, 20);
    stream.shares.restricted = 0.3;
    let hidden = Stream::new(stream.clone()).restricted().count();
    assert!(hidden > 0, "a seed with restricted photos");
    let server = serve(Config::new(stream));
    let folder = Folder::new();
    // Listed in full, and then at a glance.
    for _ in 0..2 {
        let ended = sync(&server, &folder).run().with(0);
        ended.says(&format!("{hidden}  more in the profile's count"));
    }
    let receipt = sync(&server, &folder).arg("--json").run().with(0).receipt();
    assert_eq!(receipt["not_public"], hidden, "{receipt}");
}
