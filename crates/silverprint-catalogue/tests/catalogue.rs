//! What is written is what is read: snapshot, rows, counts, migrations.

mod common;

use common::{AT, append, dump, failed, get, known, photo, picture, put, query, record, rows};
use common::{saved, thumbnail};
use rusqlite::Connection;
use silverprint_catalogue::{
    Catalogue, CatalogueError, Entry, KnownPicture, LastListing, Moved, Opened, Role, Saved, State,
};
use silverprint_core::{Identity, Layout, Media, PhotoId, Receipt, Size};
use std::fs;
use std::io;

#[test]
fn a_new_folder_gets_a_catalogue_and_an_old_one_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
    assert_eq!(opened, Opened::New);
    assert_eq!(catalogue.counts().unwrap(), silverprint_catalogue::Counts::default());
    drop(catalogue);
    assert_eq!(Catalogue::open(folder.path()).unwrap().1, Opened::Existing);

    let sql = Connection::open(folder.path().join(Layout::CATALOGUE)).unwrap();
    let names = query(&sql, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let names: Vec<_> = names.into_iter().flatten().collect();
    let expected = ["attempt", "file", "meta", "photo", "run"];
    assert_eq!(names, expected.map(|name| rusqlite::types::Value::Text(name.into())));
    assert_eq!(query(&sql, "PRAGMA journal_mode")[0][0], "wal".to_owned().into());
}

#[test]
fn a_schema_from_the_future_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(Catalogue::open(folder.path()).unwrap());
    let path = folder.path().join(Layout::CATALOGUE);
    let sql = Connection::open(&path).unwrap();
    sql.pragma_update(None, "user_version", 99).unwrap();
    sql.close().unwrap();
    let before = get(&path);
    let refused = Catalogue::open(folder.path()).unwrap_err();
    assert!(matches!(refused, CatalogueError::TooNew { found: 99, .. }), "{refused}");
    assert_eq!(get(&path), before);
}

#[test]
fn a_snapshot_says_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let listing = LastListing { at: AT, total: 4, complete: true, wanted: "originals".into() };
    let entries = [
        Entry::Listed(photo(1, "pending")),
        Entry::Listed(photo(u64::MAX, "saved")),
        saved(u64::MAX, "saved"),
        failed(3, "404"),
        saved(4, "gone since"),
        Entry::DeletedUpstream { ids: vec![PhotoId::new(4), PhotoId::new(77)], at: AT },
        Entry::Listing(listing.clone()),
    ];
    let catalogue = common::write(folder.path(), entries);
    let snapshot = catalogue.snapshot().unwrap();
    assert_eq!(snapshot.listing, Some(listing));
    assert_eq!(snapshot.photos.len(), 4);

    let of = |id| snapshot.photos[&PhotoId::new(id)];
    assert_eq!(of(1).state, State::Pending);
    assert_eq!(of(1).fingerprint, photo(1, "pending").fingerprint());
    assert_eq!(of(1).picture, None);
    assert_eq!(snapshot.thumb_spec(&of(1)), None);
    let expected =
        KnownPicture { identity: Identity(0), longest_edge: 400, version: 1, size: Size::Original };
    assert_eq!(of(u64::MAX).picture, Some(expected));
    assert_eq!(of(u64::MAX).state, State::Done);
    assert_eq!(snapshot.thumb_spec(&of(u64::MAX)), Some("120x120 cover grey jpg"));
    assert_eq!(of(3).state, State::Failed);
    assert!(!of(3).deleted_upstream);
    assert!(of(4).deleted_upstream);
    assert_eq!(of(4).state, State::Done);

    let unfinished = catalogue.unfinished().unwrap();
    let unfinished: Vec<_> =
        unfinished.iter().map(|(id, listing)| (id.get(), listing.get())).collect();
    let [pending, lost] = [photo(1, "pending"), photo(3, "lost")];
    assert_eq!(unfinished.len(), 2);
    assert!(unfinished.contains(&(1, pending.listing.get())));
    assert!(unfinished.contains(&(3, lost.listing.get())));
}

#[test]
fn rows_come_newest_first_with_their_files_and_failures() {
    let folder = tempfile::tempdir().unwrap();
    let mut undated = photo(9, "undated");
    undated.posted = None;
    undated.taken = None;
    undated.media = Media::Video;
    let entries = [
        Entry::Listed(undated),
        saved(1, "first"),
        failed(3, "410 Gone"),
        saved(2, "second"),
        saved(100_002, "second too, with a larger id"),
    ];
    let catalogue = common::write(folder.path(), entries);
    let rows = rows(&catalogue);
    let ids: Vec<_> = rows.iter().map(|row| row.id.get()).collect();
    assert_eq!(ids, [3, 100_002, 2, 1, 9]);
    assert_eq!(rows[0].failure.as_ref().unwrap().reason, "410 Gone");
    assert_eq!(rows[0].picture, None);
    assert_eq!(rows[3].title, "first");
    assert_eq!(rows[3].taken, photo(1, "").taken);
    assert_eq!(rows[3].views, Some(7));
    assert_eq!(rows[3].picture, Some(picture(1, 1)));
    assert_eq!(rows[3].thumbnail, Some(thumbnail(1, "120x120 cover grey jpg", "jpg")));
    assert_eq!(rows[3].failure, None);
    assert_eq!(rows[4].media, Media::Video);
    assert_eq!(rows[4].taken, None);

    let counts = catalogue.counts().unwrap();
    assert_eq!((counts.photos, counts.pending, counts.done, counts.failed), (5, 1, 3, 1));
    assert_eq!(counts.files, 6);
}

#[test]
fn files_come_in_the_order_of_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = common::write(folder.path(), [10, 9, 2, 100].map(|id| saved(id, "x")));
    let mut paths = Vec::new();
    let push = |row: silverprint_catalogue::FileRow| {
        paths.push(row.path);
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_file(push).unwrap();
    assert_eq!(paths.len(), 8);
    assert!(paths.is_sorted(), "{paths:?}");
}

#[test]
fn an_error_of_the_callback_ends_the_walk_and_comes_out() {
    #[derive(Debug, thiserror::Error)]
    enum Mine {
        #[error(transparent)]
        Catalogue(#[from] CatalogueError),
        #[error(transparent)]
        Io(#[from] io::Error),
    }
    let folder = tempfile::tempdir().unwrap();
    let catalogue = common::write(folder.path(), (1..=3).map(|id| saved(id, "x")));
    let mut seen = 0;
    let stopped = catalogue.for_each_photo(|_| {
        seen += 1;
        Err(Mine::from(io::Error::other("the pipe broke")))
    });
    assert!(matches!(stopped, Err(Mine::Io(_))));
    assert_eq!(seen, 1);
}

#[test]
fn a_failure_counts_until_the_picture_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let failures = |catalogue: &Catalogue| {
        let mut found = Vec::new();
        let push = |row: silverprint_catalogue::FailureRow| {
            found.push((row.id.get(), row.failure.reason));
            Ok::<_, CatalogueError>(())
        };
        catalogue.for_each_failure(push).unwrap();
        found
    };
    let entries = [failed(1, "first"), failed(1, "second"), failed(2, "gone"), failed(3, "gone")];
    let catalogue = common::write(folder.path(), entries);
    let expected =
        [(1, "second".to_owned()), (2, "gone".to_owned()), (3, "gone".to_owned())].to_vec();
    assert_eq!(failures(&catalogue), expected);

    let deleted = Entry::DeletedUpstream { ids: vec![PhotoId::new(3)], at: AT };
    let catalogue = common::write_on(catalogue, [saved(1, "found"), deleted]);
    assert_eq!(failures(&catalogue), expected[1..2]);

    // One that has a picture already has failed all the same, until what was
    // wanted is there; the picture stays.
    let catalogue = common::write_on(catalogue, [failed(1, "now it is a 404")]);
    assert_eq!(known(&catalogue, 1).state, State::Failed);
    assert!(known(&catalogue, 1).picture.is_some());
    assert_eq!(failures(&catalogue)[0], (1, "now it is a 404".to_owned()));
    let catalogue = common::write_on(catalogue, [saved(1, "found again")]);
    assert_eq!(known(&catalogue, 1).state, State::Done);
    assert_eq!(failures(&catalogue), expected[1..2]);
    let sql = Connection::open(folder.path().join(Layout::CATALOGUE)).unwrap();
    assert_eq!(query(&sql, "SELECT count(*) FROM attempt WHERE photo = 1")[0][0], 3.into());
}

#[test]
fn a_thumbnail_alone_is_no_picture() {
    let folder = tempfile::tempdir().unwrap();
    let thumb = |id| Saved {
        photo: photo(id, "x"),
        files: vec![thumbnail(id, "120x120", "jpg")],
        moved: Vec::new(),
        defect: None,
        camera: None,
        at: AT,
    };
    let catalogue = common::write(folder.path(), [Entry::Saved(thumb(1)), Entry::Saved(thumb(2))]);
    assert_eq!(known(&catalogue, 1).state, State::Done);
    assert_eq!(known(&catalogue, 1).picture, None);
    let catalogue = common::write_on(catalogue, [failed(1, "404")]);
    assert_eq!(known(&catalogue, 1).state, State::Failed);
}

#[test]
fn a_changed_listing_is_taken_over_and_an_unchanged_one_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = common::write(folder.path(), [saved(1, "old"), Entry::Listed(photo(2, "old"))]);
    assert_eq!(record(folder.path()).len(), 1);

    let catalogue = common::write_on(catalogue, [Entry::Listed(photo(1, "old"))]);
    assert_eq!(record(folder.path()).len(), 1);

    let catalogue = common::write_on(catalogue, [Entry::Listed(photo(1, "new"))]);
    let lines = record(folder.path());
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["listing"]["title"], "new");
    assert_eq!(lines[1]["state"], "saved");
    assert_eq!(lines[1]["files"].as_array().unwrap().len(), 2);
    assert_eq!(known(&catalogue, 1).fingerprint, photo(1, "new").fingerprint());
    assert_eq!(known(&catalogue, 1).state, State::Done);

    let gone = Entry::DeletedUpstream { ids: vec![PhotoId::new(1)], at: AT };
    let catalogue = common::write_on(catalogue, [gone]);
    assert!(known(&catalogue, 1).deleted_upstream);
    assert_eq!(record(folder.path())[2]["deleted_at"], AT);
    let catalogue = common::write_on(catalogue, [Entry::Listed(photo(1, "new"))]);
    assert!(!known(&catalogue, 1).deleted_upstream);
    assert_eq!(record(folder.path())[3].get("deleted_at"), None);
}

#[test]
fn a_replaced_picture_leaves_the_older_file_in_its_new_place() {
    let folder = tempfile::tempdir().unwrap();
    let again = Saved {
        photo: photo(1, "again"),
        files: vec![picture(1, 2), thumbnail(1, "120x120 cover grey png", "png")],
        moved: vec![Moved {
            role: Role::Original,
            version: 1,
            path: Layout.replaced("1", 1, "jpg"),
        }],
        defect: Some("the scan ends early".into()),
        camera: None,
        at: AT + 1,
    };
    let catalogue = common::write(folder.path(), [saved(1, "once"), Entry::Saved(again)]);
    let found = known(&catalogue, 1).picture.unwrap();
    assert_eq!(found.version, 2);
    let mut paths = Vec::new();
    let push = |row: silverprint_catalogue::FileRow| {
        paths.push((row.path, row.version));
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_file(push).unwrap();
    let expected = [("photos/1.jpg", 2), ("photos/1.v1.jpg", 1), ("thumbs/1.png", 1)];
    assert_eq!(paths, expected.map(|(path, version)| (path.to_owned(), version)));
    assert_eq!(rows(&catalogue)[0].picture.as_ref().unwrap().path, "photos/1.jpg");
    assert_eq!(record(folder.path())[1]["files"].as_array().unwrap().len(), 3);

    // A thumbnail made again says nothing of the picture.
    let remade = Saved {
        photo: photo(1, "again"),
        files: vec![thumbnail(1, "240x240", "png")],
        moved: Vec::new(),
        defect: None,
        camera: None,
        at: AT + 2,
    };
    drop(common::write_on(catalogue, [Entry::Saved(remade)]));
}

#[test]
fn runs_keep_their_receipts() {
    let folder = tempfile::tempdir().unwrap();
    let account = silverprint_core::Account {
        nsid: "12345678@N00".parse().unwrap(),
        alias: None,
        username: "confoo".into(),
        is_pro: None,
        counted: None,
    };
    let receipt = Receipt { saved: 7, ..Receipt::new(account) };
    let run = Entry::Run { receipt: receipt.clone(), started: AT, ended: AT + 9 };
    drop(common::write(folder.path(), [run]));
    let sql = Connection::open(folder.path().join(Layout::CATALOGUE)).unwrap();
    let text: String = sql.query_one("SELECT receipt FROM run", [], |row| row.get(0)).unwrap();
    assert_eq!(serde_json::from_str::<Receipt>(&text).unwrap(), receipt);
}

#[test]
fn two_photos_with_one_path_stop_the_writer_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut thief = picture(2, 1);
    thief.path = picture(1, 1).path;
    let stolen = Saved {
        photo: photo(2, "thief"),
        files: vec![thief],
        moved: Vec::new(),
        defect: None,
        camera: None,
        at: AT,
    };
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    recorder.record_blocking(saved(1, "first")).unwrap();
    recorder.record_blocking(Entry::Saved(stolen)).unwrap();
    while recorder.record_blocking(Entry::Listed(photo(3, "x"))).is_ok() {}
    assert!(writer.is_closed());
    let error = writer.finish().unwrap_err();
    assert!(error.to_string().contains("keep a saved photo"), "{error}");
    // Nothing of the group is in either.
    assert!(record(folder.path()).is_empty());
    assert!(Catalogue::open(folder.path()).unwrap().0.snapshot().unwrap().photos.is_empty());
}

#[test]
fn reading_makes_and_mends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Catalogue::open_read_only(folder.path()).unwrap_err();
    assert!(matches!(missing, CatalogueError::Missing { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    // Beside a writer that has written something and may write more.
    let catalogue = common::write(folder.path(), [saved(1, "x")]);
    let writer = catalogue.write().unwrap();
    append(&folder.path().join(Layout::RECORD), b"{\"being written");
    let before = dump(folder.path());
    let reading = Catalogue::open_read_only(folder.path()).unwrap();
    assert_eq!(rows(&reading).len(), 1);
    assert_eq!(reading.snapshot().unwrap().photos.len(), 1);
    assert!(matches!(reading.write(), Err(CatalogueError::ReadOnly { .. })));
    assert_eq!(dump(folder.path()), before);
    assert!(get(&folder.path().join(Layout::RECORD)).ends_with(b"{\"being written"));
    drop(writer);
}

#[test]
fn what_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join(Layout::PRIVATE), b"a file, where a folder should be");
    let error = Catalogue::open(folder.path()).unwrap_err();
    assert!(matches!(error, CatalogueError::Io { .. }), "{error:?}");
    assert!(error.to_string().contains(Layout::PRIVATE), "{error}");
    assert!(!error.is_disk_full());
}

#[cfg(unix)]
#[test]
fn planted_links_are_refused() {
    let beside = ["-wal", "-shm", "-journal"].map(|tail| format!("{}{tail}", Layout::CATALOGUE));
    let database = [Layout::RECORD, Layout::CATALOGUE].map(str::to_owned);
    for planted in database.into_iter().chain(beside) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(Layout::PRIVATE)).unwrap();
        let victim = folder.path().join("victim");
        put(&victim, b"not to be touched");
        std::os::unix::fs::symlink(&victim, folder.path().join(&planted)).unwrap();
        let error = Catalogue::open(folder.path()).unwrap_err();
        assert!(error.to_string().contains("symbolic link"), "{planted}: {error}");
        assert_eq!(get(&victim), b"not to be touched");
    }
}

#[test]
fn a_reopened_photo_is_pending_once_it_is_settled_and_keeps_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = common::write(folder.path(), [saved(1, "there")]);
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    recorder.record_blocking(Entry::Reopened(PhotoId::new(1))).unwrap();
    let (settled, wait) = async_channel::bounded(1);
    recorder.record_blocking(Entry::Settle(settled)).unwrap();
    wait.recv_blocking().unwrap();

    // Committed, although the writer is still at work.
    let seen = Catalogue::open_read_only(folder.path()).unwrap();
    assert_eq!(known(&seen, 1).state, State::Pending);
    assert!(known(&seen, 1).picture.is_some());
    writer.finish().unwrap();
}

/// The stream of a video, or its still.
fn of_video(role: Role, version: u32, path: &str) -> silverprint_catalogue::File {
    let bytes = common::content(1, role, version).len() as u64;
    silverprint_catalogue::File { role, path: path.to_owned(), bytes, ..picture(1, version) }
}

fn saved_video(files: Vec<silverprint_catalogue::File>) -> Saved {
    let photo = silverprint_core::Photo { media: Media::Video, ..photo(1, "moving") };
    Saved { photo, files, moved: Vec::new(), defect: None, camera: None, at: AT }
}

#[test]
fn a_video_is_pending_until_its_stream_is_there_and_again_when_it_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let still = saved_video(vec![of_video(Role::Still, 1, "photos/1.jpg")]);
    let catalogue = common::write(folder.path(), [Entry::SavedInPart(still)]);
    let found = known(&catalogue, 1);
    assert_eq!((found.state, found.has_video), (State::Pending, false));
    assert!(found.picture.is_some());
    assert_eq!(catalogue.unfinished().unwrap().len(), 1);
    assert_eq!(record(folder.path())[0]["state"], "pending");

    let stream = saved_video(vec![of_video(Role::Video, 1, "photos/1.mp4")]);
    let catalogue = common::write_on(catalogue, [Entry::Saved(stream)]);
    let found = known(&catalogue, 1);
    assert_eq!((found.state, found.has_video), (State::Done, true));
    assert_eq!(rows(&catalogue)[0].video.as_ref().unwrap().path, "photos/1.mp4");

    let mut second = saved_video(vec![of_video(Role::Still, 2, "photos/1.jpg")]);
    let path = Layout.replaced("1", 1, "jpg");
    second.moved.push(Moved { role: Role::Still, version: 1, path });
    let catalogue = common::write_on(catalogue, [Entry::SavedInPart(second)]);
    let found = known(&catalogue, 1);
    assert_eq!((found.state, found.has_video), (State::Pending, false), "that stream is older");
    drop(catalogue);

    // The same from the record.
    let before = dump(folder.path());
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    common::lay_files(folder.path(), &catalogue);
    drop(catalogue);
    common::lose_catalogue(folder.path());
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    assert!(!known(&catalogue, 1).has_video);
    drop(catalogue);
    assert_eq!(dump(folder.path()), before);
}

#[test]
fn a_photos_files_are_told_as_of_all_that_was_recorded_before() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    recorder.record_blocking(saved(1, "one")).unwrap();
    let files = |id: u64| {
        let (sender, wait) = async_channel::bounded(1);
        recorder.record_blocking(Entry::Files(PhotoId::new(id), sender)).unwrap();
        wait.recv_blocking().unwrap()
    };
    let paths: Vec<_> = files(1).into_iter().map(|file| file.path).collect();
    assert_eq!(paths, ["photos/1.jpg", "thumbs/1.jpg"]);
    assert_eq!(files(2), []);
    writer.finish().unwrap();
}

#[test]
fn a_name_is_anothers_whatever_its_case_version_and_extension() {
    let folder = tempfile::tempdir().unwrap();
    let named = |id: u64, path: &str| {
        let file = silverprint_catalogue::File { path: path.to_owned(), ..picture(id, 1) };
        let (photo, files) = (photo(id, "one"), vec![file]);
        Entry::Saved(Saved { photo, files, moved: Vec::new(), defect: None, camera: None, at: AT })
    };
    let entries = [
        saved(7, "one"),
        named(50, "photos/50 70.jpg"),
        named(51, "photos/2013/Été 51.v2.png"),
        named(52, "photos/x 52.v1.jpg"),
    ];
    let writer = common::write(folder.path(), entries).write().unwrap();
    let recorder = writer.recorder();
    let check = |stem: &str, id: u64, expected: bool| {
        let (sender, wait) = async_channel::bounded(1);
        let entry = Entry::IsAnothers(stem.to_owned(), PhotoId::new(id), sender);
        recorder.record_blocking(entry).unwrap();
        assert_eq!(wait.recv_blocking().unwrap(), expected, "{stem} {id}");
    };
    check("50 70", 70, true);
    check("50 70", 50, false);
    check("50 70.v3", 70, true);
    check("50 70=70", 70, false);
    check("50 701", 70, false);
    check("2013/ÉTÉ 51", 70, true);
    check("été 51", 70, false);
    check("X 52", 1, true);
    check("7", 7, false);
    check("7.v2", 2, true);
    writer.finish().unwrap();
}

#[test]
fn why_a_photo_failed_last_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = common::write(folder.path(), [failed(1, "first"), failed(1, "second")]);
    let writer = catalogue.write().unwrap();
    let last = |id: u64| {
        let (sender, wait) = async_channel::bounded(1);
        let entry = Entry::LastFailure(PhotoId::new(id), sender);
        writer.recorder().record_blocking(entry).unwrap();
        wait.recv_blocking().unwrap().map(|failure| failure.reason)
    };
    assert_eq!((last(1).as_deref(), last(2)), (Some("second"), None));
}
