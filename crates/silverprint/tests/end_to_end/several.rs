//! Several photostreams in one run: a folder each, a receipt each, a line for
//! all, one exit code.

use crate::folder::Folder;
use crate::program::Program;
use crate::site::{serve, tiny};
use fake_flickr::{Config, Fault, Server, Times};
use std::fs;

/// The second account of [`twins`].
const TWIN: &str = "silverprint-twin";

/// Two accounts.
fn twins(seed: u64, photos: u32) -> Config {
    let mut config = tiny(seed, photos);
    config.stream.twin = TWIN.into();
    config
}

fn targets(server: &Server) -> [String; 2] {
    [server.alias(), TWIN.to_owned()]
}

fn sync(server: &Server, folder: &Folder, targets: &[&str]) -> Program {
    Program::new(&["sync"])
        .args(&targets.join(" "))
        .arg("--to")
        .arg(folder.path())
        .env("SILVERPRINT_FLICKR_KEY", server.key())
        .env("SILVERPRINT_FLICKR_URL", server.base())
}

#[test]
fn each_has_a_folder_and_a_receipt_and_all_have_a_line() {
    let server = serve(twins(91, 4));
    let [alias, twin] = targets(&server);
    let around = Folder::new();
    let ended = sync(&server, &around, &[&alias, &twin, &alias]).run().with(0);
    for target in [&alias, &twin] {
        let pictures = fs::read_dir(around.at(target).join("photos")).unwrap().count();
        assert_eq!(pictures, 4, "{target}");
    }
    assert_eq!(ended.stderr.matches("4 announced, 4 listed").count(), 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("2 photostreams: 8 saved, 0 there already"), "{}", ended.stderr);
    let page = around.text("index.html");
    for target in [&alias, &twin] {
        let link = format!("{}/index.html", target.replace('@', "%40"));
        assert!(page.contains(&link) || page.contains(&format!("{target}/index.html")), "{page}");
    }
    let again = sync(&server, &around, &[&alias, &twin]).run().with(0);
    assert!(again.stderr.contains("2 photostreams: 0 saved, 8 there already"), "{}", again.stderr);
}

#[test]
fn without_to_the_folders_are_in_the_working_directory() {
    let server = serve(twins(92, 2));
    let [alias, twin] = targets(&server);
    let around = tempfile::tempdir().unwrap();
    Program::new(&["sync", &alias, &twin])
        .directory(around.path())
        .env("SILVERPRINT_FLICKR_KEY", server.key())
        .env("SILVERPRINT_FLICKR_URL", server.base())
        .run()
        .with(0);
    assert!(around.path().join(alias).join("index.html").exists());
    assert!(around.path().join(twin).join("index.html").exists());
}

#[test]
fn one_that_is_not_there_does_not_stop_the_others() {
    let server = serve(twins(93, 3));
    let [alias, _] = targets(&server);
    let around = Folder::new();
    let ended = sync(&server, &around, &["nobody", &alias]).run().with(4);
    let ended = ended.explains("nobody: there is no account nobody", "https://");
    assert!(ended.stderr.contains("1 photostream: 3 saved"), "{}", ended.stderr);
    assert!(ended.stderr.contains("1 could not be archived"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(around.at(&alias).join("photos")).unwrap().count(), 3);
    assert!(!around.at("nobody").exists());
}

#[test]
fn of_several_exit_codes_the_first_in_the_order_counts() {
    let server = serve(twins(94, 3));
    let [alias, twin] = targets(&server);
    let missing = server.truth()[0].id;
    server.fault(missing, Fault::Status(404), Times::Forever);
    let around = Folder::new();
    sync(&server, &around, &[&alias, &twin]).run().with(3);
    sync(&server, &around, &[&alias, "nobody", &twin]).run().with(4);
}

#[test]
fn each_event_says_whose_it_is() {
    let server = serve(twins(95, 2));
    let [alias, twin] = targets(&server);
    let around = Folder::new();
    let ended = sync(&server, &around, &[&alias, "nobody", &twin]).arg("--json").run().with(4);
    let events = ended.events();
    let of = |kind: &str| events.iter().filter(|it| it["event"] == kind).collect::<Vec<_>>();
    assert_eq!((of("started").len(), of("receipt").len(), of("saved").len()), (2, 2, 4));
    for event in &events {
        if event["event"] == "error" {
            assert_eq!((&event["target"], &event["code"]), (&"nobody".into(), &4.into()));
        } else {
            let account = event["account"]["alias"].as_str().unwrap();
            assert!([alias.as_str(), TWIN].contains(&account), "{event}");
        }
    }
    assert_eq!(of("error").len(), 1);
}

#[test]
fn an_account_of_two_names_is_archived_once() {
    let server = serve(twins(99, 2));
    let (alias, nsid) = (server.alias(), server.nsid());
    let around = Folder::new();
    let ended = sync(&server, &around, &[&alias, &nsid, TWIN]).run().with(0);
    let ended = ended.says(&format!("{nsid} is {alias}, which had its turn: left out"));
    ended.says("2 photostreams: 4 saved");
    assert!(!around.at(&nsid).exists());
}

#[test]
fn a_refused_key_ends_all() {
    let server = serve(twins(96, 2));
    server.revoke_key();
    let [alias, twin] = targets(&server);
    let around = Folder::new();
    let ended = sync(&server, &around, &[&alias, &twin]).run().with(4);
    assert_eq!(ended.stderr.matches("error: ").count(), 1, "{}", ended.stderr);
}

#[test]
fn the_folder_of_one_account_is_not_made_one_around_several() {
    let server = serve(twins(97, 2));
    let [alias, twin] = targets(&server);
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let sheet = folder.text("index.html");
    sync(&server, &folder, &[&alias, &twin]).run().with(2).says("--to");
    assert_eq!(folder.text("index.html"), sheet);
}

#[cfg(unix)]
#[test]
fn interrupted_in_one_the_others_are_not_begun() {
    let server = serve(twins(98, 60));
    // As long as this one does not come the first goes on.
    server.fault(server.truth()[0].id, Fault::StallBody, Times::Forever);
    let [alias, twin] = targets(&server);
    let around = Folder::new();
    let sync = sync(&server, &around, &[&alias, &twin]);
    let mut run = sync.args("--json --connections 4 --stall 3600").start();
    run.until_saved(20);
    run.interrupt();
    let ended = run.end().with(130);
    let events = ended.events();
    assert_eq!(events.iter().filter(|event| event["event"] == "started").count(), 1);
    assert!(!around.at(&twin).exists());
}
