//! The thread that writes: entries come in by a bounded channel, from any
//! runtime or none, and go out in groups, because what costs is the sync and
//! not the row.
//!
//! A group is closed by its number or its age. (Committing whenever the queue
//! is empty was measured too: as fast at full load, but at 500 entries a second
//! it commits every other entry by itself, where this commits four times.)
//! Lines are appended to photos.jsonl and synced before the transaction
//! commits: the catalogue never knows what the record does not. And before the lines
//! the caller has the names of the files synced, once for all of a group.

use crate::commits::Commits;
use crate::error::Context;
use crate::line::Line;
use crate::names::Names;
use crate::queue::receive_until;
use crate::record::Record;
use crate::snapshot::LISTING;
use crate::{Catalogue, CatalogueError, Entry, File, Saved, State, ledger, rebuild};
use async_channel::{Receiver, Sender};
use rusqlite::{Connection, TransactionBehavior, params};
use silverprint_core::{Failure, Photo, PhotoId, Receipt};
use std::io;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A transaction has at most so many entries, and at most so old ones: what a
/// crash costs, against two syncs.
const GROUP_ENTRIES: usize = 256;
const GROUP_AGE: Duration = Duration::from_millis(250);

/// One group waits while the one before it is synced.
const QUEUE: usize = 2 * GROUP_ENTRIES;

/// The running thread. Dropped, it still writes what was recorded.
#[derive(Debug)]
pub struct Writer {
    entries: Sender<Entry>,
    commits: Commits,
    thread: Option<JoinHandle<Result<Catalogue, CatalogueError>>>,
}

/// A way to the writer, for one of many tasks.
#[derive(Debug, Clone)]
pub struct Recorder {
    entries: Sender<Entry>,
    commits: Commits,
}

/// The writer has stopped: because of an error, which [`Writer::finish`]
/// tells, or because it was told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue is no longer written")]
pub struct Closed;

/// What the caller has done before lines are written, before each commit, and at the end.
pub(crate) type Before = Box<dyn FnMut() -> io::Result<()> + Send>;

/// Has it done; what fails, fails in the folder of the catalogue.
fn sync_names(before: &mut Before, catalogue: &Path) -> Result<(), CatalogueError> {
    let folder = catalogue.ancestors().nth(2).unwrap_or(catalogue);
    before().context("sync the names in", folder)
}

impl Writer {
    pub(crate) fn start(catalogue: Catalogue, before: Before) -> Result<Self, CatalogueError> {
        let (entries, received) = async_channel::bounded(QUEUE);
        let path = catalogue.path.clone();
        let commits = Commits::default();
        let taken = commits.clone();
        let run = move || write_all(catalogue, before, &received, &taken);
        let thread = thread::Builder::new().name("catalogue".into()).spawn(run);
        let thread = thread.context("start the thread that writes", &path)?;
        Ok(Self { entries, commits, thread: Some(thread) })
    }

    /// A way to the writer.
    pub fn recorder(&self) -> Recorder {
        Recorder { entries: self.entries.clone(), commits: self.commits.clone() }
    }

    /// Whether the writer has stopped, so that [`Self::finish`] tells why.
    pub fn is_closed(&self) -> bool {
        self.entries.is_closed()
    }

    /// Takes no more entries, writes those that were recorded, and gives the
    /// catalogue back. Blocks for as long as that takes: one commit or three.
    pub fn finish(mut self) -> Result<Catalogue, CatalogueError> {
        self.join().expect("only finish and drop join, and both end the writer")
    }

    fn join(&mut self) -> Option<Result<Catalogue, CatalogueError>> {
        self.entries.close();
        let ended = self.thread.take()?.join();
        Some(ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.entries.close();
        if let Some(thread) = self.thread.take() {
            // Who drops the writer is not interested in how it ended.
            drop(thread.join());
        }
    }
}

impl Recorder {
    /// Hands an entry over; waits while the writer is behind. That it is
    /// written is sure when [`Writer::finish`] has returned.
    pub async fn record(&self, entry: Entry) -> Result<(), Closed> {
        self.entries.send(entry).await.map_err(|_| Closed)
    }

    /// Waits until all that was recorded so far is committed.
    pub async fn settle(&self) -> Result<(), Closed> {
        let (settled, wait) = async_channel::bounded(1);
        self.record(Entry::Settle(settled)).await?;
        wait.recv().await.map_err(|_| Closed)
    }

    /// What a commit takes by itself, with the lines before it, as far as it is
    /// known: others may have been at the same disk.
    pub fn quick_commit(&self) -> Option<Duration> {
        self.commits.quick()
    }

    /// The files of a photo, older versions too, by role and version; none where
    /// it is not known.
    pub async fn files(&self, id: PhotoId) -> Result<Vec<File>, Closed> {
        let (files, wait) = async_channel::bounded(1);
        self.record(Entry::Files(id, files)).await?;
        wait.recv().await.map_err(|_| Closed)
    }

    /// Why a photo could not be had the last time; none where it never failed.
    pub async fn last_failure(&self, id: PhotoId) -> Result<Option<Failure>, Closed> {
        let (failure, wait) = async_channel::bounded(1);
        self.record(Entry::LastFailure(id, failure)).await?;
        wait.recv().await.map_err(|_| Closed)
    }

    /// Whether files under `photos/` of that stem, whatever its case and their
    /// versions and extensions, are another photo's than this one's. Names of
    /// this run may not be known yet: those of one template are never the same.
    pub async fn is_anothers(&self, stem: &str, id: PhotoId) -> Result<bool, Closed> {
        let (is_anothers, wait) = async_channel::bounded(1);
        self.record(Entry::IsAnothers(stem.to_owned(), id, is_anothers)).await?;
        wait.recv().await.map_err(|_| Closed)
    }

    /// [`Self::record`], for who has no runtime: blocks while the writer is behind.
    pub fn record_blocking(&self, entry: Entry) -> Result<(), Closed> {
        self.entries.send_blocking(entry).map_err(|_| Closed)
    }
}

fn write_all(
    mut catalogue: Catalogue,
    mut before: Before,
    entries: &Receiver<Entry>,
    commits: &Commits,
) -> Result<Catalogue, CatalogueError> {
    // However this ends, nobody is left waiting for an answer.
    let entries = Drained(entries);
    while let Ok(first) = entries.0.recv_blocking() {
        commits.took(write_group(&mut catalogue, &mut before, first, entries.0)?);
    }
    // What was put in its place and told of nothing new is to last as well.
    sync_names(&mut before, &catalogue.path)?;
    Ok(catalogue)
}

/// Takes no more entries and lets go of those that wait, when it is dropped:
/// an entry in the queue holds the end at which somebody waits for its answer.
struct Drained<'a>(&'a Receiver<Entry>);

impl Drop for Drained<'_> {
    fn drop(&mut self) {
        self.0.close();
        while self.0.try_recv().is_ok() {}
    }
}

/// Writes a group; says how long its commit took.
fn write_group(
    catalogue: &mut Catalogue,
    before: &mut Before,
    first: Entry,
    entries: &Receiver<Entry>,
) -> Result<Duration, CatalogueError> {
    let deadline = Instant::now() + GROUP_AGE;
    let Catalogue { path, sql, record, names } = catalogue;
    let Some(record) = record else {
        return Err(CatalogueError::ReadOnly { path: path.clone() });
    };
    let attempt = "write";
    let change = sql.transaction_with_behavior(TransactionBehavior::Immediate);
    let change = change.context(attempt, path)?;
    let mut next = Some(first);
    let mut left = GROUP_ENTRIES;
    let mut waiting = Vec::new();
    while let Some(entry) = next {
        left -= 1;
        if let Entry::Settle(settled) = entry {
            // Somebody waits for the commit: the group takes what is there.
            waiting.push(settled);
            next = if left > 0 { entries.try_recv().ok() } else { None };
            continue;
        }
        let mut group = Group { sql: &change, record, before, names, path };
        group.write(entry)?;
        let deadline = if waiting.is_empty() { deadline } else { Instant::now() };
        next = if left > 0 { receive_until(entries, deadline) } else { None };
    }
    let began = Instant::now();
    sync_names(before, path)?;
    record.sync()?;
    rebuild::set_record_length(&change, record.length()).context(attempt, path)?;
    change.commit().context(attempt, path)?;
    let took = began.elapsed();
    for settled in waiting {
        // Who waited may be gone.
        let _ = settled.try_send(());
    }
    Ok(took)
}

/// The open transaction, and the lines that go with it.
struct Group<'a> {
    sql: &'a Connection,
    record: &'a mut Record,
    before: &'a mut Before,
    names: &'a mut Option<Names>,
    path: &'a Path,
}

impl Group<'_> {
    fn write(&mut self, entry: Entry) -> Result<(), CatalogueError> {
        match entry {
            Entry::Listed(photo) => self.listed(&photo),
            Entry::Saved(saved) => self.saved(saved, State::Done),
            Entry::SavedInPart(saved) => self.saved(saved, State::Pending),
            Entry::Files(id, wanted) => {
                let files =
                    ledger::files(self.sql, id).context("read a photo's files", self.path)?;
                // Who asked may be gone.
                let _ = wanted.try_send(files);
                Ok(())
            }
            Entry::LastFailure(id, wanted) => {
                let found = ledger::last_failure(self.sql, id);
                let found = found.context("read why a photo failed", self.path)?;
                let _ = wanted.try_send(found.map(|(_, failure)| failure));
                Ok(())
            }
            Entry::IsAnothers(stem, id, wanted) => {
                let _ = wanted.try_send(self.names()?.is_anothers(&stem, id));
                Ok(())
            }
            Entry::Failed { photo, failure, at } => self.failed(&photo, &failure, at),
            Entry::Damaged { id, failure, at } => self.damaged(id, &failure, at),
            Entry::Mended { id, thumbnail, at } => self
                .change_known("keep that a photo was mended", id, |line| line.mended(thumbnail, at))
                .map(drop),
            Entry::DeletedUpstream { ids, at } => {
                ids.into_iter().try_for_each(|id| self.deleted(id, at))
            }
            Entry::Listing(listing) => {
                let json = serde_json::to_string(&listing).expect("it is plain fields");
                let upsert = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
                self.execute("keep the listing", upsert, (LISTING, json))
            }
            Entry::Run { receipt, started, ended } => self.run(&receipt, started, ended),
            Entry::Reopened(id) => {
                let update = "UPDATE photo SET state = 'pending' WHERE id = ?1";
                self.execute("reopen a photo", update, [id.get().cast_signed()])
            }
            // The group itself sees to it.
            Entry::Settle(_) => Ok(()),
        }
    }

    fn listed(&mut self, photo: &Photo) -> Result<(), CatalogueError> {
        let attempt = "keep a listed photo";
        match ledger::mark(self.sql, photo.id).context(attempt, self.path)? {
            None => ledger::store(self.sql, &Line::new(photo)).context(attempt, self.path),
            Some(mark) if mark.fingerprint == photo.fingerprint() && !mark.deleted => Ok(()),
            Some(_) => self.change(attempt, photo, |line| line.listed(photo)),
        }
    }

    fn saved(&mut self, saved: Saved, state: State) -> Result<(), CatalogueError> {
        let mut line = self.line("keep a saved photo", &saved.photo)?;
        line.saved(saved);
        line.state = state;
        self.keep("keep a saved photo", &line)
    }

    fn failed(&mut self, photo: &Photo, failure: &Failure, at: i64) -> Result<(), CatalogueError> {
        let attempt = "keep a failed attempt";
        let mut line = self.line(attempt, photo)?;
        line.failed(photo, failure, at);
        self.keep(attempt, &line)?;
        ledger::attempt(self.sql, photo.id, failure, at).context(attempt, self.path)
    }

    fn damaged(&mut self, id: PhotoId, failure: &Failure, at: i64) -> Result<(), CatalogueError> {
        let attempt = "keep that a photo is damaged";
        let is_known = self.change_known(attempt, id, |it| it.damaged(failure.clone(), at))?;
        if !is_known {
            return Ok(());
        }
        ledger::attempt(self.sql, id, failure, at).context(attempt, self.path)
    }

    /// Keeps a change of a photo, if it is known. Says whether it is.
    fn change_known(
        &mut self,
        attempt: &'static str,
        id: PhotoId,
        change: impl FnOnce(&mut Line),
    ) -> Result<bool, CatalogueError> {
        let Some(mut line) = ledger::load(self.sql, id).context(attempt, self.path)? else {
            return Ok(false);
        };
        change(&mut line);
        self.keep(attempt, &line)?;
        Ok(true)
    }

    fn deleted(&mut self, id: PhotoId, at: i64) -> Result<(), CatalogueError> {
        let attempt = "keep that a photo was deleted";
        let known = ledger::load(self.sql, id).context(attempt, self.path)?;
        match known.filter(|line| line.deleted_at.is_none()) {
            Some(mut line) => {
                line.deleted_at = Some(at);
                self.keep(attempt, &line)
            }
            None => Ok(()),
        }
    }

    fn run(&self, receipt: &Receipt, started: i64, ended: i64) -> Result<(), CatalogueError> {
        let json = serde_json::to_string(receipt).expect("it is plain fields, keyed by strings");
        let insert = "INSERT INTO run (started, ended, receipt) VALUES (?1, ?2, ?3)";
        self.execute("keep the receipt", insert, params![started, ended, json])
    }

    /// Keeps a change of a photo, if it is one.
    fn change(
        &mut self,
        attempt: &'static str,
        photo: &Photo,
        change: impl FnOnce(&mut Line) -> bool,
    ) -> Result<(), CatalogueError> {
        let mut line = self.line(attempt, photo)?;
        if change(&mut line) { self.keep(attempt, &line) } else { Ok(()) }
    }

    /// What is known of a photo, even if that is only that it is listed.
    fn line(&self, attempt: &'static str, photo: &Photo) -> Result<Line, CatalogueError> {
        let known = ledger::load(self.sql, photo.id).context(attempt, self.path)?;
        Ok(known.unwrap_or_else(|| Line::new(photo)))
    }

    fn keep(&mut self, attempt: &'static str, line: &Line) -> Result<(), CatalogueError> {
        ledger::store(self.sql, line).context(attempt, self.path)?;
        self.record.push(line);
        if self.record.is_full() {
            sync_names(self.before, self.path)?;
            self.record.flush()?;
        }
        Ok(())
    }

    fn names(&mut self) -> Result<&Names, CatalogueError> {
        if self.names.is_none() {
            *self.names = Some(Names::read(self.sql).context("read the names", self.path)?);
        }
        Ok(self.names.as_ref().expect("read just now"))
    }

    fn execute(
        &self,
        attempt: &'static str,
        statement: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), CatalogueError> {
        let mut statement = self.sql.prepare_cached(statement).context(attempt, self.path)?;
        statement.execute(values).context(attempt, self.path).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::BUFFER;
    use silverprint_core::{Account, Layout};

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
        let ((settled, wait), (files, answer)) =
            (async_channel::bounded(1), async_channel::bounded(1));
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
}
