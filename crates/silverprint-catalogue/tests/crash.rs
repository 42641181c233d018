//! The writer's process killed at random moments: what was committed is
//! whole, record and catalogue agree, and nothing is there by halves.

mod common;

use common::{dump, failed, lay_files, lose_catalogue, photo, record, saved};
use rusqlite::Connection;
use silverprint_catalogue::{Catalogue, Entry, Opened, State};
use silverprint_core::{Layout, PhotoId};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const FOLDER: &str = "SILVERPRINT_TEST_FOLDER";
const ROUNDS: u64 = 12;

/// Not a test by itself: the process that gets killed. It says one byte for
/// every entry that it recorded.
#[test]
#[ignore = "killed_at_any_moment runs it in a process of its own"]
fn writes_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (catalogue, opened) = Catalogue::open(Path::new(&folder)).unwrap();
    assert!(matches!(opened, Opened::New | Opened::Existing), "{opened:?}");
    let first = catalogue.counts().unwrap().photos + 1;
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    let mut stdout = std::io::stdout();
    for id in first.. {
        recorder.record_blocking(Entry::Listed(photo(id, "x"))).unwrap();
        let outcome = if id % 10 == 0 { failed(id, "404") } else { saved(id, "x") };
        recorder.record_blocking(outcome).unwrap();
        stdout.write_all(b".").unwrap();
        stdout.flush().unwrap();
    }
}

#[test]
fn killed_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    for round in 0..ROUNDS {
        // The test harness itself says some lines first.
        run_and_kill(folder.path(), 200 + random.usize(..1500));
        check(folder.path(), round);
    }
    let committed = record(folder.path()).len();
    assert!(committed > 1000, "only {committed} lines in all: the kills came too early");

    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    lay_files(folder.path(), &catalogue);
    // Photos that were only listed have no line: they are listed again.
    let only_listed = catalogue.counts().unwrap().pending;
    drop(catalogue);
    let before = dump(folder.path()).len();
    lose_catalogue(folder.path());
    drop(Catalogue::open(folder.path()).unwrap());
    assert_eq!(dump(folder.path()).len() as u64 + only_listed, before as u64);
}

fn run_and_kill(folder: &Path, after: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_killed", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = vec![0; after];
    child.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Opens the catalogue as the next run would, and compares it with the record.
fn check(folder: &Path, round: u64) {
    let (catalogue, opened) = Catalogue::open(folder).unwrap();
    assert_eq!(opened, Opened::Existing, "round {round}");
    let snapshot = catalogue.snapshot().unwrap();
    drop(catalogue);
    let sql = Connection::open(folder.join(Layout::CATALOGUE)).unwrap();
    let sound: String = sql.query_one("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok", "round {round}");

    let mut last = HashMap::new();
    for line in record(folder) {
        let id: PhotoId = line["id"].as_str().unwrap().parse().unwrap();
        last.insert(id, line["state"].as_str().unwrap().to_owned());
    }
    for (id, known) in &snapshot.photos {
        let expected = if id.get().is_multiple_of(10) { State::Failed } else { State::Done };
        match last.remove(id) {
            Some(state) => {
                assert_eq!((known.state, &*state), (expected, expected.as_str()), "photo {id}");
            }
            None => assert_eq!(known.state, State::Pending, "photo {id}"),
        }
        assert_eq!(known.picture.is_some(), known.state == State::Done, "photo {id}");
        assert_eq!(known.thumb.is_some(), known.state == State::Done, "photo {id}");
    }
    assert!(last.is_empty(), "the record knows more than the catalogue: {last:?}");
    // No gap: what is there is everything up to some moment.
    let largest = snapshot.photos.keys().map(|id| id.get()).max().unwrap_or_default();
    assert_eq!(largest, snapshot.photos.len() as u64, "round {round}");
}

#[test]
fn a_dropped_writer_still_writes_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    for id in 1..=300 {
        recorder.record_blocking(saved(id, "x")).unwrap();
    }
    drop(writer);
    assert!(recorder.record_blocking(saved(301, "x")).is_err());
    let (catalogue, opened) = Catalogue::open(folder.path()).unwrap();
    assert_eq!(opened, Opened::Existing);
    assert_eq!(catalogue.counts().unwrap().done, 300);
}
