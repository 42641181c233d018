//! How far a running sync is, for whoever looks at the folder from outside: a
//! small file that is there while the run is.
//!
//! It is written on a thread of its own, from numbers that are counted anyway:
//! the run never waits for it, and one that cannot be written is left out. It
//! is not synced; a run that was killed leaves it behind, and what is not
//! renewed any more tells by that ([`Progress::RENEWED_WITHIN`]).

use crate::store::Folder;
use crate::tally::Tally;
use crate::thread::{Beside, Running};
use serde::{Deserialize, Serialize};
use silverprint_core::{Layout, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The file is written at most this often.
const EVERY: Duration = Duration::from_millis(500);
/// Also where nothing has changed it is renewed, as a sign of life.
const RENEW_AFTER: Duration = Duration::from_secs(2);

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which form this is: 1.
    pub v: u32,
    /// The process that works on the folder.
    pub pid: u32,
    /// When the run began, in seconds since 1970, UTC.
    pub started: i64,
    /// How many photos the site announces; 0 as long as it was not asked.
    pub announced: u64,
    /// How many of them had their turn, or wait for nothing but it.
    pub listed: u64,
    /// How many are there, whole, whenever they came.
    pub done: u64,
    /// How many of those were fetched in this run.
    pub saved: u64,
    /// How many could not be had.
    pub failed: u64,
    /// Bytes of pictures that came over the wire.
    pub bytes: u64,
    /// What nothing is asked of for a while, if so.
    pub waiting: Option<Paused>,
}

/// A host that is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Which.
    pub host: String,
    /// What it said, such as `429 Too Many Requests`.
    pub reason: String,
    /// Until when, in seconds since 1970, UTC.
    pub until: i64,
}

impl Progress {
    /// A file that is older was left by a run that was killed.
    pub const RENEWED_WITHIN: Duration = Duration::from_secs(10);
}

/// Where the numbers of a run come from.
#[derive(Clone)]
pub(crate) struct Numbers {
    pub(crate) started: i64,
    pub(crate) tally: Arc<Tally>,
    pub(crate) received: Arc<AtomicU64>,
    pub(crate) source: Arc<dyn Source>,
}

impl Numbers {
    fn now(&self) -> Progress {
        let waiting = self.source.waiting().map(|waiting| Paused {
            host: waiting.host,
            reason: waiting.reason,
            until: SystemTime::now().checked_add(waiting.pause).map_or(i64::MAX, seconds),
        });
        self.tally.with(|receipt| Progress {
            v: 1,
            pid: std::process::id(),
            started: self.started,
            announced: receipt.announced,
            listed: receipt.listed.max(receipt.accounted_for() + receipt.left),
            done: receipt.saved + receipt.already + receipt.adopted + receipt.remade,
            saved: receipt.saved,
            failed: receipt.failures(),
            bytes: self.received.load(Ordering::Relaxed),
            waiting,
        })
    }
}

/// Seconds since 1970: the first that begin no earlier.
fn seconds(moment: SystemTime) -> i64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).map_or(i64::MAX, |seconds| seconds.saturating_add(1))
}

/// Writes the file while a run goes on. When that has ended the file is gone, and
/// the folder no longer held.
pub(crate) fn announce(folder: Arc<Folder>, numbers: Numbers) -> Beside {
    Beside::start("progress", move |running| {
        write_while(running, &folder, &numbers);
        let _ = folder.remove_now(Layout::PROGRESS);
    })
}

fn write_while(running: &Running, folder: &Folder, numbers: &Numbers) {
    let mut last: Option<(Progress, Instant)> = None;
    loop {
        let progress = numbers.now();
        let is_news = |(written, at): &(Progress, Instant)| {
            *written != progress || at.elapsed() >= RENEW_AFTER
        };
        if last.as_ref().is_none_or(is_news) {
            let json = serde_json::to_vec(&progress).expect("numbers and texts are JSON");
            folder.write_news(Layout::PROGRESS, &json);
            last = Some((progress, Instant::now()));
        }
        if !running.goes_on_for(EVERY) {
            return;
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may block")]
mod tests {
    use super::*;
    use crate::tally::Kind;
    use crate::testing::{Answer, Scripted, account};
    use silverprint_core::{Failure, PhotoId, Waiting};
    use std::path::Path;

    fn numbers(source: Scripted) -> Numbers {
        let tally = Arc::new(Tally::new(account()));
        Numbers {
            started: 1_700_000_000,
            tally,
            received: Arc::default(),
            source: Arc::new(source),
        }
    }

    fn silent() -> Scripted {
        Scripted::new(|_, _| Answer::Never)
    }

    fn read(folder: &Path) -> Option<Progress> {
        let json = std::fs::read(folder.join(Layout::PROGRESS)).ok()?;
        Some(serde_json::from_slice(&json).expect("it is whole whenever it is read"))
    }

    /// Waits until the file says so.
    fn until(folder: &Path, mut is_it: impl FnMut(&Progress) -> bool) -> Progress {
        loop {
            match read(folder) {
                Some(progress) if is_it(&progress) => return progress,
                _ => std::thread::yield_now(),
            }
        }
    }

    #[test]
    fn the_numbers_are_those_of_the_receipt() {
        let waiting = Waiting {
            host: "live.staticflickr.com".to_owned(),
            reason: "429 Too Many Requests".to_owned(),
            pause: Duration::from_mins(1),
        };
        let numbers = numbers(silent().that_waits(waiting));
        let tally = &numbers.tally;
        tally.with(|receipt| (receipt.announced, receipt.left) = (20, 3));
        for kind in [Kind::Saved, Kind::Saved, Kind::Replaced, Kind::Adopted, Kind::Already] {
            tally.done(kind);
        }
        let [kind, reason, url] = [const { String::new() }; 3];
        tally.failed(PhotoId::new(7), &Failure { kind, reason, url, attempts: 1 });
        numbers.received.store(99, Ordering::Relaxed);
        let now = numbers.now();
        assert_eq!((now.v, now.pid, now.started), (1, std::process::id(), 1_700_000_000));
        assert_eq!((now.announced, now.listed, now.bytes), (20, 9, 99));
        assert_eq!((now.done, now.saved, now.failed), (5, 3, 1));
        let paused = now.waiting.unwrap();
        assert_eq!(paused.reason, "429 Too Many Requests");
        assert!(paused.until > seconds(SystemTime::now()), "{paused:?}");
        tally.with(|receipt| receipt.listed = 20);
        assert_eq!(numbers.now().listed, 20);
    }

    #[tokio::test]
    async fn it_is_there_from_the_beginning_to_the_end_and_then_the_folder_is_free() {
        let around = tempfile::tempdir().unwrap();
        let folder = Arc::new(Folder::open(around.path()).unwrap());
        let numbers = numbers(silent());
        let announcer = announce(Arc::clone(&folder), numbers.clone());
        assert_eq!(until(around.path(), |_| true).done, 0);
        numbers.tally.done(Kind::Saved);
        until(around.path(), |progress| progress.done == 1);
        drop(folder);
        announcer.end().await;
        assert_eq!(read(around.path()), None);
        let incoming = around.path().join(Layout::INCOMING);
        assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
        Folder::open(around.path()).unwrap();
    }

    #[tokio::test]
    async fn where_it_cannot_be_written_it_is_left_out() {
        let around = tempfile::tempdir().unwrap();
        let folder = Arc::new(Folder::open(around.path()).unwrap());
        let in_its_place = around.path().join(Layout::PROGRESS).join("full");
        std::fs::create_dir_all(&in_its_place).unwrap();
        let announcer = announce(Arc::clone(&folder), numbers(silent()));
        announcer.end().await;
        assert!(in_its_place.is_dir());
        let incoming = around.path().join(Layout::INCOMING);
        assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
    }
}
