//! The same command again: what is new comes, what is gone stays, what
//! changed is seen; and where nothing did, nothing is asked for.

use crate::archive::accounted_for;
use crate::folder::{Folder, sha256, truth};
use crate::program::{Ended, Program};
use crate::site::{ids, serve, tiny};
use fake_flickr::{Change, Label, Paging, Server, Step};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn sync(server: &Server, folder: &Folder) -> Program {
    Program::sync(server, &folder.path()).arg("--json")
}

/// A server, and a folder that has all of it; hits are counted from here on.
fn archived(seed: u64, photos: u32) -> (Server, Folder) {
    let server = serve(tiny(seed, photos));
    let folder = Folder::new();
    sync(&server, &folder).run().with(0);
    server.reset_hits();
    (server, folder)
}

/// The photos whose pictures were asked for.
fn asked(server: &Server) -> BTreeSet<u64> {
    server.hits().by_rendition.keys().map(|(id, _)| *id).collect()
}

#[track_caller]
fn check_receipt(ended: &Ended, expected: &Value) {
    let receipt = ended.receipt();
    for (number, value) in expected.as_object().expect("numbers by name") {
        assert_eq!(receipt[number], *value, "{number} in {receipt}");
    }
    assert_eq!(receipt["announced"], accounted_for(&receipt), "{receipt}");
}

#[test]
fn where_nothing_changed_one_page_is_listed_and_nothing_written_but_the_closing() {
    let (server, folder) = archived(71, 30);
    let before = folder.files();
    let ended = sync(&server, &folder).run().with(0);
    check_receipt(&ended, &json!({ "listing": "quick", "already": 30, "saved": 0 }));
    let hits = server.hits();
    assert_eq!(hits.images, 0);
    assert!(hits.api_total() <= 3, "{:?}", hits.api);
    assert_eq!(folder.files(), before);

    let full = sync(&server, &folder).arg("--full").run().with(0);
    check_receipt(&full, &json!({ "listing": "full", "already": 30, "saved": 0 }));
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&truth(&server));
}

#[test]
fn uploads_are_fetched_and_nothing_else_is() {
    let (server, folder) = archived(72, 30);
    let new: BTreeSet<u64> = server.upload(7).into_iter().collect();
    let ended = sync(&server, &folder).run().with(0);
    check_receipt(&ended, &json!({ "saved": 7, "already": 30, "announced": 37 }));
    assert_eq!(asked(&server), new);
    folder.check_holds(&truth(&server));
}

#[test]
fn what_is_deleted_upstream_stays_and_is_marked() {
    let (server, folder) = archived(73, 30);
    let whole = truth(&server);
    let gone = ids(&server)[12];
    server.delete(gone);
    let ended = sync(&server, &folder).run().with(0);
    check_receipt(&ended, &json!({ "listing": "full", "deleted_upstream": 1, "already": 29 }));
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&whole);
    let records = folder.records();
    for (id, record) in &records {
        assert_eq!(record["deleted_at"].is_number(), *id == gone, "{record}");
    }
    assert!(folder.sheet().contains("no longer in the photostream"));

    let again = sync(&server, &folder).run().with(0);
    check_receipt(&again, &json!({ "listing": "quick", "deleted_upstream": 1 }));
}

#[test]
fn a_replaced_picture_is_fetched_and_the_old_one_kept_as_a_version() {
    let (server, folder) = archived(74, 30);
    let before = truth(&server);
    let replaced = ids(&server)[5];
    let old = server.rendered(replaced, Label::O).expect("it is listed").sha256;
    for version in 1..=2 {
        let (new_name, old_name) =
            (format!("photos/{replaced}.jpg"), format!("photos/{replaced}.v{version}.jpg"));
        let there = sha256(&folder.bytes(&new_name));
        server.replace(replaced);
        server.reset_hits();
        let ended = sync(&server, &folder).run().with(0);
        check_receipt(&ended, &json!({ "saved": 1, "replaced": 1, "already": 29 }));
        assert_eq!(asked(&server), BTreeSet::from([replaced]));
        assert_eq!(sha256(&folder.bytes(&old_name)), there, "{old_name}");
        let new = server.rendered(replaced, Label::O).expect("it is listed").sha256;
        assert_eq!(sha256(&folder.bytes(&new_name)), new);
        assert!(folder.sums().contains_key(&old_name));
        folder.check_itself();
    }
    let first = format!("photos/{replaced}.v1.jpg");
    assert_eq!(sha256(&folder.bytes(&first)), old);
    let n_files = 2 * before.len() + 2;
    assert_eq!(folder.files().len(), n_files, "two pictures more, and no thumbnail more");
    let quick = sync(&server, &folder).run().with(0);
    check_receipt(&quick, &json!({ "listing": "quick", "already": 30 }));
}

#[test]
fn a_new_title_is_noted_without_fetching_anything() {
    let (server, folder) = archived(75, 30);
    let photo = ids(&server)[3];
    server.retitle(photo);
    let title = server.truth()[3].title.clone();
    assert_ne!(folder.records()[&photo]["photo"]["title"], title.as_str());
    let ended = sync(&server, &folder).run().with(0);
    check_receipt(&ended, &json!({ "saved": 0, "already": 30 }));
    assert_eq!(server.hits().images, 0);
    let record = &folder.records()[&photo];
    assert_eq!(record["photo"]["title"], title.as_str(), "{record}");
    assert!(folder.sheet().contains(&title), "{title:?} is on the sheet");
    folder.check_holds(&truth(&server));
}

/// Three pages, of which the first two change before they are all read.
#[test]
fn a_stream_that_moves_while_it_is_listed_is_archived_as_it_is_at_the_end() {
    let mut config = tiny(76, 1100);
    config.paging = Paging { short: 0.3, repeated: 0.3, ..Paging::default() };
    let step = |after_page, change| Step { after_page, change };
    // An upload pushes photos over the borders of pages, a deletion on a page
    // that was read hides one from the next.
    config.script = vec![
        step(1, Change::Upload(3)),
        step(1, Change::DeleteAt(40)),
        step(2, Change::DeleteAt(1090)),
        step(3, Change::Upload(2)),
    ];
    let server = serve(config);
    let folder = Folder::new();
    let ended = sync(&server, &folder).run();
    // The two that were deleted after they were listed may have come or not;
    // which of both is up to chance, and nothing else may be missing.
    let truth = truth(&server);
    let gone = ended.receipt()["failed"]["gone"].as_u64().unwrap_or(0);
    assert!(gone <= 2, "{gone} are gone");
    let ended = ended.with(if gone == 0 { 0 } else { 3 });
    let missing: Vec<u64> = folder.failed().into_keys().collect();
    assert!(missing.iter().all(|id| !truth.contains_key(id)), "{missing:?}");
    let files = folder.files();
    for (path, sha256) in truth.values() {
        assert_eq!(files.get(path), Some(sha256), "{path}");
    }
    folder.check_itself();
    let receipt = ended.receipt();
    assert_eq!(receipt["unexplained"], 0);
    assert_eq!(receipt["announced"], 1100 + 5 - 2);
}

#[test]
fn what_is_announced_and_never_listed_is_counted_and_ends_in_a_partial_archive() {
    let mut config = tiny(77, 60);
    config.paging = Paging { short: 1.0, lasting: true, ..Paging::default() };
    let server = serve(config);
    let folder = Folder::new();
    let ended = sync(&server, &folder).run().with(3);
    let receipt = ended.receipt();
    let unexplained = receipt["unexplained"].as_u64().expect("a number");
    assert!((1..=3).contains(&unexplained), "{receipt}");
    assert_eq!(receipt["saved"], 60 - unexplained);
    check_receipt(&ended, &json!({ "announced": 60 }));
    folder.check_itself();
    Program::sync(&server, &folder.path())
        .run()
        .with(3)
        .says(&format!("{unexplained}  announced, but not in Flickr's listing"));
}

#[test]
fn a_lost_catalogue_is_rebuilt_from_the_record() {
    let (server, folder) = archived(78, 40);
    lose(&folder, &[".silverprint/catalogue.db"]);
    let ended = Program::sync(&server, &folder.path()).run().with(0);
    ended.says("the catalogue was made again from photos.jsonl: 40 photos");
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&truth(&server));
}

#[test]
fn without_catalogue_and_record_the_files_are_taken_in() {
    let (server, folder) = archived(79, 40);
    lose(&folder, &[".silverprint/catalogue.db", "photos.jsonl", "SHA256SUMS"]);
    let ended = sync(&server, &folder).run().with(0);
    check_receipt(&ended, &json!({ "adopted": 40, "saved": 0 }));
    assert_eq!(server.hits().images, 0);
    folder.check_holds(&truth(&server));
}

#[test]
fn a_lost_file_is_fetched_again_when_the_catalogue_is_rebuilt() {
    let (server, folder) = archived(80, 10);
    let truth = truth(&server);
    let (id, (path, _)) = truth.iter().next().expect("there are ten");
    lose(&folder, &[".silverprint/catalogue.db", path]);
    sync(&server, &folder).run().with(0);
    assert_eq!(asked(&server), BTreeSet::from([*id]));
    folder.check_holds(&truth);
}

fn lose(folder: &Folder, paths: &[&str]) {
    for path in paths {
        std::fs::remove_file(folder.at(path)).expect("it was there");
    }
}
