//! The catalogue lost or damaged: said, made again on demand, and equal to the
//! one that was.

use crate::folder::Folder;
use crate::program::Program;
use crate::site::{ids, odd, serve};
use crate::verify::{Rot, repair, rot, verify};
use fake_flickr::{Config, Fault, Server, StreamConfig, Times, VideoFault, Videos};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::fs;

const CATALOGUE: &str = ".silverprint/catalogue.db";

/// Every row that is to be the same again, table by table.
fn dump(folder: &Folder) -> Vec<Vec<Value>> {
    let sql = Connection::open(folder.at(CATALOGUE)).unwrap();
    let mut rows = Vec::new();
    for query in [
        "SELECT * FROM photo ORDER BY id",
        "SELECT * FROM file ORDER BY photo, role, version",
        "SELECT photo, at, kind, reason, url, attempts FROM attempt ORDER BY photo, id",
    ] {
        let mut statement = sql.prepare(query).unwrap();
        let columns = statement.column_count();
        let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        rows.extend(statement.query_map([], read).unwrap().map(Result::unwrap));
    }
    rows
}

/// A folder in which a bit of everything has happened: videos, names by a
/// template, a replaced picture, one that is damaged at the source, titles that
/// changed, photos that failed, twice, and one that is deleted upstream.
fn eventful() -> (Server, Folder) {
    let mut config = odd(160, 60);
    config.stream.shares.videos = 0.2;
    config.videos = Videos { bytes: 64 << 10, ..Videos::default() };
    let server = serve(config);
    let photos = server.truth();
    let still = |n: usize| photos.iter().filter(|it| it.videos.is_empty()).nth(n).unwrap().id;
    let video = |n: usize| photos.iter().filter(|it| !it.videos.is_empty()).nth(n).unwrap().id;
    server.fault(still(0), Fault::Status(404), Times::Forever);
    server.fault(still(1), Fault::CorruptScan, Times::Forever);
    server.video_fault(video(0), VideoFault::Like(Fault::Status(404)), Times::Forever);
    let folder = Folder::new();
    let sync =
        || Program::sync(&server, &folder.path()).args("--name {posted:%Y}-{title}-{id} --full");
    sync().run().with(3);
    server.replace(still(2));
    server.retitle(still(3));
    server.retitle(still(0));
    server.delete(still(4));
    sync().run().with(3);
    (server, folder)
}

#[test]
fn what_is_made_again_is_what_was_lost() {
    let (server, folder) = eventful();
    let before = dump(&folder);
    let of = |words: &str| {
        let has = |value: &Value| matches!(value, Value::Text(text) if text.contains(words));
        before.iter().any(|row| row.iter().any(has))
    };
    for words in [".v1.", ".mp4", "gone", "still"] {
        assert!(of(words), "{words} is not in the catalogue");
    }
    assert!(folder.records().values().any(|record| record["defect"].is_string()));
    let whole = folder.bytes(CATALOGUE);
    let rebuild = || verify(&folder).arg("--rebuild");
    rebuild().run().with(0).says("made again from photos.jsonl");
    assert_eq!(dump(&folder), before);
    assert_eq!(folder.bytes(".silverprint/catalogue.db.old-1"), whole);

    let mut holed = whole.clone();
    holed.chunks_mut(8192).skip(1).for_each(|page| page[..100].fill(0xA5));
    let random = b"no database".repeat(2000);
    for (n, damaged) in [random, whole[..whole.len() / 2].to_vec(), holed].iter().enumerate() {
        fs::write(folder.at(CATALOGUE), damaged).unwrap();
        for command in ["verify", "list"] {
            let ended = Program::new(&[command]).arg(folder.path()).run().with(7);
            ended.explains("catalogue", "silverprint verify --rebuild");
        }
        repair(&server, &folder).run().with(7).explains("catalogue", "verify --rebuild");
        assert_eq!(&folder.bytes(CATALOGUE), damaged, "what only looks changes nothing");
        rebuild().run().with(0);
        assert_eq!(dump(&folder), before);
        let aside = format!(".silverprint/catalogue.db.damaged-{}", n + 1);
        assert_eq!(&folder.bytes(&aside), damaged, "it is not lost");
    }
    fs::remove_file(folder.at(CATALOGUE)).unwrap();
    verify(&folder).run().with(7).explains("photos.jsonl is there", "verify --rebuild");
    rebuild().run().with(0);
    assert_eq!(dump(&folder), before);
    verify(&folder).run().with(0);
}

/// A log and an index that a killed run, or a bad disk, left beside it.
#[test]
fn what_lies_beside_the_catalogue_makes_it_no_other() {
    let (_server, folder) = eventful();
    let before = dump(&folder);
    for noise in [b"".to_vec(), b"no log ".repeat(2000), vec![0; 40_000]] {
        for tail in ["-wal", "-shm"] {
            fs::write(folder.at(&format!("{CATALOGUE}{tail}")), &noise).unwrap();
        }
        verify(&folder).run().with(0);
        assert_eq!(dump(&folder), before);
    }
    fs::remove_file(folder.at(CATALOGUE)).unwrap();
    fs::write(folder.at(&format!("{CATALOGUE}-wal")), b"no log ".repeat(2000)).unwrap();
    verify(&folder).arg("--rebuild").run().with(0);
    assert_eq!(dump(&folder), before);
}

#[test]
fn what_is_missing_is_named_by_the_catalogue_that_was_made_again() {
    let (server, folder) = eventful();
    let before = dump(&folder);
    let files = folder.files();
    // Of each the picture, as it is now; some that are listed are not there.
    let is_sound = |id: &u64| server.fault_of(*id).is_none();
    let picture = |id: u64| {
        let is_it = |path: &&String| path.contains(&id.to_string()) && !path.contains(".v1.");
        files.keys().find(is_it)
    };
    let lost: Vec<_> =
        ids(&server).into_iter().filter(is_sound).filter_map(picture).take(4).collect();
    for (path, how) in lost.iter().zip([Rot::Delete, Rot::Truncate, Rot::Flip, Rot::Delete]) {
        rot(&folder, path, how);
    }
    fs::remove_dir_all(folder.at(".silverprint")).unwrap();
    let ended = verify(&folder).arg("--rebuild").run().with(3);
    for path in lost {
        assert!(ended.stdout.contains(path.as_str()), "{path}: {}", ended.stdout);
    }
    repair(&server, &folder).run().with(0);
    assert_eq!(folder.files(), files);
    assert_eq!(dump(&folder), before);
    folder.check_itself();
}

/// What the line told of may be named nowhere else: it is not called whole.
#[test]
fn a_line_that_cannot_be_read_is_said_and_the_sums_of_before_stay() {
    let (server, folder) = eventful();
    let sums = folder.text("SHA256SUMS");
    let lines = folder.text("photos.jsonl");
    let id = ids(&server)[30];
    let spoilt = lines.replace(&format!("\"id\":\"{id}\","), &format!("\"id\":\"{id}\"!"));
    assert_ne!(spoilt, lines);
    fs::write(folder.at("photos.jsonl"), spoilt).unwrap();
    fs::remove_file(folder.at(CATALOGUE)).unwrap();
    let ended = repair(&server, &folder).arg("--rebuild").run().with(3);
    ended.says("lines could not be read").says("SHA256SUMS, failed.csv and the contact sheet stay");
    assert_eq!(folder.text("SHA256SUMS"), sums);
}

#[test]
fn without_photos_jsonl_nothing_is_made_or_lost() {
    let (_server, folder) = eventful();
    let before = folder.bytes(CATALOGUE);
    fs::remove_file(folder.at("photos.jsonl")).unwrap();
    verify(&folder).arg("--rebuild").run().with(7).explains("photos.jsonl", "sync");
    assert_eq!(folder.bytes(CATALOGUE), before);
    let empty = tempfile::tempdir().unwrap();
    Program::new(&["verify", "--rebuild"]).arg(empty.path()).run().with(7);
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

/// What was cut while the catalogue was lost is fetched, not taken in.
#[test]
fn a_sync_that_makes_the_catalogue_again_takes_in_what_is_whole_only() {
    let videos = Videos { bytes: 64 << 10, ..Videos::default() };
    let mut config = Config { videos, ..Config::new(StreamConfig::tiny(161, 4)) };
    config.stream.shares.videos = 1.0;
    let server = serve(config);
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let files = folder.files();
    let [one, other, ..] = ids(&server)[..] else { unreachable!() };
    rot(&folder, &format!("photos/{one}.mp4"), Rot::Truncate);
    rot(&folder, &format!("photos/{other}.jpg"), Rot::Truncate);
    fs::remove_file(folder.at(CATALOGUE)).unwrap();
    server.reset_hits();
    Program::sync(&server, &folder.path()).run().with(0);
    assert_eq!(folder.files(), files);
    assert_eq!((server.hits().images, server.hits().videos), (1, 1));
    verify(&folder).run().with(0);
}

/// Streams come back too, where the door shows them.
#[test]
fn streams_that_rotted_come_back() {
    let videos = Videos { bytes: 64 << 10, ..Videos::default() };
    let mut config = Config { videos, ..Config::new(StreamConfig::tiny(162, 5)) };
    config.stream.shares.videos = 1.0;
    let server = serve(config);
    let folder = Folder::new();
    Program::sync(&server, &folder.path()).run().with(0);
    let files = folder.files();
    for (id, how) in ids(&server).iter().zip([Rot::Flip, Rot::Truncate, Rot::Delete]) {
        rot(&folder, &format!("photos/{id}.mp4"), how);
    }
    server.reset_hits();
    let page = repair(&server, &folder).args("--access page").run().with(3);
    assert!(page.stdout.contains("--access key"), "{}", page.stdout);
    assert_eq!(server.hits().images, 0);
    // A sync, too, sees what a repair could not bring back.
    let one = ids(&server)[0];
    repair(&server, &folder).run().with(0);
    assert_eq!((server.hits().images, server.hits().videos), (0, 3));
    assert_eq!(folder.files(), files);
    rot(&folder, &format!("photos/{one}.mp4"), Rot::Flip);
    repair(&server, &folder).args("--access page").run().with(3);
    server.reset_hits();
    Program::sync(&server, &folder.path()).run().with(0);
    assert_eq!((server.hits().images, server.hits().videos), (0, 1));
    assert_eq!(folder.files(), files);
    folder.check_itself();
}
