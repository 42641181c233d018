//! Groups, who waits for them, and what comes before a commit.

use super::*;
use crate::record::BUFFER;
use silverprint_core::{Account, Layout, Photo, Receipt};

fn run(number: i64) -> Entry {
    let nsid = "12345678@N00".parse().unwrap();
    let account =
        Account { nsid, alias: None, username: "x".repeat(1000), is_pro: None, counted: None };
    Entry::Run { receipt: Receipt::new(account), started: number, ended: number }
}

fn none() -> Before {
    Box::new(|| Ok(()))
}

fn runs(catalogue: &Catalogue) -> i64 {
    let query = "SELECT count(*) FROM run";
    catalogue.sql.query_one(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn who_waits_for_an_answer_hears_that_the_writer_has_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let pages: i64 =
        catalogue.sql.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    catalogue.sql.pragma_update(None, "max_page_count", pages + 1).unwrap();
    // All is in the queue before it fails, and its sender lives on.
    let (entries, queue) = async_channel::bounded(200);
    for number in 0..100 {
        entries.send_blocking(run(number)).unwrap();
    }
    let ((settled, wait), (files, answer)) = (async_channel::bounded(1), async_channel::bounded(1));
    entries.send_blocking(Entry::Settle(settled)).unwrap();
    entries.send_blocking(Entry::Files(PhotoId::new(7), files)).unwrap();
    assert!(
        write_all(catalogue, none(), &queue, &Commits::default())
            .is_err_and(|error| error.is_disk_full())
    );
    assert!(wait.recv_blocking().is_err() && answer.recv_blocking().is_err());
    assert!(entries.send_blocking(run(0)).is_err());
}

#[test]
fn a_full_disk_stops_the_writer_and_can_be_told() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let pages: i64 =
        catalogue.sql.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    catalogue.sql.pragma_update(None, "max_page_count", pages + 20).unwrap();
    let writer = catalogue.write().unwrap();
    let recorder = writer.recorder();
    while recorder.record_blocking(run(1)).is_ok() {}
    let error = writer.finish().unwrap_err();
    assert!(error.is_disk_full(), "{error}");
    assert!(error.to_string().contains(Layout::CATALOGUE), "{error}");
    // With room again it goes on from the last commit.
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let kept = runs(&catalogue);
    let writer = catalogue.write().unwrap();
    writer.recorder().record_blocking(run(2)).unwrap();
    assert_eq!(runs(&writer.finish().unwrap()), kept + 1);
}

#[test]
fn nothing_is_committed_whose_files_have_no_lasting_names() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let mut groups = 0;
    let before = move || {
        groups += 1;
        if groups == 1 { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    };
    let writer = catalogue.write_after(before).unwrap();
    writer.recorder().record_blocking(run(1)).unwrap();
    let (settled, wait) = async_channel::bounded(1);
    writer.recorder().record_blocking(Entry::Settle(settled)).unwrap();
    wait.recv_blocking().unwrap();
    writer.recorder().record_blocking(run(2)).unwrap();
    let error = writer.finish().unwrap_err();
    assert!(error.is_disk_full(), "{error}");
    assert_eq!(runs(&Catalogue::open(folder.path()).unwrap().0), 1);
}

#[test]
fn names_last_also_of_files_that_no_entry_tells_of() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let (told, times) = std::sync::mpsc::sync_channel(9);
    let before = move || told.send(()).map_err(io::Error::other);
    catalogue.write_after(before).unwrap().finish().unwrap();
    assert_eq!(times.iter().count(), 1);
}

#[test]
fn no_line_is_written_whose_files_have_no_lasting_names() {
    let folder = tempfile::tempdir().unwrap();
    let (catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let record = folder.path().join(Layout::RECORD);
    let length = move || std::fs::metadata(&record).unwrap().len();
    let (seen, lengths) = std::sync::mpsc::sync_channel(100);
    let before = move || seen.send(length()).map_err(io::Error::other);
    // More lines than are held: some are written before the group is closed.
    let writer = catalogue.write_after(before).unwrap();
    for id in 0..40 {
        let listing = format!("{{\"long\":\"{}\"}}", "x".repeat(BUFFER / 30));
        let listing = serde_json::value::RawValue::from_string(listing).unwrap();
        let photo = Photo::bare(PhotoId::new(id), "12345678@N00".parse().unwrap(), listing);
        let failure = Failure {
            kind: "gone".to_owned(),
            reason: String::new(),
            url: String::new(),
            attempts: 1,
        };
        writer.recorder().record_blocking(Entry::Failed { photo, failure, at: 1 }).unwrap();
    }
    writer.finish().unwrap();
    let lengths: Vec<_> = lengths.iter().collect();
    assert!(lengths.len() >= 2 && lengths[0] == 0, "{lengths:?}");
    assert!(lengths.is_sorted_by(|one, next| one < next), "{lengths:?}");
}

#[test]
fn a_group_is_closed_by_its_number_or_its_age() {
    let folder = tempfile::tempdir().unwrap();
    let (mut catalogue, _) = Catalogue::open(folder.path()).unwrap();
    let (sender, entries) = async_channel::bounded(QUEUE);
    for number in 1..GROUP_ENTRIES {
        sender.try_send(run(number.try_into().unwrap())).unwrap();
    }
    sender.try_send(run(0)).unwrap();
    write_group(&mut catalogue, &mut none(), run(0), &entries).unwrap();
    assert_eq!(entries.len(), 1, "a full group waits for nothing and takes no more");
    let start = Instant::now();
    write_group(&mut catalogue, &mut none(), run(0), &entries).unwrap();
    assert!(start.elapsed() >= GROUP_AGE, "a small one waits for more");
    assert_eq!(runs(&catalogue), i64::try_from(GROUP_ENTRIES).unwrap() + 2);
}
