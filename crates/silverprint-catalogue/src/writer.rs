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

mod group;

use crate::commits::Commits;
use crate::error::Context;
use crate::queue::receive_until;
use crate::{Catalogue, CatalogueError, Entry, File, rebuild};
use async_channel::{Receiver, Sender};
use group::Group;
use rusqlite::TransactionBehavior;
use silverprint_core::{Failure, PhotoId};
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

#[cfg(test)]
mod tests;
