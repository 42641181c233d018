//! What is known of a photo: all of it, from every door, in every schema.

mod common;

use common::{AT, failed, get, known, photo, picture, record, rows, saved};
use rusqlite::Connection;
use serde_json::value::RawValue;
use silverprint_catalogue::{Catalogue, Entry, Opened, Saved, State};
use silverprint_core::{Camera, Geo, Layout, Photo, Receipt};
use std::path::Path;

/// A photo of which everything is known.
fn told_in_full(id: u64) -> Photo {
    Photo {
        owner_name: Some("Ada".into()),
        last_update: Some(AT + 5),
        geo: Some(Geo { latitude: -33.85, longitude: 151.25, accuracy: 16 }),
        can_download: Some(false),
        ..photo(id, "told in full")
    }
}

fn camera() -> Camera {
    Camera { model: Some("Box 7".into()), exposure: Some(0.008), ..Camera::default() }
}

fn saved_in_full(id: u64) -> Entry {
    let (photo, files) = (told_in_full(id), vec![picture(id, 1)]);
    let (moved, camera) = (Vec::new(), Some(camera()));
    Entry::Saved(Saved { photo, files, moved, defect: None, camera, at: AT })
}

#[test]
fn all_that_is_known_of_a_photo_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = common::write(folder.path(), [saved_in_full(1), failed(2, "410 Gone")]);
    let rows = rows(&catalogue);
    let (full, told) = (rows.iter().find(|row| row.id.get() == 1).unwrap(), told_in_full(1));
    assert_eq!(full.owner_name, told.owner_name);
    assert_eq!(full.tags, "chess simul");
    assert_eq!(full.last_update, told.last_update);
    assert_eq!(full.geo, told.geo);
    assert_eq!(full.can_download, Some(false));
    assert_eq!(full.camera, Some(camera()));
    assert!(full.credit().to_string().starts_with("“told in full” by Ada, CC BY 2.0"));
    let failed = rows.iter().find(|row| row.id.get() == 2).unwrap();
    assert_eq!((failed.failed_at, full.failed_at), (Some(AT), None));
    assert!(catalogue.names("photos/1.jpg").unwrap());
    assert!(!catalogue.names("photos/2.jpg").unwrap());

    let line = &record(folder.path())[0];
    assert_eq!(line["photo"]["geo"]["latitude"], -33.85);
    assert_eq!(line["photo"]["tags"], "chess simul");
    assert_eq!(line["camera"]["model"], "Box 7");
    assert_eq!(line["rights"]["license"], "CC BY 2.0");
    assert_eq!(line["listing"]["title"], "told in full");
}

/// A run through the page's door after one with a key, and the same again.
#[test]
fn a_page_changes_a_photo_once_and_wipes_nothing_out() {
    let folder = tempfile::tempdir().unwrap();
    let glance = || {
        let listing = RawValue::from_string(r#"{"id":"1","via":"page"}"#.into()).unwrap();
        let told = photo(1, "as the page says");
        let (title, renditions, license) = (told.title, told.renditions, Some(0));
        let bare = Photo::bare(told.id, told.owner, listing);
        Photo { title, renditions, license, ..bare }
    };
    let catalogue = common::write(folder.path(), [saved_in_full(1), Entry::Listed(glance())]);
    let row = rows(&catalogue).remove(0);
    assert_eq!((row.title.as_str(), row.license), ("as the page says", Some(0)));
    assert_eq!((row.tags.as_str(), row.geo), ("chess simul", told_in_full(1).geo));
    assert_eq!((row.camera, row.state), (Some(camera()), State::Done));
    // What the planner compares is what the page will show again.
    assert_eq!(known(&catalogue, 1).fingerprint, glance().fingerprint());
    assert_eq!(record(folder.path()).len(), 2);
    let catalogue = common::write_on(catalogue, [Entry::Listed(glance()), Entry::Listed(glance())]);
    assert_eq!(record(folder.path()).len(), 2);
    assert_eq!(rows(&catalogue)[0].description, "by <b>me</b>");
}

/// Makes a catalogue one of the first schema.
fn age(folder: &Path) {
    let sql = Connection::open(folder.join(Layout::CATALOGUE)).unwrap();
    sql.execute_batch("DROP INDEX photo_video").unwrap();
    for column in [
        "owner_name",
        "tags",
        "last_update",
        "latitude",
        "longitude",
        "accuracy",
        "can_download",
        "camera",
    ] {
        sql.execute_batch(&format!("ALTER TABLE photo DROP COLUMN {column}")).unwrap();
    }
    sql.pragma_update(None, "user_version", 1).unwrap();
}

#[test]
fn a_catalogue_of_the_first_schema_is_read_and_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved_in_full(1), saved(2, "plain")]));
    age(folder.path());
    // Whoever only reads it changes nothing.
    let path = folder.path().join(Layout::CATALOGUE);
    let before = get(&path);
    let old = Catalogue::open_read_only(folder.path()).unwrap();
    let expected = rows(&old);
    assert_eq!(expected.len(), 2);
    assert!(expected.iter().all(|row| row.geo.is_none() && row.tags.is_empty()));
    assert_eq!(old.snapshot().unwrap().photos.len(), 2);
    assert_eq!(old.counts().unwrap().done, 2);
    drop(old);
    assert_eq!(get(&path), before);

    let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
    assert_eq!(opened, Opened::Existing);
    assert_eq!(rows(&catalogue), expected);
    let catalogue = common::write_on(catalogue, [saved_in_full(1)]);
    let told = rows(&catalogue).into_iter().find(|row| row.id.get() == 1).unwrap();
    assert_eq!(told.camera, Some(camera()));
}

#[test]
fn a_catalogue_of_the_second_schema_is_counted_and_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    drop(common::write(folder.path(), [saved_in_full(1), saved(2, "plain")]));
    let sql = Connection::open(folder.path().join(Layout::CATALOGUE)).unwrap();
    sql.execute_batch("DROP INDEX photo_video; UPDATE photo SET media = 'video' WHERE id = 2")
        .unwrap();
    sql.pragma_update(None, "user_version", 2).unwrap();
    drop(sql);
    let counts = |catalogue: &Catalogue| catalogue.counts().map(|it| (it.photos, it.videos));
    assert_eq!(counts(&Catalogue::open_read_only(folder.path()).unwrap()).unwrap(), (2, 1));
    assert_eq!(counts(&Catalogue::open(folder.path()).unwrap().0).unwrap(), (2, 1));
    let sql = Connection::open(folder.path().join(Layout::CATALOGUE)).unwrap();
    let index = "SELECT count(*) FROM sqlite_schema WHERE name = 'photo_video'";
    assert_eq!(sql.query_one(index, [], |row| row.get(0)), Ok(1));
}

#[test]
fn the_last_run_says_whose_photostream_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let account = |username: &str| silverprint_core::Account {
        nsid: "12345678@N00".parse().unwrap(),
        alias: None,
        username: username.into(),
        is_pro: None,
        counted: None,
    };
    let run = |username: &str| {
        let receipt = Receipt::new(account(username));
        Entry::Run { receipt, started: AT, ended: AT }
    };
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    assert_eq!(catalogue.last_receipt().unwrap(), None);
    let catalogue = common::write_on(catalogue, [run("then"), run("now")]);
    let last = catalogue.last_receipt().unwrap().map(|receipt| receipt.account);
    assert_eq!(last, Some(account("now")));
}
